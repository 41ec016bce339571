// The optimizers. Each step of a group is one call into the engine, which updates all its parameters in one pass.
import { fail } from '../errors.ts';
import { recorder } from '../graph/recorder.ts';
import { Optimizer, type ParamGroup, type ParamsOrGroups } from './optimizer.ts';
import type { Tensor } from '../tensor/tensor.ts';

/** Settings of {@link SGD}. */
export interface SGDOptions {
  lr: number;
  momentum: number;
  dampening: number;
  weightDecay: number;
  nesterov: boolean;
  maximize: boolean;
}
/** Stochastic gradient descent, with momentum and weight decay: `new optim.SGD(model.parameters(), { lr: 0.01, momentum: 0.9 })`. */
export class SGD extends Optimizer<SGDOptions> {
  constructor(params: ParamsOrGroups<SGDOptions>, options: Partial<SGDOptions> = {}) {
    super(params, {
      lr: 1e-3,
      momentum: 0,
      dampening: 0,
      weightDecay: 0,
      nesterov: false,
      maximize: false,
      ...options,
    });
    const { momentum, dampening, nesterov } = this.defaults;
    if (nesterov && (momentum <= 0 || dampening !== 0))
      fail('SGD', 'nesterov needs a momentum above 0 and no dampening');
  }
  protected update(g: ParamGroup<SGDOptions>, params: Tensor[], grads: Tensor[]): void {
    const step = (p: Tensor[], d: Tensor[], first: boolean): void => {
      const buffers = g.momentum === 0 ? [] : this.buffers(p, 'momentumBuffer');
      if (first && recorder.current) recorder.current.keep = false;
      this.run(
        'sgdStep',
        [p, d, buffers],
        () => [g.lr, g.momentum, g.dampening, g.weightDecay],
        [g.nesterov, g.maximize, first],
        () => [g.nesterov, g.maximize, g.momentum === 0],
      );
    };
    if (g.momentum === 0) return step(params, grads, false);
    const isNew = params.map((p) => this.stateOf(p)['momentumBuffer'] === undefined);
    for (const first of [true, false]) {
      const chosen = params.filter((_, i) => isNew[i] === first);
      if (chosen.length > 0)
        step(
          chosen,
          grads.filter((_, i) => isNew[i] === first),
          first,
        );
    }
  }
}

/** Settings of {@link Adam} and {@link AdamW}. */
export interface AdamOptions {
  lr: number;
  betas: readonly [number, number];
  eps: number;
  weightDecay: number;
  amsgrad: boolean;
  maximize: boolean;
}
/** Adam: steps scaled by running means of the gradient and its square. */
export class Adam extends Optimizer<AdamOptions> {
  protected readonly decoupled: boolean = false;

  constructor(params: ParamsOrGroups<AdamOptions>, options: Partial<AdamOptions> = {}) {
    super(params, {
      lr: 1e-3,
      betas: [0.9, 0.999],
      eps: 1e-8,
      weightDecay: 0,
      amsgrad: false,
      maximize: false,
      ...options,
    });
  }
  protected update(g: ParamGroup<AdamOptions>, params: Tensor[], grads: Tensor[]): void {
    this.forEachStep(params, grads, (step, p, d) => {
      const means = this.buffers(p, 'expAvg');
      const squares = this.buffers(p, 'expAvgSq');
      const largest = g.amsgrad ? this.buffers(p, 'maxExpAvgSq') : [];
      this.run(
        'adamStep',
        [p, d, means, squares, largest],
        (step) => [step, g.lr, g.betas[0], g.betas[1], g.eps, g.weightDecay],
        [this.decoupled, g.maximize],
        () => [g.amsgrad, g.maximize],
        step,
      );
    });
  }
}
/** Adam whose weight decay acts on the weights themselves. */
export class AdamW extends Adam {
  protected override readonly decoupled = true;

  constructor(params: ParamsOrGroups<AdamOptions>, options: Partial<AdamOptions> = {}) {
    super(params, { weightDecay: 1e-2, ...options });
  }
}

/** Settings of {@link RMSprop}. */
export interface RMSpropOptions {
  lr: number;
  alpha: number;
  eps: number;
  weightDecay: number;
  momentum: number;
  centered: boolean;
  maximize: boolean;
}
/** RMSprop: steps scaled by a running mean of the squared gradient. */
export class RMSprop extends Optimizer<RMSpropOptions> {
  constructor(params: ParamsOrGroups<RMSpropOptions>, options: Partial<RMSpropOptions> = {}) {
    super(params, {
      lr: 1e-2,
      alpha: 0.99,
      eps: 1e-8,
      weightDecay: 0,
      momentum: 0,
      centered: false,
      maximize: false,
      ...options,
    });
  }
  protected update(g: ParamGroup<RMSpropOptions>, params: Tensor[], grads: Tensor[]): void {
    const squares = this.buffers(params, 'squareAvg');
    const momenta = g.momentum > 0 ? this.buffers(params, 'momentumBuffer') : [];
    const means = g.centered ? this.buffers(params, 'gradAvg') : [];
    this.run(
      'rmspropStep',
      [params, grads, squares, momenta, means],
      () => [g.lr, g.alpha, g.eps, g.weightDecay, g.momentum],
      [g.maximize],
      () => [g.momentum > 0, g.centered, g.maximize],
    );
  }
}

/** Settings of {@link Adagrad}. */
export interface AdagradOptions {
  lr: number;
  lrDecay: number;
  weightDecay: number;
  initialAccumulatorValue: number;
  eps: number;
  maximize: boolean;
}
/** Adagrad: steps scaled by the sum of all squared gradients. */
export class Adagrad extends Optimizer<AdagradOptions> {
  constructor(params: ParamsOrGroups<AdagradOptions>, options: Partial<AdagradOptions> = {}) {
    super(params, {
      lr: 1e-2,
      lrDecay: 0,
      weightDecay: 0,
      initialAccumulatorValue: 0,
      eps: 1e-10,
      maximize: false,
      ...options,
    });
  }
  protected update(g: ParamGroup<AdagradOptions>, params: Tensor[], grads: Tensor[]): void {
    this.forEachStep(params, grads, (step, p, d) => {
      const sums = this.buffers(p, 'sum', g.initialAccumulatorValue);
      this.run(
        'adagradStep',
        [p, d, sums],
        (step) => [step, g.lr, g.lrDecay, g.weightDecay, g.eps],
        [g.maximize],
        () => [g.maximize],
        step,
      );
    });
  }
}

/** Settings of {@link Adadelta}. */
export interface AdadeltaOptions {
  lr: number;
  rho: number;
  eps: number;
  weightDecay: number;
  maximize: boolean;
}
/** Adadelta: steps scaled by running means of squared gradients and squared changes. */
export class Adadelta extends Optimizer<AdadeltaOptions> {
  constructor(params: ParamsOrGroups<AdadeltaOptions>, options: Partial<AdadeltaOptions> = {}) {
    super(params, { lr: 1, rho: 0.9, eps: 1e-6, weightDecay: 0, maximize: false, ...options });
  }
  protected update(g: ParamGroup<AdadeltaOptions>, params: Tensor[], grads: Tensor[]): void {
    const squares = this.buffers(params, 'squareAvg');
    const changes = this.buffers(params, 'accDelta');
    this.run(
      'adadeltaStep',
      [params, grads, squares, changes],
      () => [g.lr, g.rho, g.eps, g.weightDecay],
      [g.maximize],
      () => [g.maximize],
    );
  }
}
