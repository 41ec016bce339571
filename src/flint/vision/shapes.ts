// A seeded stand-in for CIFAR-10 on machines without it: 32 x 32 colour images of ten kinds of shapes, turned, placed and
// coloured at random on uneven backgrounds. Its classes are named for what is drawn, not for CIFAR's.
import type { DrawOptions } from './digits.ts';
import type { ImageSet } from './image-set.ts';
import { randomFor, type Random } from './random.ts';

const size = 32;
type Distance = (x: number, y: number) => number;
const length = Math.hypot;
const box = (x: number, y: number, w: number, h: number) => Math.max(Math.abs(x) - w, Math.abs(y) - h);

/** Signed distance to each shape of radius about 1: negative inside. */
const shapes: readonly (readonly [name: string, distance: Distance])[] = [
  ['circle', (x, y) => length(x, y) - 0.9],
  ['square', (x, y) => box(x, y, 0.8, 0.8)],
  ['triangle', (x, y) => Math.max(Math.abs(x) * 0.866 + y * 0.5, -y) - 0.5],
  ['star', (x, y) => star(x, y)],
  ['cross', (x, y) => Math.min(box(x, y, 0.95, 0.3), box(x, y, 0.3, 0.95))],
  ['ring', (x, y) => Math.abs(length(x, y) - 0.7) - 0.22],
  ['bar', (x, y) => box(x, y, 1.05, 0.3)],
  ['moon', (x, y) => Math.max(length(x, y) - 0.9, 0.75 - length(x - 0.5, y))],
  ['stripes', (x, y) => Math.max(box(x, y, 0.95, 0.95), Math.abs(((y + 3.0) % 0.64) - 0.32) - 0.16)],
  ['dots', (x, y) => length(Math.abs(x) - 0.55, Math.abs(y) - 0.55) - 0.36],
];

function star(x: number, y: number): number {
  const slice = (2 * Math.PI) / 5;
  const angle = Math.atan2(x, -y);
  const folded = Math.abs(angle - slice * Math.round(angle / slice));
  const radius = length(x, y);
  const [u, v] = [radius * Math.sin(folded), radius * Math.cos(folded)];
  // The edge runs from the tip (0, 1) to the notch at radius 0.42.
  const [nx, ny] = [0.42 * Math.sin(slice / 2), 0.42 * Math.cos(slice / 2)];
  const [ex, ey] = [nx, ny - 1];
  return (u * -ey + (v - 1) * ex) / length(ex, ey);
}

/** `count` images of [3, 32, 32]. The i-th depends only on (seed, i). */
export function drawShapes({ count, seed }: DrawOptions): ImageSet {
  const pixels = new Uint8Array(count * 3 * size * size);
  const labels = new Uint8Array(count);
  for (let i = 0; i < count; i++) {
    const random = randomFor(seed, i, 7);
    labels[i] = random.below(shapes.length);
    drawShape(shapes[labels[i]!]![1], random, pixels.subarray(i * 3072, (i + 1) * 3072));
  }
  const classes = shapes.map(([name]) => name);
  return { count, channels: 3, height: size, width: size, pixels, labels, classes, notes: [] };
}

function drawShape(distance: Distance, random: Random, pixels: Uint8Array): void {
  const radius = random.between(7, 12);
  const [cx, cy] = [16 + random.between(-4, 4), 16 + random.between(-4, 4)];
  const turn = random.normal() * 0.35;
  const [cos, sin] = [Math.cos(turn) / radius, Math.sin(turn) / radius];
  const front = colour(random);
  let back = colour(random);
  while (length(front[0] - back[0], front[1] - back[1], front[2] - back[2]) < 110) back = colour(random);
  const [slopeX, slopeY] = [random.normal() * 1.4, random.normal() * 1.4];
  const noise = random.between(2, 14);
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      const [dx, dy] = [x - cx, y - cy];
      const inside = Math.min(1, Math.max(0, 0.5 - distance(dx * cos + dy * sin, dy * cos - dx * sin) * radius));
      const light = slopeX * (x - 16) + slopeY * (y - 16) + (random.uniform() - 0.5) * 2 * noise;
      for (let c = 0; c < 3; c++) {
        const value = back[c]! + (front[c]! - back[c]!) * inside + light;
        pixels[c * 1024 + y * size + x] = Math.max(0, Math.min(255, value));
      }
    }
  }
}

function colour(random: Random): [number, number, number] {
  return [random.between(20, 235), random.between(20, 235), random.between(20, 235)];
}
