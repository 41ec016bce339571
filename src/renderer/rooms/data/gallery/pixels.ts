// Arithmetic on the pixels of one sample: for the canvas, for the numbers beside it.
import type { Sample } from '../../../../shared/contract/datasets.ts';

type Pixels = Pick<Sample, 'shape' | 'pixels'>;

/** RGBA of uint8 pixels [channels, height, width]. */
export function toRgba({ shape, pixels }: Pixels): Uint8ClampedArray<ArrayBuffer> {
  const [channels, height, width] = shape;
  const plane = height * width;
  const out = new Uint8ClampedArray(plane * 4);
  for (let i = 0; i < plane; i++) {
    for (let c = 0; c < 3; c++) out[i * 4 + c] = pixels[(channels >= 3 ? c : 0) * plane + i]!;
    out[i * 4 + 3] = 255;
  }
  return out;
}

export interface ChannelNumbers {
  low: number;
  high: number;
  mean: number;
  std: number;
  /** Counts of 64 equal steps of 0..255. */
  histogram: number[];
}

/** Of each channel by itself. */
export function channelNumbers({ shape, pixels }: Pixels): ChannelNumbers[] {
  const [channels, height, width] = shape;
  const plane = height * width;
  return Array.from({ length: channels }, (_, c) => {
    const histogram = Array<number>(64).fill(0);
    let [low, high, sum, squares] = [255, 0, 0, 0];
    for (let i = c * plane; i < (c + 1) * plane; i++) {
      const v = pixels[i]!;
      if (v < low) low = v;
      if (v > high) high = v;
      sum += v;
      squares += v * v;
      histogram[v >> 2]!++;
    }
    const mean = sum / Math.max(1, plane);
    return { low, high, mean, std: Math.sqrt(Math.max(0, squares / Math.max(1, plane) - mean * mean)), histogram };
  });
}

/** Rows of values of one channel as text, at most `side` x `side` around a pixel. */
export function valueRows(
  { shape, pixels }: Pixels,
  channel: number,
  around: { x: number; y: number },
  side: number,
): string[] {
  const [, height, width] = shape;
  const begin = (at: number, n: number) => Math.max(0, Math.min(n - side, at - (side >> 1)));
  const [left, top] = [begin(around.x, width), begin(around.y, height)];
  const from = channel * height * width;
  return Array.from({ length: Math.min(side, height) }, (_, row) => {
    const start = from + (top + row) * width + left;
    const values = pixels.subarray(start, start + Math.min(side, width));
    return Array.from(values, (v) => String(v).padStart(3)).join(' ');
  });
}
