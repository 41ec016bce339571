// The base of all optimizers: groups of parameters with their settings, the state of each parameter, saving and loading.
import { fail, FlintError } from '../errors.ts';
import { noGrad } from '../autograd.ts';
import { recorder, structure } from '../graph/recorder.ts';
import { clearGrad } from '../nn/module.ts';
import { zerosLike } from '../tensor/creation.ts';
import { call } from '../tensor/dispatch.ts';
import { Tensor } from '../tensor/tensor.ts';

/** Parameters that are trained with the same settings; settings left out are the optimizer's. */
export type ParamGroup<H extends object> = { params: Tensor[] } & H;
/** What an optimizer is made of: parameters, or groups of them with settings of their own. */
export type ParamsOrGroups<H extends object> =
  Iterable<Tensor> | readonly ({ params: Iterable<Tensor> } & Partial<H>)[];
/** What an optimizer remembers of one parameter: running means, the count of steps. */
export type ParamState = Record<string, Tensor | number>;
/** The whole of an optimizer's state; parameters are numbered in the order of the groups. */
export interface OptimizerState {
  state: Record<string, ParamState>;
  paramGroups: ({ params: number[] } & Record<string, unknown>)[];
}

/** The base of all optimizers. `H` are the settings of a group. */
export abstract class Optimizer<H extends { lr: number } = { lr: number }> {
  /** The groups; change a setting such as `lr` here at any time. */
  readonly paramGroups: ParamGroup<H>[] = [];
  /** The settings of groups that do not say otherwise. */
  readonly defaults: Readonly<H>;
  protected readonly states = new Map<Tensor, ParamState>();

  constructor(params: ParamsOrGroups<H>, defaults: H) {
    this.defaults = defaults;
    for (const [name, value] of Object.entries(defaults)) checkSetting(this.constructor.name, name, value);
    const list = [...(params as Iterable<Tensor | ({ params: Iterable<Tensor> } & Partial<H>)>)];
    if (list.length === 0) fail(this.constructor.name, 'got no parameters; pass model.parameters()');
    if (list[0] instanceof Tensor)
      this.addParamGroup({ params: list as Tensor[] } as { params: Tensor[] } & Partial<H>);
    else for (const group of list) this.addParamGroup(group as { params: Iterable<Tensor> } & Partial<H>);
  }

  /** Adds parameters with settings of their own. Throws for a tensor that is no leaf, or is in a group already. */
  addParamGroup(group: { params: Iterable<Tensor> } & Partial<H>): void {
    const params = [...group.params];
    for (const p of params) {
      if (!(p instanceof Tensor)) fail(this.constructor.name, 'parameters must be tensors');
      if (!p.isLeaf)
        fail(
          this.constructor.name,
          'a parameter is the result of an operation; only leaves can be optimized. Use detach().requiresGrad_()',
        );
      if (this.paramGroups.some((g) => g.params.includes(p)))
        fail(this.constructor.name, 'a parameter is in more than one group');
    }
    this.paramGroups.push({ ...this.defaults, ...group, params } as ParamGroup<H>);
    structure.version++;
  }

  /** Forgets all gradients; with `setToNone: false` they become zeros. */
  zeroGrad(options: { setToNone?: boolean } = {}): void {
    for (const group of this.paramGroups) for (const p of group.params) clearGrad(p, options.setToNone ?? true);
  }

  /** Changes the parameters by their gradients; those without one stay. `closure`, if given, computes the loss first. */
  step(): void;
  step<T>(closure: () => T): T;
  step<T>(closure?: () => T): T | undefined {
    const loss = closure?.();
    for (const group of this.paramGroups) {
      const params: Tensor[] = [];
      const grads: Tensor[] = [];
      for (const p of group.params) {
        const grad = p.grad;
        if (grad === null) continue;
        params.push(p);
        grads.push(grad);
      }
      if (params.length > 0) this.recordedUpdate(group, params, grads);
    }
    return loss;
  }

  /** `update`; where it does not tell compile() of its numbers ({@link run}), a changed setting is recorded anew. */
  private recordedUpdate(group: ParamGroup<H>, params: Tensor[], grads: Tensor[]): void {
    const recording = recorder.current;
    const told = recording?.numbers.length;
    this.update(group, params, grads);
    if (recording === null || recording.numbers.length !== told) return;
    const { params: _, ...settings } = group;
    const now = group as Record<string, unknown>;
    recording.guards.push(() => Object.entries(settings).every(([name, value]) => Object.is(now[name], value)));
  }

  /** Changes `params` by `grads` with the settings of `group`. */
  protected abstract update(group: ParamGroup<H>, params: Tensor[], grads: Tensor[]): void;

  /** The tensors that the state keeps for each of `params` under `name`; zeros of their shape at first. */
  protected buffers(params: readonly Tensor[], name: string, initial = 0): Tensor[] {
    return params.map((p) => {
      const state = this.stateOf(p);
      const found = state[name];
      if (found instanceof Tensor) return found;
      if (recorder.current) recorder.current.keep = false;
      const made = zerosLike(p.detach());
      if (initial !== 0) made.fill_(initial);
      return (state[name] = made);
    });
  }

  protected stateOf(param: Tensor): ParamState {
    let state = this.states.get(param);
    if (!state) this.states.set(param, (state = {}));
    return state;
  }

  /** Counts a step for each parameter and calls `fn` for those at the same count together (usually all). */
  protected forEachStep(
    params: Tensor[],
    grads: Tensor[],
    fn: (step: number, params: Tensor[], grads: Tensor[]) => void,
  ): void {
    const steps = params.map((p) => {
      const state = this.stateOf(p);
      const before = (state['step'] as number | undefined) ?? 0;
      const steps = recorder.current?.steps;
      if (steps && !steps.has(state)) steps.set(state, before);
      return (state['step'] = before + 1);
    });
    recorder.current?.after.push(() => {
      for (const p of params) (this.stateOf(p)['step'] as number)++;
    });
    if (steps.every((step) => step === steps[0])) return fn(steps[0]!, params, grads);
    const sets = new Map<number, { params: Tensor[]; grads: Tensor[] }>();
    for (let i = 0; i < params.length; i++) {
      const step = steps[i]!;
      let set = sets.get(step);
      if (!set) sets.set(step, (set = { params: [], grads: [] }));
      set.params.push(params[i]!);
      set.grads.push(grads[i]!);
    }
    for (const [step, set] of sets) fn(step, set.params, set.grads);
  }

  /**
   * One step by the engine's operation `name` over lists of tensors. `numbers` are its arguments behind the lists (for
   * the count of steps `step`, where it counts), `flags` those behind the numbers. While compile() records, it learns to
   * ask for the numbers at each replay, and to record anew when what `decides` gives has changed.
   */
  protected run(
    name: string,
    lists: readonly Tensor[][],
    numbers: (step: number) => readonly number[],
    flags: readonly boolean[],
    decides: () => readonly boolean[],
    step = 0,
  ): void {
    call(name, ...lists, ...numbers(step), ...flags);
    const recording = recorder.current;
    if (recording === null) return;
    const state = this.stateOf(lists[0]![0]!);
    const before = recording.steps.get(state);
    recording.numbers.push(
      before === undefined ? () => numbers(step) : () => numbers((state['step'] as number) + step - before),
    );
    const decided = decides();
    recording.guards.push(() => decides().every((value, i) => value === decided[i]));
  }

  private numbered(): Tensor[] {
    return this.paramGroups.flatMap((g) => g.params);
  }

  /** Everything needed to continue: the state of each parameter by its number, and the groups' settings. */
  stateDict(): OptimizerState {
    const numbers = new Map(this.numbered().map((p, i) => [p, i]));
    const state: OptimizerState['state'] = {};
    for (const [p, kept] of this.states) state[String(numbers.get(p))] = { ...kept };
    const paramGroups = this.paramGroups.map((g) => ({ ...g, params: g.params.map((p) => numbers.get(p)!) }));
    return { state, paramGroups };
  }

  /** Continues from a state that {@link stateDict} gave. Throws when the groups or shapes differ; nothing is changed then. */
  loadStateDict(saved: OptimizerState): void {
    const sizes = (groups: readonly { params: readonly unknown[] }[]): string =>
      groups.map((g) => g.params.length).join(', ');
    if (sizes(saved.paramGroups) !== sizes(this.paramGroups)) {
      throw new FlintError(
        `[loadStateDict] the saved optimizer has groups of ${sizes(saved.paramGroups)} parameters, this one of ${sizes(this.paramGroups)}. Build it with the same groups`,
        { code: 'state-dict', op: 'loadStateDict' },
      );
    }
    const params = this.numbered();
    for (const [number, kept] of Object.entries(saved.state)) this.checkState(params[Number(number)], number, kept);
    structure.version++;
    this.states.clear();
    for (const [number, kept] of Object.entries(saved.state)) {
      const copy = Object.entries(kept).map(([name, v]) => [
        name,
        v instanceof Tensor ? noGrad(() => v.detach().clone()) : v,
      ]);
      this.states.set(params[Number(number)]!, Object.fromEntries(copy) as ParamState);
    }
    this.paramGroups.forEach((group, i) => {
      const { params: _, ...settings } = saved.paramGroups[i]!;
      Object.assign(group, settings);
    });
  }

  private checkState(param: Tensor | undefined, number: string, kept: ParamState): void {
    if (!param) fail('loadStateDict', `the saved state names parameter ${number}, which this optimizer does not have`);
    for (const [name, value] of Object.entries(kept)) {
      if (value instanceof Tensor && value.shape.join() !== param.shape.join()) {
        fail(
          'loadStateDict',
          `${name} of parameter ${number} has shape [${value.shape.join(', ')}], the parameter [${param.shape.join(', ')}]`,
        );
      }
    }
  }
}

const NOT_NEGATIVE = ['lr', 'eps', 'weightDecay', 'momentum', 'rho', 'alpha', 'lrDecay', 'initialAccumulatorValue'];

function checkSetting(op: string, name: string, value: unknown): void {
  if (NOT_NEGATIVE.includes(name) && !(typeof value === 'number' && value >= 0)) {
    fail(op, `${name} must be a number of at least 0, got ${String(value)}`);
  }
  if (name === 'betas' && !(value as number[]).every((b) => b >= 0 && b < 1)) {
    fail(op, `betas must be in [0, 1), got ${String(value)}`);
  }
}
