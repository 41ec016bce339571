// Pipelines of random steps with random parameters, good and bad: an image or a sentence, never a crash.
import { expect, test } from 'vitest';
import { FlintError } from '../../errors.ts';
import { tensorFromBytes } from '../../tensor/bytes.ts';
import { randomFor } from '../random.ts';
import { Compose } from './compose.ts';
import { transformClasses } from './registry.ts';
import type { PipelineStep } from './transform.ts';

const random = randomFor(20240817);
const pick = <T>(list: readonly T[]): T => list[random.below(list.length)]!;
const oddNumbers = [0, 1, -1, 0.5, 2, 3, 5, 17, 255, 1e-30, 1e30, -1e30, 65536, 1e6, 89.9, 90, 180];
const words = ['constant', 'edge', 'reflect', 'symmetric', 'nearest', 'bilinear', 'bicubic', 'random', ''];
const value = (): unknown =>
  pick([
    () => pick(oddNumbers),
    () => random.below(12),
    () => random.uniform(),
    () => Array.from({ length: random.below(5) }, () => pick([pick(oddNumbers), random.below(9), random.uniform()])),
    () => [random.uniform(), 1 + random.uniform()],
    () => pick(words),
    () => pick([true, false, null, undefined, {}, []]),
  ])();

function step(): PipelineStep {
  const type = pick(Object.keys(transformClasses));
  const { positional, options } = transformClasses[type]!.signature;
  const made: PipelineStep = { type };
  for (const name of [...positional, ...options])
    if (positional.includes(name) || random.uniform() < 0.4) made[name] = value();
  if (type === 'RandomApply' && random.uniform() < 0.7) made['transforms'] = [step()];
  if (random.uniform() < 0.05) made.off = true;
  return made;
}

test('10,000 steps at random: an image or a FlintError', () => {
  const images = [
    [3, 9, 12],
    [1, 1, 1],
    [3, 1, 40],
    [4, 6, 5],
    [1, 30, 2],
  ].map(([c, h, w]) =>
    tensorFromBytes(
      Uint8Array.from({ length: c! * h! * w! }, (_, i) => (i * 37) % 256),
      [c!, h!, w!],
      'uint8',
    ),
  );
  let made = 0;
  let refused = 0;
  for (let i = 0; i < 10_000; i++) {
    const steps = Array.from({ length: 1 + random.below(3) }, step);
    try {
      const compose = Compose.fromJSON(steps);
      const image = pick(images);
      const out = compose.forward(image, { seed: i, epoch: 0, index: i });
      expect(out.numel()).toBeGreaterThan(0);
      made++;
    } catch (error) {
      if (!(error instanceof FlintError))
        throw new Error(`${JSON.stringify(steps)}: ${String(error)}`, { cause: error });
      expect(error.message).toMatch(/^\[\w+\] .{10}/);
      refused++;
    }
  }
  expect(made).toBeGreaterThan(500);
  expect(refused).toBeGreaterThan(500);
}, 120_000);
