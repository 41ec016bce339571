// A newcomer's way through the studio: a template, its data, a run, what came of it, an export that another engine checked.
import AxeBuilder from '@axe-core/playwright';
import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { expect, test, type Studio } from './studio.ts';

/** Fewer digits and one epoch: what is proven here is the studio, not the accuracy. */
async function openTemplate(window: Page, name: string): Promise<void> {
  await window.getByRole('button', { name: new RegExp(`^${name}`) }).click();
  await expect(window.locator('.monaco-editor').first()).toBeVisible();
}
const room = (window: Page, name: string) =>
  window.getByRole('navigation', { name: 'Rooms' }).getByRole('button', { name }).click();

async function accessible(window: Page, where: string): Promise<void> {
  const { violations } = await new AxeBuilder({ page: window }).exclude('.monaco-editor').analyze();
  expect(violations.map((v) => `${where}: ${v.id} ${v.nodes.map((n) => n.target.join(' ')).join(', ')}`)).toEqual([]);
}

function writeScript(studio: Studio, project: string, code: string): void {
  writeFileSync(join(studio.projects, project, 'train.ts'), code);
}
const runFolder = (studio: Studio, project: string): string => {
  const home = join(studio.projects, project, 'runs');
  return join(home, readdirSync(home).sort().at(-1)!);
};

test('from a template to a trained, proven export', async ({ window, studio }) => {
  await openTemplate(window, 'Handwritten digits');
  await expect(window.getByText('class')).not.toHaveCount(0);

  await room(window, 'Data');
  await expect(window.getByText('Synthetic', { exact: true })).toBeVisible();
  await expect(window.getByRole('navigation', { name: 'Classes' }).getByRole('button')).toHaveCount(11);
  await window.getByRole('application', { name: 'Samples' }).press('ArrowRight');
  await expect(window.getByRole('complementary', { name: /Sample \d+/ })).toBeVisible();
  await expect(window.getByText('[1, 28, 28]')).toBeVisible();

  await window.keyboard.press('Control+Enter');
  await expect(window.getByRole('contentinfo')).toContainText(/Epoch|finished|Nothing/);
  await expect(window.locator('.run-head .badge')).toHaveText('finished', { timeout: 60_000 });
  await expect(window.getByRole('figure', { name: 'Plot of loss' })).toBeVisible();
  await expect(window.getByRole('figure', { name: 'Plot of accuracy' })).toContainText('test/accuracy');
  await expect(window.getByRole('list', { name: 'Predictions' }).getByRole('listitem')).toHaveCount(64);
  await window.getByRole('tab', { name: 'Console' }).click();
  await expect(window.getByRole('log')).toContainText('Linear(in_features=784');

  // Everything is there again after a reload, and for another browser after the studio was restarted.
  await window.reload();
  await expect(window.locator('.run-head .badge')).toHaveText('finished');
  await expect(window.getByRole('figure', { name: 'Plot of loss' })).toContainText('train/loss');
  await studio.restart();
  await window.goto(studio.url);
  await window.locator('.recent .open').first().click();
  await room(window, 'Train');
  await expect(window.locator('.run-head .badge')).toHaveText('finished');

  await room(window, 'Export');
  await window.getByRole('button', { name: 'Export ONNX' }).click();
  await expect(window.getByText(/Checked by onnxruntime .* on 64 samples/)).toBeVisible({ timeout: 30_000 });
  await window.getByRole('button', { name: 'Export safetensors' }).click();
  await expect(window.getByRole('article', { name: 'model.safetensors' })).toBeVisible();

  // A second run with another setting: both in the plots, the difference marked; deleted and brought back.
  await room(window, 'Train');
  await window.getByText('Settings', { exact: true }).click();
  await window.getByLabel('epochs', { exact: true }).fill('1');
  await window.getByRole('main').getByRole('button', { name: 'Run', exact: true }).click();
  await expect(window.locator('.run-row')).toHaveCount(2);
  await expect(window.locator('.run-head .badge')).toHaveText('finished', { timeout: 60_000 });
  for (const box of await window.getByRole('checkbox', { name: /in the plots/ }).all()) await box.check();
  await window.getByRole('tab', { name: 'Compare' }).click();
  await expect(window.locator('tr.differs')).toContainText('epochs');
  await window
    .getByRole('button', { name: /^Delete / })
    .first()
    .click();
  await expect(window.locator('.run-row')).toHaveCount(1);
  await window.getByRole('button', { name: 'Undo' }).click();
  await expect(window.locator('.run-row')).toHaveCount(2);
});

test('a run can be paused, resumed, stopped, and continued from its checkpoint', async ({ window, studio }) => {
  await openTemplate(window, 'Handwritten digits');
  await room(window, 'Train');
  await window.getByText('Settings', { exact: true }).click();
  await window.locator('.settings').getByLabel('Name').fill('epochs');
  await window.getByRole('button', { name: 'Add setting' }).click();
  await window.getByLabel('epochs', { exact: true }).fill('500');
  await window.getByRole('main').getByRole('button', { name: 'Run', exact: true }).click();
  await expect(window.getByRole('figure', { name: 'Plot of accuracy' })).toBeVisible({ timeout: 60_000 });
  await window.getByRole('button', { name: 'Pause', exact: true }).click();
  await expect(window.locator('.run-head .badge')).toHaveText('paused');
  await window.getByRole('main').getByRole('button', { name: 'Resume', exact: true }).click();
  await expect(window.locator('.run-head .badge')).toHaveText('running');
  await window.getByRole('main').getByRole('button', { name: 'Stop', exact: true }).click();
  await expect(window.locator('.run-head .badge')).toHaveText('stopped');
  const record = JSON.parse(readFileSync(join(runFolder(studio, 'mnist-mlp'), 'run.json'), 'utf8')) as {
    metrics: Record<string, number>;
  };
  expect(record.metrics['train/loss']).toBeGreaterThan(0);
  await window.getByRole('button', { name: 'Continue from its last checkpoint' }).click();
  await expect(window.locator('.run-row')).toHaveCount(2);
  await expect(window.locator('.run-head .badge')).toHaveText('running', { timeout: 30_000 });
  await window.getByRole('main').getByRole('button', { name: 'Stop', exact: true }).click();
  await expect(window.locator('.run-head .badge')).toHaveText('stopped');
});

test('mistakes are said at their line, and the studio stays up', async ({ window, studio }) => {
  await openTemplate(window, 'Linear regression');
  const cases: [string, string, RegExp][] = [
    ['a wrong shape', "import { zeros } from 'flint';\n\nzeros(2, 3).matmul(zeros(2, 3));\n", /matmul[\s\S]*\[2, 3\]/],
    ['a syntax error', "import { zeros } from 'flint';\nconst x = zeros(2;\n", /Expected|expected/],
    ['an exception', "throw new Error('my own mistake');\n", /my own mistake/],
  ];
  for (const [, code, message] of cases) {
    writeScript(studio, 'linear-regression', code);
    await window.waitForTimeout(600); // the editor takes over what changed on disk
    await window.keyboard.press('Control+Enter');
    await expect(window.getByRole('alert').first()).toContainText(message, { timeout: 30_000 });
    await expect(window.locator('.run-head .badge')).toHaveText('failed');
    await expect(window.getByRole('button', { name: /Go to train.ts, line/ })).toBeVisible();
  }
  await window.getByRole('button', { name: /Go to train.ts, line/ }).click();
  await expect(window.locator('.run-problem-zone')).toContainText('my own mistake');
});

test('NaN is marked, an endless loop is stopped, a killed trainer loses nothing', async ({ window, studio }) => {
  await openTemplate(window, 'Linear regression');
  writeScript(
    studio,
    'linear-regression',
    "import { log } from 'flint/studio';\nfor (let i = 0; i < 50; i++) log({ loss: i === 25 ? NaN : 1 / (i + 1) }, { step: i });\n",
  );
  await window.waitForTimeout(600);
  await window.keyboard.press('Control+Enter');
  await expect(window.locator('.run-head .badge')).toHaveText('finished', { timeout: 30_000 });
  await expect(window.getByRole('figure', { name: 'Plot of loss' })).toContainText('1 step was not finite');
  await expect(window.getByRole('note').first()).toContainText(/NaN/i);

  writeScript(studio, 'linear-regression', 'console.log("begun");\nfor (;;) {}\n');
  await window.waitForTimeout(600);
  await window.keyboard.press('Control+Enter');
  await expect(window.locator('.run-head .badge')).toHaveText('running', { timeout: 30_000 });
  await window.getByRole('main').getByRole('button', { name: 'Stop', exact: true }).click();
  await expect(window.locator('.run-head .badge')).toHaveText('stopped', { timeout: 20_000 });

  writeScript(
    studio,
    'linear-regression',
    "import { log } from 'flint/studio';\nfor (let i = 0; i < 200; i++) log({ loss: i }, { step: i });\nawait new Promise((r) => setTimeout(r, 60000));\n",
  );
  await window.waitForTimeout(600);
  await window.keyboard.press('Control+Enter');
  await expect(window.getByRole('figure', { name: 'Plot of loss' })).toContainText('200 of 200', { timeout: 30_000 });
  const record = JSON.parse(readFileSync(join(runFolder(studio, 'linear-regression'), 'run.json'), 'utf8')) as {
    pid: number;
  };
  process.kill(record.pid, 'SIGKILL');
  await expect(window.locator('.run-head .badge')).toHaveText('crashed', { timeout: 20_000 });
  await window.reload();
  await expect(window.getByRole('figure', { name: 'Plot of loss' })).toContainText('200 of 200');
});

test('a cut-off data file and a vanished project are said with what to do', async ({ window, studio }) => {
  const data = join(studio.home, 'digits');
  mkdirSync(data);
  /** An IDX file of three items; `missing` bytes of it did not arrive. */
  const idx = (sizes: number[], missing = 0): Buffer => {
    const head = Buffer.alloc(4 + 4 * sizes.length);
    head.writeUInt32BE(0x800 + sizes.length);
    sizes.forEach((n, i) => head.writeUInt32BE(n, 4 + 4 * i));
    const bytes = sizes.reduce((a, b) => a * b, 1);
    return Buffer.concat([head, Buffer.alloc(bytes - missing)]);
  };
  for (const split of ['train', 't10k']) {
    writeFileSync(join(data, `${split}-images-idx3-ubyte`), idx([3, 28, 28], split === 'train' ? 1000 : 0));
    writeFileSync(join(data, `${split}-labels-idx1-ubyte`), idx([3]));
  }
  await openTemplate(window, 'Handwritten digits');
  const project = join(studio.projects, 'mnist-mlp');
  const file = JSON.parse(readFileSync(join(project, 'flint.json'), 'utf8')) as { datasets: object };
  const broken = { ...file, datasets: { mnist: { kind: 'mnist', source: data } } };
  writeFileSync(join(project, 'flint.json'), JSON.stringify(broken));
  await window.waitForTimeout(600);
  await room(window, 'Data');
  await expect(window.getByRole('main').getByRole('alert')).toContainText(
    /train-images-idx3-ubyte.*cut off: expected 2368 bytes.*found 1368/,
  );
  await window.keyboard.press('Control+Enter');
  await expect(window.locator('.run-head .badge')).toHaveText('failed', { timeout: 30_000 });
  await expect(window.getByRole('main').getByRole('alert').first()).toContainText(
    /cut off: expected 2368 bytes.*Download the file again/,
  );

  renameSync(project, `${project}-moved`);
  await expect(window.getByText(/The folder of mnist-mlp is gone/)).toBeVisible({ timeout: 10_000 });
  renameSync(`${project}-moved`, project);
  await expect(window.getByText(/The folder of mnist-mlp is gone/)).toBeHidden({ timeout: 10_000 });
  await room(window, 'Editor');
  await expect(window.locator('.monaco-editor').first()).toBeVisible();
});

test('axe finds nothing in any room, light and dark; the words change with the language', async ({ window }) => {
  await expect(window.getByRole('heading', { name: 'Start an experiment' })).toBeVisible();
  await accessible(window, 'home');
  await openTemplate(window, 'Digits with live windows');
  for (const scheme of ['light', 'dark'] as const) {
    await window.emulateMedia({ colorScheme: scheme });
    await expect(window.locator(`html[data-theme="${scheme}"]`)).toBeAttached();
    for (const name of ['Editor', 'Data', 'Train', 'Export', 'Reference', 'Home']) {
      await room(window, name);
      await expect(window.getByText('Loading …')).toHaveCount(0);
      await accessible(window, `${name} ${scheme}`);
    }
  }
  await window.getByRole('button', { name: /^Language/ }).click();
  await expect(window.getByRole('heading', { name: '开始一个实验' })).toBeVisible();
  await window.getByRole('button', { name: /^语言/ }).click();
  await expect(window.getByRole('heading', { name: 'Start an experiment' })).toBeVisible();
});

test('the bar between plots and predictions moves by keyboard, and stays where it was put', async ({ window }) => {
  await openTemplate(window, 'Linear regression');
  await room(window, 'Train');
  const bar = window.getByRole('separator', { name: 'Width of the plots' });
  await expect(bar).toHaveAttribute('aria-valuenow', '60');
  await bar.press('ArrowLeft');
  await bar.press('ArrowLeft');
  await expect(bar).toHaveAttribute('aria-valuenow', '56');
  const box = (await bar.boundingBox())!;
  await window.mouse.move(box.x, box.y + 40);
  await window.mouse.down();
  await window.mouse.move(box.x - 100, box.y + 40);
  await window.mouse.up();
  const moved = Number(await bar.getAttribute('aria-valuenow'));
  expect(moved).toBeLessThan(50);
  await window.reload();
  await expect(bar).toHaveAttribute('aria-valuenow', String(moved));
});

test('the command palette runs what it lists, by keyboard alone', async ({ window }) => {
  await openTemplate(window, 'LeNet, step by step');
  await window.keyboard.press('Control+k');
  await window.getByPlaceholder('Type a command …').fill('run');
  await window.keyboard.press('Enter');
  await expect(window.locator('.run-head .badge')).toHaveText('finished', { timeout: 30_000 });
  await window.getByRole('tab', { name: 'Windows' }).click();
  await expect(window.getByRole('region', { name: 'shapes' })).toContainText('[1, 16, 5, 5]');
});

test('the reference is found by its own names and by those of PyTorch', async ({ window }) => {
  await room(window, 'Reference');
  await window.getByRole('button', { name: /^linalg/ }).click();
  await window.getByRole('button', { name: 'linalg.solve', exact: true }).click();
  await expect(window.getByRole('article', { name: 'linalg.solve' })).toContainText('A · X = B');
  const search = window.getByRole('searchbox', { name: 'Search the reference' });
  await search.fill('torch.nn.functional.cross_entropy');
  await search.fill('cross_entropy');
  await expect(window.getByRole('article', { name: 'F.crossEntropy' })).toContainText('class labels');
  await search.fill('LSTM');
  await expect(window.getByRole('article', { name: 'nn.LSTM' })).toContainText('torch');
  await search.fill('arccos');
  await expect(window.getByRole('article', { name: 'acos' })).toContainText('torch.arccos');
  await search.fill('no such thing');
  await expect(window.getByText(/Nothing is called/)).toBeVisible();
});

test('A9 a surface with the way of descent over it can be turned', async ({ window, studio }) => {
  await openTemplate(window, 'Linear regression');
  writeScript(
    studio,
    'linear-regression',
    `import { linspace, optim, tensor } from 'flint';
import { log, viz } from 'flint/studio';
const f = (x, y) => x.square().add(y).sub(11).square().add(x.add(y.square()).sub(7).square());
const axis = linspace(-6, 6, { steps: 80 });
const z = f(axis.unsqueeze(0), axis.unsqueeze(1));
const p = tensor([-4, 0], { requiresGrad: true });
const adam = new optim.Adam([p], { lr: 0.02 });
const path = [];
for (let i = 0; i < 600; i++) {
  const loss = f(p.at(0), p.at(1));
  adam.zeroGrad();
  loss.backward();
  adam.step();
  path.push([p.at(0).item(), p.at(1).item(), loss.item()]);
}
log({ loss: path.at(-1)[2] });
viz.surface('himmelblau', { x: axis, y: axis, z, path }, { title: "Himmelblau's function", zLabel: 'f' });
`,
  );
  await window.waitForTimeout(600); // the editor takes over what changed on disk
  await window.keyboard.press('Control+Enter');
  await expect(window.locator('.run-head .badge')).toHaveText('finished', { timeout: 30_000 });
  await window.getByRole('tab', { name: 'Windows' }).click();
  const surface = window.getByRole('img', { name: /Himmelblau's function: a surface/ });
  await expect(surface).toHaveAttribute('data-azimuth', '0.70', { timeout: 30_000 });
  await surface.press('ArrowRight');
  await expect(surface).toHaveAttribute('data-azimuth', '0.80');
  const box = (await surface.boundingBox())!;
  await window.mouse.move(box.x + 100, box.y + 100);
  await window.mouse.down();
  await window.mouse.move(box.x + 50, box.y + 90, { steps: 5 });
  await window.mouse.up();
  await expect(surface).toHaveAttribute('data-azimuth', '0.30');
  await accessible(window, 'surface');
});
