// Words as vectors, and what is near to what: cosines of the angles between them.
import { fail } from '../errors.ts';
import { Embedding } from '../nn/embedding.ts';
import { tensorFromBytes } from '../tensor/bytes.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { randomFor } from '../vision/random.ts';
import type { Vocabulary } from './vocabulary.ts';

/** A word and the cosine of its angle to what was asked for: 1 for the same direction. */
export interface NearWord {
  word: string;
  similarity: number;
}
/** What {@link WordVectors.toEmbedding} may be told. */
export interface ToEmbeddingOptions {
  /** Whether the table is left as it is in training; true when left out. */
  freeze?: boolean;
  /** The vector of tokens that have none here: zeros (the default), or normal values as large as the others', by `seed`. */
  missing?: 'zeros' | 'normal';
  seed?: number;
}

/** Words and their vectors, as {@link readWordVectors} reads them. */
export class WordVectors {
  readonly words: readonly string[];
  /** Numbers in a vector. */
  readonly dimension: number;
  /** Words that came again in the file; their first vector counts. */
  readonly duplicates: number;
  private readonly values: Float32Array;
  private readonly places: ReadonlyMap<string, number>;
  private lengths: Float64Array | undefined;

  /** `values`: the vectors one after another, `words.length` times `dimension` numbers. */
  constructor(words: readonly string[], values: Float32Array, dimension: number, duplicates = 0) {
    if (values.length !== words.length * dimension) {
      fail(
        'WordVectors',
        `${words.length} words of ${dimension} numbers need ${words.length * dimension}, got ${values.length}`,
      );
    }
    this.words = words;
    this.values = values;
    this.dimension = dimension;
    this.duplicates = duplicates;
    this.places = new Map(words.map((word, i) => [word, i]));
    if (this.places.size < words.length) fail('WordVectors', 'a word is there twice');
  }

  get size(): number {
    return this.words.length;
  }
  has(word: string): boolean {
    return this.places.has(word);
  }
  /** The vector of a word, float32 `[dimension]`. Throws when there is none. */
  vector(word: string): Tensor {
    return tensorFromBytes(this.numbers(word), [this.dimension], 'float32');
  }
  /** All vectors, float32 `[words, dimension]`; or those of the given words. */
  table(words?: readonly string[]): Tensor {
    if (!words) return tensorFromBytes(this.values, [this.size, this.dimension], 'float32');
    const chosen = new Float32Array(words.length * this.dimension);
    words.forEach((word, i) => chosen.set(this.numbers(word), i * this.dimension));
    return tensorFromBytes(chosen, [words.length, this.dimension], 'float32');
  }

  /** The `k` words whose vectors make the smallest angle with that of a word, or with a vector `[dimension]`; never the word itself. */
  nearest(to: string | Tensor, k = 10): NearWord[] {
    if (typeof to === 'string') return this.ranked(Float64Array.from(this.numbers(to)), k, new Set([to]));
    if (to.numel() !== this.dimension) {
      fail(
        'WordVectors.nearest',
        `vectors have ${this.dimension} numbers, this one has the shape [${to.shape.join(', ')}]`,
      );
    }
    return this.ranked(Float64Array.from(to.toArray() as number[]), k, new Set());
  }

  /** What is to `c` as `b` is to `a`: the words nearest to b - a + c, the three left out. `analogy('man', 'king', 'woman')`. */
  analogy(a: string, b: string, c: string, k = 10): NearWord[] {
    const [from, to, base] = [this.numbers(a), this.numbers(b), this.numbers(c)];
    const goal = Float64Array.from(base, (v, i) => v + to[i]! - from[i]!);
    return this.ranked(goal, k, new Set([a, b, c]));
  }

  /** How alike two words are: the cosine of the angle between their vectors. */
  similarity(a: string, b: string): number {
    const [x, y] = [this.numbers(a), this.numbers(b)];
    let [dot, xx, yy] = [0, 0, 0];
    for (let i = 0; i < this.dimension; i++) {
      dot += x[i]! * y[i]!;
      xx += x[i]! ** 2;
      yy += y[i]! ** 2;
    }
    return dot / Math.sqrt(xx * yy);
  }

  /**
   * A layer whose row i is the vector of token i of a vocabulary: `Embedding(vocabulary.size, dimension)`. It is not trained
   * unless `freeze` is false. `found` of {@link coverage} says how many tokens have a vector.
   */
  toEmbedding(vocabulary: Vocabulary, options: ToEmbeddingOptions = {}): Embedding {
    const { freeze = true, missing = 'zeros', seed = 0 } = options;
    const { dimension } = this;
    const table = new Float32Array(vocabulary.size * dimension);
    const random = randomFor(seed, vocabulary.size, dimension);
    const spread = missing === 'normal' ? deviation(this.values) : 0;
    vocabulary.tokens.forEach((token, row) => {
      const place = this.places.get(token);
      if (place !== undefined) return table.set(this.at(place), row * dimension);
      if (spread > 0) for (let i = 0; i < dimension; i++) table[row * dimension + i] = spread * random.normal();
    });
    return Embedding.fromPretrained(tensorFromBytes(table, [vocabulary.size, dimension], 'float32'), { freeze });
  }

  /** Which tokens of a vocabulary have a vector. */
  coverage(vocabulary: Vocabulary): { found: number; missing: string[] } {
    const missing = vocabulary.tokens.filter((token) => !this.places.has(token));
    return { found: vocabulary.size - missing.length, missing };
  }

  private at(place: number): Float32Array {
    return this.values.subarray(place * this.dimension, (place + 1) * this.dimension);
  }
  private numbers(word: string): Float32Array {
    const place = this.places.get(word);
    if (place === undefined) fail('WordVectors', `there is no vector for the word ${JSON.stringify(word)}`);
    return this.at(place);
  }

  private ranked(goal: Float64Array, k: number, without: ReadonlySet<string>): NearWord[] {
    if (!Number.isInteger(k) || k < 1) fail('WordVectors', `k must be a whole number from 1, got ${k}`);
    const { values, dimension } = this;
    this.lengths ??= lengthsOf(values, dimension);
    let square = 0;
    for (const v of goal) square += v * v;
    const best: { place: number; similarity: number }[] = [];
    for (let place = 0, at = 0; place < this.size; place++, at += dimension) {
      let dot = 0;
      for (let i = 0; i < dimension; i++) dot += goal[i]! * values[at + i]!;
      const similarity = dot / (Math.sqrt(square) * this.lengths[place]!);
      // A vector of zeros is near to nothing.
      if (!(similarity > (best.length < k ? -Infinity : best[k - 1]!.similarity))) continue;
      if (without.has(this.words[place]!)) continue;
      let to = best.length;
      while (to > 0 && best[to - 1]!.similarity < similarity) to--;
      best.splice(to, 0, { place, similarity });
      best.length = Math.min(k, best.length);
    }
    return best.map(({ place, similarity }) => ({ word: this.words[place]!, similarity }));
  }
}

function lengthsOf(values: Float32Array, dimension: number): Float64Array {
  const lengths = new Float64Array(values.length / Math.max(1, dimension));
  for (let i = 0; i < values.length; i++) lengths[Math.floor(i / dimension)]! += values[i]! ** 2;
  return lengths.map(Math.sqrt);
}

function deviation(values: Float32Array): number {
  let sum = 0;
  for (const v of values) sum += v * v;
  return Math.sqrt(sum / Math.max(1, values.length));
}
