// Autograd as functions: the gradient mode, gradients without touching leaves, Jacobians.
import { FlintError } from './errors.ts';
import { native } from './native.ts';
import { wrapHandle } from './tensor/dispatch.ts';
import { stack } from './tensor/joining.ts';
import { zerosLike } from './tensor/creation.ts';
import { handleOf } from './tensor/handle.ts';
import type { BackwardOptions } from './tensor/gradients.ts';
import { Tensor } from './tensor/tensor.ts';

function inMode<T>(enabled: boolean, fn: () => T): T {
  native.pushGradMode(enabled);
  try {
    const result = fn();
    if (result instanceof Promise) {
      throw new FlintError(
        `[${enabled ? 'enableGrad' : 'noGrad'}] the function is asynchronous, and the mode ends when it first waits. Put noGrad around the synchronous parts inside it`,
        { code: 'async-mode' },
      );
    }
    return result;
  } finally {
    native.popGradMode();
  }
}

/** Runs `fn` without recording operations for `backward`, and gives its result. */
export function noGrad<T>(fn: () => T): T {
  return inMode(false, fn);
}

/** Runs `fn` with recording on, inside a `noGrad`. */
export function enableGrad<T>(fn: () => T): T {
  return inMode(true, fn);
}

/** Whether operations are recorded now. */
export function isGradEnabled(): boolean {
  return native.gradEnabled();
}

/** What {@link grad} may be told. */
export interface GradOptions extends BackwardOptions {
  /** Weights of the outputs, of their shapes; ones for single values when left out. */
  gradOutputs?: Tensor | readonly Tensor[];
  /** Give null instead of an error for an input that the outputs do not depend on. */
  allowUnused?: boolean;
}

/** The derivatives of the sum of `outputs` with respect to each of `inputs`; leaves' `grad` stays as it is. */
export function grad(
  outputs: Tensor | readonly Tensor[],
  inputs: Tensor | readonly Tensor[],
  options: GradOptions = {},
): Tensor[] {
  const list = (v: Tensor | readonly Tensor[] | undefined): readonly Tensor[] =>
    v === undefined ? [] : v instanceof Tensor ? [v] : v;
  const outs = list(outputs);
  const seeds = list(options.gradOutputs);
  const grads = native.grad(
    outs.map(handleOf),
    list(inputs).map(handleOf),
    outs.map((_, i) => (seeds[i] ? handleOf(seeds[i]) : undefined)),
    options.retainGraph ?? options.createGraph ?? false,
    options.createGraph ?? false,
    options.allowUnused ?? false,
  );
  return grads.map((g) => (g ? wrapHandle(g) : (null as unknown as Tensor)));
}

/** The derivatives of every element of `fn(x)` with respect to every element of `x`: shape `[...fn(x).shape, ...x.shape]`. */
export function jacobian(fn: (x: Tensor) => Tensor, x: Tensor): Tensor {
  const input = x.detach().requiresGrad_();
  const output = fn(input);
  const flat = output.reshape(-1);
  const rows = Array.from({ length: flat.numel() }, (_, i) => {
    const [row] = grad(flat.at(i), input, { retainGraph: true, allowUnused: true });
    return row ?? zerosLike(input);
  });
  return stack(rows).reshape([...output.shape, ...input.shape]);
}
