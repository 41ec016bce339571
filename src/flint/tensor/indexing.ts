// Indexing: numbers, slices as strings, '...', new axes, masks and index tensors; reading, assigning, iterating.
import { fail } from '../errors.ts';
import { call, callTensor } from './dispatch.ts';
import { handleOf } from './handle.ts';
import { native } from '../native.ts';
import { TensorShaping } from './shaping.ts';
import { tensorFromBytes } from './bytes.ts';
import { flatten, type NestedNumbers } from './nested.ts';
import type { Tensor } from './tensor.ts';

/**
 * One entry of an index: a number, a slice such as `':'`, `'1:'`, `'0:28:2'`, `'...'`, `null` for a new axis of size 1, a tensor
 * (int64 positions or a bool mask), or an array of positions.
 */
export type IndexEntry = number | string | null | Tensor | readonly number[] | readonly boolean[];

/** The part of class Tensor that indexes. */
export abstract class TensorIndexing extends TensorShaping {
  /**
   * The part of the tensor that the entries name, one for each dimension from the first; what is not named is whole. Numbers,
   * slices, `'...'` and `null` give a view that shares memory; tensors and arrays give a copy.
   *
   * ```ts
   * x.at(0); x.at(':', 1); x.at('...', '0:28:2'); x.at(mask); x.at([0, 2]);
   * ```
   * Throws when an index is out of range, naming the dimension and its size.
   */
  at(...index: IndexEntry[]): Tensor {
    if (index.length === 1 && typeof index[0] === 'number') return first(this as unknown as Tensor, index[0]);
    const { view, gathers } = basicIndex(this as unknown as Tensor, index);
    return gathers.some((g) => g !== undefined) ? callTensor('index', view, gathers) : view;
  }

  /** Assigns `value` (a tensor that broadcasts, or a number) to the part that `index` names: `x.set([':', 1], 0)`. */
  set(index: IndexEntry | readonly IndexEntry[], value: Tensor | number): this {
    const entries = isEntryList(index) ? index : [index];
    const { view, gathers } = basicIndex(this as unknown as Tensor, entries);
    if (gathers.some((g) => g !== undefined)) {
      const source = typeof value === 'number' ? numberTensor(value, view) : value;
      call('indexPut_', view, gathers, source);
    } else if (typeof value === 'number') view.fill_(value);
    else view.copy_(value);
    return this;
  }

  /** Walks the first dimension: `for (const row of matrix)`. Throws for a 0-dimensional tensor. */
  *[Symbol.iterator](): IterableIterator<Tensor> {
    if (native.dim(handleOf(this)) === 0)
      fail('iterate', 'a 0-dimensional tensor cannot be walked; use item() for its value');
    const count = this.length;
    for (let i = 0; i < count; i++) yield callTensor('select', this, 0, i);
  }
}

/** `x.at(i)`, the most frequent index of all, by the shortest way: the engine checks it, and only a refusal is explained. */
function first(x: Tensor, index: number): Tensor {
  try {
    return callTensor('select', x, 0, index);
  } catch (error) {
    const shape = x.shape;
    if (shape.length === 0) tooMany(shape, [index]);
    inRange(index, shape[0]!, 0);
    throw error;
  }
}

/** An array of several entries, rather than one array of positions: only strings, nulls, tensors, or numbers for `set`. */
function isEntryList(index: IndexEntry | readonly IndexEntry[]): index is readonly IndexEntry[] {
  return Array.isArray(index);
}

interface BasicIndex {
  view: Tensor;
  /** For each dimension of `view` the tensor that gathers along it, if any. */
  gathers: (Tensor | undefined)[];
}

function basicIndex(base: Tensor, index: readonly IndexEntry[]): BasicIndex {
  const shape = base.shape;
  const entries = expandEllipsis(shape, index);
  const gathers: (Tensor | undefined)[] = [];
  let view = base;
  let dim = 0; // of view
  let source = 0; // of base
  for (const entry of entries) {
    if (entry === null) {
      view = callTensor('unsqueeze', view, dim++);
      continue;
    }
    const taken = consumes(entry);
    if (source + taken > shape.length) tooMany(shape, index);
    if (typeof entry === 'number') {
      view = callTensor('select', view, dim, inRange(entry, shape[source]!, source));
    } else if (typeof entry === 'string') {
      if (entry.trim() !== ':') view = callTensor('slice', view, dim, ...parseSlice(entry));
      dim++;
    } else {
      const [first, ...more] = gatherTensors(entry, shape, source);
      gathers[dim] = first;
      more.forEach((tensor, i) => (gathers[dim + 1 + i] = tensor));
      dim += taken;
    }
    source += taken;
  }
  return { view, gathers: Array.from(gathers, (g) => g) };
}

function consumes(entry: IndexEntry): number {
  if (entry === null) return 0;
  return typeof entry === 'object' && !Array.isArray(entry) && (entry as Tensor).dtype === 'bool'
    ? (entry as Tensor).dim()
    : 1;
}

function expandEllipsis(shape: readonly number[], index: readonly IndexEntry[]): readonly IndexEntry[] {
  const at = index.indexOf('...');
  if (at < 0) return index;
  if (index.indexOf('...', at + 1) >= 0) fail('at', "an index may have one '...' only");
  const others = index.reduce<number>((n, entry) => n + (entry === '...' ? 0 : consumes(entry)), 0);
  if (others > shape.length) tooMany(shape, index);
  return [...index.slice(0, at), ...Array<string>(shape.length - others).fill(':'), ...index.slice(at + 1)];
}

function inRange(index: number, size: number, dim: number): number {
  if (!Number.isInteger(index)) fail('at', `index ${index} of dimension ${dim} is not an integer`);
  if (index < -size || index >= size) {
    fail(
      'at',
      `index ${index} is out of range for dimension ${dim} of size ${size}; it may be ${-size} to ${size - 1}`,
    );
  }
  return index;
}

function tooMany(shape: readonly number[], index: readonly IndexEntry[]): never {
  return fail(
    'at',
    `${index.length} indices were given for shape [${shape.join(', ')}], which has ${shape.length} dimensions`,
  );
}

const SLICE = /^\s*(-?\d+)?\s*:\s*(-?\d+)?\s*(?::\s*(-?\d+)?\s*)?$/;

/** `[start, end, step]` of `'1:'`, `'0:28:2'`, `':'`, …; an open end is undefined. */
export function parseSlice(text: string): [start: number | undefined, end: number | undefined, step: number] {
  const match = SLICE.exec(text);
  if (!match) fail('at', `"${text}" is no slice; write ':', '1:', ':-1', '0:28:2' or '...'`);
  const number = (word: string | undefined): number | undefined => (word === undefined ? undefined : Number(word));
  const step = number(match[3]) ?? 1;
  if (step < 1) fail('at', `the step of slice "${text}" must be at least 1, as in PyTorch; use flip for reverse order`);
  return [number(match[1]), number(match[2]), step];
}

/** Index tensors for one entry: an int64 tensor as it is; a mask becomes the positions where it is true, one for each of its dimensions. */
function gatherTensors(
  entry: Tensor | readonly number[] | readonly boolean[],
  shape: readonly number[],
  dim: number,
): Tensor[] {
  const isArray = Array.isArray(entry);
  const list = entry as readonly (number | boolean)[];
  const tensor = isArray ? fromList(list, typeof list[0] === 'boolean') : (entry as Tensor);
  if (tensor.dtype !== 'bool') return [tensor.dtype === 'int64' ? tensor : tensor.to('int64')];
  const wanted = shape.slice(dim, dim + tensor.dim());
  if (tensor.shape.some((n, i) => n !== wanted[i])) {
    fail('at', `a mask of shape [${tensor.shape.join(', ')}] does not fit dimensions of sizes [${wanted.join(', ')}]`);
  }
  return callTensor('nonzero', tensor).unbind(1);
}

function fromList(list: NestedNumbers, mask: boolean): Tensor {
  const { array, shape, dtype } = flatten(list, mask ? 'bool' : 'int64');
  return tensorFromBytes(array, shape, dtype);
}

function numberTensor(value: number, like: Tensor): Tensor {
  const { array, shape, dtype } = flatten(value, like.dtype);
  return tensorFromBytes(array, shape, dtype);
}
