// Sequences of different lengths in one tensor.
import { fail } from '../errors.ts';
import { tensorFromBytes } from '../tensor/bytes.ts';
import type { Tensor } from '../tensor/tensor.ts';

/** What {@link padSequences} may be told. */
export interface PadOptions {
  /** What fills the rest; 0 when left out. */
  value?: number;
  /** The length of all; that of the longest when left out. Longer sequences are cut. */
  length?: number;
  /** Where a sequence lies when it is shorter; at the start when left out. */
  side?: 'right' | 'left';
}

/** Sequences of numbers as int64 `[sequences, length]`, and how long each is (int64 `[sequences]`). */
export function padSequences(
  sequences: readonly ArrayLike<number>[],
  options: PadOptions = {},
): { padded: Tensor; lengths: Tensor } {
  const { value = 0, side = 'right' } = options;
  const longest = sequences.reduce((most, s) => Math.max(most, s.length), 0);
  const length = options.length ?? longest;
  if (!Number.isInteger(length) || length < 0) fail('padSequences', `length must be a whole number, got ${length}`);
  const codes = new Int32Array(sequences.length * length).fill(value);
  const lengths = Int32Array.from(sequences, (s) => Math.min(s.length, length));
  sequences.forEach((sequence, row) => {
    const own = lengths[row]!;
    const from = row * length + (side === 'right' ? 0 : length - own);
    for (let i = 0; i < own; i++) codes[from + i] = sequence[i]!;
  });
  const int64 = (array: Int32Array, shape: number[]): Tensor => tensorFromBytes(array, shape, 'int32').long();
  return { padded: int64(codes, [sequences.length, length]), lengths: int64(lengths, [sequences.length]) };
}
