// Initial values of parameters, as `nn.init`. Every function fills its tensor in place, without recording, and gives it back.
import { fail } from '../errors.ts';
import { noGrad } from '../autograd.ts';
import { fillNormal, fillUniform } from '../tensor/creation.ts';
import type { Tensor } from '../tensor/tensor.ts';

/** The activation that follows, which decides the gain. */
export type Nonlinearity = 'linear' | 'conv2d' | 'sigmoid' | 'tanh' | 'relu' | 'leakyRelu' | 'selu';
/** Which side of the weight keeps its variance. */
export type FanMode = 'fanIn' | 'fanOut';

/** What the Kaiming initialisers may be told. */
export interface KaimingOptions {
  /** The negative slope of the leaky ReLU that follows. */
  a?: number;
  mode?: FanMode;
  nonlinearity?: Nonlinearity;
}

/** Uniform in [low, high). */
export function uniform_(tensor: Tensor, low = 0, high = 1): Tensor {
  noGrad(() => fillUniform(tensor, low, high));
  return tensor;
}
/** Normal with that mean and deviation. */
export function normal_(tensor: Tensor, mean = 0, std = 1): Tensor {
  noGrad(() => fillNormal(tensor, mean, std));
  return tensor;
}
/** `value` everywhere. */
export function constant_(tensor: Tensor, value: number): Tensor {
  return noGrad(() => tensor.fill_(value));
}
/** Zeros. */
export function zeros_(tensor: Tensor): Tensor {
  return constant_(tensor, 0);
}
/** Ones. */
export function ones_(tensor: Tensor): Tensor {
  return constant_(tensor, 1);
}

/** How many inputs and outputs one element of a weight `[out, in, …]` is connected to. */
export function calculateFanInAndFanOut(tensor: Tensor): { fanIn: number; fanOut: number } {
  const [out, input, ...kernel] = tensor.shape;
  if (out === undefined || input === undefined) {
    fail('init', `fan in and fan out need a weight of at least 2 dimensions, got shape [${tensor.shape.join(', ')}]`);
  }
  const field = kernel.reduce((a, b) => a * b, 1);
  return { fanIn: input * field, fanOut: out * field };
}

/** The factor by which PyTorch scales initial deviations for an activation. */
export function calculateGain(nonlinearity: Nonlinearity, param = 0.01): number {
  switch (nonlinearity) {
    case 'tanh':
      return 5 / 3;
    case 'relu':
      return Math.SQRT2;
    case 'leakyRelu':
      return Math.sqrt(2 / (1 + param ** 2));
    case 'selu':
      return 3 / 4;
    default:
      return 1;
  }
}

function kaimingStd(tensor: Tensor, options: KaimingOptions): number {
  const { a = 0, mode = 'fanIn', nonlinearity = 'leakyRelu' } = options;
  return calculateGain(nonlinearity, a) / Math.sqrt(calculateFanInAndFanOut(tensor)[mode]);
}
/** He's initial values, uniform. */
export function kaimingUniform_(tensor: Tensor, options: KaimingOptions = {}): Tensor {
  const bound = Math.sqrt(3) * kaimingStd(tensor, options);
  return uniform_(tensor, -bound, bound);
}
/** He's initial values, normal. */
export function kaimingNormal_(tensor: Tensor, options: KaimingOptions = {}): Tensor {
  return normal_(tensor, 0, kaimingStd(tensor, options));
}
function xavierStd(tensor: Tensor, gain: number): number {
  const { fanIn, fanOut } = calculateFanInAndFanOut(tensor);
  return gain * Math.sqrt(2 / (fanIn + fanOut));
}
/** Glorot's initial values, uniform. */
export function xavierUniform_(tensor: Tensor, gain = 1): Tensor {
  const bound = Math.sqrt(3) * xavierStd(tensor, gain);
  return uniform_(tensor, -bound, bound);
}
/** Glorot's initial values, normal. */
export function xavierNormal_(tensor: Tensor, gain = 1): Tensor {
  return normal_(tensor, 0, xavierStd(tensor, gain));
}
