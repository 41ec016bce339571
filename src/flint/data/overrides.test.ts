// A class that overrides a part of a data set gets its way, whoever puts batches together.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { tensor } from '../tensor/creation.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { ImageDataset } from '../vision/datasets.ts';
import { ImageFolder } from '../vision/image-folder.ts';
import type { ImageSet } from '../vision/image-set.ts';
import * as transforms from '../vision/transforms/index.ts';
import { ConcatDataset, DataLoader, Subset, TensorDataset, type Dataset, type Moment } from './index.ts';

const [count, side] = [80, 32];
const images: ImageSet = {
  ...{ count, channels: 1, height: side, width: side, classes: ['0'], notes: [] },
  pixels: Uint8Array.from({ length: count * side * side }, (_, i) => (i * 31 + (i >> 8)) % 256),
  labels: new Uint8Array(count),
};
const flipping = () => new transforms.Compose([new transforms.RandomRotation(90)]);

class OwnSamples extends ImageDataset {
  override get(index: number, at?: Moment): [Tensor, Tensor] {
    const [x, y] = super.get(index, at);
    return [x.neg(), y];
  }
}
const first = (set: Dataset<[Tensor, Tensor]>, numWorkers: number): Tensor =>
  [...new DataLoader(set, { batchSize: count, seed: 1, numWorkers })][0]![0];

describe.each([0, 2])('with %i workers', (workers) => {
  const plain = new ImageDataset(images, null);
  const wanted = first(plain, workers).neg();
  const own = new OwnSamples(images, null);
  const all = [...Array(count).keys()];

  test('get is asked where a class overrides it alone, in parts and sets of sets too', () => {
    expect(first(own, workers).equal(wanted)).toBe(true);
    expect(first(new Subset(own, all), workers).equal(wanted)).toBe(true);
    expect(first(new ConcatDataset<[Tensor, Tensor]>([own]), workers).equal(wanted)).toBe(true);
    class Part extends Subset<[Tensor, Tensor]> {
      override get(index: number): [Tensor, Tensor] {
        const [x, y] = super.get(index);
        return [x.neg(), y];
      }
    }
    expect(first(new Part(plain, all), workers).equal(wanted)).toBe(true);
    const patched = new ImageDataset(images, null);
    patched.get = (index) => [plain.get(index)[0].neg(), tensor(0)];
    expect(first(patched, workers).equal(wanted)).toBe(true);
  });

  test('a batch of one’s own is asked where the class below overrides no more', () => {
    class OwnBatches extends OwnSamples {
      override getBatch(indices: readonly number[]): [Tensor, Tensor] {
        const [x, y] = super.getBatch(indices);
        return [x.mul(2), y];
      }
    }
    const twice = plain.getBatch(all)[0].mul(2);
    expect(first(new OwnBatches(images, null), workers).equal(twice)).toBe(true);
  });
});

test('a folder’s batches are one’s own too, ahead as well', () => {
  const root = mkdtempSync(join(tmpdir(), 'flint-overrides-'));
  mkdirSync(join(root, 'a'));
  for (const i of [1, 2]) writeFileSync(join(root, 'a', `${i}.pgm`), `P5 2 2 255\n${i}bcd`);
  class Samples extends ImageFolder {
    override get(index: number): [Tensor, Tensor] {
      const [x, y] = super.get(index);
      return [x.neg(), y];
    }
  }
  class Batches extends ImageFolder {
    override getBatch(indices: readonly number[]): [Tensor, Tensor] {
      const [x, y] = super.getBatch(indices);
      return [x.neg(), y];
    }
  }
  const wanted = new ImageFolder(root).getBatch([0, 1])[0].neg();
  for (const set of [new Samples(root), new Batches(root)])
    for (const numWorkers of [0, 2])
      expect([...new DataLoader(set, { batchSize: 2, numWorkers })][0]![0].equal(wanted)).toBe(true);
  expect(new Batches(root).startBatch([0, 1])()[0].equal(wanted)).toBe(true);
  rmSync(root, { recursive: true });
});

test('a set of sets begins its batches ahead, in the order asked for, with draws of each part', () => {
  const set = new ImageDataset(images, null, flipping());
  const twice = new ConcatDataset<[Tensor, Tensor]>([set, set]);
  const indices = Array.from({ length: 2 * count }, (_, i) => (i * 7) % (2 * count));
  const at = { seed: 3, epoch: 1 };
  const [x] = twice.startBatch!(indices, at, 2)();
  expect(x.equal(twice.getBatch!(indices, at)[0])).toBe(true);
  for (const i of [0, 5, 90, 159]) expect(x.at(indices.indexOf(i)).equal(twice.get(i, at)[0])).toBe(true);
  // The two copies of a sample are two draws.
  const copies = [...Array(count).keys()].filter((i) => twice.get(i, at)[0].equal(twice.get(i + count, at)[0]));
  expect(copies.length).toBeLessThan(5);
  expect(twice.get(4, at)[0].equal(set.get(4, at)[0])).toBe(true);
  expect(
    new ConcatDataset([new TensorDataset(tensor([1])), new TensorDataset(tensor([2]))]).startBatch,
  ).toBeUndefined();
});

test('a part keeps the indices that it was given', () => {
  const indices = [3, 1];
  const part = new Subset(new ImageDataset(images, null), indices);
  indices[0] = 9;
  expect([part.indices, part.length]).toEqual([[3, 1], 2]);
  expect(() => ((part.indices as number[])[0] = 5)).toThrow(TypeError);
});

test('data sets and streams are told which epoch begins', () => {
  const told: string[] = [];
  const set = { length: 1, get: (i: number) => i, setEpoch: (epoch: number) => told.push(`set ${epoch}`) };
  const stream = {
    setEpoch: (epoch: number) => told.push(`stream ${epoch}`),
    *[Symbol.iterator]() {
      yield 1;
    },
  };
  for (const source of [set, stream]) {
    const loader = new DataLoader<number>(source as Dataset<number>, { seed: 0 });
    void [...loader];
    loader.setEpoch(5);
    void [...loader];
    expect(loader.epoch).toBe(6);
  }
  expect(told).toEqual(['set 0', 'set 5', 'stream 0', 'stream 5']);
});

describe('a recipe is unknown', () => {
  const base = new Subset({ length: 2, get: (i: number) => i, recipe: () => named } as Dataset<number>, [0, 1]);
  const named = { type: 'named' as const, name: 'MNIST', root: '/', options: {}, stamp: '' };
  class Part extends Subset<number> {}
  class Whole extends ConcatDataset<number> {}
  class Loader extends DataLoader<number> {}

  test('of classes below those that are known', () => {
    expect(base.recipe()).toEqual({ type: 'Subset', dataset: named, indices: [0, 1] });
    expect(new Part(base, [0]).recipe()).toEqual({ type: 'unknown', why: 'the script has made a Part itself' });
    expect(new Whole([base]).recipe()).toMatchObject({
      type: 'unknown',
      why: expect.stringMatching(/Whole/) as string,
    });
    expect(new DataLoader(base).recipe().unknown).toBeUndefined();
    expect(new Loader(base).recipe().unknown).toBe('the script has made a Loader itself');
    expect(new DataLoader(new Whole([base])).recipe().unknown).toMatch(/Whole/);
    expect(new DataLoader(new ConcatDataset([base, new Part(base, [0])])).recipe().unknown).toMatch(/Part/);
  });
  test('of an object that was given a function', () => {
    const part = new Subset(base, [1]);
    Object.assign(part, { get: () => 7 });
    expect(part.recipe()).toEqual({ type: 'unknown', why: 'the script has given a Subset its own get' });
    const loader = new DataLoader(base);
    Object.assign(loader, { collate: (samples: number[]) => tensor(samples) });
    expect(loader.recipe().unknown).toMatch(/its own collate/);
  });
});
