import { describe, expect, test } from 'vitest';
import { tensorToBytes } from '../tensor/bytes.ts';
import { tensor } from '../tensor/creation.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { ImageDataset } from '../vision/datasets.ts';
import type { ImageSet } from '../vision/image-set.ts';
import * as transforms from '../vision/transforms/index.ts';
import { ConcatDataset, DataLoader, Subset, type BatchMoment, type Dataset, type Moment } from './index.ts';

const [count, channels, height, width] = [90, 3, 32, 32];
const images: ImageSet = {
  count,
  channels,
  height,
  width,
  pixels: Uint8Array.from({ length: count * channels * height * width }, (_, i) => (i * 31 + (i >> 8)) % 256),
  labels: Uint8Array.from({ length: count }, (_, i) => i),
  classes: [...'0123456789'],
  notes: [],
};
const augment = new transforms.Compose([
  new transforms.RandomCrop(32, { padding: 4 }),
  new transforms.RandomHorizontalFlip(),
  new transforms.RandomRotation(10, { interpolation: 'bilinear' }),
  new transforms.ToTensor(),
]);
const set = new ImageDataset(images, null, augment);

/** Each sample of an epoch by its label, and the order. */
function epochOf(loader: DataLoader<[Tensor, Tensor]>): { order: number[]; pixels: Map<number, string> } {
  const order: number[] = [];
  const pixels = new Map<number, string>();
  for (const [x, y] of loader) {
    y.toArray().forEach((label, i) => {
      order.push(Number(label));
      pixels.set(Number(label), Buffer.from(tensorToBytes(x.at(i))).toString('base64'));
    });
  }
  return { order, pixels };
}

describe('D1 the same samples, whoever makes them', () => {
  const options = { shuffle: true, seed: 5 };
  const wanted = epochOf(new DataLoader(set, { batchSize: 30, ...options, numWorkers: 0 }));

  test('an epoch visits every sample once', () => {
    expect([...wanted.order].sort((a, b) => a - b)).toEqual([...Array(count).keys()]);
  });

  test.each([0, 1, 2, 3])('order and pixels do not depend on workers: %i', (numWorkers) => {
    for (const batchSize of [30, 7, 64]) {
      const got = epochOf(new DataLoader(set, { batchSize, ...options, numWorkers }));
      expect(got.order).toEqual(wanted.order);
      expect(got.pixels).toEqual(wanted.pixels);
    }
  });

  test('another order, a part of the set, samples put together one by one: the same pixels', () => {
    const plain = epochOf(new DataLoader(set, { batchSize: 30, seed: 5 }));
    expect(plain.pixels).toEqual(wanted.pixels);
    const part = new Subset(set, [70, 3, 88, 41]);
    for (const numWorkers of [0, 2])
      for (const [label, pixels] of epochOf(new DataLoader(part, { batchSize: 3, seed: 5, numWorkers })).pixels)
        expect(pixels).toBe(wanted.pixels.get(label));
    const both = new ConcatDataset<[Tensor, Tensor]>([part, new Subset(set, [0, 1, 2])]);
    const single = epochOf(new DataLoader(both, { batchSize: 2, seed: 5 }));
    expect(single.order).toEqual([70, 3, 88, 41, 0, 1, 2]);
    // The second part has draws of its own.
    for (const [label, pixels] of single.pixels) expect(pixels === wanted.pixels.get(label)).toBe(label > 2);
  });

  test('other seeds and epochs have other pixels; an epoch can be repeated', () => {
    const loader = new DataLoader(set, { batchSize: 30, ...options, numWorkers: 2 });
    expect(epochOf(loader).pixels).toEqual(wanted.pixels);
    expect(epochOf(loader).pixels).not.toEqual(wanted.pixels);
    loader.setEpoch(0);
    expect(epochOf(loader)).toEqual(wanted);
    const other = epochOf(new DataLoader(set, { batchSize: 30, shuffle: true, seed: 6 }));
    expect(other.pixels).not.toEqual(wanted.pixels);
  });

  test('an epoch that is left early leaves nothing that the next one could meet', () => {
    const loader = new DataLoader(set, { batchSize: 10, ...options, numWorkers: 3 });
    for (const _batch of loader) break;
    loader.setEpoch(0);
    expect(epochOf(loader)).toEqual(wanted);
  });

  test('numWorkers is a whole number', () => {
    expect(() => new DataLoader(set, { numWorkers: -1 })).toThrow(/numWorkers must be a whole number from 0, got -1/);
  });
});

describe('what a data set and a collate function are told', () => {
  test('a class of one’s own gets the loader’s seed and epoch', () => {
    const seen: (Moment | undefined)[] = [];
    const own: Dataset<number> = { length: 3, get: (i, at) => (seen.push(at), i) };
    const loader = new DataLoader(own, { batchSize: 2, seed: 9 });
    void [...loader, ...loader];
    expect(seen).toEqual([0, 0, 0, 1, 1, 1].map((epoch) => ({ seed: 9, epoch })));
  });

  test('MixUp on batches: soft labels that do not depend on workers', () => {
    const mix = new transforms.MixUp({ classes: 90 });
    const batches = [0, 1, 2].map((numWorkers) => [
      ...new DataLoader(set, {
        batchSize: 32,
        shuffle: true,
        seed: 2,
        numWorkers,
        transformBatch: (b, at) => mix.forward(b, at),
      }),
    ]);
    for (const other of batches.slice(1))
      other.forEach(([x, y], i) => {
        expect(x.equal(batches[0]![i]![0])).toBe(true);
        expect(y.equal(batches[0]![i]![1])).toBe(true);
      });
    expect(batches[0]!.map(([, y]) => y.shape)).toEqual([
      [32, 90],
      [32, 90],
      [26, 90],
    ]);
  });

  test('collate is told the batch’s number, of a stream too', () => {
    const at: BatchMoment[] = [];
    const collate = (samples: number[], moment: BatchMoment): Tensor => (at.push(moment), tensor(samples));
    const stream = {
      *[Symbol.iterator]() {
        yield* [1, 2, 3];
      },
    };
    void [...new DataLoader<number, Tensor>(stream, { batchSize: 2, seed: 4, collate })];
    void [...new DataLoader<number, Tensor>({ length: 3, get: (i) => i }, { batchSize: 2, seed: 4, collate })];
    expect(at).toEqual([0, 1, 0, 1].map((batch) => ({ seed: 4, epoch: 0, batch })));
  });

  test('a data set without ToTensor at the end gives floats in 0..1 all the same', () => {
    const bytes = new ImageDataset(images, null, new transforms.Compose([new transforms.CenterCrop(8)]));
    const [x] = bytes.getBatch([1, 2]);
    expect(x.dtype).toBe('float32');
    expect(x.shape).toEqual([2, 3, 8, 8]);
    expect(x.max().item()).toBeLessThanOrEqual(1);
    expect(() => new ImageDataset(images, { mean: [0, 0, 0], std: [1, 1, 1] }, augment)).toThrow(/both given/);
  });
});
