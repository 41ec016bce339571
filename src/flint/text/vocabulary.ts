// Tokens and their numbers.
import { fail } from '../errors.ts';
import { tensorFromBytes } from '../tensor/bytes.ts';
import type { Tensor } from '../tensor/tensor.ts';

/** What a text is cut into. */
export type TokenLevel = 'char' | 'word';

/**
 * A text as its characters (code points, blanks among them), or as its words: what is between blanks, with marks such as
 * commas and full stops as tokens of their own.
 */
export function tokenize(text: string, level: TokenLevel = 'word'): string[] {
  return level === 'char' ? Array.from(text) : (text.match(/[\p{L}\p{M}\p{N}_'’-]+|[^\s\p{L}\p{M}\p{N}_]/gu) ?? []);
}

/** What {@link Vocabulary} may be told. */
export interface VocabularyOptions {
  /** Tokens that come less often are unknown; 1 when left out. */
  minFrequency?: number;
  /** At most so many tokens, the most frequent ones; the reserved ones and the unknown one come on top. */
  maxTokens?: number;
  /** Tokens that are there in any case, after the unknown one: `['<pad>', '<bos>', '<eos>']`. */
  reserved?: readonly string[];
  /** The token in place of any that is not known, `'<unk>'` when left out; null: an unknown token is an error. */
  unknown?: string | null;
}

/**
 * Tokens and their numbers: the unknown token is 0, then the reserved ones, then all others from the most frequent on; of equal
 * ones the first to come is first.
 *
 * ```ts
 * const vocabulary = new Vocabulary(tokenize(readText('book.txt'), 'char'));
 * const codes = vocabulary.encode('the time machine');
 * ```
 */
export class Vocabulary {
  /** The token of each number. */
  readonly tokens: readonly string[];
  /** The number of the unknown token; null where there is none. */
  readonly unknown: number | null;
  private readonly places: ReadonlyMap<string, number>;
  private readonly counts: ReadonlyMap<string, number>;

  constructor(tokens: Iterable<string>, options: VocabularyOptions = {}) {
    const { minFrequency = 1, maxTokens = Infinity, reserved = [], unknown = '<unk>' } = options;
    const counts = new Map<string, number>();
    for (const token of tokens) counts.set(token, (counts.get(token) ?? 0) + 1);
    const first = unknown === null ? [...reserved] : [unknown, ...reserved];
    if (!(minFrequency >= 0 && maxTokens >= 0)) {
      fail('Vocabulary', `minFrequency and maxTokens must be numbers from 0, got ${minFrequency} and ${maxTokens}`);
    }
    const known = new Set<string>();
    for (const token of first) {
      if (known.has(token)) fail('Vocabulary', `the token "${token}" is reserved twice`);
      known.add(token);
    }
    // Sorting is stable: equally frequent tokens keep the order of their first appearance.
    const found = [...counts]
      .filter(([token, n]) => n >= minFrequency && !known.has(token))
      .sort((a, b) => b[1] - a[1]);
    this.tokens = [...first, ...found.slice(0, maxTokens).map(([token]) => token)];
    this.places = new Map(this.tokens.map((token, i) => [token, i]));
    this.unknown = unknown === null ? null : 0;
    this.counts = counts;
  }

  /** How many tokens there are. */
  get size(): number {
    return this.tokens.length;
  }
  has(token: string): boolean {
    return this.places.has(token);
  }
  /** The number of a token; that of the unknown one for any other. */
  indexOf(token: string): number {
    const place = this.places.get(token) ?? this.unknown;
    return (
      place ??
      fail('Vocabulary', `the token ${JSON.stringify(token)} is not known; the vocabulary has no unknown token`)
    );
  }
  /** How often each token came in the text the vocabulary was made from, the most frequent first; rare ones too. */
  get frequencies(): [token: string, count: number][] {
    return [...this.counts].sort((a, b) => b[1] - a[1]);
  }

  /** The numbers of tokens; of the characters of a text. */
  encode(tokens: string | Iterable<string>): number[] {
    return Array.from(tokens, (token) => this.indexOf(token));
  }
  /** {@link encode} as an int64 tensor `[tokens]`. */
  toTensor(tokens: string | Iterable<string>): Tensor {
    const codes = Int32Array.from(this.encode(tokens));
    return tensorFromBytes(codes, [codes.length], 'int32').long();
  }
  /** The tokens of numbers. Throws for a number that has none. */
  decode(codes: Iterable<number | bigint> | Tensor): string[] {
    const numbers = 'toArray' in codes ? (codes.toArray() as (number | bigint)[]) : codes;
    return Array.from(numbers, (code) => {
      const token = this.tokens[Number(code)];
      return token ?? fail('Vocabulary', `there is no token ${code}; there are ${this.size}, counted from 0`);
    });
  }

  /** Everything {@link Vocabulary.fromJSON} needs: kept beside a model, it says what its inputs mean. */
  toJSON(): { tokens: readonly string[]; unknown: number | null } {
    return { tokens: this.tokens, unknown: this.unknown };
  }
  /** The vocabulary that {@link toJSON} described; its frequencies are not known. */
  static fromJSON(value: { tokens: readonly string[]; unknown?: number | null }): Vocabulary {
    const { tokens, unknown = null } = value;
    const isList = Array.isArray(tokens) && tokens.every((t) => typeof t === 'string');
    if (!isList || (unknown !== null && (unknown !== 0 || tokens.length === 0))) {
      fail('Vocabulary', 'this is no vocabulary: expected { "tokens": ["<unk>", "e", …], "unknown": 0 or null }');
    }
    const [first, ...rest] = tokens;
    return new Vocabulary(
      [],
      unknown === 0 ? { unknown: first!, reserved: rest } : { unknown: null, reserved: tokens },
    );
  }
}
