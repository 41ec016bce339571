// How many numbers a window, a stride or a padding has: one for all directions, or one for each.
import { fail } from '../../errors.ts';

/** One number, or an array of one. */
export type Single = number | readonly [number];
/** One number for both directions, or `[height, width]`. */
export type Pair = number | readonly [number, number];
/** One number for the three directions, or `[depth, height, width]`. */
export type Triple = number | readonly [number, number, number];
/** What stands for any of them. */
export type Sizes = number | readonly number[];

/** One number for each of `count` directions. Throws when an array has another length. */
export function sizesFor(op: string, name: string, value: Sizes, count: number): readonly number[] {
  if (typeof value === 'number') return Array<number>(count).fill(value);
  if (value.length !== count) fail(op, `${name} must be one number or ${count}, got [${value.join(', ')}]`);
  return value;
}
