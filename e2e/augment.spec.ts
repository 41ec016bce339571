// An augmentation in the Data room: put together from cards, written into the script, trained with, and found again in the
// run, pixel for pixel. On real pictures (FLINT_DATA, default ../shared/data); where they are missing it is skipped.
import AxeBuilder from '@axe-core/playwright';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Locator, Page } from '@playwright/test';
import { expect, test } from './studio.ts';

/** Of the browser, where the functions given to `evaluate` run. */
declare class HTMLCanvasElement {
  width: number;
  height: number;
  getContext(kind: '2d'): {
    getImageData(x: number, y: number, width: number, height: number): { data: ArrayLike<number> };
  };
}

const data = resolve(process.env.FLINT_DATA || '../shared/data');
const cifar = join(data, 'cifar10/cifar-10-batches-bin-short');
const script = (seen: string) => `import { saveNpy } from 'flint/io';
import { DataLoader } from 'flint/data';
import { track } from 'flint/studio';
import { datasets } from 'flint/vision';

const normalize = { mean: [0.5, 0.5, 0.5], std: [0.25, 0.25, 0.25] };
const trainSet = new datasets.CIFAR10(${JSON.stringify(cifar)}, { train: true, normalize });
const loader = new DataLoader(trainSet, { batchSize: 12, shuffle: true, numWorkers: 2 });
for (const [x] of track.steps(loader)) {
  saveNpy(x, ${JSON.stringify(seen)});
  break;
}
`;

const room = (window: Page, name: string) =>
  window.getByRole('navigation', { name: 'Rooms' }).getByRole('button', { name }).click();
const pixelsOf = (canvas: Locator): Promise<number[]> =>
  canvas.evaluate((element) => {
    const picture = element as unknown as HTMLCanvasElement;
    return Array.from(picture.getContext('2d').getImageData(0, 0, picture.width, picture.height).data);
  });
async function accessible(window: Page, where: string): Promise<void> {
  const { violations } = await new AxeBuilder({ page: window }).exclude('.monaco-editor').analyze();
  expect(violations.map((v) => `${where}: ${v.id} ${v.nodes.map((n) => n.target.join(' ')).join(', ')}`)).toEqual([]);
}

/** Floats of a .npy file of float32. */
function floatsOf(file: string): Float32Array {
  const bytes = readFileSync(file);
  const start = 10 + bytes.readUInt16LE(8);
  return new Float32Array(bytes.buffer.slice(bytes.byteOffset + start, bytes.byteOffset + bytes.length));
}

test('P5 cards become code, code becomes cards, and a step of the run shows the pixels that it saw', async ({
  window,
  studio,
}) => {
  test.skip(!existsSync(cifar), `there is no ${cifar}`);
  const project = join(studio.projects, 'lab');
  mkdirSync(project, { recursive: true });
  const datasets = { pictures: { kind: 'cifar10', source: cifar } };
  writeFileSync(join(project, 'flint.json'), JSON.stringify({ name: 'lab', datasets }));
  const file = join(project, 'train.ts');
  const npy = join(project, 'seen.npy');
  writeFileSync(file, script(npy));
  await window.getByRole('button', { name: /Open folder/ }).click();
  await window.getByLabel('Folder path').fill(project);
  await window.getByRole('button', { name: 'Choose this folder' }).click();
  await expect(window.locator('.monaco-editor').first()).toBeVisible();
  await room(window, 'Data');
  await window.getByRole('tab', { name: 'Augment' }).click();
  await window.getByRole('button', { name: 'Add an augmentation' }).click();
  const cards = window.getByRole('list', { name: 'Steps of the augmentation' });
  await expect(cards.getByRole('listitem')).toHaveCount(2); // the normalisation became steps
  expect(readFileSync(file, 'utf8')).toMatch(/\{\s+train: true,\s+transform: augment,\s+\}/);

  for (const name of ['Rotate', 'Flip left to right']) {
    await window.getByRole('button', { name: 'Add a step' }).click();
    await expect(window.getByPlaceholder('Search the transforms')).toBeFocused();
    await window.keyboard.type(name);
    await window.keyboard.press('Enter');
  }
  await expect(cards.getByRole('listitem')).toHaveCount(4);
  await expect
    .poll(() => readFileSync(file, 'utf8'))
    .toMatch(/RandomRotation\(\d+\),\s+new transforms.RandomHorizontalFlip/);
  const draws = window.getByRole('list', { name: 'Draws' });
  await expect(draws.getByRole('listitem')).toHaveCount(24);
  const first = await pixelsOf(draws.locator('canvas').nth(0));
  await expect.poll(async () => pixelsOf(draws.locator('canvas').nth(1))).not.toEqual(first);
  await accessible(window, 'augmentation');

  // The other way: what is written in the script is on the cards.
  writeFileSync(file, readFileSync(file, 'utf8').replace(/RandomRotation\(\d+\)/, 'RandomRotation(80)'));
  await expect(cards).toContainText('± 80');
  await expect.poll(async () => pixelsOf(draws.locator('canvas').nth(0))).not.toEqual(first);

  await window.getByRole('banner').getByRole('button', { name: 'Run' }).click();
  await window.getByRole('button', { name: 'Trust and run' }).click();
  await expect.poll(() => existsSync(npy), { timeout: 30_000 }).toBe(true);
  const [run] = readdirSync(join(project, 'runs'));
  await expect.poll(() => readFileSync(join(project, 'runs', run!, 'run.json'), 'utf8')).toContain('"finished"');

  await room(window, 'Data');
  await window.getByRole('tab', { name: 'Step of a run' }).click();
  const batch = window.getByRole('list', { name: 'The batch' });
  await expect(batch.getByRole('listitem')).toHaveCount(12, { timeout: 20_000 });
  const seen = floatsOf(npy);
  for (const sample of [0, 11]) {
    const shown = await pixelsOf(batch.locator('canvas').nth(sample));
    const expected: number[] = [];
    for (let pixel = 0; pixel < 1024; pixel++) {
      for (let c = 0; c < 3; c++)
        expected.push(Math.round((seen[(sample * 3 + c) * 1024 + pixel]! * 0.25 + 0.5) * 255));
      expected.push(255);
    }
    expect(shown).toEqual(expected);
  }
  await accessible(window, 'step of a run');
});
