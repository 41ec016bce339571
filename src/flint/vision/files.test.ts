// Data sets as files: the real ones where they are (FLINT_DATA, default ../shared/data), damaged and made-up ones here.
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { readCifar10 } from './cifar10-files.ts';
import type { ImageSet } from './image-set.ts';
import { parseIdx } from './idx.ts';
import { readMnist } from './mnist-files.ts';

const data = resolve(process.env['FLINT_DATA'] ?? '../shared/data');
const folder = mkdtempSync(join(tmpdir(), 'flint-vision-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
/** A test on real files; says in its name when they are missing. */
const onFiles = (name: string, path: string) =>
  existsSync(join(data, path))
    ? it
    : (it.skip.bind(it, `${name} (skipped: no ${join(data, path)})`) as unknown as typeof it);
const counts = ({ labels, classes }: ImageSet) =>
  labels.reduce((all, label) => (all[label]!++, all), new Array<number>(classes.length).fill(0));

describe('D2 MNIST', () => {
  onFiles('D2 MNIST', 'mnist')('D2 reads the real files: counts, mean and deviation', () => {
    const train = readMnist(join(data, 'mnist'), 'train');
    expect([train.count, train.channels, train.height, train.width]).toEqual([60_000, 1, 28, 28]);
    expect(counts(train)).toEqual([5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949]);
    const mean = train.pixels.reduce((a, b) => a + b, 0) / train.pixels.length;
    const square = train.pixels.reduce((a, b) => a + b * b, 0) / train.pixels.length;
    expect(mean / 255).toBeCloseTo(0.1307, 4);
    expect(Math.sqrt(square - mean * mean) / 255).toBeCloseTo(0.3081, 4);
    const test = readMnist(join(data, 'mnist'), 'test');
    expect(counts(test)).toEqual([980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]);
  });

  const idx = (shape: number[], fill = 1) => {
    const bytes = new Uint8Array(4 + 4 * shape.length + shape.reduce((a, b) => a * b, 1)).fill(fill);
    const view = new DataView(bytes.buffer);
    view.setUint32(0, 0x800 + shape.length);
    shape.forEach((n, i) => view.setUint32(4 + 4 * i, n));
    return bytes;
  };

  it('D2 takes plain and gzipped files, named with dash or dot', () => {
    const root = join(folder, 'names');
    mkdirSync(root);
    writeFileSync(join(root, 'train-images.idx3-ubyte'), idx([3, 4, 5], 9));
    writeFileSync(join(root, 'train-labels-idx1-ubyte.gz'), gzipSync(idx([3], 2)));
    const set = readMnist(root, 'train');
    expect([set.count, set.height, set.width, set.pixels.length, [...set.labels]]).toEqual([3, 4, 5, 60, [2, 2, 2]]);
    expect(() => readMnist(root, 'test')).toThrow(
      /expected the file t10k-images-idx3-ubyte or .*found train-images\.idx3/,
    );
    expect(() => readMnist(join(folder, 'nowhere'), 'test')).toThrow(/found no such folder\. Choose the folder/);
    writeFileSync(join(root, 'train-labels-idx1-ubyte.gz'), gzipSync(idx([2], 2)));
    expect(() => readMnist(root, 'train')).toThrow(/byte 4: expected 3 labels for the 3 images/);
  });

  it('D2 says how much of a cut file is missing', () => {
    const whole = idx([60, 28, 28]);
    expect(() => parseIdx(whole.subarray(0, 1000), 'f', 3, 'images')).toThrow(
      'f, byte 1000: the file is cut off: expected 47056 bytes for 60 images of 28 x 28, found 1000. Download the file again',
    );
    expect(() => parseIdx(whole.subarray(0, 9), 'f', 3, 'images')).toThrow(
      /byte 9: expected an IDX header of 16 bytes/,
    );
    expect(() => parseIdx(idx([20]), 'f', 3, 'images')).toThrow(
      /byte 0: expected the magic number 2051 .*found 2049.*swapped/,
    );
    expect(() => parseIdx(Buffer.concat([whole, new Uint8Array(3)]), 'f', 3, 'images')).toThrow(
      /too long: expected 47056/,
    );
    const gz = gzipSync(whole);
    const path = join(folder, 'train-images-idx3-ubyte.gz');
    writeFileSync(path, gz.subarray(0, gz.length - 30));
    writeFileSync(join(folder, 'train-labels-idx1-ubyte'), idx([60]));
    expect(() => readMnist(folder, 'train')).toThrow(
      new RegExp(`ubyte.gz, byte ${gz.length - 30}: the compressed file ends too early`),
    );
  });
});

describe('D2 CIFAR-10', () => {
  const short = 'cifar10/cifar-10-batches-bin-short';
  onFiles('D2 CIFAR-10', short)('D2 binary and pickle forms hold the same images', () => {
    const binary = readCifar10(join(data, short), 'test');
    const pickle = readCifar10(join(data, 'cifar10/cifar-10-batches-py-short'), 'test');
    expect([binary.count, pickle.count]).toEqual([1017, 1017]);
    expect(Buffer.from(binary.pixels).equals(Buffer.from(pickle.pixels))).toBe(true);
    expect(Buffer.from(binary.labels).equals(Buffer.from(pickle.labels))).toBe(true);
    expect(binary.classes[binary.labels[0]!]).toBe('cat');
    expect(binary.notes).toEqual(['test_batch.bin holds 1017 images; the original has 10000.']);
    const train = readCifar10(join(data, short), 'train');
    expect(train.count).toBe(4000 + 4 * 1017);
    expect(readCifar10(join(data, 'cifar10/cifar-10-batches-py-short'), 'train').notes).toContain(
      '4 of the 5 batches of the train split are missing.',
    );
  });

  onFiles('D2 CIFAR-10 damaged', 'cifar10/truncated-originals')('D2 damaged originals fail cleanly', () => {
    const broken = join(data, 'cifar10/truncated-originals');
    expect(() => readCifar10(broken, 'test')).toThrow(
      /test_batch, byte 3145728: the pickle ends too early: \d+ more bytes/,
    );
    expect(() => readCifar10(join(broken, 'cifar-10-python.tar.gz'), 'train')).toThrow(
      /cifar-10-python\.tar\.gz, byte 3145728: the compressed file ends too early/,
    );
  });

  onFiles('D2 CIFAR-10 JPEG', 'cifar10/jpeg-full')(
    'D2 the zip of JPEG files comes in the original order, and is cached',
    () => {
      const before = process.env['FLINT_CACHE'];
      process.env['FLINT_CACHE'] = join(folder, 'cache');
      try {
        const start = performance.now();
        const test = readCifar10(join(data, 'cifar10/jpeg-full'), 'test');
        const first = performance.now() - start;
        const again = performance.now();
        const cached = readCifar10(join(data, 'cifar10/jpeg-full'), 'test');
        console.log(`10,000 JPEG files: ${Math.round(first)} ms, cached ${Math.round(performance.now() - again)} ms`);
        expect(counts(test)).toEqual(new Array(10).fill(1000));
        expect(Buffer.from(cached.pixels).equals(Buffer.from(test.pixels))).toBe(true);
        const exact = readCifar10(join(data, short), 'test');
        expect([...test.labels.subarray(0, 1017)]).toEqual([...exact.labels]);
        const error = exact.pixels.reduce((sum, v, i) => sum + Math.abs(v - test.pixels[i]!), 0) / exact.pixels.length;
        expect(error).toBeLessThan(8);
      } finally {
        if (before === undefined) delete process.env['FLINT_CACHE'];
        else process.env['FLINT_CACHE'] = before;
      }
    },
    120_000,
  );

  it('D2 reads archives in place', () => {
    const root = join(folder, 'tar');
    mkdirSync(root);
    const record = new Uint8Array(3073 * 2).fill(5);
    const head = Buffer.alloc(512);
    head.write('cifar-10-batches-bin/test_batch.bin');
    head.write('0000644\0', 100);
    head.write(record.length.toString(8).padStart(11, '0') + '\0', 124);
    head.fill(32, 148, 156);
    head.write('0ustar\0', 156);
    head.write(
      [...head]
        .reduce((a, b) => a + b, 0)
        .toString(8)
        .padStart(6, '0') + '\0 ',
      148,
    );
    const tar = Buffer.concat([head, record, Buffer.alloc(1024 + 512 - (record.length % 512))]);
    writeFileSync(join(root, 'cifar-10-binary.tar.gz'), gzipSync(tar));
    expect([...readCifar10(root, 'test').labels]).toEqual([5, 5]);
    expect(() => readCifar10(root, 'train')).toThrow(/there is no data_batch_1, .* in it\. Add the files of the train/);
    writeFileSync(join(root, 'cifar-10-binary.tar.gz'), gzipSync(tar.subarray(0, 2000)));
    expect(() => readCifar10(root, 'test')).toThrow(
      /byte 2000: the archive ends too early: "cifar-10-batches-bin\/test_batch.bin"/,
    );
  });

  it('D2 refuses damaged batches', () => {
    const root = join(folder, 'damaged');
    mkdirSync(root);
    writeFileSync(join(root, 'test_batch.bin'), new Uint8Array(3073 + 100));
    expect(() => readCifar10(root, 'test')).toThrow(
      /byte 3173: expected records of 3073 bytes, .* 1 whole records and 100 bytes/,
    );
    writeFileSync(join(root, 'test_batch.bin'), new Uint8Array(3073).fill(11));
    expect(() => readCifar10(root, 'test')).toThrow(/byte 0: expected a label from 0 to 9, found 11/);
    expect(() => readCifar10(join(folder, 'names'), 'test')).toThrow(/expected data_batch_1.bin, .*found train-images/);
  });
});

describe('generators', () => {
  it('D2 draw the same images for the same seed, whatever the count', () => {
    const few = readMnist('synthetic', 'train', { count: 50 });
    const many = readMnist('synthetic', 'train', { count: 200 });
    expect(Buffer.from(many.pixels.subarray(0, few.pixels.length)).equals(Buffer.from(few.pixels))).toBe(true);
    const other = readMnist('synthetic', 'test', { count: 50 });
    expect(Buffer.from(other.pixels).equals(Buffer.from(few.pixels))).toBe(false);
    const wide = counts(readMnist('synthetic', 'train', { count: 5000 }));
    expect(Math.min(...wide)).toBeGreaterThan(400);
    const shapes = readCifar10('synthetic', 'test', { count: 300 });
    expect([shapes.channels, shapes.height, shapes.classes.length]).toEqual([3, 32, 10]);
    expect(Math.min(...counts(shapes))).toBeGreaterThan(10);
  });

  it('D2 digits look like ink on paper: black edges, white strokes, MNIST-like coverage', () => {
    const { pixels, count } = readMnist('synthetic', 'train', { count: 500 });
    const mean = pixels.reduce((a, b) => a + b, 0) / pixels.length / 255;
    expect(mean).toBeGreaterThan(0.07);
    expect(mean).toBeLessThan(0.2);
    for (let i = 0; i < count; i++) {
      const image = pixels.subarray(i * 784, (i + 1) * 784);
      expect(Math.max(...image)).toBeGreaterThan(150);
      expect(image[0]! + image[27]! + image[756]! + image[783]!).toBe(0);
    }
  });
});
