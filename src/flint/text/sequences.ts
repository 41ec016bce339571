// A long text cut into sequences for recurrent networks: at random places, or so that each batch goes on where the last ended.
// After "Dive into Deep Learning" (Zhang, Lipton, Li, Smola), chapter on language models.
import { fail } from '../errors.ts';
import { shuffled, type IterableDataset } from '../data/dataset.ts';
import { currentSink } from '../studio/sink.ts';
import { tensorFromBytes } from '../tensor/bytes.ts';
import { Tensor } from '../tensor/tensor.ts';
import { randomFor } from '../vision/random.ts';

/** How a text is cut. */
export interface SequenceOptions {
  /** Sequences in a batch. */
  batchSize: number;
  /** Tokens in a sequence. */
  steps: number;
  /** Tokens left out at the start: a number, or `'random'` (the default): other ones each epoch, so that cuts fall elsewhere. */
  offset?: number | 'random';
  /** The run's own when left out. */
  seed?: number;
}

/** Inputs and, one token later, what is to be predicted: both int64 `[batchSize, steps]`. */
export type SequenceBatch = [x: Tensor, y: Tensor];

/** Batches of sequences; each iteration is an epoch, a function of (seed, epoch) alone. */
export interface Sequences extends IterableDataset<SequenceBatch> {
  /** Which epoch the next iteration is. */
  setEpoch(epoch: number): void;
  /** Where in the text each sequence of each batch of an epoch begins. */
  starts(epoch: number): number[][];
}

function codesOf(tokens: ArrayLike<number> | Tensor): Int32Array {
  return Int32Array.from(tokens instanceof Tensor ? (tokens.toArray() as number[]) : tokens, Number);
}

/** Cuts a text where `starts` says. */
class CutText implements Sequences {
  private readonly tokens: Int32Array;
  private readonly steps: number;
  private readonly startsOf: (epoch: number) => number[][];
  private epoch = 0;

  constructor(tokens: Int32Array, steps: number, startsOf: (epoch: number) => number[][]) {
    this.tokens = tokens;
    this.steps = steps;
    this.startsOf = startsOf;
  }
  setEpoch(epoch: number): void {
    this.epoch = epoch;
  }
  starts(epoch: number): number[][] {
    return this.startsOf(epoch);
  }
  *[Symbol.iterator](): Iterator<SequenceBatch> {
    for (const batch of this.startsOf(this.epoch++)) yield [this.cut(batch, 0), this.cut(batch, 1)];
  }
  private cut(batch: readonly number[], later: number): Tensor {
    const codes = new Int32Array(batch.length * this.steps);
    batch.forEach((start, i) =>
      codes.set(this.tokens.subarray(start + later, start + later + this.steps), i * this.steps),
    );
    return tensorFromBytes(codes, [batch.length, this.steps], 'int32').long();
  }
}

interface Checked {
  tokens: Int32Array;
  seed: number;
  /** The tokens left out in an epoch. */
  offsetOf: (epoch: number) => number;
}

/** `below`: random offsets are less than this. `least`: tokens that one batch takes, beside the offset. */
function check(
  op: string,
  given: ArrayLike<number> | Tensor,
  options: SequenceOptions,
  below: number,
  least: number,
): Checked {
  const { batchSize, steps, offset = 'random' } = options;
  for (const [name, value] of [
    ['batchSize', batchSize],
    ['steps', steps],
  ] as const) {
    if (!Number.isInteger(value) || value < 1) fail(op, `${name} must be a whole number from 1, got ${value}`);
  }
  if (offset !== 'random' && (!Number.isInteger(offset) || offset < 0)) {
    fail(op, `offset must be 'random' or a whole number from 0, got ${offset}`);
  }
  const tokens = codesOf(given);
  const most = offset === 'random' ? below - 1 : offset;
  if (tokens.length < least + most) {
    fail(
      op,
      `a text of ${tokens.length} tokens is too short for ${batchSize} sequences of ${steps}: it takes ${least + most} with the offset`,
    );
  }
  const seed = options.seed ?? currentSink().seed;
  return {
    tokens,
    seed,
    offsetOf: (epoch) => (offset === 'random' ? randomFor(seed, epoch, below).below(below) : offset),
  };
}

/**
 * Random sampling: the text is cut into sequences of `steps` tokens, and a batch takes any of them; neighbours in a batch and in
 * batches that follow each other are not neighbours in the text, so the state starts anew with every batch. As d2l's
 * `seq_data_iter_random`; what does not fill a batch is left out.
 */
export function randomSequences(tokens: ArrayLike<number> | Tensor, options: SequenceOptions): Sequences {
  const { batchSize, steps } = options;
  const checked = check('randomSequences', tokens, options, steps, batchSize * steps + 1);
  const starts = (epoch: number): number[][] => {
    const offset = checked.offsetOf(epoch);
    const count = Math.floor((checked.tokens.length - offset - 1) / steps);
    const order = shuffled(count, checked.seed, epoch).map((i) => offset + i * steps);
    return batchesOf(order, batchSize);
  };
  return new CutText(checked.tokens, steps, starts);
}

/**
 * Consecutive (adjacent) sampling: the text is laid out in `batchSize` rows of equal length, and each batch takes the next
 * `steps` tokens of every row, so that sequence i of a batch goes on where sequence i of the one before ended and the state
 * may be carried on. As d2l's `seq_data_iter_sequential`, laid out as in its first edition.
 *
 * On 0..29 with batchSize 2, steps 6 and offset 0: X = [0..5], [15..20], Y = [1..6], [16..21]; then X = [6..11], [21..26].
 */
export function consecutiveSequences(tokens: ArrayLike<number> | Tensor, options: SequenceOptions): Sequences {
  const { batchSize, steps } = options;
  const checked = check('consecutiveSequences', tokens, options, steps + 1, batchSize * (steps + 1));
  const starts = (epoch: number): number[][] => {
    const offset = checked.offsetOf(epoch);
    const row = Math.floor((checked.tokens.length - offset) / batchSize);
    const batches = Math.floor((row - 1) / steps);
    return Array.from({ length: batches }, (_, b) =>
      Array.from({ length: batchSize }, (_, i) => offset + i * row + b * steps),
    );
  };
  return new CutText(checked.tokens, steps, starts);
}

function batchesOf(order: readonly number[], size: number): number[][] {
  return Array.from({ length: Math.floor(order.length / size) }, (_, b) => order.slice(b * size, (b + 1) * size));
}
