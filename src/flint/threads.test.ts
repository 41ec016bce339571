// The number of threads changes how fast, never what.
import { afterAll, expect, test } from 'vitest';
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import * as F from './nn/functional.ts';
import * as nn from './nn/nn.ts';
import { SGD } from './optim/algorithms.ts';
import { manualSeed, rand, randint, randn } from './tensor/creation.ts';
import type { Tensor } from './tensor/tensor.ts';
import { getNumThreads, setNumThreads } from './threads.ts';

const before = getNumThreads();
afterAll(() => setNumThreads(before));

/** Losses and final weights of a small network of all kinds of layers, large enough that work is shared out. */
function train(threads: number): number[] {
  setNumThreads(threads);
  manualSeed(5);
  const model = new nn.Sequential(
    new nn.Conv2d(3, 16, 3, { padding: 1 }),
    new nn.BatchNorm2d(16),
    new nn.ReLU(),
    new nn.MaxPool2d(2),
    new nn.Dropout(0.2),
    new nn.Flatten(),
    new nn.Linear(16 * 16 * 16, 64),
    new nn.LayerNorm(64),
    new nn.GELU(),
    new nn.Linear(64, 10),
  );
  const optimizer = new SGD(model.parameters(), { lr: 0.05, momentum: 0.9 });
  const losses: number[] = [];
  for (let step = 0; step < 4; step++) {
    const loss = F.crossEntropy(model.forward(rand(16, 3, 32, 32)), randint(0, 10, [16]));
    optimizer.zeroGrad();
    loss.backward();
    optimizer.step();
    losses.push(loss.item());
  }
  return [...losses, ...model.parameters().flatMap((p: Tensor) => p.detach().reshape(-1).at(':50').toArray())];
}

test('A10 one thread and two give equal results', () => {
  const [one, two] = [train(1), train(2)];
  const off = one.findIndex((v, i) => Math.abs(v - two[i]!) > 1e-6 * Math.max(1, Math.abs(v)));
  expect(off < 0 ? '' : `value ${off}: ${one[off]} with one thread, ${two[off]} with two`).toBe('');
  setNumThreads(2);
  manualSeed(5);
  const again = randn(300, 300);
  setNumThreads(1);
  manualSeed(5);
  expect(randn(300, 300).equal(again)).toBe(true);
});

test('A10 two processes at once do not disturb each other', async () => {
  const run = (): Promise<string> =>
    new Promise((done, failed) => {
      const child = spawn(process.execPath, [fileURLToPath(new URL('testdata/train.mjs', import.meta.url))], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      let text = '';
      child.stdout.on('data', (part: Buffer) => (text += part.toString()));
      child.on('error', failed);
      child.on('exit', (code) => (code === 0 ? done(text) : failed(new Error(`exit ${code}`))));
    });
  const alone = await run();
  const [a, b] = await Promise.all([run(), run()]);
  expect([a, b]).toEqual([alone, alone]);
}, 60_000);
