// Arrays of NumPy as a data set.
import { fail } from '../errors.ts';
import { npyRows, npzRows, type ArrayRows } from '../io/npy-rows.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { resolveRoot } from '../vision/source.ts';
import { checkIndex, type Dataset } from './dataset.ts';

/** What {@link NumpyDataset} may be told. */
export interface NumpyDatasetOptions {
  /** Which arrays of a .npz file, in which order; all in the file's order when left out. */
  arrays?: readonly string[];
  /** Bytes that may be kept in memory: larger arrays are read row by row from the file. 1 GiB when left out. */
  memoryLimit?: number;
}

/**
 * The rows of arrays in a .npz file or in several .npy files: sample i is `[a[i], b[i], …]`, with the type of each array. Arrays
 * that are larger than `memoryLimit` stay in the file (in a .npz only when they are stored without compression).
 *
 * ```ts
 * const train = new NumpyDataset('mnist.npz', { arrays: ['x_train', 'y_train'] });
 * const pairs = new NumpyDataset(['images.npy', 'labels.npy']);
 * ```
 */
export class NumpyDataset implements Dataset<Tensor[]> {
  readonly length: number;
  /** The names of the arrays, or the paths of the files. */
  readonly names: readonly string[];
  /** The shape of one sample of each array. */
  readonly shapes: readonly (readonly number[])[];
  private readonly arrays: readonly ArrayRows[];

  constructor(path: string | readonly string[], options: NumpyDatasetOptions = {}) {
    const { memoryLimit = 1 << 30 } = options;
    const paths = (typeof path === 'string' ? [path] : [...path]).map(resolveRoot);
    if (paths.length === 0) fail('NumpyDataset', 'it needs at least one file');
    let left = memoryLimit;
    this.arrays = paths.flatMap((file) => {
      if (/\.npz$/i.test(file)) return npzRows(file, options.arrays, left);
      const rows = npyRows(file, left);
      if (rows.bytes <= left) left -= rows.bytes;
      return [rows];
    });
    this.length = this.arrays[0]?.shape[0] ?? 0;
    this.names = this.arrays.map((array) => array.name);
    this.shapes = this.arrays.map((array) => array.shape.slice(1));
    if (this.arrays.length === 0) fail('NumpyDataset', `there are no arrays in ${paths.join(', ')}`);
    if (this.arrays.some((array) => array.shape[0] !== this.length)) {
      const found = this.arrays.map(({ name, shape }) => `${name} [${shape.join(', ')}]`).join(', ');
      fail('NumpyDataset', `the arrays differ in their number of rows: ${found}; choose with options.arrays`);
    }
  }

  get(index: number): Tensor[] {
    checkIndex(index, this.length, 'NumpyDataset');
    return this.arrays.map((array) => array.rows([index]).squeeze(0));
  }
  getBatch(indices: readonly number[]): Tensor[] {
    for (const index of indices) checkIndex(index, this.length, 'NumpyDataset');
    return this.arrays.map((array) => array.rows(indices));
  }
}
