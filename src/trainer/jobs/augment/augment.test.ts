// What is previewed is what is trained: the same bits, step by step and for the batches of a past run.
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { DataLoader, randomSplit } from '../../../flint/data/index.ts';
import type { Dataset } from '../../../flint/data/dataset.ts';
import { batchesFile } from '../../../flint/studio/batches.ts';
import { PrintingSink, setSink, type LoadingReport } from '../../../flint/studio/sink.ts';
import { track } from '../../../flint/studio/track.ts';
import { place } from '../../../flint/studio/progress.ts';
import { tensorToBytes } from '../../../flint/tensor/bytes.ts';
import type { Tensor } from '../../../flint/tensor/tensor.ts';
import { datasets, transforms } from '../../../flint/vision/index.ts';
import type { Preview, RunBatch } from '../../../shared/contract/augment.ts';
import type { Step } from '../../../shared/pipeline/code/code-step.ts';
import { Sources } from '../sources/sources.ts';
import { batchJob } from './batch.ts';
import { previewJob } from './preview.ts';

const data = process.env.FLINT_DATA ?? resolve(import.meta.dirname, '../../../../../shared/data');
const bees = join(data, 'hymenoptera_data');
const context = { progress: () => {}, signal: new AbortController().signal };
const steps: Step[] = [
  { type: 'RandomRotation', degrees: 15 },
  { type: 'RandomCrop', size: [24, 24], padding: 2 },
  { type: 'RandomHorizontalFlip' },
  { type: 'ToTensor' },
  { type: 'Normalize', mean: [0.1307], std: [0.3081] },
];

let folder: string;
let lines: LoadingReport[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'flint-augment-'));
  lines = [];
  place.step = 0;
  const sink = Object.assign(new PrintingSink({}, () => {}), {
    loading: (report: LoadingReport) => {
      lines.push(report);
      writeFileSync(join(folder, batchesFile), lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
    },
  });
  setSink(sink);
});
afterEach(() => {
  setSink(null);
  rmSync(folder, { recursive: true, force: true });
});

const floats = (tensor: Tensor) => {
  const bytes = tensorToBytes(tensor.contiguous());
  return new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4).slice();
};
const batchOf = async (step: number, sample?: number) =>
  (await batchJob({ folder, step, ...(sample === undefined ? {} : { sample }) }, context)) as RunBatch;

/** Trains nothing, but sees every batch as training does. */
function seen(set: Dataset<[Tensor, Tensor]>, numWorkers: number, epochs = 2): Tensor[] {
  const loader = new DataLoader(set, { batchSize: 20, shuffle: true, seed: 5, numWorkers });
  const all: Tensor[] = [];
  for (const _ of track.epochs(epochs)) for (const [x] of track.steps(loader)) all.push(x);
  return all;
}

const compose = () => transforms.Compose.fromJSON(steps as transforms.PipelineStep[]);

describe('preview = training', () => {
  test.each([1, 2])('P5 every image of every step, with %i workers', async (workers) => {
    const digits = new datasets.MNIST('synthetic', { train: false, transform: compose() });
    const [part] = randomSplit(digits, [90, digits.length - 90], { seed: 3 });
    const batches = seen(part!, workers);
    expect(batches).toHaveLength(10);
    await expect(async () => batchOf(11)).rejects.toThrow(/no batch of step 11/);
    const preview = previewJob(new Sources());
    for (const step of [1, 5, 6, 10]) {
      const trained = batches[step - 1]!;
      for (const sample of [0, trained.shape[0]! - 1]) {
        const again = await batchOf(step, sample);
        expect(again.shape).toEqual(trained.shape);
        expect(again.epoch).toBe(step > 5 ? 1 : 0);
        expect(again.tensor!.values).toEqual(floats(trained.at(sample)));
        const index = part!.indices[again.indices[sample]!]!;
        const [shown] = (await preview(
          {
            ...{ project: folder, kind: 'digits', source: 'synthetic', split: 'test' },
            ...{ indices: [index], draws: 1, steps, commented: [], seed: 5, epoch: again.epoch },
            ...{ everyStep: true, tensor: true },
          },
          context,
        )) as Preview[];
        expect(shown!.tensor!.values).toEqual(floats(trained.at(sample)));
        expect(shown!.steps.map(({ step }) => step)).toEqual([0, 1, 2, 3, 4]);
      }
    }
  });

  test.skipIf(!existsSync(bees))('D2 photographs of a folder, decoded and cropped while training', async () => {
    const photo: Step[] = [
      { type: 'RandomResizedCrop', size: [64, 64] },
      { type: 'RandomHorizontalFlip' },
      { type: 'ToTensor' },
    ];
    const set = new datasets.ImageFolder(bees, {
      split: 'val',
      transform: transforms.Compose.fromJSON(photo as transforms.PipelineStep[]),
    } as never);
    const [first] = seen(set as Dataset<[Tensor, Tensor]>, 1, 1);
    const again = await batchOf(1, 3);
    expect(again.classNames).toEqual(again.labels.map((label) => ['ants', 'bees'][label]));
    expect(again.tensor!.values).toEqual(floats(first!.at(3)));
    const [shown] = (await previewJob(new Sources())(
      {
        ...{ project: folder, kind: 'image-folder', source: bees, split: 'val' },
        ...{ indices: [again.indices[3]!], draws: 1, steps: photo, commented: [], seed: 5, epoch: 0 },
        ...{ everyStep: false, tensor: true },
      },
      context,
    )) as Preview[];
    expect(shown!.tensor!.values).toEqual(floats(first!.at(3)));
  });
});

describe('a preview', () => {
  const ask = async (given: Step[], commented: number[] = []) =>
    (
      (await previewJob(new Sources())(
        {
          ...{ project: folder, kind: 'digits', source: 'synthetic', split: 'train' },
          ...{ indices: [4], draws: 1, steps: given, commented, seed: 1, epoch: 2, everyStep: true, tensor: true },
        },
        context,
      )) as Preview[]
    )[0]!;

  test('another card changes no draw of this one, one that is off neither', async () => {
    const turned = { type: 'RandomRotation', degrees: 40 };
    const alone = await ask([turned]);
    const crop = { type: 'RandomCrop', size: [20, 20] };
    expect((await ask([crop, turned])).steps[1]!.drawn).toEqual(alone.steps[0]!.drawn);
    const off = await ask([{ ...turned, off: true }, crop, turned]);
    expect(off.steps.map(({ step }) => step)).toEqual([1, 2]);
    const on = await ask([turned, crop, turned]);
    expect(off.steps[1]!.drawn).toEqual(on.steps[2]!.drawn);
    // A comment of the script is no step for training.
    const commented = await ask([{ ...turned, off: true }, crop, turned], [0]);
    expect(commented.steps[1]!.drawn).toEqual(alone.steps[0]!.drawn);
  });

  test('ends at a step that cannot be done, and says why', async () => {
    const wrong = await ask([
      { type: 'RandomHorizontalFlip' },
      { type: 'RandomCrop', size: [90, 90] },
      { type: 'ToTensor' },
    ]);
    expect(wrong.steps.map(({ step }) => step)).toEqual([0]);
    expect(wrong.problem).toMatchObject({ step: 1, message: expect.stringMatching(/90/) as string });
    expect(wrong.tensor).toBeUndefined();
    const unknown = await ask([{ type: 'ColorJitter', brightness: -3 }]);
    expect(unknown.problem).toMatchObject({ step: 0 });
  });

  test('passes over code of the script, and undoes what was normalised', async () => {
    const code: Step = { code: 'new transforms.Lambda((x) => x)', line: 3, why: { is: 'function' } };
    const shown = await ask([code, { type: 'ToTensor' }, { type: 'Normalize', mean: [0.25], std: [0.5] }]);
    expect(shown.steps.map(({ step }) => step)).toEqual([1, 2]);
    expect(shown.tensor!.undo).toEqual({ scale: [0.5], shift: [0.25] });
    expect(shown.tensor!.perChannel[0]!.min).toBeCloseTo(-0.5);
    expect(shown.steps[1]!.changed).toBe(false);
  });
});

describe('a batch of a run', () => {
  test('that cannot be made again says why', async () => {
    await expect(async () => batchOf(1)).rejects.toThrow(/has not written down.*track\.steps/);
    const own = new DataLoader({ length: 4, get: (i: number) => i }, { batchSize: 2 });
    for (const _ of track.steps(own)) void _;
    await expect(async () => batchOf(1)).rejects.toThrow(/cannot be made again/);
    await expect(async () => batchOf(0)).rejects.toThrow(/no batch of step 0/);
  });

  test('a damaged file is an error with its line', async () => {
    writeFileSync(join(folder, batchesFile), '{"loader":0,"epo\n');
    await expect(async () => batchOf(1)).rejects.toThrow(/line 1 is not understood/);
  });
});
