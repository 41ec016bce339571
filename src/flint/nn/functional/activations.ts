// Activations: functions of each element, and softmax along a dimension.
import { fail } from '../../errors.ts';
import { call, callTensor } from '../../tensor/dispatch.ts';
import type { Tensor } from '../../tensor/tensor.ts';

/** Whether an activation overwrites its input. */
export interface InplaceOptions {
  inplace?: boolean;
}

/** `max(x, 0)`. */
export function relu(input: Tensor, options?: InplaceOptions): Tensor {
  return options?.inplace ? (call('relu_', input) as Tensor) : callTensor('relu', input);
}
/** x where positive, else `negativeSlope * x`. */
export function leakyRelu(input: Tensor, negativeSlope = 0.01, options?: InplaceOptions): Tensor {
  return options?.inplace
    ? (call('leakyRelu_', input, negativeSlope) as Tensor)
    : callTensor('leakyRelu', input, negativeSlope);
}
/** x where positive, else `alpha * (exp(x) - 1)`. */
export function elu(input: Tensor, alpha = 1): Tensor {
  return callTensor('elu', input, alpha);
}
/** `x * Φ(x)`; `approximate: 'tanh'` uses the usual approximation. */
export function gelu(input: Tensor, options: { approximate?: 'none' | 'tanh' } = {}): Tensor {
  return callTensor('gelu', input, options.approximate ?? 'none');
}
/** `x * sigmoid(x)`. */
export function silu(input: Tensor): Tensor {
  return callTensor('silu', input);
}
/** `1 / (1 + exp(-x))`. */
export function sigmoid(input: Tensor): Tensor {
  return callTensor('sigmoid', input);
}
/** The hyperbolic tangent. */
export function tanh(input: Tensor): Tensor {
  return callTensor('tanh', input);
}
/** `log(1 + exp(beta * x)) / beta`, and x itself where `beta * x > threshold`. */
export function softplus(input: Tensor, beta = 1, threshold = 20): Tensor {
  return callTensor('softplus', input, beta, threshold);
}
/** Limits every element to `[minVal, maxVal]`. */
export function hardtanh(input: Tensor, minVal = -1, maxVal = 1): Tensor {
  return callTensor('hardtanh', input, minVal, maxVal);
}
/** `min(max(x, 0), 6)`. */
export function relu6(input: Tensor): Tensor {
  return callTensor('hardtanh', input, 0, 6);
}
/** `scale * elu(x, alpha)` with the constants that keep mean and variance (Klambauer et al., 2017). */
export function selu(input: Tensor): Tensor {
  return elu(input, 1.6732632423543772).mul(1.0507009873554805);
}
/** x where positive, else `alpha * (exp(x / alpha) - 1)`. */
export function celu(input: Tensor, alpha = 1): Tensor {
  return elu(input.div(alpha)).mul(alpha);
}
/** `x * tanh(softplus(x))`. */
export function mish(input: Tensor): Tensor {
  return input.mul(softplus(input).tanh());
}
/** `min(max(x / 6 + 1/2, 0), 1)`. */
export function hardsigmoid(input: Tensor): Tensor {
  return hardtanh(input.div(6).add(0.5), 0, 1);
}
/** `x * hardsigmoid(x)`. */
export function hardswish(input: Tensor): Tensor {
  return input.mul(hardsigmoid(input));
}
/** `log(sigmoid(x))`, without underflow. */
export function logsigmoid(input: Tensor): Tensor {
  return softplus(input.neg(), 1, 50).neg();
}
/** `x / (1 + |x|)`. */
export function softsign(input: Tensor): Tensor {
  return input.div(input.abs().add(1));
}
/** `x - tanh(x)`. */
export function tanhshrink(input: Tensor): Tensor {
  return input.sub(input.tanh());
}
/** 0 within `[-lambda, lambda]`, x outside. */
export function hardshrink(input: Tensor, lambda = 0.5): Tensor {
  return input.maskedFill(input.detach().abs().le(lambda), 0);
}
/** 0 within `[-lambda, lambda]`, outside x moved towards 0 by lambda. */
export function softshrink(input: Tensor, lambda = 0.5): Tensor {
  return input.sub(input.clamp(-lambda, lambda));
}
/** x where above `threshold`, else `value`. */
export function threshold(input: Tensor, threshold: number, value: number): Tensor {
  return input.maskedFill(input.detach().le(threshold), value);
}
/** x where positive, else `weight * x`: one weight, or one for each channel (dimension 1). */
export function prelu(input: Tensor, weight: Tensor): Tensor {
  const shape = input.shape.map((_, i) => (i === 1 && weight.numel() > 1 ? weight.numel() : 1));
  return input.clamp(0).add(input.clamp(null, 0).mul(weight.reshape(shape)));
}
/** One half of `input` along `dim`, times the sigmoid of the other. */
export function glu(input: Tensor, dim = -1): Tensor {
  if (input.size(dim) % 2 !== 0)
    fail('glu', `dimension ${dim} must have an even size, the tensor has shape [${input.shape.join(', ')}]`);
  const [a, b] = input.chunk(2, dim) as [Tensor, Tensor];
  return a.mul(b.sigmoid());
}
/** Positive values with sum 1 along `dim`. */
export function softmax(input: Tensor, dim: number): Tensor {
  return callTensor('softmax', input, dim);
}
/** The logarithm of softmax along `dim`. */
export function logSoftmax(input: Tensor, dim: number): Tensor {
  return callTensor('logSoftmax', input, dim);
}
/** `softmax(-input)`: the smallest values get most. */
export function softmin(input: Tensor, dim: number): Tensor {
  return callTensor('softmax', input.neg(), dim);
}
/** Leaky ReLU with slopes drawn from `[lower, upper]` in training, and their mean in evaluation. */
export function rrelu(input: Tensor, lower = 1 / 8, upper = 1 / 3, options: { training?: boolean } = {}): Tensor {
  if (!options.training) return callTensor('leakyRelu', input, (lower + upper) / 2);
  const slopes = call('uniform_', callTensor('empty', input.shape, input.dtype), lower, upper) as Tensor;
  return input.clamp(0).add(input.clamp(null, 0).mul(slopes));
}
/** Softmax of logits with Gumbel noise: a choice that has a gradient; with `hard`, one-hot in value (Jang et al., 2017). */
export function gumbelSoftmax(logits: Tensor, options: { tau?: number; hard?: boolean; dim?: number } = {}): Tensor {
  const { tau = 1, hard = false, dim = -1 } = options;
  const tiny = 1e-20;
  const uniform = callTensor('rand', logits.shape, logits.dtype).clamp(tiny);
  const soft = logits.add(uniform.log().neg().clamp(tiny).log().neg()).div(tau).softmax(dim);
  if (!hard) return soft;
  const at = soft.argmax(dim, { keepdim: true });
  const chosen = callTensor(
    'scatter',
    callTensor('zeros', logits.shape, logits.dtype),
    dim,
    at,
    callTensor('full', at.shape, 1, logits.dtype),
  );
  return chosen.sub(soft.detach()).add(soft);
}
