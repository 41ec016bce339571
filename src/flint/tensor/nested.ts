// Nested JavaScript arrays to flat typed arrays and back.
import { fail, FlintError } from '../errors.ts';
import { typedArrayOf, type DType, type TypedArray } from './dtype.ts';

/** A value, or arrays of them to any depth, all of one shape. */
export type NestedNumbers = number | boolean | bigint | readonly NestedNumbers[];

/** The flat values of `data` and its shape. Throws when rows differ in length or something is no number. */
export function flatten(
  data: NestedNumbers,
  dtype: DType | undefined,
): { array: TypedArray; shape: number[]; dtype: DType } {
  const shape: number[] = [];
  let first: NestedNumbers | undefined = data;
  while (Array.isArray(first)) {
    shape.push(first.length);
    first = (first as readonly NestedNumbers[])[0];
  }
  const kind = dtype ?? (typeof first === 'boolean' ? 'bool' : typeof first === 'bigint' ? 'int64' : 'float32');
  const array = typedArrayOf(
    shape.reduce((a, b) => a * b, 1),
    kind,
  );
  fill(data, 0, { shape, array, put: putter(array, kind), at: 0 });
  return { array, shape, dtype: kind };
}

interface Filling {
  shape: number[];
  array: TypedArray;
  put: (at: number, value: number | boolean | bigint) => void;
  at: number;
}

function fill(data: NestedNumbers, dim: number, to: Filling): void {
  if (dim === to.shape.length) {
    if (typeof data === 'number' || typeof data === 'boolean' || typeof data === 'bigint') to.put(to.at++, data);
    else fail('tensor', `expected a number at depth ${dim}, got ${describe(data)}; all rows must have the same depth`);
    return;
  }
  if (!Array.isArray(data))
    fail('tensor', `expected an array of ${to.shape[dim]} at depth ${dim}, got ${describe(data)}`);
  const row = data as readonly NestedNumbers[];
  if (row.length !== to.shape[dim]) {
    fail(
      'tensor',
      `expected ${to.shape[dim]} entries at depth ${dim}, got ${row.length}; all rows must have the same length`,
    );
  }
  for (const item of row) fill(item, dim + 1, to);
}

function describe(value: unknown): string {
  return Array.isArray(value) ? `an array of ${value.length}` : value === null ? 'null' : typeof value;
}

function putter(array: TypedArray, dtype: DType): Filling['put'] {
  if (array instanceof BigInt64Array) return (at, value) => void (array[at] = wholeBig(value));
  const numbers = array;
  if (dtype === 'bool') return (at, value) => void (numbers[at] = value ? 1 : 0);
  return (at, value) => void (numbers[at] = Number(value));
}

function wholeBig(value: number | boolean | bigint): bigint {
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) fail('tensor', `${value} is no integer; give the tensor a floating-point dtype`);
    return BigInt(Math.trunc(value));
  }
  return BigInt(value);
}

/** Flat values as nested arrays of `shape`; a plain value for `[]`. Throws when an int64 is beyond 2^53. */
export function nest(values: TypedArray, shape: readonly number[], dtype: DType): NestedNumbers {
  let at = 0;
  const take = (): number | boolean => {
    const value = values[at++]!;
    return dtype === 'bool' ? value !== 0 : typeof value === 'bigint' ? exact(value) : value;
  };
  const build = (dim: number): NestedNumbers =>
    dim === shape.length ? take() : Array.from({ length: shape[dim]! }, () => build(dim + 1));
  return build(0);
}

function exact(value: bigint): number {
  if (value > 2n ** 53n || value < -(2n ** 53n)) {
    throw new FlintError(
      `[tolist] the value ${value} is beyond 2^53 and does not fit a JavaScript number; use toTypedArray() for bigints`,
      { code: 'range', op: 'tolist' },
    );
  }
  return Number(value);
}
