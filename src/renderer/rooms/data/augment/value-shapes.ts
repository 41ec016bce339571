// The shapes that a parameter's value can have, one number or several, and how one becomes another.
import type { ParameterKind } from '../../../../shared/pipeline/kinds.ts';

const numbersOf = (value: unknown): number[] =>
  (Array.isArray(value) ? value : [value]).map((v) => (typeof v === 'number' ? v : NaN));

/** The numbers of a value: one, or those of a list; none for null. */
export const numbersIn = (value: unknown): number[] => (value === null || value === undefined ? [] : numbersOf(value));

/** The value with so many numbers: 1 is a plain number. Those that are missing are taken from the others. */
export function withCount(value: unknown, count: number): number | number[] {
  const numbers = numbersOf(value);
  if (count === 1) return numbers[0] ?? NaN;
  return Array.from({ length: count }, (_, i) => numbers[i] ?? numbers[i % 2 < numbers.length ? i % 2 : 0] ?? NaN);
}

/** [center - x, center + x] within the bounds, from x. */
export function rangeOf(
  spread: number,
  { center = 0, min = -Infinity, max = Infinity }: ParameterKind,
): [number, number] {
  const round = (v: number) => Number(v.toPrecision(12));
  return [Math.max(min, round(center - spread)), Math.min(max, round(center + spread))];
}

/** The least x whose [center - x, center + x] holds the range. */
export function spreadOf(range: readonly number[], { center = 0 }: ParameterKind): number {
  return Number(Math.max(...range.map((v) => Math.abs(v - center))).toPrecision(12));
}

/** How many numbers the value may be, in the order in which a person goes through them. */
export function countsOf(kind: ParameterKind): readonly number[] {
  if (kind.kind === 'padding') return [1, 2, 4];
  if (kind.kind === 'size') return [1, 2];
  return kind.kind === 'fill' ? [1, 3] : [];
}
