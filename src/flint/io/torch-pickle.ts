// The words of PyTorch's pickles: tensors as views of storages, ordered dictionaries, and nothing that could run.
import { tensorFromBytes } from '../tensor/bytes.ts';
import { callTensor } from '../tensor/dispatch.ts';
import type { DType } from '../tensor/dtype.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { FileError } from './file-error.ts';
import type { Vocabulary } from './pickle.ts';

/** PyTorch's storage classes and their element types. */
export const storages: Readonly<Record<string, DType>> = {
  FloatStorage: 'float32',
  DoubleStorage: 'float64',
  HalfStorage: 'float16',
  BFloat16Storage: 'bfloat16',
  LongStorage: 'int64',
  IntStorage: 'int32',
  ByteStorage: 'uint8',
  BoolStorage: 'bool',
};
const itemBytes: Readonly<Record<string, number>> = {
  float32: 4,
  float64: 8,
  float16: 2,
  bfloat16: 2,
  int64: 8,
  int32: 4,
  uint8: 1,
  bool: 1,
};

/** A storage that a pickle names; its bytes are found when a tensor needs them. */
export class StorageName {
  readonly dtype: DType;
  readonly key: string;
  readonly count: number;
  constructor(dtype: DType, key: string, count: number) {
    this.dtype = dtype;
    this.key = key;
    this.count = count;
  }
  get bytes(): number {
    return this.count * itemBytes[this.dtype]!;
  }
}
/** A tensor that a pickle describes: part of a storage. */
export class TensorParts {
  readonly storage: StorageName;
  readonly offset: number;
  readonly shape: number[];
  readonly strides: number[];
  constructor(storage: StorageName, offset: number, shape: number[], strides: number[]) {
    this.storage = storage;
    this.offset = offset;
    this.shape = shape;
    this.strides = strides;
  }
}

class StorageClass {
  readonly dtype: DType;
  constructor(dtype: DType) {
    this.dtype = dtype;
  }
}
const rebuild = ([storage, offset, shape, strides]: unknown[]): unknown => {
  const good = storage instanceof StorageName && isSizes(shape) && isSizes(strides) && isSizes([offset]);
  return good && shape.length === strides.length ? new TensorParts(storage, Number(offset), shape, strides) : null;
};
const isSizes = (items: unknown): items is number[] =>
  Array.isArray(items) && items.every((n) => Number.isSafeInteger(n) && (n as number) >= 0);

/** What the pickles of PyTorch may name. */
export const torchVocabulary: Vocabulary = {
  constructors: {
    'collections.OrderedDict': () => new Map(),
    'torch._utils._rebuild_tensor_v2': rebuild,
    'torch._utils._rebuild_tensor': rebuild,
    'torch._utils._rebuild_parameter': ([data]) => data ?? null,
    'torch.nn.parameter.Parameter': ([data]) => data ?? null,
    'torch.Size': ([sizes]) => sizes ?? null,
    'torch.device': ([name]) => (typeof name === 'string' ? name : null),
  },
  values: {
    ...Object.fromEntries(Object.entries(storages).map(([name, dtype]) => [`torch.${name}`, new StorageClass(dtype)])),
    ...Object.fromEntries(Object.values(storages).map((dtype) => [`torch.${dtype}`, dtype])),
  },
  persistent: (id) => {
    const [kind, type, key, , count] = Array.isArray(id) ? (id as unknown[]) : [];
    if (kind !== 'storage' || !(type instanceof StorageClass) || !isSizes([count])) return undefined;
    if (typeof key !== 'string' && typeof key !== 'number') return undefined;
    return new StorageName(type.dtype, String(key), Number(count));
  },
};

/** A tensor that is larger than its storage may take so many bytes. */
const mostRepeated = 1 << 28;

/** Makes the tensor that `parts` describes out of the bytes of its storage. */
export function tensorOf(parts: TensorParts, bytes: Uint8Array, file: string): Tensor {
  const { storage, offset, shape, strides } = parts;
  const extent = shape.includes(0) ? 0 : shape.reduce((n, size, d) => n + (size - 1) * strides[d]!, offset + 1);
  if (extent * itemBytes[storage.dtype]! > bytes.length || offset < 0 || strides.some((s) => s < 0)) {
    throw new FileError('bad-torch', {
      file,
      problem: `a tensor of shape [${shape.join(', ')}] lies beyond the ${bytes.length} bytes of storage "${storage.key}"`,
      hint: 'The file may have been cut off; get it again.',
    });
  }
  // Strides of 0 repeat elements: a few bytes may ask for more memory than there is.
  const count = shape.reduce((a, b) => a * b, 1);
  if (count > storage.count && count * itemBytes[storage.dtype]! > mostRepeated) {
    throw new FileError('bad-torch', {
      file,
      problem: `a tensor of shape [${shape.join(', ')}] repeats the ${storage.count} elements of storage "${storage.key}"`,
      hint: 'Save a copy of it, .contiguous().clone() in Python.',
    });
  }
  const flat = tensorFromBytes(new Uint8Array(bytes), [bytes.length / itemBytes[storage.dtype]!], storage.dtype);
  return gathered(flat, offset, shape, strides);
}

/** The values at offset + index · strides, in a tensor of its own. */
function gathered(flat: Tensor, offset: number, shape: readonly number[], strides: readonly number[]): Tensor {
  const count = shape.reduce((a, b) => a * b, 1);
  const rowMajor = shape.every((size, d) => size === 1 || strides[d] === shape.slice(d + 1).reduce((a, b) => a * b, 1));
  if (rowMajor || count === 0) return callTensor('narrow', flat, 0, offset, count).clone().reshape(shape);
  // Dense in another order of dimensions, as transposed and channels-last tensors are: a permuted view.
  const order = [...shape.keys()].sort((a, b) => strides[b]! - strides[a]! || shape[b]! - shape[a]!);
  const sorted = order.map((d) => shape[d]!);
  const dense = order.every((d, i) => shape[d] === 1 || strides[d] === sorted.slice(i + 1).reduce((a, b) => a * b, 1));
  if (dense) {
    const back = order.map((_, d) => order.indexOf(d));
    return callTensor('narrow', flat, 0, offset, count).reshape(sorted).permute(back).contiguous();
  }
  const places = shape.map((size, d) =>
    callTensor('arange', 0, size, 1, 'int64')
      .mul(strides[d]!)
      .reshape(shape.map((_, i) => (i === d ? size : 1))),
  );
  const at = places
    .reduce((a, b) => a.add(b))
    .add(offset)
    .reshape(-1);
  return flat.indexSelect(0, at).reshape(shape);
}
