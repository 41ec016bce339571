// Checks of what transforms are told, each with a sentence that says what was wrong.
import { fail } from '../../errors.ts';

/** n, or `[height, width]`. */
export type Size = number | readonly [height: number, width: number];
/** x for [center - x, center + x], or `[from, to]`. */
export type Spread = number | readonly [from: number, to: number];
/** n, `[horizontal, vertical]`, or `[left, top, right, bottom]`. */
export type Padding =
  number | readonly [number, number] | readonly [left: number, top: number, right: number, bottom: number];
/** One number, or one for each channel. */
export type Fill = number | readonly number[];
/** How padding is filled: with `fill`, the last pixel, or the image mirrored without (reflect) or with its last pixel. */
export type PaddingMode = 'constant' | 'edge' | 'reflect' | 'symmetric';
/** How pixels are made of others when an image is resized. */
export type Resampling = 'nearest' | 'bilinear' | 'bicubic';
/** How pixels are made of others when an image is turned or bent. */
export type Warping = 'nearest' | 'bilinear';

const paddingModes: readonly string[] = ['constant', 'edge', 'reflect', 'symmetric'];
const resamplings: readonly string[] = ['nearest', 'bilinear', 'bicubic'];

/** A finite number within bounds. */
export function numberOf(op: string, name: string, value: unknown, low = -Infinity, high = Infinity): number {
  if (typeof value === 'number' && Number.isFinite(value) && value >= low && value <= high) return value;
  const bounds =
    low === -Infinity && high === Infinity ? '' : high === Infinity ? ` of at least ${low}` : ` from ${low} to ${high}`;
  return fail(op, `${name} must be a number${bounds}, got ${JSON.stringify(value)}`);
}

/** A whole number within bounds. */
export function wholeOf(op: string, name: string, value: unknown, low = 0, high = 65536): number {
  const n = numberOf(op, name, value, low, high);
  if (!Number.isInteger(n)) fail(op, `${name} must be a whole number, got ${n}`);
  return n;
}

export function truthOf(op: string, name: string, value: unknown): boolean {
  if (typeof value === 'boolean') return value;
  return fail(op, `${name} must be true or false, got ${JSON.stringify(value)}`);
}

/** A list of numbers within bounds, of one of the given lengths. */
export function numbersOf(
  op: string,
  name: string,
  value: unknown,
  lengths: readonly number[] = [],
  low = -Infinity,
  high = Infinity,
): number[] {
  if (!Array.isArray(value) || (lengths.length > 0 && !lengths.includes(value.length))) {
    const wanted = lengths.length > 0 ? `${lengths.join(' or ')} numbers` : 'numbers';
    return fail(op, `${name} must be a list of ${wanted}, got ${JSON.stringify(value)}`);
  }
  return value.map((v) => numberOf(op, name, v, low, high));
}

/** `[from, to]` with from <= to. */
export function rangeOf(op: string, name: string, value: unknown, low: number, high = Infinity): [number, number] {
  const [from, to] = numbersOf(op, name, value, [2], low, high) as [number, number];
  if (from > to) fail(op, `${name} must go from the smaller number to the larger, got [${from}, ${to}]`);
  return [from, to];
}

/** `[from, to]` of a spread around `center`. */
export function spreadOf(
  op: string,
  name: string,
  value: unknown,
  center: number,
  low = -Infinity,
  high = Infinity,
): [number, number] {
  if (typeof value !== 'number') return rangeOf(op, name, value, low, high);
  numberOf(op, name, value, 0);
  const bounds: [number, number] = [Math.max(low, center - value), center + value];
  if (bounds[1] > high) fail(op, `${name} must stay within ${low} and ${high}, got ${value} around ${center}`);
  return bounds;
}

/** `[height, width]`. */
export function sizeOf(op: string, name: string, value: unknown, low = 1): [number, number] {
  if (typeof value === 'number') return [wholeOf(op, name, value, low), value];
  if (!Array.isArray(value) || value.length !== 2) {
    return fail(op, `${name} must be a number or [height, width], got ${JSON.stringify(value)}`);
  }
  return [wholeOf(op, name, value[0], low), wholeOf(op, name, value[1], low)];
}

/** `[left, top, right, bottom]`. */
export function paddingOf(op: string, value: unknown): [number, number, number, number] {
  const sides = typeof value === 'number' ? [value] : value;
  if (!Array.isArray(sides) || ![1, 2, 4].includes(sides.length)) {
    return fail(
      op,
      `padding must be a number, [horizontal, vertical] or [left, top, right, bottom], got ${JSON.stringify(value)}`,
    );
  }
  const [left, top = left, right = left, bottom = top] = sides.map((v) => wholeOf(op, 'padding', v));
  return [left!, top!, right!, bottom!];
}

export function fillOf(op: string, name: string, value: unknown): number[] {
  return typeof value === 'number' ? [numberOf(op, name, value)] : numbersOf(op, name, value);
}

function choiceOf(op: string, name: string, value: unknown, choices: readonly string[]): number {
  const index = choices.indexOf(value as string);
  if (index >= 0) return index;
  return fail(op, `${name} must be ${choices.map((c) => `'${c}'`).join(', ')}, got ${JSON.stringify(value)}`);
}
/** The engine's number of a padding mode. */
export const paddingModeOf = (op: string, value: unknown): number => choiceOf(op, 'paddingMode', value, paddingModes);
/** The engine's number of an interpolation. */
export const interpolationOf = (op: string, value: unknown, count: 2 | 3): number =>
  choiceOf(op, 'interpolation', value, resamplings.slice(0, count));
/** A list as the engine reads it: its length, and its numbers. */
export const listOf = (values: readonly number[]): number[] => [values.length, ...values];
