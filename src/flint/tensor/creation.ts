// Making tensors: from numbers, filled, in sequence, random.
import { fail } from '../errors.ts';
import { outsideOfCompile } from '../graph/recorder.ts';
import { native } from '../native.ts';
import { call, callTensor } from './dispatch.ts';
import { tensorFromBytes } from './bytes.ts';
import { device as deviceOf, type Device } from './device.ts';
import { carrier, checkDType, dtypeOfArray, typedArrayOf, type DType } from './dtype.ts';
import { flatten, type NestedNumbers } from './nested.ts';
import { sizesOf } from './shaping.ts';
import { Tensor } from './tensor.ts';

/** What every function that makes a tensor may be told. */
export interface CreationOptions {
  /** The type of the elements; float32 when left out (int64 for functions that make indices). */
  dtype?: DType;
  /** Record operations on the tensor for `backward`. */
  requiresGrad?: boolean;
  /** Where the tensor lives: `'cpu'`. */
  device?: Device | string;
}

/** `zeros(2, 3)`, `zeros([2, 3])`, and either with options last. */
export type ShapeAndOptions =
  | readonly number[]
  | readonly [readonly number[]]
  | readonly [readonly number[], CreationOptions]
  | readonly [...number[], CreationOptions];

function finish(tensor: Tensor, options: CreationOptions | undefined): Tensor {
  if (options?.device !== undefined) deviceOf(options.device);
  return options?.requiresGrad ? tensor.requiresGrad_() : tensor;
}

function parse(
  op: string,
  args: ShapeAndOptions,
): { shape: readonly number[]; options: CreationOptions | undefined; dtype: DType } {
  const last = args.at(-1);
  const options = typeof last === 'object' && !Array.isArray(last) ? (last as CreationOptions) : undefined;
  const shape = sizesOf((options ? args.slice(0, -1) : args) as readonly number[]);
  for (const size of shape) {
    if (!Number.isInteger(size) || size < 0)
      fail(op, `a shape is made of integers of at least 0, got [${shape.join(', ')}]`);
  }
  return { shape, options, dtype: checkDType(op, options?.dtype ?? 'float32') };
}

/**
 * A tensor with a copy of `data`: nested arrays (float32; booleans make bool, bigints int64), a typed array, which keeps its
 * type, or one number. `dtype` decides otherwise. Throws when rows differ in length.
 *
 * ```ts
 * tensor([[1, 2], [3, 4]]);  tensor([0, 2, 1], { dtype: int64 });  tensor(3.14, { requiresGrad: true });
 * ```
 */
export function tensor(data: NestedNumbers | ArrayBufferView | Tensor, options: CreationOptions = {}): Tensor {
  const wanted = options.dtype === undefined ? undefined : checkDType('tensor', options.dtype);
  if (data instanceof Tensor) {
    const copy = data.detach().clone();
    return finish(wanted ? copy.to(wanted) : copy, options);
  }
  if (ArrayBuffer.isView(data)) return finish(fromTypedArray(data, wanted), options);
  const flat = flatten(data, wanted && carrier(wanted));
  const made = tensorFromBytes(flat.array, flat.shape, flat.dtype);
  return finish(wanted ? made.to(wanted) : made, options);
}

function fromTypedArray(data: ArrayBufferView, wanted: DType | undefined): Tensor {
  if (!('length' in data)) fail('tensor', 'a DataView has no element type; use a typed array');
  const length = data.length as number;
  const own = dtypeOfArray(data);
  if (own) {
    const made = tensorFromBytes(data, [length], own);
    return wanted && wanted !== own ? made.to(wanted) : made;
  }
  const dtype = carrier(wanted ?? 'float32');
  const array = typedArrayOf(length, dtype);
  const numbers = data as unknown as ArrayLike<number | bigint>;
  for (let i = 0; i < length; i++) array[i] = array instanceof BigInt64Array ? BigInt(numbers[i]!) : Number(numbers[i]);
  const made = tensorFromBytes(array, [length], dtype);
  return wanted ? made.to(wanted) : made;
}

/** Uninitialised memory of that shape: fill it before reading. */
export function empty(...args: ShapeAndOptions): Tensor {
  const { shape, options, dtype } = parse('empty', args);
  return finish(callTensor('empty', shape, dtype), options);
}

/** Zeros: `zeros(2, 3)` or `zeros([2, 3], { dtype: int64 })`. */
export function zeros(...args: ShapeAndOptions): Tensor {
  const { shape, options, dtype } = parse('zeros', args);
  return finish(callTensor('zeros', shape, dtype), options);
}

/** Ones: `ones(2, 3)`. */
export function ones(...args: ShapeAndOptions): Tensor {
  const { shape, options, dtype } = parse('ones', args);
  return finish(callTensor('ones', shape, dtype), options);
}

/** `value` everywhere: `full([2, 3], 7)`; `full([], 7)` is one value. */
export function full(shape: readonly number[], value: number | boolean, options: CreationOptions = {}): Tensor {
  const dtype = options.dtype ?? (typeof value === 'boolean' ? 'bool' : 'float32');
  return finish(callTensor('full', shape, Number(value), checkDType('full', dtype)), options);
}

/** Ones on the diagonal of `[n, m]` (`m` = `n` when left out), zeros elsewhere. */
export function eye(n: number, m: number | CreationOptions = n, options: CreationOptions = {}): Tensor {
  const o = typeof m === 'object' ? m : options;
  return finish(callTensor('eye', n, typeof m === 'object' ? n : m, checkDType('eye', o.dtype ?? 'float32')), o);
}

/** `arange(end)`, `arange(start, end, step)`: from `start` up to, without, `end`. Integers make int64, as in PyTorch. */
export function arange(...args: readonly number[] | readonly [...number[], CreationOptions]): Tensor {
  const last = args.at(-1);
  const options: CreationOptions = typeof last === 'object' ? last : {};
  const numbers = (args as readonly unknown[]).filter((a): a is number => typeof a === 'number');
  const start = numbers.length === 1 ? 0 : (numbers[0] ?? 0);
  const end = (numbers.length === 1 ? numbers[0] : numbers[1]) ?? 0;
  const step = numbers[2] ?? 1;
  if (numbers.length === 0) fail('arange', 'needs at least the end: arange(10)');
  if (step === 0 || (end - start) / step < 0)
    fail('arange', `from ${start} to ${end} by ${step} never arrives; check the sign of the step`);
  const dtype = options.dtype ?? (numbers.every(Number.isInteger) ? 'int64' : 'float32');
  return finish(callTensor('arange', start, end, step, checkDType('arange', dtype)), options);
}

/** `steps` values from `start` to `end`, both included, evenly spaced. */
export function linspace(start: number, end: number, options: CreationOptions & { steps: number }): Tensor {
  return finish(callTensor('linspace', start, end, options.steps, options.dtype ?? 'float32'), options);
}

/** `steps` values from `base^start` to `base^end` (base 10), evenly spaced in their logarithm. */
export function logspace(
  start: number,
  end: number,
  options: CreationOptions & { steps: number; base?: number },
): Tensor {
  const dtype = options.dtype ?? 'float32';
  return finish(callTensor('logspace', start, end, options.steps, options.base ?? 10, dtype), options);
}

/** Random values, uniform in [0, 1). */
export function rand(...args: ShapeAndOptions): Tensor {
  const { shape, options, dtype } = parse('rand', args);
  return finish(callTensor('rand', shape, dtype), options);
}

/** Random values of the normal distribution with mean 0 and deviation 1. */
export function randn(...args: ShapeAndOptions): Tensor {
  const { shape, options, dtype } = parse('randn', args);
  return finish(callTensor('randn', shape, dtype), options);
}

/** Random integers from `low` (0 when left out) to, without, `high`: `randint(1, 10, [3, 3])`. int64 unless told otherwise. */
export function randint(low: number, high: number, shape: readonly number[], options?: CreationOptions): Tensor;
export function randint(high: number, shape: readonly number[], options?: CreationOptions): Tensor;
export function randint(
  a: number,
  b: number | readonly number[],
  c?: readonly number[] | CreationOptions,
  d?: CreationOptions,
): Tensor {
  const two = typeof b !== 'number';
  const [low, high] = two ? [0, a] : [a, b];
  const shape = (two ? b : c) as readonly number[];
  const options = ((two ? c : d) as CreationOptions | undefined) ?? {};
  if (!(high > low)) fail('randint', `needs low < high, got ${low} and ${high}`);
  return finish(callTensor('randint', low, high, shape, options.dtype ?? 'int64'), options);
}

/** The integers 0 to n - 1 in random order (int64). */
export function randperm(n: number, options: CreationOptions = {}): Tensor {
  const made = callTensor('randperm', n);
  return finish(options.dtype ? made.to(options.dtype) : made, options);
}

/** Random normal values with the given mean and deviation. */
export function normal(mean: number, std: number, shape: readonly number[], options: CreationOptions = {}): Tensor {
  const made = callTensor('randn', shape, options.dtype ?? 'float32');
  return finish(made.mul(std).add(mean), options);
}

function like(other: Tensor, options: CreationOptions): [readonly number[], CreationOptions & { dtype: DType }] {
  return [other.shape, { ...options, dtype: options.dtype ?? other.dtype }];
}
/** Uninitialised memory of the shape and dtype of `other`. */
export function emptyLike(other: Tensor, options: CreationOptions = {}): Tensor {
  return empty(...like(other, options));
}
/** Zeros of the shape and dtype of `other`. */
export function zerosLike(other: Tensor, options: CreationOptions = {}): Tensor {
  return zeros(...like(other, options));
}
/** Ones of the shape and dtype of `other`. */
export function onesLike(other: Tensor, options: CreationOptions = {}): Tensor {
  return ones(...like(other, options));
}
/** `value` everywhere, in the shape and dtype of `other`. */
export function fullLike(other: Tensor, value: number, options: CreationOptions = {}): Tensor {
  const [shape, o] = like(other, options);
  return full(shape, value, o);
}
/** Uniform random values of the shape and dtype of `other`. */
export function randLike(other: Tensor, options: CreationOptions = {}): Tensor {
  return rand(...like(other, options));
}
/** Normal random values of the shape and dtype of `other`. */
export function randnLike(other: Tensor, options: CreationOptions = {}): Tensor {
  return randn(...like(other, options));
}

/** Starts the random numbers from `seed`: the same seed gives the same run, bit for bit, on the same device. */
export function manualSeed(seed: number | bigint): void {
  outsideOfCompile('manualSeed is called');
  native.manualSeed(seed);
}

/** Where the random numbers are: pass it to {@link setRngState} to continue from here. */
export function getRngState(): [seed: bigint, counter: bigint] {
  return native.generatorState();
}

/** Continues the random numbers from a state that {@link getRngState} gave. */
export function setRngState([seed, counter]: readonly [seed: bigint, counter: bigint]): void {
  outsideOfCompile('the state of the random numbers is set (setRngState, or checkpoint())');
  native.setGeneratorState(seed, counter);
}

/** Fills `target` in place with uniform random values; used by the initialisers. */
export function fillUniform(target: Tensor, low: number, high: number): Tensor {
  return call('uniform_', target, low, high) as Tensor;
}
/** Fills `target` in place with normal random values; used by the initialisers. */
export function fillNormal(target: Tensor, mean: number, std: number): Tensor {
  return call('normal_', target, mean, std) as Tensor;
}
