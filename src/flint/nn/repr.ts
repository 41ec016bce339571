// Values as Python writes them, for the printed form of modules.

/** "True" or "False". */
export function python(value: boolean): string {
  return value ? 'True' : 'False';
}
/** "(5, 5)" of two numbers, "(5,)" of one. */
export function tuple(values: readonly number[]): string {
  return values.length === 1 ? `(${values[0]},)` : `(${values.join(', ')})`;
}
/** A number as such, an array as a tuple. */
export function numberOrTuple(value: number | readonly number[]): string {
  return typeof value === 'number' ? String(value) : tuple(value);
}
/** A float as Python prints it: "1.0", "1e-05". */
export function float(value: number): string {
  if (Number.isInteger(value) && Math.abs(value) < 1e16) return value.toFixed(1);
  return small(value);
}
/** 1e-5 as Python writes it: "1e-05"; whole numbers stay whole. */
export function small(value: number): string {
  return value === 0 || Math.abs(value) >= 1e-4 ? String(value) : value.toExponential().replace(/e-(\d)$/, 'e-0$1');
}
