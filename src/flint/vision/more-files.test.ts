// CIFAR-100, IDX of every type, arrays of NumPy, and images that stay in their files.
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { DataLoader, NumpyDataset } from '../data/index.ts';
import { readTar } from '../io/archive/tar.ts';
import { loadIdx } from '../io/index.ts';
import { isCifar10 } from './cifar10-files.ts';
import { cifar100Classes, isCifar100, readCifar100 } from './cifar100-files.ts';
import { datasets } from './index.ts';

const data = resolve(process.env['FLINT_DATA'] ?? '../shared/data');
const folder = mkdtempSync(join(tmpdir(), 'flint-more-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const fixture = (name: string) => fileURLToPath(new URL(`./testdata/${name}`, import.meta.url));
const onFiles = (name: string, path: string) =>
  existsSync(join(data, path))
    ? it
    : (it.skip.bind(it, `${name} (skipped: no ${join(data, path)})`) as unknown as typeof it);

describe('D2 CIFAR-100', () => {
  const archive = fixture('cifar-100-python.tar.gz');
  it('D2 the archive is read in place: fine and coarse labels, names out of it', () => {
    const train = readCifar100(archive, 'train');
    expect([train.count, train.channels, train.height, [...train.labels]]).toEqual([5, 3, 32, [1, 8, 15, 22, 29]]);
    expect(train.pixels.every((v, i) => v === (i + 1) % 251)).toBe(true);
    expect([train.classes[8], train.notes]).toEqual(['fine8', ['train holds 5 images; the original has 50000.']]);
    const coarse = readCifar100(archive, 'test', { labels: 'coarse' });
    expect([[...coarse.labels], coarse.classes[19]]).toEqual([[2, 5, 8], 'coarse19']);
    expect([isCifar100(archive), isCifar10(archive)]).toEqual([true, false]);
    const set = new datasets.CIFAR100(archive, { labels: 'coarse', train: false });
    expect([set.length, set.classes.length, set.getBatch([0, 2])[0].shape]).toEqual([3, 20, [2, 3, 32, 32]]);
  });

  it('D2 unpacked pickles and the binary form hold the same', () => {
    const root = join(folder, 'cifar100');
    const python = join(root, 'cifar-100-python');
    const binary = join(root, 'binary');
    mkdirSync(python, { recursive: true });
    mkdirSync(binary);
    const inside = readTar(gunzipSync(readFileSync(archive)));
    for (const name of ['train', 'test']) writeFileSync(join(python, name), inside.get(`cifar-100-python/${name}`)!);
    const fromPickle = readCifar100(root, 'train');
    expect(fromPickle.classes).toBe(cifar100Classes.fine);
    const coarse = readCifar100(root, 'train', { labels: 'coarse' });
    const records = Array.from({ length: 5 }, (_, i) =>
      Buffer.concat([
        Buffer.from([coarse.labels[i]!, fromPickle.labels[i]!]),
        fromPickle.pixels.subarray(i * 3072, (i + 1) * 3072),
      ]),
    );
    writeFileSync(join(binary, 'train.bin'), Buffer.concat(records));
    writeFileSync(join(binary, 'coarse_label_names.txt'), Array.from({ length: 20 }, (_, i) => `c${i}\n`).join(''));
    const fromBinary = readCifar100(binary, 'train', { labels: 'coarse' });
    expect([...fromBinary.labels]).toEqual([...coarse.labels]);
    expect(Buffer.from(fromBinary.pixels).equals(Buffer.from(fromPickle.pixels))).toBe(true);
    expect(fromBinary.classes[3]).toBe('c3');
    const onDisk = datasets.ImageRecords.cifar100(binary, { labels: 'fine' });
    expect(Array.from(onDisk.labels.toArray() as ArrayLike<number>, Number)).toEqual([...fromPickle.labels]);
    expect(() => readCifar100(binary, 'test')).toThrow(/there is no test \(with or without \.bin\) in it/);
    writeFileSync(join(binary, 'coarse_label_names.txt'), 'one\n');
    expect(() => readCifar100(binary, 'train', { labels: 'coarse' })).toThrow(
      /names\.txt: expected the names of 20 coarse classes, found 1/,
    );
    writeFileSync(join(binary, 'train.bin'), Buffer.concat([records[0]!.fill(120, 0, 2)]));
    expect(() => readCifar100(binary, 'train')).toThrow(/byte 1: expected a label from 0 to 99, found 120/);
    writeFileSync(join(binary, 'train.bin'), records[0]!.subarray(0, 3000));
    expect(() => readCifar100(binary, 'train')).toThrow(/byte 3000: expected records of 3074 bytes/);
  });

  it('D2 has the names of the original, and says what is missing', () => {
    expect([cifar100Classes.fine.length, cifar100Classes.coarse.length]).toEqual([100, 20]);
    expect([...cifar100Classes.fine].sort()).toEqual([...cifar100Classes.fine]);
    expect([cifar100Classes.fine[0], cifar100Classes.fine[99], cifar100Classes.coarse[18]]).toEqual([
      'apple',
      'worm',
      'vehicles_1',
    ]);
    expect(() => readCifar100(folder, 'train')).toThrow(
      /expected train\.bin, train, cifar-100-binary\.tar\.gz .*found /,
    );
    expect(() => readCifar100('synthetic', 'train')).toThrow(/no drawn pictures of 100 classes\. Use CIFAR10/);
  });
});

describe('D2 IDX', () => {
  it.each([
    [8, 'uint8', [1, 2, 3, 4, 5, 6]],
    [9, 'int32', [1, -2, 3, 4, 5, -6]],
    [11, 'int32', [1, -2, 3, 4, 5, -6]],
    [12, 'int32', [1, -2, 3, 4, 5, -6]],
    [13, 'float32', [1.5, -3, 4.5, 6, 7.5, -9]],
    [14, 'float64', [1.5, -3, 4.5, 6, 7.5, -9]],
  ])('D2 type %i is read as %s', (code, dtype, values) => {
    const bytes = readFileSync(fixture(`type${code}.idx`));
    for (const content of [bytes, gzipSync(bytes)]) {
      const path = join(folder, `type${code}`);
      writeFileSync(path, content);
      const array = loadIdx(path);
      expect([array.shape, String(array.dtype), array.toArray()]).toEqual([[2, 3], dtype, values]);
    }
    writeFileSync(join(folder, 'cut'), bytes.subarray(0, -1));
    expect(() => loadIdx(join(folder, 'cut'))).toThrow(
      new RegExp(`byte ${bytes.length - 1}: the file is cut off: expected ${bytes.length}`),
    );
  });
  onFiles('D2 MNIST as an array', 'mnist')('D2 any file of the format, and what is none', () => {
    const labels = loadIdx(join(data, 'mnist/t10k-labels-idx1-ubyte.gz'));
    expect([labels.shape, labels.long().bincount().tolist()]).toEqual([[10_000], [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]]); // prettier-ignore
    const write = (bytes: number[]) => {
      writeFileSync(join(folder, 'odd'), Buffer.from(bytes));
      return () => loadIdx(join(folder, 'odd'));
    };
    expect(write([1, 2, 3, 4])).toThrow(/byte 0: this is not an IDX file \(it starts with 01 02 03 04\)/);
    expect(write([0, 0, 8, 200])).toThrow(/byte 3: arrays of 200 dimensions are not read/);
    expect(write([0, 0, 8, 2, 0, 0, 0])).toThrow(/byte 7: the header is 12 bytes long, found 7/);
    expect(write([0, 0])).toThrow(/begins with 4 bytes, found 2/);
  });
  it('D2 Fashion-MNIST is found under its own folder', () => {
    const root = join(folder, 'fashion', 'FashionMNIST', 'raw');
    mkdirSync(root, { recursive: true });
    const idx = (shape: number[], fill: number) =>
      Buffer.concat([Buffer.from([0, 0, 8, shape.length]), ...shape.map((n) => Buffer.from([0, 0, 0, n])), Buffer.alloc(shape.reduce((a, b) => a * b), fill)]); // prettier-ignore
    writeFileSync(join(root, 'train-images-idx3-ubyte'), idx([2, 4, 4], 5));
    writeFileSync(join(root, 'train-labels-idx1-ubyte'), idx([2], 9));
    const set = new datasets.FashionMNIST(join(folder, 'fashion'));
    expect([set.length, set.classes[9]]).toEqual([2, 'Ankle boot']);
    expect(() => new datasets.FashionMNIST('synthetic')).toThrow(/no drawn clothes/);
  });
});

describe('D2 arrays of NumPy', () => {
  it.each([1 << 20, 70, 0])('D2 rows out of archives, of which %i bytes may be in memory', (memoryLimit) => {
    const set = new NumpyDataset(fixture('plain.npz'), { arrays: ['x', 'y'], memoryLimit });
    expect([set.length, set.names, set.shapes]).toEqual([10, ['x', 'y'], [[2, 3], []]]);
    const [x, y] = set.get(4) as [ReturnType<typeof loadIdx>, ReturnType<typeof loadIdx>];
    expect([x.toArray(), Number(y.item()), String(x.dtype), String(y.dtype)]).toEqual([[24, 25, 26, 27, 28, 29], 4, 'uint8', 'int64']); // prettier-ignore
    const [batch] = new DataLoader(set, { batchSize: 10, shuffle: true, seed: 2 });
    const firsts = (batch![0]!.reshape(10, 6).at(':', 0).toArray() as number[]).map((v) => v / 6);
    expect(firsts).toEqual(Array.from(batch![1]!.toArray() as ArrayLike<number>, Number));
    expect([...firsts].sort()).toEqual([...Array(10).keys()]);
    expect(() => set.get(10)).toThrow(/no sample 10: there are 10/);
  });
  it('D2 says what an archive lacks', () => {
    expect(() => new NumpyDataset(fixture('plain.npz'))).toThrow(
      /x \[10, 2, 3\], y \[10\], other \[3\]; choose with options\.arrays/,
    );
    expect(() => new NumpyDataset(fixture('plain.npz'), { arrays: ['z'] })).toThrow(
      /no array "z" in it; there are x, y, other/,
    );
    expect(new NumpyDataset(fixture('packed.npz')).length).toBe(10);
    expect(() => new NumpyDataset(fixture('packed.npz'), { memoryLimit: 10 })).toThrow(
      /packed\.npz, x\.npy: it is compressed and takes \d+ bytes/,
    );
  });
});

describe('D2 images that stay in their files', () => {
  onFiles('D2 MNIST records', 'mnist')('D2 MNIST from its unpacked file equals MNIST in memory', () => {
    const images = join(folder, 't10k-images');
    writeFileSync(images, gunzipSync(readFileSync(join(data, 'mnist/t10k-images-idx3-ubyte.gz'))));
    const labels = join(data, 'mnist/t10k-labels-idx1-ubyte.gz');
    const normalize = { mean: [0.1307], std: [0.3081] };
    const onDisk = datasets.ImageRecords.idx(images, labels, { normalize });
    const inMemory = new datasets.MNIST(join(data, 'mnist'), { train: false, normalize });
    for (const indices of [[0, 1, 2, 3], [9999, 5, 5, 6, 7, 17], [42]]) {
      const [x, y] = onDisk.getBatch(indices);
      const [wantedX, wantedY] = inMemory.getBatch(indices);
      expect([x.equal(wantedX), y.equal(wantedY)]).toEqual([true, true]);
    } // prettier-ignore
    expect(onDisk.get(3)[0].equal(inMemory.get(3)[0])).toBe(true);
    expect(() => datasets.ImageRecords.idx(join(data, 'mnist/t10k-images-idx3-ubyte.gz'), labels)).toThrow(
      /it is compressed, and cannot be read in parts\. Unpack/,
    );
    writeFileSync(images, readFileSync(images).subarray(0, 5000));
    expect(() => onDisk.getBatch([100])).toThrow(/byte 5000: the file ends here\. It became shorter/);
    expect(() => datasets.ImageRecords.idx(images, labels)).toThrow(
      /expected 7840016 bytes for \[10000, 28, 28\], found 5000/,
    );
  });
  const short = 'cifar10/cifar-10-batches-bin-short';
  onFiles('D2 CIFAR records', short)('D2 CIFAR-10 across its batches equals CIFAR-10 in memory', () => {
    const onDisk = datasets.ImageRecords.cifar10(join(data, short));
    const inMemory = new datasets.CIFAR10(join(data, short));
    expect([onDisk.length, onDisk.labels.equal(inMemory.labels)]).toEqual([inMemory.length, true]);
    const indices = [0, 3999, 4000, 4001, 8067, 17, 5016, 5017];
    expect(onDisk.getBatch(indices)[0].equal(inMemory.getBatch(indices)[0])).toBe(true);
    expect(() => datasets.ImageRecords.cifar10(folder)).toThrow(/expected data_batch_1\.bin, .*, found /);
  });
});
