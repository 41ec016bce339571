// Image folders with transforms: the same numbers for every number of threads, batch and order, from files of all formats;
// the batch of the engine beside images that were decoded whole; the preview beside the batch.
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DataLoader } from '../data/loader.ts';
import { zipParts } from '../io/archive/zip-write.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { ImageFolder, type ImageFolderOptions } from './image-folder.ts';
import { stopDecoders } from './images/decoders.ts';
import {
  CenterCrop,
  ColorJitter,
  Compose,
  GaussianBlur,
  Grayscale,
  Lambda,
  Normalize,
  Pad,
  RandomCrop,
  RandomHorizontalFlip,
  RandomResizedCrop,
  RandomRotation,
  RandomVerticalFlip,
  Resize,
  ToTensor,
} from './transforms/index.ts';
import { transformDecoded } from './transforms/decoded.ts';

const base = mkdtempSync(join(tmpdir(), 'flint-folder-transform-'));
afterAll(async () => {
  await stopDecoders();
  rmSync(base, { recursive: true, force: true });
});

const normalize = () => new Normalize([0.485, 0.456, 0.406], [0.229, 0.224, 0.225]);
const usual = (size = 32) =>
  new Compose([new RandomResizedCrop(size), new RandomHorizontalFlip(), new ToTensor(), normalize()]);
const values = (x: Tensor) => Buffer.from(Float32Array.from(x.flatten().toArray() as number[]).buffer);
const same = (a: Tensor, b: Tensor) => a.shape.join() === b.shape.join() && values(a).equals(values(b));

/** Images of several formats, sizes and orientations, one of them a JPEG in name only. */
let root = '';
const files: Record<string, Uint8Array> = {};
beforeAll(async () => {
  root = join(base, 'mixed');
  for (let i = 0; i < 24; i++) {
    const [width, height] = [40 + ((i * 13) % 50), 36 + ((i * 29) % 70)];
    const pixels = Uint8Array.from({ length: width * height * 3 }, (_, k) => (k * (i + 3) + (k >> 7) * 11) % 256);
    const image = sharp(pixels, { raw: { width, height, channels: 3 } });
    const orientation = (i % 8) + 1;
    const jpeg = await image.clone().jpeg({ chromaSubsampling: i % 2 ? '4:2:0' : '4:4:4', progressive: i % 5 === 0 }).withMetadata({ orientation }).toBuffer(); // prettier-ignore
    const kinds: [string, Uint8Array][] = [
      ['jpg', jpeg],
      ['png', i % 3 === 1 ? await image.clone().png().toBuffer() : jpeg],
      ['webp', i % 3 === 2 ? await image.clone().webp({ lossless: true }).toBuffer() : jpeg],
    ];
    const [extension, bytes] = kinds[i % 3]!;
    files[`${i % 2 ? 'a' : 'b'}/${String(i).padStart(2, '0')}.${extension}`] = bytes;
  }
  files['b/99.jpg'] = files['a/01.png']!;
  for (const [path, bytes] of Object.entries(files)) {
    mkdirSync(join(root, dirname(path)), { recursive: true });
    writeFileSync(join(root, path), bytes);
  }
});

/** Samples by index, of one epoch. */
function epoch(set: ImageFolder, options: { batchSize: number; numWorkers: number; shuffle?: boolean }) {
  const loader = new DataLoader(set, { ...options, seed: 5 });
  loader.setEpoch(3);
  return [...loader];
}

function everyWay(make: () => ImageFolder): void {
  const wanted = make();
  const all = Array.from({ length: wanted.length }, (_, i) => i);
  const [images, labels] = wanted.getBatch(all, { seed: 5, epoch: 3 });
  expect(labels.toArray().map(Number)).toEqual(wanted.targets);
  for (const numWorkers of [0, 1, 2])
    for (const batchSize of [1, 7, 32]) {
      let from = 0;
      for (const [x, y] of epoch(make(), { batchSize, numWorkers })) {
        const to = from + x.shape[0]!;
        expect(same(x, images.at(`${from}:${to}`)), `${numWorkers} workers, batches of ${batchSize}`).toBe(true);
        expect(y.toArray()).toEqual(labels.at(`${from}:${to}`).toArray());
        from = to;
      }
      expect(from).toBe(wanted.length);
    }
  const backwards = wanted.getBatch([...all].reverse(), { seed: 5, epoch: 3 })[0];
  expect(same(backwards.at(0), images.at(wanted.length - 1))).toBe(true);
  expect(same(wanted.get(4, { seed: 5, epoch: 3 })[0], images.at(4))).toBe(true);
  const [other] = wanted.getBatch([4], { seed: 5, epoch: 4 });
  expect(same(other.squeeze(0), images.at(4))).toBe(false);
}

/** The batch as it is made of images that were decoded whole, one by one. */
function fromWhole(set: ImageFolder, indices: readonly number[], at = { seed: 1, epoch: 0 }): Tensor {
  return transformDecoded(set.decode(indices), indices, set.transform!, at);
}

describe('ImageFolder with transforms', () => {
  it('D2 D3 batches do not depend on workers, batch size or order', () => {
    for (const options of [{}, { mode: 'grey' }] satisfies ImageFolderOptions[]) {
      const steps = options.mode ? new Compose([new RandomResizedCrop(20), new RandomVerticalFlip()]) : usual(20);
      everyWay(() => new ImageFolder(root, { ...options, transform: steps }));
    }
  });

  it('D3 functions of the script among the steps', () => {
    const lambda = new Lambda((x: Tensor) => x.mul(2));
    const transform = new Compose([new RandomResizedCrop(16), new ToTensor(), lambda, new RandomHorizontalFlip()]);
    everyWay(() => new ImageFolder(root, { transform }));
    const plain = new Compose([new RandomResizedCrop(16), new ToTensor(), new RandomHorizontalFlip()]);
    const at = { seed: 1, epoch: 1 };
    const [doubled] = new ImageFolder(root, { transform }).getBatch([0, 5, 9], at);
    const [single] = new ImageFolder(root, { transform: plain }).getBatch([0, 5, 9], at);
    expect(same(doubled, single.mul(2))).toBe(true);
  });

  it('D2 D3 what a crop leaves of a file has the pixels of the whole image', () => {
    const size = [24, 24] as const;
    const pipelines = {
      'resized crop': [new RandomResizedCrop(24)],
      'resized crop, nearest': [new RandomResizedCrop(24, { interpolation: 'nearest' })],
      'crop, padded': [new RandomCrop(24, { padding: 9, fill: 7 }), new RandomVerticalFlip()],
      'crop, mirrored padding': [
        new Pad(3, { paddingMode: 'reflect' }),
        new RandomCrop(24),
        new RandomHorizontalFlip(),
      ],
      'crop of the middle': [new CenterCrop(24)],
      'crop larger than the image': [new CenterCrop(130)],
      'crop of a crop': [new RandomCrop(30), new RandomHorizontalFlip(), new RandomCrop(24)],
      turned: [new RandomCrop(30), new RandomRotation(null, { choices: [90, 270] }), new RandomCrop(24)],
      'resize first': [new Resize(30), new RandomCrop(24)],
      'colour first': [new ColorJitter({ brightness: 0.5 }), new RandomCrop(24)],
      'blur before': [new GaussianBlur(5), new CenterCrop(24)],
      'nothing but a size': [new Resize([...size])],
      grey: [new Grayscale(), new RandomCrop(24)],
    };
    const indices = Array.from({ length: 25 }, (_, i) => i);
    for (const [name, steps] of Object.entries(pipelines))
      for (const mode of ['rgb', 'grey'] as const) {
        if (mode === 'grey' && name === 'colour first') continue;
        const set = new ImageFolder(root, { mode, transform: new Compose(steps) });
        for (let seed = 0; seed < 3; seed++) {
          const at = { seed, epoch: 2 };
          expect(same(set.getBatch(indices, at)[0], fromWhole(set, indices, at)), `${name}, ${mode}`).toBe(true);
        }
      }
  });

  it('D4 a preview shows what training gets', () => {
    const set = new ImageFolder(root, { transform: usual() });
    const at = { seed: 9, epoch: 1 };
    const [batch] = set.getBatch([3, 0, 8, 11], at);
    for (const [row, index] of [3, 0, 8, 11].entries()) {
      const steps = set.transform!.describe(set.image(index), { ...at, index });
      expect(same(steps.at(-1)!.tensor!, batch.at(row))).toBe(true);
    }
  });

  it('D2 archives are read in place', () => {
    const path = join(base, 'mixed.zip');
    const entries = Object.entries(files).map(([name, bytes]) => ({ name, bytes }));
    const at = { seed: 1, epoch: 0 };
    const [wanted] = new ImageFolder(root, { transform: usual() }).getBatch([0, 5, 20], at);
    for (const deflate of [false, true]) {
      writeFileSync(path, Buffer.concat(zipParts(entries, { deflate })));
      const [found] = new ImageFolder(path, { transform: usual() }).getBatch([0, 5, 20], at);
      expect(same(found, wanted)).toBe(true);
    }
  });
});

describe('bad images with transforms', () => {
  function damaged(): string {
    const folder = join(base, 'damaged');
    for (const [path, bytes] of Object.entries(files)) {
      mkdirSync(join(folder, dirname(path)), { recursive: true });
      const bad = path === 'a/03.jpg' || path === 'b/06.jpg';
      writeFileSync(join(folder, path), bad ? bytes.subarray(0, bytes.length - 60) : bytes);
    }
    return folder;
  }

  it('D2 are an error that names the file, wherever the crop lies', () => {
    const set = new ImageFolder(damaged(), { transform: new RandomCrop(8) });
    const bad = set.samples.findIndex(({ path }) => path === 'a/03.jpg');
    for (let seed = 0; seed < 20; seed++)
      expect(() => set.getBatch([0, bad, 1], { seed, epoch: 0 })).toThrow(
        /damaged\/a\/03\.jpg: the picture is damaged or cut off/,
      );
  });

  it('D2 are stood in for, with the random choices of the image that is shown', () => {
    const set = new ImageFolder(damaged(), { transform: usual(), onBadImage: 'skip' });
    const bad = set.samples.findIndex(({ path }) => path === 'a/03.jpg');
    const at = { seed: 4, epoch: 0 };
    for (let i = 0; i < 2; i++) {
      const [x, y] = set.getBatch([bad, 0, bad + 1], at);
      expect(same(x.at(0), x.at(2))).toBe(true);
      expect(Number(y.at(0).item())).toBe(set.targets[bad + 1]);
    }
    expect(set.badImages.map(({ path }) => path)).toEqual(['a/03.jpg']);
    everyWay(() => new ImageFolder(damaged(), { transform: usual(20), onBadImage: 'error', extensions: ['.png', '.webp'] })); // prettier-ignore
  });

  it('D2 sizes that differ, and too large images, say which and what to do', () => {
    const set = new ImageFolder(root, { transform: new RandomHorizontalFlip() });
    expect(() => set.getBatch([0, 1, 2])).toThrow(
      /sample 1: is 3 x \d+ x \d+ after the transforms, but the first of the batch \(sample 0\) is/,
    );
    expect(() => new ImageFolder(root, { transform: new RandomCrop(120) }).getBatch([6, 0])).toThrow(
      /^\[RandomCrop\] sample 6: a crop of 120 x 120 does not fit/,
    );
    expect(() => new ImageFolder(root, { transform: usual(), mostPixels: 100 }).getBatch([0])).toThrow(/at most 100/);
    expect(() => set.getBatch([25])).toThrow('there is no sample 25');
    expect(() => set.getBatch([])).toThrow('a batch needs at least one index');
  });
});

describe('hymenoptera_data with transforms', () => {
  const photographs = resolve(process.env['FLINT_DATA'] ?? '../shared/data', 'hymenoptera_data');
  const there = existsSync(photographs);

  it.skipIf(!there)(`D2 D3 photographs: the same in every way (needs ${photographs})`, () => {
    const set = () => new ImageFolder(photographs, { split: 'train', transform: usual(224) });
    const indices = Array.from({ length: 48 }, (_, i) => i * 5);
    const at = { seed: 5, epoch: 1 };
    const [wanted] = set().getBatch(indices, at);
    expect(wanted.shape).toEqual([48, 3, 224, 224]);
    expect(same(wanted, fromWhole(set(), indices, at))).toBe(true);
    for (const threads of [1, 2]) {
      const halves = [indices.slice(0, 17), indices.slice(17)];
      const begun = halves.map((half) => set().startBatch(half, at, threads));
      begun.forEach((finish, i) => {
        const [x] = finish();
        expect(same(x, wanted.at(i === 0 ? ':17' : '17:'))).toBe(true);
      });
    }
    const loaded = new Map<number, Tensor>();
    const orders: number[][] = [];
    for (const numWorkers of [0, 1, 2]) {
      const order: number[] = [];
      const loader = new DataLoader(set(), { batchSize: 32, shuffle: true, seed: 2, numWorkers });
      for (const [i, [x, y]] of [...loader].slice(0, 2).entries()) {
        order.push(...y.toArray().map(Number));
        if (loaded.has(i)) expect(same(x, loaded.get(i)!)).toBe(true);
        loaded.set(i, x);
      }
      orders.push(order);
    }
    expect(orders[1]).toEqual(orders[0]);
  });
});
