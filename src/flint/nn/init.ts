// Initial values of parameters, as `nn.init`. Every function fills its tensor in place, without recording, and gives it back.
import { fail } from '../errors.ts';
import { noGrad } from '../autograd.ts';
import { empty, emptyLike, eye, fillNormal, fillUniform, rand } from '../tensor/creation.ts';
import { where } from '../tensor/joining.ts';
import * as linalg from '../tensor/linalg.ts';
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
/** Normal with that mean and deviation, drawn again outside `[a, b]`. */
export function truncNormal_(tensor: Tensor, mean = 0, std = 1, a = -2, b = 2): Tensor {
  return noGrad(() => {
    fillNormal(tensor, mean, std);
    for (;;) {
      const outside = tensor.lt(a).logicalOr(tensor.gt(b));
      if (!outside.any().item()) return tensor;
      tensor.copy_(where(outside, fillNormal(emptyLike(tensor), mean, std), tensor));
    }
  });
}
/** Orthonormal rows or columns, from the QR decomposition of normal values (Saxe et al., 2013). */
export function orthogonal_(tensor: Tensor, gain = 1): Tensor {
  if (tensor.dim() < 2) fail('init', `orthogonal_ needs at least 2 dimensions, got shape [${tensor.shape.join(', ')}]`);
  if (tensor.numel() === 0) return tensor;
  return noGrad(() => {
    const rows = tensor.shape[0]!;
    const columns = tensor.numel() / rows;
    const flat = fillNormal(empty([rows, columns], { dtype: tensor.dtype }), 0, 1);
    const [q, r] = linalg.qr(rows < columns ? flat.t() : flat);
    const signed = q.mul(r.diagonal().sign());
    return tensor.copy_((rows < columns ? signed.t() : signed).reshape(tensor.shape).mul(gain));
  });
}
/** Ones on the diagonal of a matrix, zeros elsewhere. */
export function eye_(tensor: Tensor): Tensor {
  if (tensor.dim() !== 2) fail('init', `eye_ needs a matrix, got shape [${tensor.shape.join(', ')}]`);
  return noGrad(() => tensor.copy_(eye(tensor.shape[0]!, tensor.shape[1])));
}
/** A kernel `[out, in, …]` that passes channels on as they are: a 1 in its middle. */
export function dirac_(tensor: Tensor, groups = 1): Tensor {
  const [out, input, ...kernel] = tensor.shape;
  if (tensor.dim() < 3 || out! % groups) {
    fail(
      'init',
      `dirac_ needs a kernel [out, in, …] whose outputs ${groups} groups share, got [${tensor.shape.join(', ')}]`,
    );
  }
  return noGrad(() => {
    tensor.fill_(0);
    const middle = kernel.map((k) => Math.floor(k / 2));
    const each = out! / groups;
    for (let g = 0; g < groups; g++) {
      for (let i = 0; i < Math.min(each, input!); i++) tensor.set([g * each + i, i, ...middle], 1);
    }
    return tensor;
  });
}
/** Normal values of deviation `std` with the share `sparsity` of each column set to zero (Martens, 2010). */
export function sparse_(tensor: Tensor, sparsity: number, std = 0.01): Tensor {
  if (tensor.dim() !== 2) fail('init', `sparse_ needs a matrix, got shape [${tensor.shape.join(', ')}]`);
  return noGrad(() => {
    fillNormal(tensor, 0, std);
    const [rows, columns] = tensor.shape as [number, number];
    const zeros = Math.ceil(sparsity * rows);
    const ranks = rand(rows, columns).argsort(0).argsort(0);
    return tensor.maskedFill_(ranks.lt(zeros), 0);
  });
}
