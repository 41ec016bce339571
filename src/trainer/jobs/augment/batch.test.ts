// What a step of a run saw, made again bit for bit: of parts and sets of sets, of loops without track.epochs, of pipelines that
// change, and of files that do.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ConcatDataset, DataLoader, randomSplit } from '../../../flint/data/index.ts';
import { batchesFile } from '../../../flint/studio/batches.ts';
import { place } from '../../../flint/studio/progress.ts';
import { PrintingSink, setSink } from '../../../flint/studio/sink.ts';
import { track } from '../../../flint/studio/track.ts';
import { tensorToBytes } from '../../../flint/tensor/bytes.ts';
import type { Tensor } from '../../../flint/tensor/tensor.ts';
import { datasets, transforms } from '../../../flint/vision/index.ts';
import type { Preview, RunBatch } from '../../../shared/contract/augment.ts';
import type { Step } from '../../../shared/pipeline/code/code-step.ts';
import { Sources } from '../sources/sources.ts';
import { batchJob } from './batch.ts';
import { previewJob } from './preview.ts';

const context = { progress: () => {}, signal: new AbortController().signal };
const { Compose, Lambda, Normalize, RandomApply, RandomInvert, RandomRotation, ToTensor } = transforms;
let folder: string;
let text: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'flint-batch-'));
  text = '';
  Object.assign(place, { step: 0, epoch: 0 });
  const loading = (report: unknown) => {
    text += `${JSON.stringify(report)}\n`;
    writeFileSync(join(folder, batchesFile), text);
  };
  setSink(Object.assign(new PrintingSink({}, () => {}), { loading }));
});
afterEach(() => {
  setSink(null);
  rmSync(folder, { recursive: true, force: true });
});

/** `count` images of 12 x 12 and their labels, in MNIST's files. */
function digits(name: string, count = 40, shade = 0): string {
  const root = join(folder, name);
  mkdirSync(root, { recursive: true });
  const numbers = (...values: number[]) => {
    const bytes = Buffer.alloc(4 * values.length);
    values.forEach((value, i) => bytes.writeUInt32BE(value, 4 * i));
    return bytes;
  };
  const pixels = Buffer.from(Array.from({ length: count * 144 }, (_, i) => (i * 7 + (i >> 7) + shade) % 256));
  const labels = Buffer.from(Array.from({ length: count }, (_, i) => i % 10));
  writeFileSync(join(root, 'train-images-idx3-ubyte'), Buffer.concat([numbers(0x803, count, 12, 12), pixels]));
  writeFileSync(join(root, 'train-labels-idx1-ubyte'), Buffer.concat([numbers(0x801, count), labels]));
  return root;
}

const floats = (tensor: Tensor) => new Float32Array(tensorToBytes(tensor.contiguous()).buffer);
const batchOf = async (step: number, sample = 0) => (await batchJob({ folder, step, sample }, context)) as RunBatch;
/** Every sample of the step is what it was. */
async function same(step: number, x: Tensor): Promise<void> {
  for (let i = 0; i < x.shape[0]!; i++) expect((await batchOf(step, i)).tensor!.values).toEqual(floats(x.at(i)));
}
const turning = () => new Compose([new RandomRotation(40), new ToTensor()]);

describe('bit for bit', () => {
  test.each([0, 2])('plain loops over two loaders and without track.epochs, %i workers', async (numWorkers) => {
    const set = new datasets.MNIST(digits('a'), { transform: turning() });
    const [train, val] = randomSplit(set, [30, 10], { seed: 1 });
    const loader = new DataLoader(train!, { batchSize: 10, shuffle: true, seed: 3, numWorkers });
    const other = new DataLoader(val!, { batchSize: 5, seed: 3, numWorkers });
    const [all, firsts]: Tensor[][] = [[], []];
    for (let epoch = 0; epoch < 3; epoch++) {
      for (const [number, [x]] of [...track.steps(loader)].entries()) {
        all!.push(x);
        if (number === 0) firsts!.push(x);
      }
      for (const [x] of track.steps(loader)) {
        all!.push(x);
        for (const [y] of track.steps(other)) all!.push(y);
        break;
      }
    }
    // No epoch has the batches of another.
    const [a, b, c] = firsts as [Tensor, Tensor, Tensor];
    expect([a.equal(b), b.equal(c), a.equal(c)]).toEqual([false, false, false]);
    expect(all).toHaveLength(18);
    for (const [i, x] of all!.entries()) await same(i + 1, x);
  });

  test('two copies of a set, and another with classes and a Normalize of its own', async () => {
    const first = new datasets.MNIST(digits('a', 20), { transform: turning() });
    const normalize = { mean: [0.25], std: [0.5] };
    const second = new datasets.FashionMNIST(digits('b', 20, 90), { normalize });
    const whole = new ConcatDataset<[Tensor, Tensor]>([first, first, second]);
    const all = [...track.steps(new DataLoader(whole, { batchSize: 30, shuffle: true, seed: 8 }))].map(([x]) => x);
    expect(all).toHaveLength(2);
    for (const [i, x] of all.entries()) await same(i + 1, x);
    const { indices, labels, classNames, pictures } = await batchOf(1);
    for (const [i, index] of indices.entries()) {
      const own = index >= 40 ? second : first;
      expect(classNames[i]).toBe(own.classes[labels[i]!]);
      const { tensor } = await batchOf(1, i);
      expect(tensor!.undo).toEqual(index >= 40 ? { scale: [0.5], shift: [0.25] } : undefined);
      const value = tensor!.values[5]!;
      const shown = Math.round((index >= 40 ? value * 0.5 + 0.25 : value) * 255);
      expect(pictures.pixels[(i * 144 + 5) * 4]).toBe(shown);
    }
    expect(new Set(classNames)).toContain('Sandal');
  });

  test('a transform that is switched, or is another, from one epoch to the next', async () => {
    const invert = new RandomInvert(1);
    const transform = new Compose([invert, new RandomRotation(30), new ToTensor()]);
    const set = new datasets.MNIST(digits('a'), { transform });
    const loader = new DataLoader(set, { batchSize: 40, seed: 3 });
    const all: Tensor[] = [];
    for (const epoch of track.epochs(4)) {
      invert.off = epoch % 2 === 1;
      if (epoch === 3) Object.assign(set, { transform: turning() });
      for (const [x] of track.steps(loader)) all.push(x);
    }
    for (const [i, x] of all.entries()) await same(i + 1, x);
  });
});

describe('what cannot be known is said', () => {
  test('a Lambda that was off and on, and what a class of the script made', async () => {
    const lambda = new Lambda((x) => x.neg());
    const transform = new Compose([new ToTensor(), new RandomApply([new RandomInvert()]), transforms.off(lambda)]);
    const root = digits('a');
    class Mine extends datasets.MNIST {
      override get(index: number): [Tensor, Tensor] {
        return super.get((index + 1) % 40);
      }
    }
    for (const set of [new datasets.MNIST(root, { transform }), new Mine(root)])
      for (const _ of track.steps(new DataLoader(set, { batchSize: 40 })));
    await expect(async () => batchOf(1)).rejects.toThrow(/cannot be made again: its transform has a Lambda/);
    await expect(async () => batchOf(2)).rejects.toThrow(/cannot be made again: the script has made a Mine itself/);
  });

  test('files that changed, also after the data set was kept for the next step', async () => {
    const root = digits('a');
    const [[x]] = [...track.steps(new DataLoader(new datasets.MNIST(root), { batchSize: 40 }))] as [[Tensor, Tensor]];
    await same(1, x);
    await new Promise((resolve) => setTimeout(resolve, 20));
    digits('a', 40, 1);
    await expect(async () => batchOf(1)).rejects.toThrow(/the files changed since that run/);
    await new Promise((resolve) => setTimeout(resolve, 20));
    digits('a');
    await same(1, x);
  });

  test('a file of a folder that was written since', async () => {
    const root = join(folder, 'classes');
    for (const name of ['a', 'b']) {
      mkdirSync(join(root, name), { recursive: true });
      for (const i of [1, 2]) writeFileSync(join(root, name, `${i}.pgm`), `P5 2 2 255\n${i}${name}cd`);
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
    const set = new datasets.ImageFolder(root, { mode: 'grey' });
    const all = [...track.steps(new DataLoader(set, { batchSize: 2 }))].map(([x]) => x);
    await same(1, all[0]!);
    await new Promise((resolve) => setTimeout(resolve, 20));
    writeFileSync(join(root, 'b', '2.pgm'), 'P5 2 2 255\nABCD');
    await same(1, all[0]!);
    await expect(async () => batchOf(2)).rejects.toThrow(/b\/2\.pgm: the files changed since that run/);
  });
});

describe('a Normalize that is done for some samples', () => {
  const sometimes = () => [
    new ToTensor(),
    new RandomApply([new RandomApply([new Normalize([0.5], [0.25])], { p: 0.6 }), new Normalize([0.25], [0.5])]),
  ];

  test('is undone for those', async () => {
    const root = digits('a');
    const transform = new Compose(sometimes());
    const set = new datasets.MNIST(root, { transform });
    for (const _ of track.steps(new DataLoader(set, { batchSize: 40, shuffle: true, seed: 2 })));
    const plain = new datasets.MNIST(root);
    const undone = new Map<string, number>();
    for (let i = 0; i < 40; i++) {
      const { tensor, indices, pictures } = await batchOf(1, i);
      const { undo, values } = tensor!;
      const original = floats(plain.get(indices[i]!)[0]);
      undone.set(JSON.stringify(undo), (undone.get(JSON.stringify(undo)) ?? 0) + 1);
      for (const at of [0, 77, 143]) {
        const value = undo ? values[at]! * undo.scale[0]! + undo.shift[0]! : values[at]!;
        expect(value).toBeCloseTo(original[at]!, 5);
        expect(pictures.pixels[(i * 144 + at) * 4]).toBe(Math.round(original[at]! * 255));
      }
    }
    const [both, one] = [
      { scale: [0.125], shift: [0.5625] },
      { scale: [0.5], shift: [0.25] },
    ];
    expect([...undone.keys()].sort()).toEqual([JSON.stringify(both), JSON.stringify(one), undefined].sort());
    for (const count of undone.values()) expect(count).toBeGreaterThan(3);
  });

  test('looks in a preview as it did before', async () => {
    const steps = sometimes().map((step) => step.toJSON()) as Step[];
    const previews = (await previewJob(new Sources())(
      {
        ...{ project: folder, kind: 'mnist', source: digits('a'), split: 'train', indices: [3], draws: 40 },
        ...{ steps, commented: [], seed: 1, epoch: 0, everyStep: true, tensor: true },
      },
      context,
    )) as Preview[];
    expect(new Set(previews.map(({ tensor }) => JSON.stringify(tensor!.undo))).size).toBe(3);
    for (const { before, steps: shown } of previews) {
      expect(shown[1]!.pixels).toEqual(before.pixels);
      expect(shown[1]!.changed).toBe(false);
    }
  });
});
