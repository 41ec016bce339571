// Every transform beside torchvision's on fixed parameters: testdata/make.py wrote what torchvision makes of small images.
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { tensorFromBytes, tensorToBytes } from '../../tensor/bytes.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { Compose } from './compose.ts';
import type { PipelineStep } from './transform.ts';

interface Case {
  step: PipelineStep | PipelineStep[];
  size: [number, number, number];
  index: number;
  drawn: Record<string, unknown>;
  exact: boolean;
  shape: number[];
  pixels: string;
  floats?: boolean;
  pattern?: number;
}
interface TargetCase {
  steps: PipelineStep[];
  index: number;
  boxes: number[][];
  keypoints: number[][];
  mask: number[][][];
}
const file = new URL('testdata/torchvision.json', import.meta.url);
const { cases, targets } = JSON.parse(readFileSync(file, 'utf8')) as {
  cases: Case[];
  targets: { boxes: number[][]; keypoints: number[][]; mask: number[][]; cases: TargetCase[] };
};

/** The image that testdata/make.py draws. */
function image([channels, height, width]: readonly [number, number, number], pattern = 90): Tensor {
  const pixels = new Uint8Array(channels * height * width);
  for (let c = 0, i = 0; c < channels; c++)
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++)
        pixels[i++] = (x * 9 + y * 5 + c * 40 + ((Math.floor(x / 3) + Math.floor(y / 4)) % 2) * pattern) % 256;
  return tensorFromBytes(pixels, [channels, height, width], 'uint8');
}

const bytesOf = (text: string): Uint8Array<ArrayBuffer> => Uint8Array.from(Buffer.from(text, 'base64'));
const nameOf = (step: PipelineStep | PipelineStep[]): string =>
  [step]
    .flat()
    .map(({ type, ...rest }) => `${type} ${JSON.stringify(rest)}`)
    .join(', ');

/** Values whose distance is above `within`. */
function farther(got: ArrayLike<number>, wanted: ArrayLike<number>, within: number): number {
  let count = 0;
  for (let i = 0; i < wanted.length; i++) if (!(Math.abs(got[i]! - wanted[i]!) <= within)) count++;
  return count;
}

describe('D3 transforms are torchvision’s', () => {
  test.each(cases.map((c, i) => [i, `${nameOf(c.step)} of ${c.size.join('x')}`, c] as const))(
    '%i %s',
    (_i, _name, c) => {
      const compose = Compose.fromJSON([c.step].flat());
      const at = { seed: 0, epoch: 0, index: c.index };
      const trace = compose.describe(image(c.size, c.pattern), at);
      expect(trace.at(-1)!.drawn).toMatchObject(c.drawn);
      const result = compose.forward(image(c.size, c.pattern), at);
      expect(result.shape).toEqual(c.shape);
      const got = tensorToBytes(result);
      const wanted = bytesOf(c.pixels);
      if (c.exact) return expect(Buffer.from(got).equals(Buffer.from(wanted))).toBe(true);
      if (c.floats) {
        const [a, b] = [new Float32Array(got.buffer), new Float32Array(wanted.buffer)];
        return expect(farther(a, b, 1e-5)).toBeLessThanOrEqual(0.01 * b.length);
      }
      return expect(farther(got, wanted, 1)).toBeLessThanOrEqual(0.01 * wanted.length);
    },
  );

  test('nothing is compared with itself: every class but Lambda and RandomApply is there', () => {
    const types = new Set(cases.flatMap((c) => [c.step].flat().map((s) => s.type)));
    expect(types.size).toBe(23);
  });
});

describe('targets move as torchvision’s', () => {
  const picture = image([3, 12, 10]);
  const mask = tensorFromBytes(Uint8Array.from(targets.mask.flat()), [12, 10], 'uint8');
  test.each(targets.cases.map((c) => [nameOf(c.steps), c] as const))('%s', (_name, c) => {
    const compose = Compose.fromJSON(c.steps);
    const { boxes, keypoints } = targets;
    const moved = compose.withTargets(picture, { boxes, keypoints, mask }, { seed: 0, epoch: 0, index: c.index });
    expect(farther([...(moved.boxes!.tolist() as number[][])].flat(), c.boxes.flat(), 1e-3)).toBe(0);
    expect(farther([...(moved.keypoints!.tolist() as number[][])].flat(), c.keypoints.flat(), 1e-3)).toBe(0);
    const wanted = c.mask.flat(2);
    expect(moved.mask!.numel()).toBe(wanted.length);
    expect(farther(tensorToBytes(moved.mask!), wanted, 0)).toBeLessThanOrEqual(0.01 * wanted.length);
    expect(moved.empty).toEqual(c.boxes.map(([l, t, r, b]) => r! <= l! || b! <= t!));
    expect(moved.image.shape.slice(1)).toEqual(moved.mask!.shape);
  });
});
