// Lets hooks see the gradients that pass a module: its outputs and its inputs go through taps.
import { Function, type FunctionContext } from '../autograd-function.ts';
import { Tensor } from '../tensor/tensor.ts';
import type { Module } from './module.ts';

/**
 * Called in a backward pass with the gradients of a module's tensor arguments (null where none is needed) and of its
 * results; an array it gives takes the place of the former.
 */
export type BackwardHook = (
  module: Module,
  gradInput: readonly (Tensor | null)[],
  gradOutput: readonly Tensor[],
) => readonly (Tensor | null)[] | void;

/** Gives its tensors, and reports their gradients. */
class Tap extends Function {
  static forward(
    context: FunctionContext,
    report: (grads: Tensor[]) => readonly (Tensor | null)[] | void,
    ...tensors: Tensor[]
  ): Tensor[] {
    context['report'] = report;
    return tensors;
  }
  static backward(context: FunctionContext, ...grads: Tensor[]): (Tensor | null)[] {
    const report = context['report'] as (grads: Tensor[]) => readonly (Tensor | null)[] | void;
    return [null, ...(report(grads) ?? grads)];
  }
}
type TapArguments = [(grads: Tensor[]) => readonly (Tensor | null)[] | void, ...Tensor[]];

/** Runs `forward` between taps that call the hooks. */
export function tapped(
  module: Module,
  hooks: readonly BackwardHook[],
  args: readonly unknown[],
  forward: (args: readonly unknown[]) => unknown,
): unknown {
  const inputs = args.filter((a): a is Tensor => a instanceof Tensor);
  let gradOutput: Tensor[] = [];
  const run = (grads: readonly (Tensor | null)[]): readonly (Tensor | null)[] | undefined => {
    let current: readonly (Tensor | null)[] | undefined;
    for (const hook of hooks) current = hook(module, current ?? grads, gradOutput) ?? current;
    return current;
  };
  const needed = inputs.some((t) => t.requiresGrad);
  const within = needed ? Tap.apply<TapArguments, Tensor[]>((grads) => run(grads), ...inputs) : inputs;
  let next = 0;
  const result = forward(args.map((a) => (a instanceof Tensor ? within[next++] : a)));
  const outputs = [result].flat().filter((r): r is Tensor => r instanceof Tensor);
  if (outputs.length === 0) return result;
  const seen = Tap.apply<TapArguments, Tensor[]>(
    (grads) => {
      gradOutput = grads;
      if (!needed) run(inputs.map(() => null));
    },
    ...outputs,
  );
  next = 0;
  const tap = (r: unknown): unknown => (r instanceof Tensor ? seen[next++] : r);
  return Array.isArray(result) ? result.map(tap) : tap(result);
}
