// Text: vocabularies, the two ways to cut a text into sequences, names by language.
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { DataLoader } from '../data/index.ts';
import type { Tensor } from '../tensor/tensor.ts';
import {
  consecutiveSequences,
  LineFolder,
  padSequences,
  randomSequences,
  readLines,
  readPairs,
  readText,
  tokenize,
  Vocabulary,
} from './index.ts';

const data = resolve(process.env['FLINT_DATA'] ?? '../shared/data');
const folder = mkdtempSync(join(tmpdir(), 'flint-text-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const onFiles = (name: string, path: string) =>
  existsSync(join(data, path))
    ? it
    : (it.skip.bind(it, `${name} (skipped: no ${join(data, path)})`) as unknown as typeof it);
let files = 0;
const write = (content: string | Uint8Array): string => {
  const path = join(folder, `t${files++}.txt`);
  writeFileSync(path, content);
  return path;
};
const rows = (t: Tensor): number[][] => {
  const flat = Array.from(t.toArray() as ArrayLike<number>, Number);
  const [n, width] = t.shape as [number, number];
  return Array.from({ length: n }, (_, i) => flat.slice(i * width, (i + 1) * width));
};
const range = (from: number, count: number) => Array.from({ length: count }, (_, i) => from + i);

describe('D4 vocabulary', () => {
  onFiles('D4 time machine', 'text-timemachine')('D4 the time machine has the counts of the book', () => {
    const text = readText(join(data, 'text-timemachine/timemachine.txt'));
    expect(text.length).toBe(178_979);
    const lines = text.split('\n').map((line) => line.replace(/[^A-Za-z]+/g, ' ').trim().toLowerCase()); // prettier-ignore
    const chars = lines.flatMap((line) => tokenize(line, 'char'));
    const vocabulary = new Vocabulary(chars);
    expect([chars.length, vocabulary.size]).toEqual([170_580, 28]);
    const words = new Vocabulary(lines.flatMap((line) => line.split(' ').filter(Boolean)));
    expect(words.frequencies.slice(0, 10)).toEqual([
      ['the', 2261], ['i', 1267], ['and', 1245], ['of', 1155], ['a', 816], ['to', 695], ['was', 552], ['in', 541],
      ['that', 443], ['my', 440],
    ]); // prettier-ignore
    expect(words.tokens.slice(0, 4)).toEqual(['<unk>', 'the', 'i', 'and']);
  });

  onFiles('D4 Shakespeare', 'text-tinyshakespeare')('D4 tiny Shakespeare comes back from its codes', () => {
    const text = readText(join(data, 'text-tinyshakespeare/input.txt'));
    const vocabulary = new Vocabulary(tokenize(text, 'char'), { unknown: null });
    expect([text.length, vocabulary.size]).toEqual([1_115_394, 65]);
    expect(vocabulary.decode(vocabulary.encode(text)).join('')).toBe(text);
    expect([...readLines(join(data, 'text-tinyshakespeare/input.txt'))]).toHaveLength(40_000);
  });

  it('D4 reserved and unknown tokens, rare ones, ties', () => {
    const v = new Vocabulary('b a b c c d'.split(' '), { minFrequency: 2, reserved: ['<pad>', '<eos>'] });
    expect(v.tokens).toEqual(['<unk>', '<pad>', '<eos>', 'b', 'c']);
    expect(v.encode(['c', 'a', '<eos>', 'b'])).toEqual([4, 0, 2, 3]);
    expect(v.decode([4, 0])).toEqual(['c', '<unk>']);
    expect(v.decode(v.toTensor(['b', 'd']))).toEqual(['b', '<unk>']);
    expect(v.frequencies[3]).toEqual(['d', 1]);
    expect(new Vocabulary('aabbbc', { maxTokens: 2 }).tokens).toEqual(['<unk>', 'b', 'a']);
    expect(() => v.decode([5])).toThrow(/no token 5; there are 5/);
    expect(() => new Vocabulary('ab', { unknown: null }).encode('ax')).toThrow(/the token "x" is not known/);
    expect(() => new Vocabulary([], { reserved: ['<unk>'] })).toThrow(/"<unk>" is reserved twice/);
    const again = Vocabulary.fromJSON(JSON.parse(JSON.stringify(v)) as ReturnType<Vocabulary['toJSON']>);
    expect([again.tokens, again.encode(['c', 'zzz'])]).toEqual([v.tokens, [4, 0]]);
    expect(() => Vocabulary.fromJSON({ tokens: 3 } as never)).toThrow(/this is no vocabulary/);
  });

  it('D4 words and characters', () => {
    expect(tokenize("Don't go, Ann-Marie! Été 3.")).toEqual(["Don't", 'go', ',', 'Ann-Marie', '!', 'Été', '3', '.']);
    expect(tokenize('aé😀 b', 'char')).toEqual(['a', 'é', '😀', ' ', 'b']);
  });
});

describe('D4 sequences', () => {
  const codes = range(0, 30);
  it('D4 consecutive sampling gives the table of the book', () => {
    const batches = [...consecutiveSequences(codes, { batchSize: 2, steps: 6, offset: 0 })];
    expect(batches.map(([x, y]) => [rows(x), rows(y)])).toEqual([
      [[range(0, 6), range(15, 6)], [range(1, 6), range(16, 6)]],
      [[range(6, 6), range(21, 6)], [range(7, 6), range(22, 6)]],
    ]); // prettier-ignore
    expect(String(batches[0]![0].dtype)).toBe('int64');
  });

  it('D4 random sampling takes each sequence once, Y one later', () => {
    const set = randomSequences(codes, { batchSize: 2, steps: 6, offset: 0, seed: 1 });
    const batches = [...set];
    expect(batches).toHaveLength(2);
    const starts = batches.flatMap(([x]) => rows(x).map((row) => row[0]!));
    expect(new Set(starts).size).toBe(4);
    for (const start of starts) expect([0, 6, 12, 18]).toContain(start);
    for (const [x, y] of batches) {
      expect(rows(x)).toEqual(rows(x).map((row) => range(row[0]!, 6)));
      expect(rows(y)).toEqual(rows(x).map((row) => range(row[0]! + 1, 6)));
    }
  });

  it('D4 offsets move with the epoch, and (seed, epoch) is all that counts', () => {
    for (const make of [randomSequences, consecutiveSequences]) {
      const set = make(range(0, 100), { batchSize: 3, steps: 5, seed: 4 });
      const epochs = range(0, 12).map(() => [...set].map(([x]) => rows(x)));
      expect(epochs.map((batches) => batches.map((b) => b.map((row) => row[0]!)))).toEqual(range(0, 12).map((e) => set.starts(e))); // prettier-ignore
      const offsets = range(0, 200).map(
        (epoch) => Math.min(...set.starts(epoch).flat()) % (make === randomSequences ? 5 : 100),
      );
      expect(new Set(offsets).size).toBe(make === randomSequences ? 5 : 6);
      set.setEpoch(3);
      expect([...set].map(([x]) => rows(x))).toEqual(epochs[3]);
      const other = make(range(0, 100), { batchSize: 3, steps: 5, seed: 5 });
      expect([...other].map(([x]) => rows(x))).not.toEqual(epochs[0]);
    }
  });

  it('D4 consecutive batches go on where the last ended', () => {
    const batches = [...consecutiveSequences(range(0, 1000), { batchSize: 4, steps: 7, seed: 2 })].map(([x]) =>
      rows(x),
    );
    for (let b = 1; b < batches.length; b++) {
      batches[b]!.forEach((row, i) => expect(row[0]).toBe(batches[b - 1]![i]!.at(-1)! + 1));
    }
  });

  it('D4 says when a text is too short', () => {
    expect(() => randomSequences(range(0, 12), { batchSize: 2, steps: 6, offset: 0 })).toThrow(
      /12 tokens is too short .* takes 13/,
    );
    expect([...randomSequences(range(0, 13), { batchSize: 2, steps: 6, offset: 0 })]).toHaveLength(1);
    expect(() => consecutiveSequences(range(0, 13), { batchSize: 2, steps: 6, offset: 0 })).toThrow(/takes 14/);
    expect([...consecutiveSequences(range(0, 14), { batchSize: 2, steps: 6, offset: 0 })]).toHaveLength(1);
    expect(() => randomSequences(codes, { batchSize: 0, steps: 6 })).toThrow(/batchSize must be/);
  });
});

describe('D2 text files', () => {
  onFiles('D2 names', 'text-names')('D2 names by language, padded', () => {
    const names = new LineFolder(join(data, 'text-names'));
    expect([names.length, names.classes.length]).toEqual([20_050, 18]);
    const counts = names.classes.map((_, c) => names.labels.filter((l) => l === c).length);
    const of = (name: string) => counts[names.classes.indexOf(name)];
    expect([of('Russian'), of('English'), of('Arabic'), of('Portuguese'), of('Vietnamese')]).toEqual([
      9384, 3668, 2000, 74, 73,
    ]);
    const vocabulary = new Vocabulary(
      names.texts.flatMap((t) => Array.from(t)),
      { reserved: ['<pad>'] },
    );
    const set = names.encoded(vocabulary, { value: vocabulary.indexOf('<pad>') });
    const [batch] = new DataLoader(set, { batchSize: 64, shuffle: true, seed: 1 });
    const [codes, lengths, labels] = batch!;
    expect([codes.shape[0], lengths.shape, labels.shape]).toEqual([64, [64], [64]]);
    expect(codes.shape[1]).toBe(Math.max(...Array.from(lengths.toArray() as ArrayLike<number>, Number)));
    const [one, length, label] = set.get(7);
    expect(vocabulary.decode(one.at(`0:${Number(length.item())}`)).join('')).toBe(names.get(7)[0]);
    expect(Number(label.item())).toBe(names.get(7)[1]);
  });
  onFiles('D2 pairs', 'text-translation-tiny')('D2 sentence pairs', () => {
    const pairs = readPairs(join(data, 'text-translation-tiny/fr-en-small.txt'));
    expect(pairs).toHaveLength(20);
    expect(pairs.every(([fr, en]) => fr.length > 3 && en.length > 3)).toBe(true);
    expect(() => readPairs(write('a\tb\n\nc\n'))).toThrow(/line 3 has 1 parts between "\\t", a pair has 2/);
  });

  it('D2 encodings by their marks, and the byte where a text is broken', () => {
    const text = 'Été\n漢字 😀';
    expect(readText(write(text))).toBe(text);
    expect(readText(write(`\ufeff${text}`))).toBe(text);
    expect(readText(write(Buffer.from(`\ufeff${text}`, 'utf16le')))).toBe(text);
    expect(readText(write(Buffer.from(`\ufeff${text}`, 'utf16le').swap16()))).toBe(text);
    expect(readText(write(Buffer.from(text, 'utf16le')), { encoding: 'utf-16le' })).toBe(text);
    expect(readText(write(gzipSync(text)))).toBe(text);
    expect(readText(write(Buffer.from([0xc9, 0x74]), ), { encoding: 'latin1' })).toBe('Ét'); // prettier-ignore
    expect(() => readText(write(Buffer.from([0x41, 0xc9, 0x74])))).toThrow(
      /byte 1: this is no UTF-8 text\. Save the file as UTF-8/,
    );
    expect(() => readText(write(Buffer.from([0x41, 0xe6, 0xbc])))).toThrow(/byte 1: the file ends inside a character/);
    const alone = Buffer.from('\ufeffab\ud800c', 'utf16le');
    expect(() => readText(write(alone))).toThrow(/byte 6: this is no UTF-16LE text/);
    expect(() => readText(write(Buffer.from([0xff, 0xfe, 0x41])))).toThrow(/byte 2: the file ends inside/);
    expect([readText(write('')), readText(write('a'))]).toEqual(['', 'a']);
  });

  it('D2 lines of every kind', () => {
    expect([...readLines(write('a\r\nb\rc\n\nd'))]).toEqual(['a', 'b', 'c', '', 'd']);
    expect([...readLines(write(''))]).toEqual([]);
    // A line end cut in half by the border between two pieces of a megabyte.
    const long = 'x'.repeat((1 << 20) - 1);
    expect([...readLines(write(`${long}\r\ny\r`))].map((l) => l.length)).toEqual([long.length, 1]);
    expect([...readLines(write(`${'é'.repeat(600_000)}\nz`))].map((l) => l.length)).toEqual([600_000, 1]);
  });

  it('D2 classes are named by their files, hidden ones aside', () => {
    const root = join(folder, 'named');
    mkdirSync(root);
    for (const name of ['b.tok.txt', 'a.tok.txt', '._a.tok.txt', 'other.txt']) writeFileSync(join(root, name), 'x\n');
    expect(new LineFolder(root, { extension: '.tok.txt' }).classes).toEqual(['a', 'b']);
    expect(new LineFolder(root).classes).toEqual(['a.tok', 'b.tok', 'other']);
  });

  it('D4 a large vocabulary comes back from what was kept', () => {
    const tokens = Array.from({ length: 200_000 }, (_, i) => `t${i}`);
    const started = performance.now();
    const back = Vocabulary.fromJSON({ tokens, unknown: 0 });
    // Minutes where each token is looked for among all the others.
    expect(performance.now() - started).toBeLessThan(5000);
    expect([back.size, back.indexOf('t199999'), back.indexOf('?')]).toEqual([200_000, 199_999, 0]);
    expect(() => Vocabulary.fromJSON({ tokens: [], unknown: 0 })).toThrow(/this is no vocabulary/);
    expect(() => new Vocabulary(['a', 'b'], { maxTokens: -1 })).toThrow(/must be numbers from 0, got 1 and -1/);
  });

  it('D2 says what a folder lacks', () => {
    mkdirSync(join(folder, 'empty'));
    expect(() => new LineFolder(join(folder, 'empty'))).toThrow(
      /expected a \.txt file for each class here, found an empty/,
    );
    expect(() => new LineFolder(join(folder, 'nowhere'))).toThrow(
      /cannot list the folder: there is no such file or folder/,
    );
  });

  it('D4 pads on either side, cuts what is longer', () => {
    const { padded, lengths } = padSequences([[1, 2, 3], [4], []], { value: 9 });
    expect([rows(padded), Array.from(lengths.toArray() as ArrayLike<number>, Number)]).toEqual([[[1, 2, 3], [4, 9, 9], [9, 9, 9]], [3, 1, 0]]); // prettier-ignore
    expect(rows(padSequences([[1, 2, 3], [4]], { length: 2, side: 'left' }).padded)).toEqual([[1, 2], [0, 4]]); // prettier-ignore
  });
});
