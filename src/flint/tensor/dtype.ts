// Element types: their names, sizes, and the typed arrays that carry them in JavaScript.
import { fail } from '../errors.ts';

/** The type of a tensor's elements. */
export type DType = 'float32' | 'float64' | 'float16' | 'bfloat16' | 'int64' | 'int32' | 'uint8' | 'bool';

export const float32: DType = 'float32';
export const float64: DType = 'float64';
/** 16 bits as IEEE 754 has them: about 3 digits, up to 65504. Stored only: arithmetic is done in float32. */
export const float16: DType = 'float16';
/** The upper half of a float32: its range, about 2 digits. Stored only: arithmetic is done in float32. */
export const bfloat16: DType = 'bfloat16';
export const int64: DType = 'int64';
export const int32: DType = 'int32';
export const uint8: DType = 'uint8';
export const bool: DType = 'bool';

/** The typed array in which a tensor's values leave the engine: int64 as bigints, bool as 0 and 1, 16-bit types as float32. */
export type TypedArray = Float32Array | Float64Array | BigInt64Array | Int32Array | Uint8Array;

const ARRAYS = {
  float32: Float32Array,
  float64: Float64Array,
  float16: Float32Array,
  bfloat16: Float32Array,
  int64: BigInt64Array,
  int32: Int32Array,
  uint8: Uint8Array,
  bool: Uint8Array,
} as const;

/** True for the two types of 16 bits. */
export function isHalf(dtype: DType): boolean {
  return dtype === 'float16' || dtype === 'bfloat16';
}
/** The type in which values of `dtype` pass between JavaScript and the engine. */
export function carrier(dtype: DType): DType {
  return isHalf(dtype) ? 'float32' : dtype;
}

/** True for float32, float64 and the types of 16 bits. */
export function isFloatingPoint(dtype: DType): boolean {
  return dtype === 'float32' || dtype === 'float64' || isHalf(dtype);
}

/** Throws when `name` is no dtype of Flint. */
export function checkDType(op: string, name: string): DType {
  if (name in ARRAYS) return name as DType;
  return fail(op, `unknown dtype "${name}"; the dtypes are ${Object.keys(ARRAYS).join(', ')}`);
}

/** A typed array over `buffer` for elements of `dtype`. */
export function typedArrayOver(buffer: ArrayBuffer, dtype: DType): TypedArray {
  return new ARRAYS[dtype](buffer);
}

/** A fresh typed array of `length` zeros for elements of `dtype`. */
export function typedArrayOf(length: number, dtype: DType): TypedArray {
  return new ARRAYS[dtype](length);
}

/** The dtype that a typed array keeps when a tensor is made of it; undefined for arrays without one (Int16Array, …). */
export function dtypeOfArray(array: ArrayBufferView): DType | undefined {
  if (array instanceof Float32Array) return 'float32';
  if (array instanceof Float64Array) return 'float64';
  if (array instanceof Int32Array) return 'int32';
  if (array instanceof BigInt64Array) return 'int64';
  if (array instanceof Uint8Array || array instanceof Uint8ClampedArray) return 'uint8';
  return undefined;
}
