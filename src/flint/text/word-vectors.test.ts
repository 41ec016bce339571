// Word vectors: real GloVe ones, and the forms and faults of files made here.
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { tsne } from '../data/index.ts';
import { tensor } from '../tensor/creation.ts';
import { readWordVectors, Vocabulary } from './index.ts';

const glove = resolve(process.env['FLINT_DATA'] ?? '../shared/data', 'word-vectors/glove.6B.50d.first9163.txt');
const folder = mkdtempSync(join(tmpdir(), 'flint-vectors-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const onFiles = existsSync(glove) ? it : (it.skip.bind(it, `D5 (skipped: no ${glove})`) as unknown as typeof it);
let files = 0;
const write = (content: string | Uint8Array, name = `v${files++}.txt`): string => {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
};
/** word2vec's binary form. */
const binary = (words: [string, number[]][], head = `${words.length} ${words[0]![1].length}\n`, end = '\n') =>
  Buffer.concat([
    Buffer.from(head),
    ...words.flatMap(([w, v]) => [Buffer.from(`${w} `), Buffer.from(Float32Array.from(v).buffer), Buffer.from(end)]),
  ]);

describe('D5 GloVe', () => {
  onFiles('D5 real vectors: neighbours, analogies, an embedding', () => {
    const vectors = readWordVectors(glove);
    expect([vectors.size, vectors.dimension, vectors.words[0], vectors.duplicates]).toEqual([9163, 50, 'the', 0]);
    const near = vectors.nearest('france', 5);
    expect(near.map((n) => n.word)).toEqual(['french', 'belgium', 'paris', 'spain', 'netherlands']);
    expect(near[0]!.similarity).toBeCloseTo(vectors.similarity('france', 'french'), 12);
    // king - man + woman is nearest to king itself, then queen; the three are left out.
    expect(vectors.analogy('man', 'king', 'woman', 3)[0]!.word).toBe('queen');
    const goal = vectors.vector('king').sub(vectors.vector('man')).add(vectors.vector('woman'));
    expect(vectors.nearest(goal, 2).map((n) => n.word)).toEqual(['king', 'queen']);
    expect((vectors.vector('the').toArray() as number[]).slice(0, 2)).toEqual([...Float32Array.of(0.418, 0.24968)]);
    const vocabulary = new Vocabulary(['france', 'paris', 'qqqq'], { reserved: ['<pad>'] });
    const layer = vectors.toEmbedding(vocabulary);
    expect([layer.numEmbeddings, layer.embeddingDim, layer.weight.requiresGrad]).toEqual([5, 50, false]);
    const out = layer.forward(vocabulary.toTensor(['paris', 'qqqq', 'nothing']));
    expect(out.at(0).toArray()).toEqual(vectors.vector('paris').toArray());
    expect(out.at('1:3').abs().sum().item()).toBe(0);
    expect(vectors.coverage(vocabulary)).toEqual({ found: 2, missing: ['<unk>', '<pad>', 'qqqq'] });
    const trained = vectors.toEmbedding(vocabulary, { freeze: false, missing: 'normal', seed: 3 });
    expect(trained.weight.requiresGrad).toBe(true);
    const [own, others] = [trained.weight.at(4).std().item() as number, vectors.table().std().item() as number];
    expect(own / others).toBeGreaterThan(0.6);
    expect(own / others).toBeLessThan(1.6);
  });

  onFiles('D5 a part of the file: the first words, or chosen ones', () => {
    expect(readWordVectors(glove, { limit: 10 }).words).toHaveLength(10);
    const chosen = readWordVectors(glove, { words: ['king', 'queen', 'qqqq'] });
    expect(chosen.words).toEqual(['king', 'queen']);
    expect(chosen.table(['queen']).toArray()).toEqual(readWordVectors(glove).vector('queen').toArray());
  });

  onFiles('D5 t-SNE puts numbers with numbers and countries with countries', () => {
    const groups = [
      'one two three four five six seven eight nine ten eleven twelve'.split(' '),
      'france germany italy spain belgium netherlands sweden norway denmark poland austria portugal'.split(' '),
      'monday tuesday wednesday thursday friday saturday sunday january february march april june'.split(' '),
    ];
    const words = groups.flat();
    const table = readWordVectors(glove, { words }).table(words);
    const flat = tsne(table, { perplexity: 6, iterations: 500 }).points.toArray() as number[];
    let right = 0;
    words.forEach((_, i) => {
      const near = words
        .map((_, j) => ({ j, d: Math.hypot(flat[2 * i]! - flat[2 * j]!, flat[2 * i + 1]! - flat[2 * j + 1]!) }))
        .sort((a, b) => a.d - b.d)[1]!.j;
      if (Math.floor(near / 12) === Math.floor(i / 12)) right++;
    });
    expect(right).toBeGreaterThanOrEqual(34);
  });
});

describe('D5 forms of files', () => {
  const words: [string, number[]][] = [
    ['north', [0, 1]],
    ['é', [1, 0.5]],
    ['south', [0, -1]],
  ];
  it('D5 word2vec text and binary, with and without line ends', () => {
    const text = readWordVectors(write('3 2\nnorth 0 1\né 1 0.5\nsouth 0 -1\n'));
    expect([text.words, text.table().tolist()]).toEqual([['north', 'é', 'south'], [[0, 1], [1, 0.5], [0, -1]]]); // prettier-ignore
    for (const end of ['\n', '']) {
      const read = readWordVectors(write(binary(words, undefined, end), `w${files++}.bin`));
      expect([read.words, read.table().tolist()]).toEqual([text.words, text.table().tolist()]);
    }
    expect(readWordVectors(write(binary(words)), { format: 'binary', limit: 2 }).words).toEqual(['north', 'é']);
    expect(text.nearest('north', 5).map((n) => [n.word, n.similarity])).toEqual([['é', expect.closeTo(0.4472, 4)], ['south', -1]]); // prettier-ignore
    expect(text.nearest(tensor([0, 2]), 1)[0]).toEqual({ word: 'north', similarity: 1 });
  });
  it('D5 words with blanks, words that come twice, vectors of zeros', () => {
    const read = readWordVectors(write('a 1 2\n. . . 3 4\na 5 6\nzero 0 0\n'));
    expect([read.words, read.duplicates, read.vector('a').tolist()]).toEqual([['a', '. . .', 'zero'], 1, [1, 2]]); // prettier-ignore
    expect(read.nearest('a').map((n) => n.word)).toEqual(['. . .']);
  });
  it('D5 words that are spaces themselves, and blanks at the end of lines', () => {
    const words = ['north', '\u00a0', '\u2003\u3000', '\ufeffx', 'a\u00a0b', 'to  x@y.z'];
    for (const [between, end] of [
      [' ', ''],
      ['\t', ' '],
      [' ', ' \t'],
    ]) {
      const lines = words.map((w, i) => `${w}${between}${i}${between}1${end}`);
      const read = readWordVectors(write(lines.join('\n')));
      expect(read.words).toEqual(words);
      expect(read.vector('\u00a0').tolist()).toEqual([1, 1]);
    }
    // A plain blank, as large files made from web pages have it.
    const blank = readWordVectors(write('  north 0 1\n  2 3\n\n'));
    expect([blank.words, blank.vector(' ').tolist()]).toEqual([['north', ' '], [2, 3]]); // prettier-ignore
  });
  it('D5 names the line or byte that is wrong', () => {
    expect(() => readWordVectors(write('a 1 2\nb 1\n'))).toThrow(
      /v\d+\.txt: line 2 has 1 numbers, the vectors have 2\. Choose/,
    );
    expect(() => readWordVectors(write('a 1 2\nb 1 2 3\n'))).toThrow(/line 2 has 3 numbers, the vectors have 2/);
    expect(() => readWordVectors(write('a 1 2\nb 1 x\n'))).toThrow(/line 2: "x" is no number/);
    expect(() => readWordVectors(write('3 2\na 1 2\n'))).toThrow(/announces 3 words, found 1/);
    expect(() => readWordVectors(write('2 99999999999\na 1 2\n'))).toThrow(/vectors of 99999999999 numbers are none/);
    expect(() => readWordVectors(write(''))).toThrow(/there are no vectors in it/);
    expect(() => readWordVectors(write('alone\n'))).toThrow(/line 1 has a word but no numbers/);
    const cut = binary(words).subarray(0, -5);
    expect(() => readWordVectors(write(cut, 'cut.bin'))).toThrow(/cut\.bin, byte 37: .*the file ends in word 3/);
    expect(() => readWordVectors(write('nonsense', 'no.bin'))).toThrow(
      /byte 0: a binary file of word2vec begins with a line/,
    );
    expect(() => readWordVectors(write(binary([['a', [1, NaN]]]), 'nan.bin'))).toThrow(
      /"a" has a value that is no number/,
    );
    const vectors = readWordVectors(write('a 1 2\n'));
    expect(() => vectors.vector('b')).toThrow(/no vector for the word "b"/);
    expect(() => vectors.nearest(tensor([1, 2, 3]))).toThrow(/vectors have 2 numbers, this one has the shape \[3\]/);
  });
});
