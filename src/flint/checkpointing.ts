// Less memory for more time: what a part of a model keeps for backward is made anew when backward comes to it.
import { enableGrad } from './autograd.ts';
import { Function, type FunctionContext } from './autograd-function.ts';
import { getRngState, setRngState, tensor } from './tensor/creation.ts';
import type { Tensor } from './tensor/tensor.ts';

class Checkpoint extends Function {
  static forward(
    context: FunctionContext,
    _recorded: Tensor,
    fn: (...inputs: Tensor[]) => Tensor,
    ...inputs: Tensor[]
  ): Tensor {
    context['fn'] = fn;
    context['random'] = getRngState();
    context.saveForBackward(...inputs);
    return fn(...inputs);
  }
  static backward(context: FunctionContext, grad: Tensor): (Tensor | null)[] {
    const now = getRngState();
    setRngState(context['random'] as [bigint, bigint]);
    try {
      const wanted = context.needsInputGrad.slice(2);
      const inputs = context.savedTensors.map((t, i) => t.detach().requiresGrad_(wanted[i] ?? false));
      const out = enableGrad(() => (context['fn'] as (...inputs: Tensor[]) => Tensor)(...inputs));
      out.backward(grad);
      return [null, null, ...inputs.map((t) => t.grad)];
    } finally {
      setRngState(now);
    }
  }
}

/**
 * `fn(...inputs)`, of which only the inputs are kept: backward runs `fn` again, with the random numbers it had. The
 * parameters that `fn` uses get their gradients as usual.
 */
export function checkpoint(fn: (...inputs: Tensor[]) => Tensor, ...inputs: Tensor[]): Tensor {
  // Parameters inside fn need gradients also where no input does: one tensor that does is among the arguments.
  const recorded = tensor(0, { requiresGrad: true });
  return Checkpoint.apply<[Tensor, (...inputs: Tensor[]) => Tensor, ...Tensor[]], Tensor>(recorded, fn, ...inputs);
}
