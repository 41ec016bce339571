// Data of one's own in the studio: opened, looked at, cut into parts, used by the script. On real files (FLINT_DATA, default
// ../shared/data); where they are missing a test is skipped and says so.
import AxeBuilder from '@axe-core/playwright';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Page } from '@playwright/test';
import { expect, test, type Studio } from './studio.ts';

/** Of the browser, where the functions given to `evaluate` run. */
declare class DataTransfer {
  items: { add(file: File): void };
}

const data = resolve(process.env.FLINT_DATA || '../shared/data');
const needs = (...paths: string[]) => {
  const missing = paths.find((path) => !existsSync(join(data, path)));
  test.skip(missing !== undefined, `there is no ${join(data, missing ?? '')}`);
};
const room = (window: Page, name: string) =>
  window.getByRole('navigation', { name: 'Rooms' }).getByRole('button', { name }).click();
const tab = (window: Page, name: string) => window.getByRole('tab', { name }).click();
const shown = (window: Page) => window.locator('.shown-bar');

async function accessible(window: Page, where: string): Promise<void> {
  const { violations } = await new AxeBuilder({ page: window }).exclude('.monaco-editor').analyze();
  expect(violations.map((v) => `${where}: ${v.id} ${v.nodes.map((n) => n.target.join(' ')).join(', ')}`)).toEqual([]);
}

/** An empty project, open in the Data room. */
async function openProject(window: Page, studio: Studio, name = 'lab'): Promise<string> {
  const project = join(studio.projects, name);
  mkdirSync(project, { recursive: true });
  writeFileSync(join(project, 'flint.json'), JSON.stringify({ name }));
  writeFileSync(
    join(project, 'train.ts'),
    "// My experiment.\nimport { tensor } from 'flint';\n\nconsole.log(tensor([1]).shape);\n",
  );
  await window.getByRole('button', { name: /Open folder/ }).click();
  await window.getByLabel('Folder path').fill(project);
  await window.getByRole('button', { name: 'Choose this folder' }).click();
  await expect(window.locator('.monaco-editor').first()).toBeVisible();
  await room(window, 'Data');
  return project;
}

/** Through the dialog: by path, said what it is, added. */
async function openData(window: Page, path: string, options: { kind: string; code?: boolean }): Promise<void> {
  await window.getByRole('main').getByRole('button', { name: 'Open data …' }).click();
  const dialog = window.getByRole('dialog', { name: 'Open data' });
  await dialog.getByLabel('Path of a file or folder').fill(path);
  await dialog.getByRole('button', { name: 'Look at it' }).click();
  await expect(dialog.locator('.found-kind')).toContainText(options.kind, { timeout: 30_000 });
  await dialog.getByRole('checkbox', { name: 'Add to train.ts' }).setChecked(options.code ?? false);
  await dialog.getByRole('button', { name: 'Add to the project' }).click();
  await expect(dialog).toBeHidden();
}

test('an image folder: opened, looked through, inspected, split, and used by the script', async ({
  window,
  studio,
}) => {
  needs('hymenoptera_data');
  const project = await openProject(window, studio);
  await window.getByRole('main').getByRole('button', { name: 'Open data …' }).click();
  const dialog = window.getByRole('dialog', { name: 'Open data' });
  await dialog.getByLabel('Path of a file or folder').fill(join(project, 'train.ts'));
  await dialog.getByRole('button', { name: 'Look at it' }).click();
  await expect(dialog.getByRole('alert')).toContainText('nothing that can be opened as data');
  await dialog.getByLabel('Path of a file or folder').fill(join(data, 'hymenoptera_data'));
  await dialog.getByRole('button', { name: 'Look at it' }).click();
  await expect(dialog).toContainText('397 taken');
  await expect(dialog).toContainText('train/ants/imageNotFound.gif');
  await accessible(window, 'open dialog');
  await dialog.getByRole('button', { name: 'Add to the project' }).click();
  await expect(shown(window)).toContainText('244 samples');
  const file = JSON.parse(readFileSync(join(project, 'flint.json'), 'utf8')) as { datasets: object };
  expect(file.datasets).toEqual({
    hymenoptera_data: { kind: 'image-folder', source: join(data, 'hymenoptera_data') },
  });
  expect(readFileSync(join(project, 'train.ts'), 'utf8')).toContain("const valSet = new datasets.ImageFolder('");

  const grid = window.getByRole('application', { name: 'Samples' });
  await expect(grid.locator('canvas')).not.toHaveAttribute('data-pictures', '0', { timeout: 30_000 });
  await grid.press('End');
  await expect(window.getByRole('complementary', { name: 'Sample 243' })).toContainText('bees (1)');
  await grid.press('Shift+ArrowUp');
  await expect(shown(window)).toContainText(/1\d selected/);
  await grid.press('Control+a');
  await expect(shown(window)).toContainText('244 selected');
  await grid.press('Escape');
  await window.getByRole('navigation', { name: 'Classes' }).getByRole('button', { name: 'ants' }).click();
  await expect(shown(window)).toContainText('123 of 244 samples');
  await window.getByRole('searchbox', { name: 'Search by name' }).fill('0013035');
  await expect(shown(window)).toContainText('1 of 244 samples');
  await grid.press('ArrowRight');
  await grid.press('Enter');
  await expect(window.getByRole('region', { name: 'Sample in large' })).toContainText('0013035.jpg');
  await accessible(window, 'gallery in large');
  await window.keyboard.press('Escape');
  await window.getByRole('searchbox', { name: 'Search by name' }).fill('');

  await tab(window, 'Overview');
  await window.getByRole('button', { name: 'Inspect all samples' }).click();
  const problems = window.getByRole('region', { name: 'Problems' });
  await expect(problems).toBeVisible({ timeout: 90_000 });
  await expect(window.getByRole('region', { name: 'Mean and deviation' })).toContainText(
    'new transforms.Normalize([0.5172',
  );
  await accessible(window, 'overview');
  const link = problems.getByRole('button', { name: /^Unusual size: show \d+ in train/ });
  const many = (await link.textContent())!;
  await link.click();
  await expect(shown(window)).toContainText(`${many} of 244 samples`);

  await tab(window, 'Splits');
  await window.getByRole('textbox', { name: 'Name', exact: true }).fill('holdout');
  await accessible(window, 'splits');
  await window.getByRole('button', { name: 'Save in the project' }).click();
  await expect(window.getByRole('article', { name: 'holdout' })).toContainText('validation 49');
  const list = JSON.parse(readFileSync(join(project, 'splits/holdout.json'), 'utf8')) as { parts: { train: number[] } };
  expect(list.parts.train).toHaveLength(195);

  // What was written runs: the constructors, and the split as its card says.
  const code = (await window.getByRole('article', { name: 'holdout' }).locator('pre').textContent())!;
  const script = readFileSync(join(project, 'train.ts'), 'utf8');
  const [imported, ...rest] = code.split('\n');
  writeFileSync(
    join(project, 'train.ts'),
    `${imported}\n${script}${rest.join('\n')}\nconsole.log(trainSet.length, valSet.length, train.length, validation.get(0)[0].shape);\n`,
  );
  await window.waitForTimeout(600);
  await window.keyboard.press('Control+Enter');
  await window.getByRole('button', { name: 'Trust and run' }).click();
  await expect(window.locator('.run-head .badge')).toHaveText('finished', { timeout: 60_000 });
  await window.getByRole('tab', { name: 'Console' }).click();
  await expect(window.getByRole('log')).toContainText('244 153 195');
});

test('MNIST: sorted, chosen by a drag, made into a split; light and dark, in both languages', async ({
  window,
  studio,
}) => {
  needs('mnist');
  const project = await openProject(window, studio);
  await openData(window, join(data, 'mnist'), { kind: 'IDX images' });
  await expect(shown(window)).toContainText('60,000 samples');
  await window.getByLabel('Sort').selectOption('class');
  const grid = window.getByRole('application', { name: 'Samples' });
  await expect(async () => {
    await grid.press('Home');
    await expect(window.getByRole('complementary', { name: 'Sample 1', exact: true })).toContainText('0 (0)', {
      timeout: 1000,
    });
  }).toPass();
  const box = (await grid.boundingBox())!;
  await window.mouse.move(box.x + 2, box.y + 2);
  await window.mouse.down();
  await window.mouse.move(box.x + 150, box.y + 150, { steps: 5 });
  await window.mouse.up();
  await expect(shown(window)).toContainText('6 selected');
  for (const scheme of ['light', 'dark'] as const) {
    await window.emulateMedia({ colorScheme: scheme });
    await accessible(window, `gallery ${scheme}`);
  }
  await window.getByRole('button', { name: 'Make a split …' }).click();
  await expect(window.getByText('6 selected samples of train.')).toBeVisible();
  await window.getByRole('button', { name: 'Save in the project' }).click();
  await expect(window.getByRole('article', { name: 'chosen' })).toContainText('rest 59,994');
  expect(existsSync(join(project, 'splits/chosen.json'))).toBe(true);
  await window.getByRole('button', { name: /^Language/ }).click();
  await expect(window.getByRole('tab', { name: '图库' })).toBeVisible();
  await window.getByRole('button', { name: /^语言/ }).click();
});

test('tables and texts have views of their own', async ({ window, studio }) => {
  needs('tabular/titanic.csv', 'tabular/iris.csv', 'text-timemachine/timemachine.txt');
  const project = await openProject(window, studio);
  await openData(window, join(data, 'tabular/titanic.csv'), { kind: 'Table' });
  await expect(window.getByRole('main')).toContainText('891 rows');
  await window.getByRole('columnheader', { name: /^age/ }).getByRole('button').click();
  const column = window.getByRole('complementary', { name: 'Column' });
  await expect(column).toContainText('177');
  await expect(window.getByRole('row').nth(1)).toContainText('0.42');
  await window.getByLabel('Target').selectOption('survived');
  await expect.poll(() => readFileSync(join(project, 'flint.json'), 'utf8')).toContain('"target": "survived"');
  await accessible(window, 'table');
  await window.getByRole('button', { name: 'Code', exact: true }).click();
  await expect(window.locator('.popover')).toContainText("target: 'survived'");
  await window.keyboard.press('Escape');

  await openData(window, join(data, 'text-timemachine/timemachine.txt'), { kind: 'Text' });
  await expect(window.getByRole('main')).toContainText('178,979 characters');
  await expect(window.getByRole('region', { name: 'Consecutive' })).toContainText('from token 0');
  await window.getByLabel('Words').check();
  await expect(window.getByRole('region', { name: 'Vocabulary' }).first()).toContainText('the');
  await accessible(window, 'text');
});

test('a file dropped on the window is copied and opened', async ({ window, studio }) => {
  needs('tabular/iris.csv');
  await openProject(window, studio);
  const text = readFileSync(join(data, 'tabular/iris.csv'), 'utf8');
  const transfer = await window.evaluateHandle((content) => {
    const made = new DataTransfer();
    made.items.add(new File([content], 'iris.csv', { type: 'text/csv' }));
    return made;
  }, text);
  await window.dispatchEvent('body', 'drop', { dataTransfer: transfer });
  const dialog = window.getByRole('dialog', { name: 'Open data' });
  await expect(dialog).toContainText('150 taken', { timeout: 30_000 });
  await dialog.getByRole('button', { name: 'Add to the project' }).click();
  await expect(window.getByRole('main')).toContainText('150 rows');
  expect(readFileSync(join(studio.home, 'data/iris.csv'), 'utf8')).toBe(text);
});
