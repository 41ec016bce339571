// Operations with a derivative written in TypeScript.
import { isGradEnabled, noGrad } from './autograd.ts';
import { fail } from './errors.ts';
import { native } from './native.ts';
import { callTensor, wrapHandle } from './tensor/dispatch.ts';
import { handleOf } from './tensor/handle.ts';
import { Tensor } from './tensor/tensor.ts';

/** What a {@link Function}'s forward passes on to its backward: tensors by `saveForBackward`, anything else as a field. */
export class FunctionContext {
  /** Anything that is not a tensor may be kept as a field of its own name. */
  [name: string]: unknown;
  /** For each argument, whether its gradient is wanted. */
  readonly needsInputGrad: readonly boolean[];
  #saved: { tensor: Tensor; version: number }[] = [];

  constructor(needsInputGrad: readonly boolean[]) {
    this.needsInputGrad = needsInputGrad;
  }
  /** Keeps tensors, arguments or results, for backward. */
  saveForBackward(...tensors: Tensor[]): void {
    this.#saved = tensors.map((tensor) => ({ tensor, version: native.version(handleOf(tensor)) }));
  }
  /** The tensors that were kept. Throws when one was changed in place since. */
  get savedTensors(): Tensor[] {
    return this.#saved.map(({ tensor, version }) => {
      if (native.version(handleOf(tensor)) !== version) {
        fail(
          'backward',
          `a saved tensor of shape [${tensor.shape.join(', ')}] was changed in place after it was saved; clone() it first`,
        );
      }
      return tensor;
    });
  }
  /** A result that is kept would keep its own history alive for ever: what it shows is kept instead. */
  static withoutResults(context: FunctionContext, results: readonly Tensor[]): void {
    for (const saved of context.#saved) {
      if (results.includes(saved.tensor)) saved.tensor = noGrad(() => saved.tensor.detach());
    }
  }
}

/** The two static methods that a subclass of {@link Function} has. */
export interface FunctionClass<A extends readonly unknown[], R extends Tensor | readonly Tensor[]> {
  readonly name: string;
  forward(context: FunctionContext, ...args: A): R;
  backward(context: FunctionContext, ...grads: Tensor[]): Tensor | null | readonly (Tensor | null)[];
}

/**
 * An operation with a derivative of its own: subclass it with static `forward` and `backward`, and call `apply`.
 *
 * ```ts
 * class Exp extends autograd.Function {
 *   static forward(context: autograd.FunctionContext, x: Tensor) {
 *     const y = x.exp();
 *     context.saveForBackward(y);
 *     return y;
 *   }
 *   static backward(context: autograd.FunctionContext, grad: Tensor) {
 *     const [y] = context.savedTensors;
 *     return grad.mul(y!);
 *   }
 * }
 * const y = Exp.apply(x);
 * ```
 *
 * `forward` runs without recording. `backward` receives the gradient of each result and gives one for each argument,
 * null for those that are no tensors.
 */
export abstract class Function {
  /** Runs `forward` and records `backward` as its derivative. */
  static apply<A extends readonly unknown[], R extends Tensor | readonly Tensor[]>(
    this: FunctionClass<A, R>,
    ...args: A
  ): R {
    const tensors = args.filter((a): a is Tensor => a instanceof Tensor);
    const context = new FunctionContext(args.map((a) => a instanceof Tensor && a.requiresGrad));
    const given = noGrad(() => this.forward(context, ...args));
    if (!isGradEnabled() || !tensors.some((t) => t.requiresGrad)) return given;
    const isOne = given instanceof Tensor;
    // An argument that is given back gets a handle of its own: it must not become its own history.
    const results = (isOne ? [given] : [...given]).map((t) =>
      tensors.includes(t) ? noGrad(() => callTensor('detach', t)) : t,
    );
    FunctionContext.withoutResults(context, results);
    const forms = results.map((t) => ({ shape: t.shape, dtype: t.dtype }));
    native.recordFunction(results.map(handleOf), tensors.map(handleOf), (...grads) => {
      const all = grads.map((g, i) => (g ? wrapHandle(g) : callTensor('zeros', forms[i]!.shape, forms[i]!.dtype)));
      const found = this.backward(context, ...all);
      const list: readonly (Tensor | null)[] = found instanceof Tensor || found === null ? [found] : found;
      if (list.length !== args.length) {
        fail(
          this.name,
          `backward must give ${args.length} values, one for each argument of forward, it gave ${list.length}`,
        );
      }
      return args.flatMap((a, i) => {
        if (!(a instanceof Tensor)) return [];
        const grad = list[i] ?? null;
        if (grad && grad.shape.join() !== a.shape.join()) {
          fail(
            this.name,
            `backward gave a gradient of shape [${grad.shape.join(', ')}] for an argument of shape [${a.shape.join(', ')}]`,
          );
        }
        return [grad ? handleOf(grad) : undefined];
      });
    });
    return (isOne ? results[0] : results) as R;
  }
}
