// Every reader of files that are no images, with sound files to break: what the fuzz test goes through.
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync, gzipSync } from 'node:zlib';
import { CsvDataset, loadSplit, NumpyDataset, readTable, scanTable, TableDataset } from '../../data/index.ts';
import {
  consecutiveSequences,
  readLines,
  readPairs,
  readText,
  readWordVectors,
  tokenize,
  Vocabulary,
} from '../../text/index.ts';
import { parseBinary, parsePickle } from '../../vision/cifar-batches.ts';
import { cifar10Layout } from '../../vision/cifar10-files.ts';
import { cifar100Layout, readCifar100 } from '../../vision/cifar100-files.ts';
import { parseIdx } from '../../vision/idx.ts';
import { readTar } from '../archive/tar.ts';
import { readZip } from '../archive/zip.ts';
import { EventFileReader } from '../events/reader.ts';
import { frameRecord } from '../events/records.ts';
import { decodeIdx, loadIdx } from '../idx.ts';
import { decodeNpy, loadNpz } from '../npy.ts';
import { readPickle } from '../pickle.ts';
import { load } from '../tensors.ts';
import { decodeTorch } from '../torch.ts';

/** A reader and sound files for it. */
export interface ReaderCase {
  name: string;
  seeds: readonly Uint8Array[];
  /** The name the broken file gets: some readers go by it. */
  file: string;
  /** Reads the broken file; `path` is where it lies. */
  read: (bytes: Uint8Array, path: string) => unknown;
  /** It leaves broken parts out instead of refusing the file. */
  tolerant?: boolean;
  /** Makes checksums fit again, so that what lies behind them is reached; done to every second broken file. */
  repair?: (bytes: Uint8Array) => Uint8Array;
}

const root = fileURLToPath(new URL('../../', import.meta.url));
const file = (path: string): Uint8Array => new Uint8Array(readFileSync(`${root}${path}`));
const folder = (path: string, ending: RegExp): Uint8Array[] =>
  readdirSync(`${root}${path}`).filter((name) => ending.test(name)).map((name) => file(`${path}/${name}`)); // prettier-ignore

const idx = (shape: readonly number[]): Uint8Array =>
  Buffer.concat([
    Buffer.from([0, 0, 8, shape.length]),
    ...shape.map((n) => Buffer.from([0, 0, n >> 8, n & 255])),
    Buffer.alloc(
      shape.reduce((a, b) => a * b, 1),
      7,
    ),
  ]);
const text = (content: string): Uint8Array => new TextEncoder().encode(content);
const table = [
  'id,name,"size, cm",when,kind,ok',
  ...Array.from({ length: 40 }, (_, i) => `${i},"n ""${i}""",${(i * 7.3).toFixed(2)},2024-01-${String(1 + (i % 28)).padStart(2, '0')},${'abc'[i % 3]},${i % 2 === 0}`),
  '41,"two\nlines",,NA,b,true',
].join('\r\n'); // prettier-ignore
const vectors = ['4 3', 'one 0.1 0.2 0.3', 'zwei -1 2e-3 4', 'três 0 0 0', '四 1.5 -2 3'].join('\n');
const binaryVectors = (): Uint8Array =>
  Buffer.concat([
    Buffer.from('3 4\n'),
    ...['one', 'zwei', '四'].flatMap((word, i) => [Buffer.from(`${word} `), Buffer.from(Float32Array.of(i, 1, -2.5, 0).buffer), Buffer.from('\n')]),
  ]); // prettier-ignore
const cifar100 = (): Uint8Array => file('vision/testdata/cifar-100-python.tar.gz');
const unpacked = (name: string): Uint8Array =>
  new Uint8Array(readTar(gunzipSync(cifar100())).get(`cifar-100-python/${name}`)!);

/** Headers of a tar with checksums that fit. */
function repairTar(bytes: Uint8Array): Uint8Array {
  const out = bytes.slice();
  for (let at = 0; at + 512 <= out.length;) {
    const head = out.subarray(at, at + 512);
    if (head.every((b) => b === 0)) break;
    const sum = head.reduce((total, byte, i) => total + (i >= 148 && i < 156 ? 32 : byte), 0);
    head.set(Buffer.from(`${sum.toString(8).padStart(6, '0')}\0 `), 148);
    const size = parseInt(
      Buffer.from(head.subarray(124, 136)).toString('latin1').replace(/\0.*$/, '').trim() || '0',
      8,
    );
    if (!(size >= 0 && size < out.length)) break;
    at += 512 + Math.ceil(size / 512) * 512;
  }
  return out;
}

/** The broken bytes in a frame that is sound. */
const framed = (bytes: Uint8Array): Uint8Array => frameRecord(bytes.subarray(12, Math.max(12, bytes.length - 4)));
const events = (): Uint8Array[] => {
  const all = file('io/fixtures/python.tfevents');
  const single: Uint8Array[] = [];
  for (let at = 0; at < all.length;) {
    const length = new DataView(all.buffer, at, 8).getUint32(0, true);
    single.push(all.slice(at, at + length + 16));
    at += length + 16;
  }
  return [all, ...single];
};
const nothing = (): void => {};

export const readerCases: readonly ReaderCase[] = [
  {
    name: 'IDX',
    file: 'a.idx',
    seeds: [idx([3, 4, 5]), idx([9]), ...folder('vision/testdata', /\.idx$/)],
    read: (bytes, path) => decodeIdx(bytes, path),
  },
  {
    name: 'IDX of images',
    file: 'a.idx',
    seeds: [idx([3, 4, 5])],
    read: (bytes, path) => parseIdx(bytes, path, 3, 'images'),
  },
  {
    name: 'gzip',
    file: 'a.gz',
    seeds: [gzipSync(idx([3, 4, 5])), gzipSync(idx([100, 28, 28]))],
    read: (_, path) => loadIdx(path),
  },
  {
    name: 'CIFAR binary',
    file: 'data_batch_1.bin',
    seeds: [new Uint8Array(3073 * 3).fill(3)],
    read: (bytes, path) => parseBinary(bytes, path, cifar10Layout),
  },
  {
    name: 'CIFAR pickle',
    file: 'data_batch_1',
    seeds: [0, 2, 4, 5].map((p) => file(`io/fixtures/cifar-protocol${p}.pickle`)),
    read: (bytes, path) => parsePickle(bytes, path, { ...cifar10Layout, classes: 1000 }),
  },
  {
    name: 'CIFAR-100 pickle',
    file: 'train',
    seeds: [unpacked('train'), unpacked('test')],
    read: (bytes, path) => parsePickle(bytes, path, cifar100Layout('fine')),
  },
  {
    name: 'pickle',
    file: 'meta',
    seeds: [unpacked('meta'), file('io/fixtures/cifar-protocol0.pickle')],
    read: (bytes, path) => readPickle(bytes, path),
  },
  {
    name: 'tar',
    file: 'a.tar',
    seeds: [gunzipSync(cifar100())],
    read: (bytes, path) => readTar(bytes, path),
    repair: repairTar,
  },
  {
    name: 'CIFAR-100 archive',
    file: 'cifar-100-python.tar',
    seeds: [gunzipSync(cifar100())],
    read: (_, path) => readCifar100(path, 'train'),
    repair: repairTar,
  },
  {
    name: 'zip',
    file: 'a.zip',
    seeds: [file('vision/testdata/plain.npz'), file('vision/testdata/packed.npz')],
    read: (bytes, path) => readZip(bytes, path).map((entry) => entry.read().length),
  },
  {
    name: 'npy',
    file: 'a.npy',
    seeds: folder('io/fixtures/arrays', /\.npy$/),
    read: (bytes, path) => decodeNpy(bytes, path),
  },
  {
    name: 'npy by rows',
    file: 'a.npy',
    seeds: folder('io/fixtures/arrays', /[lb]e\.npy$|v\d\.npy$/),
    read: (_, path) => new NumpyDataset(path, { memoryLimit: 0 }).getBatch([1, 0]),
  },
  {
    name: 'npz',
    file: 'a.npz',
    seeds: [...folder('vision/testdata', /\.npz$/), ...folder('io/fixtures/arrays', /\.npz$/)],
    read: (_, path) => loadNpz(path),
  },
  {
    name: 'npz by rows',
    file: 'a.npz',
    seeds: [file('vision/testdata/plain.npz')],
    // The first array is kept in memory, the other stays in the file.
    read: (_, path) => new NumpyDataset(path, { arrays: ['x', 'y'], memoryLimit: 64 }).getBatch([3, 4, 0]),
  },
  {
    name: 'safetensors',
    file: 'a.safetensors',
    seeds: [file('io/fixtures/python.safetensors')],
    read: (_, path) => load(path),
  },
  {
    name: 'torch',
    file: 'a.pt',
    seeds: folder('io/fixtures/arrays', /^(state|checkpoint|legacy)\.pth?$/),
    read: (bytes, path) => decodeTorch(bytes, path),
  },
  {
    name: 'CSV',
    file: 'a.csv',
    seeds: [text(table), text(table.replaceAll(',', '\t')), Buffer.from(`\ufeff${table}`, 'utf16le')],
    read: (_, path) => {
      const read = readTable(path);
      for (const column of read.columns) void column.summary;
      return read;
    },
  },
  {
    name: 'CSV in parts',
    file: 'a.csv',
    seeds: [text(table)],
    read: (_, path) => {
      const read = readTable(path, { badRows: 'skip' }).oneHot().fillMissing('mode');
      const features = read.columns.filter((c) => c.isNumeric).map((c) => c.name);
      const target = features.pop() ?? 'ok';
      const stream = new CsvDataset(path, {
        target: scanTable(path, { badRows: 'skip' }).columns[0]!.name,
        badRows: 'skip',
      });
      return [new TableDataset(read, { features, target }).getBatch([0]), ...stream.batches(16)];
    },
  },
  {
    name: 'text',
    file: 'a.txt',
    seeds: [
      text('one two\tthree\nvier\tfünf\n六 😀\tx\r\nend'),
      Buffer.from('\ufeffa\tb\nç\td', 'utf16le'),
      gzipSync('a\tb\n'),
    ],
    read: (_, path) => {
      for (const line of readLines(path)) tokenize(line);
      const content = readText(path);
      const codes = new Vocabulary(content).encode(content);
      return [...consecutiveSequences(codes, { batchSize: 1, steps: 2, offset: 0 })];
    },
  },
  {
    name: 'text in pairs',
    file: 'a.txt',
    seeds: [text('un\tone\ndeux\ttwo\r\ntrois\tthree\n'), Buffer.from('\ufeffa\tb\nç\td', 'utf16le')],
    read: (_, path) => readPairs(path),
  },
  {
    name: 'word vectors',
    file: 'v.txt',
    seeds: [text(vectors), text(vectors.slice(4))],
    read: (_, path) => readWordVectors(path).nearest('one', 2),
  },
  {
    name: 'word2vec binary',
    file: 'v.bin',
    seeds: [binaryVectors()],
    read: (_, path) => readWordVectors(path),
  },
  {
    name: 'events',
    file: 'events.out.tfevents.1',
    seeds: events(),
    read: (_, path) =>
      new EventFileReader(path).read({ onScalar: nothing, onText: nothing, onImage: nothing, onHistogram: nothing, onVersion: nothing }), // prettier-ignore
    repair: framed,
    tolerant: true,
  },
  {
    name: 'split',
    file: 's.json',
    seeds: [
      text('{"kind":"lists","source":"s","count":10,"parts":{"train":[0,1,"a"],"test":[2]},"seed":3,"how":"by hand"}'),
    ],
    read: (_, path) => loadSplit(path),
  },
];
