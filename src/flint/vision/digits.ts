// Handwriting-like digits, 28 x 28, drawn from (seed, index): so that everything works on a machine that has no data.
// A digit is a few strokes; each image bends, slants, stretches and presses them in its own way, as a hand would.
import type { ImageSet } from './image-set.ts';
import { randomFor, type Random } from './random.ts';
import { writings, type Stroke } from './digit-strokes.ts';

const size = 28;
const classes = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'];
/** Points on the curve between two given points of a stroke. */
const pieces = 6;

export interface DrawOptions {
  count: number;
  seed: number;
}

/** `count` digits as an image set of [1, 28, 28], white on black like MNIST. The i-th depends only on (seed, i). */
export function drawDigits({ count, seed }: DrawOptions): ImageSet {
  const pixels = new Uint8Array(count * size * size);
  const labels = new Uint8Array(count);
  const ink = new Float32Array(size * size);
  for (let i = 0; i < count; i++) {
    const random = randomFor(seed, i);
    labels[i] = random.below(10);
    drawDigit(labels[i]!, random, ink);
    develop(ink, random, pixels.subarray(i * size * size, (i + 1) * size * size));
  }
  return { count, channels: 1, height: size, width: size, pixels, labels, classes, notes: [] };
}

/** A hand: how this image's digit is bent, placed and pressed. */
interface Hand {
  wobble: number;
  radius: number;
  pressure: number;
  phase: number;
  matrix: readonly [number, number, number, number];
}

function makeHand(random: Random, digit: number): Hand {
  const height = random.between(17, 21);
  const width = height * random.between(0.6, 1.02) * (digit === 1 ? 0.7 : 1);
  const slant = 0.12 + random.normal() * 0.18;
  const turn = random.normal() * 0.09;
  const [cos, sin] = [Math.cos(turn), Math.sin(turn)];
  // x' = width·x - slant·height·y, then turned.
  const [a, b, d] = [width, -slant * height, height];
  return {
    wobble: random.between(0.015, 0.05),
    radius: random.between(0.75, 1.65),
    pressure: random.between(0, 0.28),
    phase: random.between(0, 6.28),
    matrix: [cos * a, cos * b - sin * d, sin * a, sin * b + cos * d],
  };
}

function drawDigit(digit: number, random: Random, ink: Float32Array): void {
  ink.fill(0);
  const ways = writings[digit]!;
  const writing = ways[random.below(ways.length)]!;
  const hand = makeHand(random, digit);
  // Ends that meet must meet after bending too: a point's bend depends on the point.
  const bends = new Map<string, [number, number]>();
  const curves = writing.map((stroke) => curve(stroke, random, hand, bends));
  const [shiftX, shiftY] = centring(curves);
  for (const points of curves) {
    for (let i = 0; i + 3 < points.length; i += 2) {
      const along = i / points.length;
      const radius = hand.radius * (1 + hand.pressure * Math.sin(hand.phase + along * 5));
      paint(
        ink,
        points[i]! + shiftX,
        points[i + 1]! + shiftY,
        points[i + 2]! + shiftX,
        points[i + 3]! + shiftY,
        radius,
      );
    }
  }
}

/** A stroke as points x, y, x, y, … in pixels: a Catmull-Rom curve through its bent points. */
function curve(stroke: Stroke, random: Random, hand: Hand, bends: Map<string, [number, number]>): number[] {
  const [a, b, c, d] = hand.matrix;
  const bent = stroke.map(([x, y]) => {
    const key = `${x} ${y}`;
    let bend = bends.get(key);
    if (!bend) bends.set(key, (bend = [random.normal() * hand.wobble, random.normal() * hand.wobble]));
    const [u, v] = [x - 0.5 + bend[0], y - 0.5 + bend[1]];
    return [a * u + b * v, c * u + d * v] as const;
  });
  const points: number[] = [];
  for (let i = 0; i + 1 < bent.length; i++) {
    const [p0, p1, p2, p3] = [
      bent[Math.max(0, i - 1)]!,
      bent[i]!,
      bent[i + 1]!,
      bent[Math.min(bent.length - 1, i + 2)]!,
    ];
    for (let k = 0; k < pieces; k++) {
      const t = k / pieces;
      points.push(spline(p0[0], p1[0], p2[0], p3[0], t), spline(p0[1], p1[1], p2[1], p3[1], t));
    }
  }
  points.push(...bent.at(-1)!);
  return points;
}

function spline(p0: number, p1: number, p2: number, p3: number, t: number): number {
  return p1 + 0.5 * t * (p2 - p0 + t * (2 * p0 - 5 * p1 + 4 * p2 - p3 + t * (3 * (p1 - p2) + p3 - p0)));
}

/** MNIST centres the mass of a digit: how far to move. */
function centring(curves: readonly number[][]): [number, number] {
  let [x, y, n] = [0, 0, 0];
  for (const points of curves) {
    for (let i = 0; i < points.length; i += 2) {
      x += points[i]!;
      y += points[i + 1]!;
      n++;
    }
  }
  return [size / 2 - 0.5 - x / n, size / 2 - 0.5 - y / n];
}

/** One short piece of a stroke: full ink within the radius, a soft edge of about a pixel. */
function paint(ink: Float32Array, x0: number, y0: number, x1: number, y1: number, radius: number): void {
  const reach = radius + 0.8;
  const left = Math.max(0, Math.ceil(Math.min(x0, x1) - reach));
  const right = Math.min(size - 1, Math.floor(Math.max(x0, x1) + reach));
  const top = Math.max(0, Math.ceil(Math.min(y0, y1) - reach));
  const bottom = Math.min(size - 1, Math.floor(Math.max(y0, y1) + reach));
  const [dx, dy] = [x1 - x0, y1 - y0];
  const scale = 1 / Math.max(1e-9, dx * dx + dy * dy);
  for (let y = top; y <= bottom; y++) {
    for (let x = left; x <= right; x++) {
      const t = Math.min(1, Math.max(0, ((x - x0) * dx + (y - y0) * dy) * scale));
      const [ex, ey] = [x - x0 - t * dx, y - y0 - t * dy];
      const amount = (radius + 0.55 - Math.sqrt(ex * ex + ey * ey)) / 1.1;
      const at = y * size + x;
      if (amount > ink[at]!) ink[at] = Math.min(1, amount);
    }
  }
}

/** Ink to bytes: a soft curve, this pen's darkness, a little grain where there is ink. */
function develop(ink: Float32Array, random: Random, pixels: Uint8Array): void {
  const dark = random.between(225, 255);
  const grain = random.between(0, 26);
  for (let i = 0; i < pixels.length; i++) {
    const amount = ink[i]!;
    if (amount <= 0) continue;
    const smooth = amount * amount * (3 - 2 * amount);
    pixels[i] = Math.max(0, Math.min(255, Math.round(smooth * (dark - grain * random.uniform()))));
  }
}
