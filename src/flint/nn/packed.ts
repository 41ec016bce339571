// Sequences of different lengths in one tensor, as `nn.utils.rnn`.
import { fail } from '../errors.ts';
import { tensor } from '../tensor/creation.ts';
import { callTensor } from '../tensor/dispatch.ts';
import { cat, stack } from '../tensor/joining.ts';
import { Tensor } from '../tensor/tensor.ts';

/** How many sequences have each step, as the engine is told. */
export let sizesOf: (packed: PackedSequence) => readonly number[];

/** Sequences of different lengths: the rows of step 0 of all of them, then those of step 1 of all that go on, … */
export class PackedSequence {
  /** `[rows, …]` */
  readonly data: Tensor;
  /** Which sequence of the batch stands at each place, longest first; null where they were sorted already. */
  readonly sortedIndices: Tensor | null;
  /** The reverse: at which place each sequence of the batch stands. */
  readonly unsortedIndices: Tensor | null;
  readonly #sizes: readonly number[];

  constructor(
    data: Tensor,
    batchSizes: Tensor | readonly number[],
    sorted: Tensor | null = null,
    unsorted: Tensor | null = null,
  ) {
    this.data = data;
    this.#sizes = batchSizes instanceof Tensor ? (batchSizes.tolist() as number[]) : batchSizes;
    this.sortedIndices = sorted;
    this.unsortedIndices = unsorted;
  }

  static {
    sizesOf = (packed) => packed.#sizes;
  }

  /** How many sequences have each step; int64. */
  get batchSizes(): Tensor {
    return tensor([...this.#sizes], { dtype: 'int64' });
  }
}

/** What packing and padding may be told. */
export interface BatchFirstOptions {
  /** Whether sequences are `[n, l, …]` and not `[l, n, …]`. */
  batchFirst?: boolean;
}

const lengthsOf = (lengths: readonly number[] | Tensor): number[] =>
  Array.isArray(lengths) ? [...(lengths as number[])] : ((lengths as Tensor).tolist() as number[]);

/**
 * Packs a padded batch `[l, n, …]` of sequences of the given lengths, so that a recurrent layer skips the padding.
 * Sequences must be sorted by falling length unless `enforceSorted` is false.
 */
export function packPaddedSequence(
  input: Tensor,
  lengths: readonly number[] | Tensor,
  options: BatchFirstOptions & { enforceSorted?: boolean } = {},
): PackedSequence {
  const all = lengthsOf(lengths);
  const [steps, n] = options.batchFirst ? [input.shape[1]!, input.shape[0]!] : [input.shape[0]!, input.shape[1]!];
  if (all.length !== n) fail('packPaddedSequence', `${all.length} lengths were given for a batch of ${n}`);
  const wrong = all.find((v) => !Number.isInteger(v) || v < 1 || v > steps);
  if (wrong !== undefined) fail('packPaddedSequence', `a length must be from 1 to ${steps}, got ${wrong}`);
  const order = [...all.keys()].sort((a, b) => all[b]! - all[a]!);
  const sorted = order.every((v, i) => v === i);
  if (!sorted && (options.enforceSorted ?? true)) {
    fail('packPaddedSequence', 'the sequences must be sorted by falling length; or pass { enforceSorted: false }');
  }
  const place = order.map((_, i) => order.indexOf(i));
  const batchSizes = Array.from(
    { length: all.reduce((most, v) => Math.max(most, v), 0) },
    (_, t) => all.filter((v) => v > t).length,
  );
  const rows = batchSizes.flatMap((size, t) =>
    order.slice(0, size).map((i) => (options.batchFirst ? i * steps + t : t * n + i)),
  );
  const int64 = (values: number[]): Tensor => tensor(values, { dtype: 'int64' });
  const data = input.flatten(0, 1).indexSelect(0, int64(rows));
  const indices = (options.enforceSorted ?? true) ? [null, null] : [int64(order), int64(place)];
  return new PackedSequence(data, batchSizes, indices[0], indices[1]);
}

/** The padded batch `[l, n, …]` of packed sequences, and their lengths. */
export function padPackedSequence(
  packed: PackedSequence,
  options: BatchFirstOptions & { paddingValue?: number; totalLength?: number } = {},
): [padded: Tensor, lengths: Tensor] {
  const sizes = sizesOf(packed);
  const n = sizes[0] ?? 0;
  const most = options.totalLength ?? sizes.length;
  if (most < sizes.length)
    fail('padPackedSequence', `totalLength ${most} is less than the longest sequence, ${sizes.length}`);
  const padding = callTensor('full', [1, ...packed.data.shape.slice(1)], options.paddingValue ?? 0, packed.data.dtype);
  const all = cat([packed.data, padding], 0);
  const starts = sizes.map((_, t) => sizes.slice(0, t).reduce((a, b) => a + b, 0));
  const place = (packed.unsortedIndices?.tolist() as number[] | undefined) ?? [...Array(n).keys()];
  const row = (t: number, i: number): number =>
    place[i]! < (sizes[t] ?? 0) ? starts[t]! + place[i]! : packed.data.shape[0]!;
  const [outer, inner] = options.batchFirst ? [n, most] : [most, n];
  const rows = Array.from({ length: outer * inner }, (_, k) => {
    const [a, b] = [Math.floor(k / inner), k % inner];
    return options.batchFirst ? row(b, a) : row(a, b);
  });
  const padded = all.indexSelect(0, tensor(rows, { dtype: 'int64' }));
  const lengths = place.map((p) => sizes.filter((size) => size > p).length);
  return [padded.unflatten(0, [outer, inner]), tensor(lengths, { dtype: 'int64' })];
}

/** Sequences `[length, …]` of different lengths as one batch `[l, n, …]`, filled up with `paddingValue`. */
export function padSequence(
  sequences: readonly Tensor[],
  options: BatchFirstOptions & { paddingValue?: number } = {},
): Tensor {
  const most = sequences.reduce((longest, s) => Math.max(longest, s.shape[0] ?? 0), 0);
  const padded = sequences.map((s) => {
    const widths = [...Array<number>(2 * (s.dim() - 1)).fill(0), 0, most - (s.shape[0] ?? 0)];
    return callTensor('pad', s, widths, options.paddingValue ?? 0);
  });
  return stack(padded, options.batchFirst ? 0 : 1);
}
/** Packs sequences `[length, …]` that are not padded yet. */
export function packSequence(sequences: readonly Tensor[], options: { enforceSorted?: boolean } = {}): PackedSequence {
  return packPaddedSequence(
    padSequence(sequences),
    sequences.map((s) => s.shape[0] ?? 0),
    options,
  );
}
