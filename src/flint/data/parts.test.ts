// Sets of sets, samplers, and splits as lists.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { FlintError } from '../errors.ts';
import { arange } from '../tensor/creation.ts';
import type { Tensor } from '../tensor/tensor.ts';
import {
  balancedWeights,
  BatchSampler,
  ConcatDataset,
  DataLoader,
  kFold,
  loadSplit,
  RandomSampler,
  randomSplit,
  saveSplit,
  SequentialSampler,
  splitByList,
  stratifiedSplit,
  SubsetRandomSampler,
  TensorDataset,
  WeightedRandomSampler,
  type Dataset,
} from './index.ts';

const folder = mkdtempSync(join(tmpdir(), 'flint-parts-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const numbers = (from: number, to: number) =>
  new TensorDataset(arange(from, to).float().unsqueeze(1), arange(from, to));

describe('D1 ConcatDataset', () => {
  const whole = new ConcatDataset<readonly Tensor[]>([numbers(0, 4), numbers(4, 4), numbers(4, 9), numbers(9, 10)]);
  it('D1 gives samples and batches of its parts in the order asked for', () => {
    expect(whole.length).toBe(10);
    expect(Array.from({ length: 10 }, (_, i) => Number(whole.get(i)[1]!.item()))).toEqual([...Array(10).keys()]);
    const [x, y] = whole.getBatch!([9, 0, 5, 4, 3, 8, 0]);
    expect([...y!.toArray()].map(Number)).toEqual([9, 0, 5, 4, 3, 8, 0]);
    expect(x!.toArray()).toEqual([9, 0, 5, 4, 3, 8, 0]);
    expect(whole.getBatch!([6, 5])[0]!.toArray()).toEqual([6, 5]);
    expect(() => whole.get(10)).toThrow(/\[ConcatDataset\] there is no sample 10: there are 10/);
    expect(() => whole.getBatch!([-1])).toThrow(/no sample -1/);
  });
  it('D1 passes on what a loader says besides the indices', () => {
    const told: unknown[] = [];
    const tell = (...all: unknown[]): readonly Tensor[] => {
      told.push(all);
      return numbers(0, 1).getBatch(Array.isArray(all[0]) ? all[0].map(() => 0) : [0]);
    };
    const part = { length: 2, get: tell, getBatch: tell };
    const both = new ConcatDataset([part, part]);
    const epoch = { seed: 1, epoch: 2 };
    both.get(3, epoch);
    both.getBatch!([0, 2, 1], epoch);
    const second = { seed: 1 + 0x9e3779b9, epoch: 2 };
    expect(told).toEqual([[1, second], [[0, 1], epoch], [[0], second]]); // prettier-ignore
  });
  it('D1 takes samples one by one where a part makes no batches', () => {
    const plain: Dataset<readonly Tensor[]> = { length: 2, get: (i) => numbers(0, 2).get(i) };
    const mixed = new ConcatDataset([plain, numbers(2, 4)]);
    expect(mixed.getBatch).toBeUndefined();
    const [batch] = [...new DataLoader(mixed, { batchSize: 4 })];
    expect([...batch![1]!.toArray()].map(Number)).toEqual([0, 1, 2, 3]);
  });
});

describe('D1 samplers', () => {
  const data = { length: 50 };
  it('D1 visit every sample once, in an order of (seed, epoch) alone', () => {
    const sampler = new RandomSampler(data, { seed: 3 });
    const [first, second] = [[...sampler], [...sampler]];
    expect([...first].sort((a, b) => a - b)).toEqual([...Array(50).keys()]);
    expect(first).not.toEqual(second);
    sampler.setEpoch(1);
    expect([...sampler]).toEqual(second);
    expect([...new RandomSampler(data, { seed: 3 })]).toEqual(first);
    expect([...new RandomSampler(data, { seed: 4 })]).not.toEqual(first);
    expect([...new SequentialSampler(data)]).toEqual([...Array(50).keys()]);
    const subset = new SubsetRandomSampler([7, 9, 30], { seed: 1 });
    expect([...subset].sort((a, b) => a - b)).toEqual([7, 9, 30]);
  });
  it('D1 numSamples above the number of samples goes round again', () => {
    const drawn = [...new RandomSampler({ length: 4 }, { numSamples: 10, seed: 1 })];
    expect(drawn).toHaveLength(10);
    for (const from of [0, 4]) expect(drawn.slice(from, from + 4).sort()).toEqual([0, 1, 2, 3]);
    const repeated = [...new RandomSampler(data, { replacement: true, numSamples: 5000 })];
    expect(new Set(repeated).size).toBe(50);
    expect(Math.max(...repeated)).toBe(49);
  });
  it('D1 weights decide how often, and balance classes', () => {
    const labels = [...Array<number>(900).fill(0), ...Array<number>(90).fill(1), ...Array<number>(10).fill(2)];
    const drawn = [...new WeightedRandomSampler(balancedWeights(labels), 30_000, { seed: 2 })];
    const counts = [0, 0, 0];
    for (const i of drawn) counts[labels[i]!]!++;
    // Three standard deviations of a binomial with p = 1/3 are 245.
    for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(300);
    const once = [...new WeightedRandomSampler([1, 0, 5, 3], 3, { replacement: false })];
    expect([...once].sort()).toEqual([0, 2, 3]);
    // First draws without replacement follow the weights as well.
    let heavy = 0;
    for (let seed = 0; seed < 2000; seed++) {
      const [first] = new WeightedRandomSampler([1, 0, 5, 4], 2, { replacement: false, seed });
      heavy += first === 2 ? 1 : 0;
    }
    expect(Math.abs(heavy - 1000)).toBeLessThan(80);
    expect(() => new WeightedRandomSampler([1, 0], 2, { replacement: false })).toThrow(/need as many weights .* 1$/);
    expect(() => new WeightedRandomSampler([1, -1], 2)).toThrow(/weight 1 is -1/);
    expect(() => new WeightedRandomSampler([0, 0], 2)).toThrow(/greater than 0/);
  });
  it('D1 batches of indices, and a loader that takes a sampler', () => {
    const sequence = new SequentialSampler({ length: 5 });
    expect([...new BatchSampler(sequence, 2)]).toEqual([[0, 1], [2, 3], [4]]);
    const dropping = new BatchSampler(sequence, 2, { dropLast: true });
    expect([dropping.length, [...dropping]]).toEqual([2, [[0, 1], [2, 3]]]); // prettier-ignore
    const set = numbers(0, 6);
    const loader = new DataLoader(set, { batchSize: 3, sampler: new SubsetRandomSampler([1, 3, 5], { seed: 5 }) });
    expect(loader.length).toBe(1);
    const seen = [...loader].flatMap(([, y]) => [...y!.toArray()].map(Number));
    expect(seen.sort()).toEqual([1, 3, 5]);
    expect(() => new BatchSampler(sequence, 0)).toThrow(/batchSize must be a whole number from 1/);
  });
});

describe('D1 splits', () => {
  const labels = Array.from({ length: 1003 }, (_, i) => (i % 10 === 0 ? 'rare' : i % 3 === 0 ? 'some' : 'many'));
  const set: Dataset<number> = { length: 1003, get: (i) => i };
  it('D1 stratified parts have their share of every class', () => {
    const parts = stratifiedSplit(set, labels, [0.7, 0.2, 0.1], { seed: 6 });
    const all = parts.flatMap((p) => [...p.indices]).sort((a, b) => a - b);
    expect(all).toEqual([...Array(1003).keys()]);
    for (const name of ['rare', 'some', 'many']) {
      const total = labels.filter((l) => l === name).length;
      [0.7, 0.2, 0.1].forEach((share, p) => {
        const own = parts[p]!.indices.filter((i) => labels[i] === name).length;
        expect(Math.abs(own - share * total)).toBeLessThan(1);
      });
    }
    expect(stratifiedSplit(set, labels, [0.7, 0.2, 0.1], { seed: 6 })[2]!.indices).toEqual(parts[2]!.indices);
    expect(() => stratifiedSplit(set, labels, [0.7, 0.2])).toThrow(/add up to 0\.8999/);
    expect(() => stratifiedSplit(set, [1], [1])).toThrow(/1 labels were given for 1003 samples/);
  });

  it('D1 random parts by counts or fractions; other lengths are refused', () => {
    const lengths = (...wanted: number[]) => randomSplit(set, wanted, { seed: 1 }).map((part) => part.length);
    expect([lengths(1000, 3), lengths(0.7, 0.3), lengths(0, 1003), lengths(1, 0)]).toEqual([[1000, 3], [703, 300], [0, 1003], [1003, 0]]); // prettier-ignore
    expect(() => lengths(-3, 1006)).toThrow(
      /\[randomSplit\] the lengths -3, 1006 .*1003 samples: each must be a number from 0/,
    );
    expect(() => lengths(1.5, -0.5)).toThrow(/each must be a number from 0/);
    expect(() => lengths(NaN, 1003)).toThrow(/each must be a number from 0/);
    expect(() => lengths(500.5, 502.5)).toThrow(/counts are whole numbers/);
    expect(() => lengths(500, 502)).toThrow(/they add up to 1002; use counts that add up to 1003/);
  });

  it('D1 folds of a long set', () => {
    const folds = kFold(1_000_000, 2);
    expect(folds.map(({ train, validation }) => [train.length, validation.length])).toEqual([[500_000, 500_000], [500_000, 500_000]]); // prettier-ignore
    const seen = new Uint8Array(1_000_000);
    for (const { validation } of folds) for (const i of validation) seen[i]!++;
    expect(seen.every((times) => times === 1)).toBe(true);
  });

  it('D1 lists are kept in a file and checked', () => {
    const path = join(folder, 'splits', 'first.json');
    const lists = { train: [0, 2, 4], validation: [1, 3] };
    saveSplit(path, { source: 'data/digits', count: 1003, parts: lists, seed: 7, how: '60/40' });
    expect(loadSplit(path, { count: 1003 })).toEqual({
      kind: 'lists',
      source: 'data/digits',
      count: 1003,
      parts: { train: [0, 2, 4], validation: [1, 3] },
      seed: 7,
      how: '60/40',
    });
    const { train, validation } = splitByList(set, path);
    expect([train!.indices, validation!.length, validation!.get(1)]).toEqual([[0, 2, 4], 2, 3]);
    const save =
      (parts: Record<string, (number | string)[]>, count = 5) =>
      () =>
        saveSplit(path, { source: 's', count, parts });
    expect(save({ train: [0, 2, 4] }, 4)).toThrow(/first\.json: entry 2 of part "train" is sample 4, .* only 4/);
    expect(save({ train: [] }, 0.5)).toThrow(/"count" must say how many samples/);
    expect(save({ a: [1, 2], b: [3, 2] })).toThrow(/sample 2 is in the parts "a" and "b"/);
    expect(save({ a: [1, 1] })).toThrow(/sample 1 is in part "a" twice/);
    expect(save({ a: [0.5] })).toThrow(/entry 0 of part "a" is 0\.5, no position/);
    expect(loadSplit(path).parts.train).toEqual([0, 2, 4]);
    writeFileSync(path, '{"kind":"lists"');
    expect(() => loadSplit(path)).toThrow(/first\.json: it is no JSON/);
    writeFileSync(path, '{"kind":"ratio","source":"x","parts":{}}');
    expect(() => loadSplit(path)).toThrow(/a split is \{ "kind": "lists"/);
    expect(() => loadSplit(join(folder, 'none.json'))).toThrow(/none\.json: cannot read it: there is no such file/);
  });

  it('a list is for the data set that it was made for', () => {
    const path = join(folder, 'splits', 'made.json');
    const named = (names: string[]): Dataset<number> => ({
      length: names.length,
      get: (i) => i,
      sampleNames: () => names,
    });
    const names = ['a.png', 'b.png', 'c.png'];
    saveSplit(path, { source: 's', count: 3, names, parts: { train: [0, 'c.png'] } });
    expect(splitByList(named(names), path)['train']!.indices).toEqual([0, 2]);
    expect(() => splitByList(named(['a.png', 'b.png']), path)).toThrow(FlintError);
    expect(() => splitByList(named(['a.png', 'b.png']), path)).toThrow(
      /made\.json: the split was made for 3 samples, this data set has 2: make it again in the Data room/,
    );
    expect(() => splitByList(named(['a.png', 'b2.png', 'c.png']), path)).toThrow(
      /made\.json: the split was made for samples of other names than this data set has: make it again/,
    );
  });

  it('a list fits the set whether damaged samples are left out or not', () => {
    const path = join(folder, 'splits', 'damaged.json');
    const names = ['a', 'b', 'c', 'd', 'e'];
    const set = (leftOut: number[]): Dataset<string> => {
      const kept = names.filter((_, i) => !leftOut.includes(i));
      const out = leftOut.map((index) => ({ index, name: names[index]! }));
      return { length: kept.length, get: (i) => kept[i]!, sampleNames: () => kept, leftOut: out };
    };
    const read = (leftOut: number[]) =>
      Object.values(splitByList(set(leftOut), path)).map((part) => part.indices.map((_, i) => part.get(i)).join(''));
    saveSplit(path, { source: 's', count: 5, names, parts: { train: [0, 3, 'b'], test: [4, 2] } });
    expect(read([])).toEqual(['adb', 'ec']);
    expect(read([1, 2])).toEqual(['ad', 'e']);
    expect(read([0, 4])).toEqual(['db', 'c']);
  });

  it('D1 lists may name samples', () => {
    const few: Dataset<number> = { length: 3, get: (i) => i };
    const names = ['a.png', 'b.png', 'c.png'];
    const { train } = splitByList(few, { train: ['c.png', 'a.png'] }, { names });
    expect(train!.indices).toEqual([2, 0]);
    expect(() => splitByList(few, { train: ['d.png'] }, { names })).toThrow(/"d\.png", but no sample has this name/);
    expect(() => splitByList(few, { train: ['a.png'] })).toThrow(/give options\.names/);
    expect(() => splitByList(few, { train: ['a.png'], test: [0] }, { names })).toThrow(/sample 0 is in the parts/);
    expect(() => splitByList(few, { train: [3] })).toThrow(/lists sample 3; there are 3/);
  });
});
