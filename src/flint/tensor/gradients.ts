// Autograd on a tensor: flags, the gradient, backward, and the recorded graph as PyTorch shows it.
import { native, type NativeNode } from '../native.ts';
import { warnOnce } from '../warnings.ts';
import { callTensor, wrapHandle } from './dispatch.ts';
import { handleOf } from './handle.ts';
import { TensorAttributes } from './attributes.ts';
import type { Tensor } from './tensor.ts';

/** A step of the graph that autograd recorded. */
export class GradFn {
  #node: NativeNode;

  constructor(node: NativeNode) {
    this.#node = node;
  }

  /** `'AddmmBackward'`, `'ReluBackward'`, … or `'AccumulateGrad'` for a leaf. */
  get name(): string {
    return native.nodeName(this.#node);
  }

  /** The steps that receive its gradients, one for each input; null where none is needed. */
  get nextFunctions(): (GradFn | null)[] {
    return native.nextNodes(this.#node).map((node) => (node ? new GradFn(node) : null));
  }

  toString(): string {
    return `<${this.name}0>`;
  }
}

/** What `backward` may be told. */
export interface BackwardOptions {
  /** Keep what was saved, so that `backward` may run again through the same graph. */
  retainGraph?: boolean;
  /** Record the computation of the gradients itself, for second derivatives. */
  createGraph?: boolean;
}

/** The part of class Tensor that concerns gradients. */
export abstract class TensorGradients extends TensorAttributes {
  /** Whether operations on this tensor are recorded for `backward`. Setting it is allowed on leaves only. */
  get requiresGrad(): boolean {
    return native.needsGrad(handleOf(this));
  }
  set requiresGrad(value: boolean) {
    native.setRequiresGrad(handleOf(this), value);
  }

  /** Sets `requiresGrad` and gives the tensor back. Throws for dtypes without gradients. */
  requiresGrad_(value = true): this {
    native.setRequiresGrad(handleOf(this), value);
    return this;
  }

  /** Whether the tensor was made by the script rather than by a recorded operation; `backward` fills `grad` of leaves. */
  get isLeaf(): boolean {
    return native.isLeaf(handleOf(this));
  }

  /** The step that made this tensor, or null for a leaf. */
  get gradFn(): GradFn | null {
    const node = native.gradFn(handleOf(this));
    return node ? new GradFn(node) : null;
  }

  /**
   * The gradient that `backward` has accumulated, or null. Of a tensor that is not a leaf it is null unless
   * {@link retainGrad} was called; a warning says so once.
   */
  get grad(): Tensor | null {
    const handle = handleOf(this);
    const grad = native.gradOf(handle);
    if (grad) return wrapHandle(grad);
    if (!native.isLeaf(handle) && !native.retainsGrad(handle)) warnNonLeaf();
    return null;
  }
  set grad(value: Tensor | null) {
    native.setGrad(handleOf(this), value === null ? undefined : handleOf(value));
  }

  /** Makes `backward` keep the gradient of this tensor although it is not a leaf. */
  retainGrad(): void {
    native.setRetainsGrad(handleOf(this));
  }

  /**
   * Calls `hook` with the gradient of this tensor in every backward pass; what it gives, if anything, takes the gradient's
   * place. The function it gives back removes the hook.
   */
  registerHook(hook: (grad: Tensor) => Tensor | void): () => void {
    const id = native.addHook(handleOf(this), (grad) => {
      const changed = hook(wrapHandle(grad));
      return changed ? handleOf(changed) : undefined;
    });
    return () => native.removeHook(handleOf(this), id);
  }

  /**
   * Adds to `grad` of every leaf the derivative of this tensor with respect to it. A tensor of more than one element
   * needs `gradient` of its own shape. A second call through the same graph needs `retainGraph` on the first.
   */
  backward(gradient?: Tensor | null | BackwardOptions, options?: BackwardOptions): void {
    const isTensor = gradient instanceof TensorAttributes;
    const o = options ?? (isTensor || !gradient ? {} : (gradient as BackwardOptions));
    native.backward(
      handleOf(this),
      isTensor ? handleOf(gradient) : undefined,
      o.retainGraph ?? false,
      o.createGraph ?? false,
    );
  }

  /** The same values without history: a new tensor over the same memory that autograd does not follow. */
  detach(): Tensor {
    return callTensor('detach', this);
  }

  /** Cuts this tensor itself from its history and makes it a leaf that needs no gradient. */
  detach_(): this {
    native.detachInPlace(handleOf(this));
    return this;
  }
}

function warnNonLeaf(): void {
  warnOnce(
    'grad-of-non-leaf',
    'grad was read of a tensor that is not a leaf: it is the result of a recorded operation, and backward() fills grad of ' +
      'leaves only, so it is null. To update a parameter, change it in place inside noGrad(() => …), or make the result ' +
      'a leaf again with detach().requiresGrad_(); to see the gradient of an intermediate result, call retainGrad() on it before backward().',
  );
}
