// Points in the plane with what they are: the window of `viz.scatter`.
import { FlintError } from '../errors.ts';
import { Tensor } from '../tensor/tensor.ts';
import type { ScatterWindow } from './sink.ts';

/** Points: a tensor `[points, 2]`, pairs, or x and y apart. */
export type ScatterPoints =
  | Tensor
  | readonly (readonly [x: number, y: number])[]
  | { readonly x: readonly number[] | Tensor; readonly y: readonly number[] | Tensor };
/** What `viz.scatter` may be told. */
export interface ScatterOptions {
  title?: string;
  xLabel?: string;
  yLabel?: string;
  /** What each point is, shown beside it where there is room, and when it is pointed at. */
  labels?: readonly string[];
  /** The class of each point: each class has a colour of its own. Numbers count in `classNames`, where that is given. */
  classes?: readonly (string | number)[] | Tensor;
  /** The names of classes that are given as numbers. */
  classNames?: readonly string[];
}

const op = 'viz.scatter';
function refuse(code: string, sentence: string): never {
  throw new FlintError(`[${op}] ${sentence}`, { code, op });
}
const listOf = <T>(values: readonly T[] | Tensor): T[] =>
  values instanceof Tensor ? Array.from(values.toArray() as ArrayLike<unknown>, (v) => Number(v) as T) : [...values];

function coordinates(points: ScatterPoints): [x: Float64Array, y: Float64Array] {
  if (points instanceof Tensor) {
    if (points.dim() !== 2 || points.shape[1] !== 2) {
      refuse('shape', `points are a tensor [points, 2], got [${points.shape.join(', ')}]; see tsne and pca`);
    }
    const flat = Float64Array.from(listOf<number>(points));
    return [flat.filter((_, i) => i % 2 === 0), flat.filter((_, i) => i % 2 === 1)];
  }
  if ('x' in points) return [Float64Array.from(listOf(points.x)), Float64Array.from(listOf(points.y))];
  return [Float64Array.from(points, ([x]) => x), Float64Array.from(points, ([, y]) => y)];
}

/** The window, checked. */
export function scatterWindow(name: string, points: ScatterPoints, options: ScatterOptions): ScatterWindow {
  const { title = name, xLabel = '', yLabel = '', classNames } = options;
  const [x, y] = coordinates(points);
  const labels = [...(options.labels ?? [])];
  const classOf = options.classes === undefined ? [] : listOf<string | number>(options.classes);
  if (x.length !== y.length)
    refuse('length', `there are ${x.length} values of x and ${y.length} of y; each point needs both`);
  for (const [what, given] of [
    ['labels', labels],
    ['classes', classOf],
  ] as const) {
    if (given.length > 0 && given.length !== x.length)
      refuse('length', `${given.length} ${what} were given for ${x.length} points`);
  }
  const names = classOf.map((c) => (typeof c === 'number' && classNames ? (classNames[c] ?? String(c)) : String(c)));
  const classes = names.length > 0 ? [...new Set([...(classNames ?? []), ...names])] : [];
  const places = new Map(classes.map((c, i) => [c, i]));
  const groups = Float64Array.from(names, (c) => places.get(c)!);
  return { kind: 'scatter', name, title, xLabel, yLabel, x, y, labels, groups, classes };
}
