// Sums, means, extremes, orders: operations that reduce or rank along dimensions.
import { callTensor, callTensors } from './dispatch.ts';
import { TensorComparison } from './comparison.ts';
import type { DType } from './dtype.ts';
import type { Tensor } from './tensor.ts';

/** One dimension, several, or all when left out; negative numbers count from the end. */
export type DimArgument = number | readonly number[] | null;

/** What reductions may be told. */
export interface ReduceOptions {
  /** Keep the reduced dimensions with size 1. */
  keepdim?: boolean;
}

/** Values and where they were found. */
export interface ValuesAndIndices extends Iterable<Tensor> {
  readonly values: Tensor;
  /** int64 positions along the dimension. */
  readonly indices: Tensor;
}

const ALL: readonly number[] = [];

/** The engine's form: a list, empty for all dimensions. */
function dims(dim: DimArgument | undefined): readonly number[] {
  if (dim === undefined || dim === null) return ALL;
  return typeof dim === 'number' ? [dim] : dim;
}

function pair([values, indices]: Tensor[]): ValuesAndIndices {
  return { values: values!, indices: indices!, [Symbol.iterator]: () => [values!, indices!][Symbol.iterator]() };
}

/** `sum({keepdim: true})` is allowed as well as `sum(1, {keepdim: true})`. */
function split<O>(dim: DimArgument | O | undefined, options: O | undefined): [readonly number[], O | undefined] {
  if (dim !== null && typeof dim === 'object' && !Array.isArray(dim)) return [ALL, dim as O];
  return [dims(dim as DimArgument | undefined), options];
}

/** What `sum`, `mean` and `prod` may be told. */
export interface SumOptions extends ReduceOptions {
  /** The dtype of the result; integers sum to int64 otherwise. */
  dtype?: DType;
}
/** What `var` and `std` may be told. */
export interface VarianceOptions extends ReduceOptions {
  /** Divide by `n - correction`; 1 when left out, as in PyTorch. */
  correction?: number;
  /** `false` is the same as `correction: 0`. */
  unbiased?: boolean;
}

/** The part of class Tensor that reduces and ranks. */
export abstract class TensorReductions extends TensorComparison {
  /** The sum over `dim` (all when left out). Integers and booleans sum to int64. */
  sum(dim?: DimArgument | SumOptions, options?: SumOptions): Tensor {
    if (dim === undefined) return callTensor('sum', this, ALL, false);
    const [d, o] = split(dim, options);
    const source: Tensor = o?.dtype ? this.to(o.dtype) : (this as unknown as Tensor);
    return callTensor('sum', source, d, o?.keepdim ?? false);
  }
  /** The mean over `dim` (all when left out); floating-point tensors only. */
  mean(dim?: DimArgument | SumOptions, options?: SumOptions): Tensor {
    if (dim === undefined) return callTensor('mean', this, ALL, false);
    const [d, o] = split(dim, options);
    const source: Tensor = o?.dtype ? this.to(o.dtype) : (this as unknown as Tensor);
    return callTensor('mean', source, d, o?.keepdim ?? false);
  }
  /** The product of all elements, or along one dimension. */
  prod(dim?: number, options: ReduceOptions = {}): Tensor {
    return callTensor('prod', this, dim, options.keepdim ?? false);
  }
  /** The variance over `dim`, divided by n - 1 unless `correction` says otherwise. */
  var(dim?: DimArgument | VarianceOptions, options?: VarianceOptions): Tensor {
    const [d, o] = split(dim, options);
    return callTensor('var', this, d, o?.correction ?? (o?.unbiased === false ? 0 : 1), o?.keepdim ?? false);
  }
  /** The standard deviation over `dim`, divided by n - 1 unless `correction` says otherwise. */
  std(dim?: DimArgument | VarianceOptions, options?: VarianceOptions): Tensor {
    const [d, o] = split(dim, options);
    return callTensor('std', this, d, o?.correction ?? (o?.unbiased === false ? 0 : 1), o?.keepdim ?? false);
  }
  /** The p-norm over `dim`: 2 when left out, also 1, Infinity, or any other number. */
  norm(p = 2, options: ReduceOptions & { dim?: DimArgument } = {}): Tensor {
    return callTensor('norm', this, p, dims(options.dim), options.keepdim ?? false);
  }

  /** The largest element of all; along `dim` also where it is; beside another tensor the larger of both. */
  max(): Tensor;
  max(other: Tensor): Tensor;
  max(dim: number, options?: ReduceOptions): ValuesAndIndices;
  max(dim?: number | Tensor, options: ReduceOptions = {}): Tensor | ValuesAndIndices {
    if (dim === undefined) return callTensor('amax', this, ALL, false);
    if (typeof dim !== 'number') return this.maximum(dim);
    return pair(callTensors('maxDim', this, dim, options.keepdim ?? false));
  }
  /** The smallest element of all; along `dim` also where it is; beside another tensor the smaller of both. */
  min(): Tensor;
  min(other: Tensor): Tensor;
  min(dim: number, options?: ReduceOptions): ValuesAndIndices;
  min(dim?: number | Tensor, options: ReduceOptions = {}): Tensor | ValuesAndIndices {
    if (dim === undefined) return callTensor('amin', this, ALL, false);
    if (typeof dim !== 'number') return this.minimum(dim);
    return pair(callTensors('minDim', this, dim, options.keepdim ?? false));
  }
  /** The largest elements over `dim`; equal ones share the gradient. */
  amax(dim?: DimArgument, options: ReduceOptions = {}): Tensor {
    return callTensor('amax', this, dims(dim), options.keepdim ?? false);
  }
  /** The smallest elements over `dim`; equal ones share the gradient. */
  amin(dim?: DimArgument, options: ReduceOptions = {}): Tensor {
    return callTensor('amin', this, dims(dim), options.keepdim ?? false);
  }
  /** Where the largest element is (int64): in the flat tensor, or along `dim`. */
  argmax(dim?: number | null, options: ReduceOptions = {}): Tensor {
    return callTensor('argmax', this, dim ?? undefined, options.keepdim ?? false);
  }
  /** Where the smallest element is (int64): in the flat tensor, or along `dim`. */
  argmin(dim?: number | null, options: ReduceOptions = {}): Tensor {
    return callTensor('argmin', this, dim ?? undefined, options.keepdim ?? false);
  }
  /** Whether all elements (along `dim`) are true. */
  all(dim?: number, options: ReduceOptions = {}): Tensor {
    return callTensor('all', this, dim, options.keepdim ?? false);
  }
  /** Whether any element (along `dim`) is true. */
  any(dim?: number, options: ReduceOptions = {}): Tensor {
    return callTensor('any', this, dim, options.keepdim ?? false);
  }

  /** The `k` largest (or smallest) elements along `dim`, the last when left out, and where they are. */
  topk(k: number, options: { dim?: number; largest?: boolean } = {}): ValuesAndIndices {
    return pair(callTensors('topk', this, k, options.dim ?? -1, options.largest ?? true));
  }
  /** The `k`-th smallest element (counted from 1) along `dim`, the last when left out. */
  kthvalue(k: number, dim = -1, options: ReduceOptions = {}): ValuesAndIndices {
    return pair(callTensors('kthvalue', this, k, dim, options.keepdim ?? false));
  }
  /** The elements in order along `dim`, the last when left out, and where they were. */
  sort(dim = -1, options: { descending?: boolean } = {}): ValuesAndIndices {
    return pair(callTensors('sort', this, dim, options.descending ?? false));
  }
  /** The positions that would sort the tensor along `dim`. */
  argsort(dim = -1, options: { descending?: boolean } = {}): Tensor {
    return callTensor('argsort', this, dim, options.descending ?? false);
  }
  /** The middle of all elements (the lower of two). */
  median(): Tensor {
    return callTensor('median', this);
  }
  /** `log(sum(exp(x)))` over `dim` without overflow. */
  logsumexp(dim: DimArgument, options: ReduceOptions = {}): Tensor {
    return callTensor('logsumexp', this, dims(dim), options.keepdim ?? false);
  }
  /** The different values in ascending order, for each element which of them it is, and how often each occurs. */
  unique(): { values: Tensor; inverse: Tensor; counts: Tensor } {
    const [values, inverse, counts] = callTensors('unique', this);
    return { values: values!, inverse: inverse!, counts: counts! };
  }
  /** How often each of 0, 1, 2, … occurs in a one-dimensional tensor of integers; at least `minlength` entries. */
  bincount(minlength = 0): Tensor {
    return callTensor('bincount', this, minlength);
  }
  /** Running sums along `dim`. */
  cumsum(dim: number): Tensor {
    return callTensor('cumsum', this, dim);
  }
  /** Running products along `dim`. */
  cumprod(dim: number): Tensor {
    return callTensor('cumprod', this, dim);
  }
  /** The largest value so far along `dim` and its index; of equal ones the last. */
  cummax(dim: number): ValuesAndIndices {
    return pair(callTensors('cummax', this, dim));
  }
  /** The smallest value so far along `dim` and its index; of equal ones the last. */
  cummin(dim: number): ValuesAndIndices {
    return pair(callTensors('cummin', this, dim));
  }
  /** Softmax along `dim`: positive, with sum 1. */
  softmax(dim: number): Tensor {
    return callTensor('softmax', this, dim);
  }
  /** The logarithm of softmax along `dim`. */
  logSoftmax(dim: number): Tensor {
    return callTensor('logSoftmax', this, dim);
  }
}
