// What a set by name says of itself, and when it says that nobody can know.
import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { ConcatDataset, Subset } from '../data/index.ts';
import type { DatasetRecipe, NamedRecipe } from '../data/recipe.ts';
import { datasets, transforms } from './index.ts';
import { bytesOf, checkFiles, datasetOf, sourceOf } from './named.ts';

const folder = mkdtempSync(join(tmpdir(), 'flint-origin-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Ten images of 4 x 4 in MNIST's files. */
function digits(name: string, add = 0): string {
  const root = join(folder, name);
  mkdirSync(root, { recursive: true });
  const head = (magic: number, ...sizes: number[]) => {
    const bytes = Buffer.alloc(4 + 4 * sizes.length);
    [magic, ...sizes].forEach((value, i) => bytes.writeUInt32BE(value, 4 * i));
    return bytes;
  };
  const pixels = Buffer.from(Array.from({ length: 160 }, (_, i) => (i + add) % 256));
  writeFileSync(join(root, 'train-images-idx3-ubyte'), Buffer.concat([head(0x803, 10, 4, 4), pixels]));
  writeFileSync(join(root, 'train-labels-idx1-ubyte'), Buffer.concat([head(0x801, 10), Buffer.alloc(10, 1)]));
  return root;
}
const root = digits('digits');
const lambda = () => new transforms.Lambda((x) => x);
const own = (recipe: DatasetRecipe) => expect(recipe).toMatchObject({ type: 'unknown' });
const withSteps = (...steps: transforms.Transform[]) =>
  new datasets.MNIST(root, { transform: new transforms.Compose(steps) });

describe('unknown is', () => {
  test('a transform with a function of the script, on or off, inside of others too', () => {
    own(withSteps(lambda()).recipe());
    own(withSteps(transforms.off(lambda())).recipe());
    own(withSteps(new transforms.RandomApply([lambda()])).recipe());
    own(withSteps(transforms.off(new transforms.RandomApply([new transforms.RandomApply([lambda()])]))).recipe());
    own(withSteps(new transforms.RandomApply([transforms.off(lambda())])).recipe());
  });
  test('a transform of one’s own', () => {
    class Flip extends transforms.RandomHorizontalFlip {}
    own(withSteps(new Flip()).recipe());
    own(withSteps(new transforms.RandomApply([new Flip()])).recipe());
    const patched = new transforms.RandomHorizontalFlip();
    patched.numbers = () => [1];
    own(withSteps(patched).recipe());
    class Own extends transforms.Compose {}
    own(new datasets.MNIST(root, { transform: new Own([]) }).recipe());
  });
  test('a set whose images or labels the script has changed', () => {
    const set = new datasets.MNIST(root);
    expect(set.recipe().type).toBe('named');
    set.labels.add_(1);
    expect(set.recipe()).toEqual({ type: 'unknown', why: 'the script has changed its images or labels' });
    const other = new datasets.MNIST(root);
    Object.assign(other, { images: other.images.clone() });
    own(other.recipe());
  });
  test('a class of one’s own', () => {
    class Mine extends datasets.MNIST {}
    own(new Mine(root).recipe());
    const patched = new datasets.MNIST(root);
    patched.getBatch = (indices) => new datasets.MNIST(root).getBatch(indices);
    own(patched.recipe());
  });
});

describe('a set made again', () => {
  test('is the same, unless its files have other contents', () => {
    const at = digits('changing');
    const set = new datasets.MNIST(at, { normalize: { mean: [0.5], std: [0.25] } });
    const recipe = JSON.parse(JSON.stringify(set.recipe())) as DatasetRecipe;
    expect(datasetOf(recipe).getBatch!([3])[0].equal(set.getBatch([3])[0])).toBe(true);
    utimesSync(join(at, 'train-labels-idx1-ubyte'), 1, 1);
    expect(datasetOf(recipe).length).toBe(10);
    digits('changing', 1);
    expect(() => datasetOf(recipe)).toThrow(/changing: the files changed since that run/);
  });

  test('keeps what was given, when that is changed later', () => {
    const normalize = { mean: [0.5], std: [0.25] };
    const set = new datasets.MNIST(root, { normalize });
    normalize.mean[0] = 0.1;
    expect((set.recipe() as NamedRecipe).options.normalize).toEqual({ mean: [0.5], std: [0.25] });
    const augment = new transforms.Compose([new transforms.RandomInvert(0)]);
    const inverting = new datasets.MNIST(root, { transform: augment });
    const [before] = inverting.getBatch([1], { seed: 0, epoch: 0 });
    (augment.transforms as transforms.Transform[])[0] = new transforms.RandomInvert(1);
    const [after] = inverting.getBatch([1], { seed: 0, epoch: 0 });
    expect(after.equal(before)).toBe(false);
    expect(datasetOf(inverting.recipe()).getBatch!([1], { seed: 0, epoch: 0 })[0].equal(after)).toBe(true);
  });

  test('of files that are read later: another list, or a file that was written since', async () => {
    const at = join(folder, 'classes');
    for (const name of ['a', 'b']) {
      mkdirSync(join(at, name), { recursive: true });
      writeFileSync(join(at, name, '1.pgm'), 'P5 2 2 255\nabcd');
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
    const recipe = new datasets.ImageFolder(at, { mode: 'grey' }).recipe();
    const again = datasetOf(recipe);
    const both = [0, 1].map((i) => sourceOf(recipe, again, i, 0));
    checkFiles(both);
    await new Promise((resolve) => setTimeout(resolve, 20));
    writeFileSync(join(at, 'b', '1.pgm'), 'P5 2 2 255\nABCD');
    checkFiles([both[0]!]);
    expect(() => checkFiles(both)).toThrow(/b\/1\.pgm: the files changed since that run/);
    writeFileSync(join(at, 'a', '2.pgm'), 'P5 2 2 255\nabcd');
    expect(() => datasetOf(recipe)).toThrow(/classes: the files changed since that run/);
  });

  test('reads what comes twice once, and knows where each sample is from', () => {
    const set = new datasets.MNIST(root);
    const other = new datasets.MNIST(digits('other', 7));
    const whole = new ConcatDataset([set, new Subset(other, [9, 8]), set]);
    const again = datasetOf(whole.recipe());
    expect(bytesOf(again)).toBe(320);
    const recipe = whole.recipe();
    expect(sourceOf(recipe, again, 3, 5)).toMatchObject({ index: 3, seed: 5, recipe: { root } });
    expect(sourceOf(recipe, again, 11, 5)).toMatchObject({ index: 8, recipe: { root: join(folder, 'other') } });
    expect(sourceOf(recipe, again, 12, 5)).toMatchObject({ index: 0, seed: 5 + 2 * 0x9e3779b9 });
  });
});
