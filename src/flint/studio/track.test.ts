// What loops write down of the batches that their steps see, read again step by step.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { DataLoader, Subset, type Dataset } from '../data/index.ts';
import { shuffled } from '../data/dataset.ts';
import type { NamedRecipe } from '../data/recipe.ts';
import { batchesFile, batchOfStep } from './batches.ts';
import { place } from './progress.ts';
import { PrintingSink, setSink } from './sink.ts';
import { track } from './track.ts';

let folder: string;
let lines: string[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'flint-track-'));
  lines = [];
  Object.assign(place, { step: 0, epoch: 0 });
  const loading = (report: unknown) => void lines.push(`${JSON.stringify(report)}\n`);
  setSink(Object.assign(new PrintingSink({}, () => {}), { loading }));
});
afterEach(() => {
  setSink(null);
  rmSync(folder, { recursive: true, force: true });
});

/** Numbers that say of themselves that they are a set by name. */
function set(root: string, length = 6): Dataset<number> & { options: Record<string, unknown> } {
  const options: Record<string, unknown> = {};
  const recipe = (): NamedRecipe => ({ type: 'named', name: 'MNIST', root, options, stamp: 's' });
  return { length, options, get: (i) => i, recipe };
}
const loaderOf = (dataset: Dataset<number>) => new DataLoader(dataset, { batchSize: 2, seed: 1 });

/** The batch of a step, by the file. */
function batchAt(step: number) {
  writeFileSync(join(folder, batchesFile), lines.join(''));
  return batchOfStep(folder, step);
}
/** Which set, epoch and batch that is. */
function said(step: number): string {
  const { recipe, epoch, batch } = batchAt(step);
  return `${(recipe.dataset as NamedRecipe).root} ${epoch} ${batch}`;
}
const allSaid = (steps = place.step) => Array.from({ length: steps }, (_, i) => said(i + 1));

describe('a step is of the loop that made it', () => {
  test('a loop within another, at its end and after it', () => {
    const [train, val] = [loaderOf(set('train')), loaderOf(set('val', 4))];
    for (const _ of track.epochs(2))
      for (const _batch of track.steps(train)) if (place.step % 5 === 2) for (const _ of track.steps(val));
    expect(allSaid()).toEqual([
      ...['train 0 0', 'train 0 1', 'val 0 0', 'val 0 1', 'train 0 2'],
      ...['train 1 0', 'train 1 1', 'val 1 0', 'val 1 1', 'train 1 2'],
    ]);
    expect(() => said(11)).toThrow(/no batch of step 11 is written down/);
  });

  test('two loops by turns', () => {
    const [a, b] = [track.steps(loaderOf(set('a'))), track.steps(loaderOf(set('b')))];
    for (let i = 0; i < 3; i++) {
      a.next();
      b.next();
    }
    expect(allSaid()).toEqual(['a 0 0', 'b 0 0', 'a 0 1', 'b 0 1', 'a 0 2', 'b 0 2']);
  });

  test('batches of others are not known, and those after them are', () => {
    const loader = loaderOf(set('a'));
    for (const _ of track.steps(loader)) break;
    for (const _ of track.steps(2));
    for (const _ of track.steps([7])) for (const _batch of track.steps(loader));
    // A method of this name may give anything.
    class Claiming {
      recipe = () => loader.recipe();
      *[Symbol.iterator]() {
        yield 1;
      }
    }
    for (const _ of track.steps(new Claiming()));
    expect([1, 5, 6, 7].map(said)).toEqual(['a 0 0', 'a 1 0', 'a 1 1', 'a 1 2']);
    for (const step of [2, 3, 4, 8]) expect(() => said(step)).toThrow(/cannot be made again.*the script itself/);
  });

  test('a loop that is left leaves nothing for steps that were not made', () => {
    for (const _ of track.steps(loaderOf(set('a')))) break;
    expect(allSaid()).toEqual(['a 0 0']);
    expect(() => said(2)).toThrow(/no batch of step 2/);
  });

  test('steps made again after a checkpoint was restored', () => {
    for (const _ of track.steps(loaderOf(set('a', 10)))) if (place.step === 4) place.step = 1;
    expect(allSaid(2)).toEqual(['a 0 0', 'a 0 4']);
    expect(allSaid(4).slice(2)).toEqual(['a 0 2', 'a 0 3']);
  });
});

describe('a recipe', () => {
  test('that changes between epochs is written down again, one that does not is not', () => {
    const data = set('a');
    const loader = loaderOf(data);
    for (const epoch of track.epochs(4)) {
      data.options.size = epoch < 2 ? 1 : 2;
      for (const _ of track.steps(loader));
    }
    const sizes = [1, 4, 7, 10].map((step) => (batchAt(step).recipe.dataset as NamedRecipe).options.size);
    expect(sizes).toEqual([1, 1, 2, 2]);
    expect(lines.filter((line) => line.includes('"recipe"'))).toHaveLength(2);
  });

  test('that changes in the middle of an epoch leaves the rest of it unknown', () => {
    const data = set('a');
    const loader = loaderOf(data);
    for (const _ of track.epochs(2)) for (const _ of track.steps(loader)) if (place.step === 1) data.options.size = 3;
    expect([said(1), said(4)]).toEqual(['a 0 0', 'a 1 0']);
    for (const step of [2, 3]) expect(() => said(step)).toThrow(/changed in the middle of the epoch/);
  });

  test('that JSON has no words for is unknown', () => {
    const data = set('a');
    data.options.most = Infinity;
    for (const _ of track.steps(loaderOf(data)));
    expect(() => said(1)).toThrow(/cannot be written down/);
  });

  test('with a million indices is written once, whoever asks for it', () => {
    const data = set('a', 1_000_000);
    const indices = shuffled(1_000_000, 3, 0).slice(0, 800_000);
    const lengths: number[] = [];
    for (const _ of track.epochs(5)) {
      const part = new Subset(data, indices);
      for (const _ of track.steps(new DataLoader(part, { batchSize: 1000, shuffle: true, seed: 2 }))) break;
      data.options.epoch = place.epoch;
      lengths.push(lines.join('').length);
    }
    expect(lengths[0]).toBeLessThan(3.6e6);
    expect(lengths[4]! - lengths[0]!).toBeLessThan(4000);
    const { recipe } = batchAt(5);
    expect(recipe.dataset).toMatchObject({ type: 'Subset', indices });
  });

  test('of lists without end is unknown from some size on', () => {
    const data = set('a', 400_000);
    for (const epoch of track.epochs(16)) {
      const part = new Subset(data, shuffled(400_000, epoch, 0));
      for (const _ of track.steps(new DataLoader(part, { batchSize: 1000, seed: 2 }))) break;
    }
    expect(lines.join('').length).toBeLessThan(17 << 20);
    expect(batchAt(1).epoch).toBe(0);
    expect(() => batchOfStep(folder, 16)).toThrow(/so many lists of samples/);
  });
});

describe('epochs', () => {
  test('of plain loops are counted by the loader, within track.epochs by that', () => {
    const [data, other] = [set('a'), set('b')];
    const [loader, second] = [loaderOf(data), loaderOf(other)];
    for (let epoch = 0; epoch < 3; epoch++) for (const _ of track.steps(loader));
    for (const _ of track.epochs(5, { from: 4 })) {
      for (const _ of track.steps(loader));
      for (const _ of track.steps(second)) break;
    }
    for (const _ of track.epochs(9)) break;
    for (const _ of track.steps(loader));
    expect([1, 4, 7, 10, 13, 14].map(said)).toEqual(['a 0 0', 'a 1 0', 'a 2 0', 'a 4 0', 'b 4 0', 'a 5 0']);
  });
});

describe('the file', () => {
  const run = () => {
    for (const _ of track.epochs(2)) for (const _ of track.steps(loaderOf(set('a'))));
    return lines.join('');
  };
  test('may end in the middle of a line', () => {
    const text = run();
    const second = text.indexOf('{"afterStep":3,"loader"');
    for (const [length, told] of [
      [second + 30, /ended while it wrote it down/],
      [second + 3, /no batch of step 4/],
    ] as const) {
      writeFileSync(join(folder, batchesFile), text.slice(0, length));
      expect(batchOfStep(folder, 3)).toMatchObject({ epoch: 0, batch: 2 });
      expect(() => batchOfStep(folder, 4)).toThrow(told);
    }
  });
  test('is damaged where a whole line is not understood, or where a recipe is missing', () => {
    writeFileSync(join(folder, batchesFile), `${run()}{"afterStep"\n`);
    expect(() => batchOfStep(folder, 1)).toThrow(/line \d+ is not understood/);
    writeFileSync(join(folder, batchesFile), '{"afterStep":0,"loader":0,"epoch":0,"batch":0,"as":"x"}\n');
    expect(() => batchOfStep(folder, 1)).toThrow(/the recipe x is not in it/);
  });
});
