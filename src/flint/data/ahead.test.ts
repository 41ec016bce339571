import { expect, test } from 'vitest';
import type { Tensor } from '../tensor/tensor.ts';
import { ImageDataset } from '../vision/datasets.ts';
import type { ImageSet } from '../vision/image-set.ts';
import { DataLoader, randomSplit } from './index.ts';

const [count, channels, height, width] = [300, 3, 24, 24];
const pixels = Uint8Array.from({ length: count * channels * height * width }, (_, i) => (i * 31 + (i >> 8)) % 256);
const images: ImageSet = {
  count,
  channels,
  height,
  width,
  pixels,
  labels: Uint8Array.from({ length: count }, (_, i) => i % 10),
  classes: [...'0123456789'],
  notes: [],
};
const normalize = { mean: [0.5, 0.4, 0.3], std: [0.2, 0.3, 0.4] };
const set = new ImageDataset(images, normalize);

test('a loader that is a batch ahead gives the batches of the data set, in order, to the last', () => {
  const loader = new DataLoader(set, { batchSize: 64, shuffle: true, seed: 4 });
  for (let epoch = 0; epoch < 2; epoch++) {
    const seen: number[] = [];
    for (const [x, y] of loader) {
      expect(x.shape).toEqual([y.numel(), channels, height, width]);
      seen.push(y.numel());
      // The label of an image is found by its first pixels, which no other image has.
      const [first] = set.getBatch([...Array(count).keys()].filter((i) => i % 10 === Number(y.toArray()[0])));
      expect(first.eq(x.at('0:1')).all(1).all(1).all(1).any().item()).toBe(true);
    }
    expect(seen).toEqual([64, 64, 64, 64, 44]);
  }
  expect([...new DataLoader(set, { batchSize: 64, dropLast: true })]).toHaveLength(4);
});

test('batches made ahead are those made at once, of parts of a set too; one may be left untaken', () => {
  const [part] = randomSplit(set, [200, 100], { seed: 1 });
  const indices = Array.from({ length: 150 }, (_, i) => (i * 7) % 200);
  const [now] = part!.getBatch!(indices);
  const [ahead] = part!.startBatch!(indices)();
  expect(ahead.equal(now)).toBe(true);
  part!.startBatch!(indices);
  const [pixel] = set.getBatch([0]);
  expect(pixel.at(0, 1, 0, 0).item()).toBeCloseTo((pixels[height * width]! / 255 - 0.4) / 0.3, 5);
});

test('a class that makes its batches otherwise is asked for them', () => {
  class Inverted extends ImageDataset {
    override getBatch(indices: readonly number[]): [Tensor, Tensor] {
      const [x, y] = super.getBatch(indices);
      return [x.neg(), y];
    }
  }
  const inverted = new Inverted(images, normalize);
  const [first] = [...new DataLoader(inverted, { batchSize: 150 })];
  expect(first![0].equal(set.getBatch([...Array(150).keys()])[0].neg())).toBe(true);
});

test('an index outside of the set is an error in words', () => {
  expect(() => set.getBatch([0, count])).toThrow(/index 300 is out of range: there are 300 images/);
  expect(() => set.startBatch([...Array(100).keys(), count])).toThrow(/out of range/);
});
