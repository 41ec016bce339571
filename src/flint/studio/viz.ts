// Windows that a script draws itself, by name: drawing into a name again renews its window; lines grow.
import { FlintError } from '../errors.ts';
import type { Tensor } from '../tensor/tensor.ts';
import type { Normalization } from '../vision/datasets.ts';
import { toPictures } from '../vision/pictures.ts';
import { scatterWindow, type ScatterOptions, type ScatterPoints } from './scatter.ts';
import { currentSink } from './sink.ts';

/** Numbers in a buffer that doubles when it is full, so that appending a point costs the same at any length. */
class Growing {
  private buffer = new Float64Array(64);
  private used = 0;
  push(value: number): void {
    if (this.used === this.buffer.length) {
      const larger = new Float64Array(this.used * 2);
      larger.set(this.buffer);
      this.buffer = larger;
    }
    this.buffer[this.used++] = value;
  }
  get values(): Float64Array {
    return this.buffer.subarray(0, this.used);
  }
}

interface Line {
  title: string;
  xLabel: string;
  yLabel: string;
  traces: Map<string, { x: Growing; y: Growing }>;
}
const lines = new Map<string, Line>();

/** Points of a trace: pairs, or x and y apart. */
export type Points =
  | readonly (readonly [x: number, y: number])[]
  | { readonly x: readonly number[] | Tensor; readonly y: readonly number[] | Tensor };
export interface LineOptions {
  title?: string;
  xLabel?: string;
  yLabel?: string;
}

function pairs(points: Points): readonly (readonly [number, number])[] {
  if (!('x' in points)) return points;
  const list = (v: readonly number[] | Tensor): number[] => ('toArray' in v ? (v.toArray() as number[]) : [...v]);
  const [x, y] = [list(points.x), list(points.y)];
  if (x.length !== y.length) {
    throw new FlintError(`[viz.line] there are ${x.length} values of x and ${y.length} of y; each point needs both`, {
      code: 'length',
      op: 'viz.line',
    });
  }
  return x.map((v, i) => [v, y[i]!] as const);
}

/** Appends points to the named traces of a window. Given `{ x, y }`, the trace has the window's name. */
function line(name: string, data: Readonly<Record<string, Points>> | Points, options: LineOptions = {}): void {
  const window = lines.get(name) ?? { title: name, xLabel: '', yLabel: '', traces: new Map() };
  lines.set(name, window);
  Object.assign(window, options);
  const single = Array.isArray(data) || ('x' in data && 'y' in data);
  const traces = single ? { [name]: data as Points } : (data as Record<string, Points>);
  for (const [trace, points] of Object.entries(traces)) {
    const kept = window.traces.get(trace) ?? { x: new Growing(), y: new Growing() };
    window.traces.set(trace, kept);
    for (const [x, y] of pairs(points)) {
      kept.x.push(x);
      kept.y.push(y);
    }
  }
  const { title, xLabel, yLabel } = window;
  const drawn = [...window.traces].map(([trace, { x, y }]) => ({ name: trace, x: x.values, y: y.values }));
  currentSink().window({ kind: 'line', name, title, xLabel, yLabel, traces: drawn });
}

export interface ImagesOptions {
  title?: string;
  /** Images in a row; about a square by default. */
  columns?: number;
  captions?: readonly string[];
  /** To be undone for the picture. */
  normalize?: Normalization | null;
}

/** Shows images: [n, c, h, w], [n, h, w] or [h, w]; floats in 0..1 or bytes. At most 256 of them. */
function images(name: string, tensor: Tensor, options: ImagesOptions = {}): void {
  const { count, width, height, pixels } = toPictures(tensor, { normalize: options.normalize ?? null });
  const columns = options.columns ?? Math.ceil(Math.sqrt(count));
  const captions = [...(options.captions ?? [])].slice(0, count);
  currentSink().window({
    kind: 'images',
    name,
    title: options.title ?? name,
    width,
    height,
    count,
    columns,
    pixels,
    captions,
  });
}

/** What {@link viz.surface} draws. */
export interface Surface {
  /** Places along x, rising. */
  x: readonly number[] | Tensor;
  /** Places along y, rising. */
  y: readonly number[] | Tensor;
  /** Heights `[y, x]`: a row for each y. */
  z: Tensor | readonly (readonly number[])[];
  /** A way over the surface: points `[n, 3]` of x, y and z. */
  path?: Tensor | readonly (readonly [x: number, y: number, z: number])[];
}
export interface SurfaceOptions {
  title?: string;
  xLabel?: string;
  yLabel?: string;
  zLabel?: string;
}
/** More points of a way than this are thinned out: they would lie in one pixel. */
const mostPoints = 4000;

/** Shows heights over a plane as a surface that can be turned, with a way over it, such as that of an optimizer. */
function surface(name: string, data: Surface, options: SurfaceOptions = {}): void {
  const flat = (v: Surface['z'] | Surface['x'] | NonNullable<Surface['path']>): Float64Array =>
    Float64Array.from(
      'toArray' in v ? (v.toArray() as number[]) : (v as readonly (number | readonly number[])[]).flat(),
    );
  const [x, y, z, whole] = [flat(data.x), flat(data.y), flat(data.z), flat(data.path ?? [])];
  if (z.length !== x.length * y.length || x.length < 2 || y.length < 2) {
    throw new FlintError(
      `[viz.surface] ${x.length} places along x and ${y.length} along y need ${y.length} rows of ${x.length} heights, at least 2 of each; there are ${z.length} heights`,
      { code: 'length', op: 'viz.surface' },
    );
  }
  if (whole.length % 3 !== 0) {
    throw new FlintError(
      `[viz.surface] a way is made of points of three numbers, x, y and z; there are ${whole.length} numbers`,
      {
        code: 'length',
        op: 'viz.surface',
      },
    );
  }
  const step = Math.max(1, Math.ceil(whole.length / 3 / mostPoints));
  const path = whole.filter((_, i) => Math.floor(i / 3) % step === 0 || i >= whole.length - 3);
  const { title = name, xLabel = 'x', yLabel = 'y', zLabel = 'z' } = options;
  currentSink().window({ kind: 'surface', name, title, labels: [xLabel, yLabel, zLabel], x, y, z, path });
}

/**
 * Shows points of the plane, `[points, 2]`, with what they are: labels, and a colour for each class. What `tsne` and `pca` give:
 * `viz.scatter('words', tsne(table).points, { labels: words })`.
 */
function scatter(name: string, points: ScatterPoints, options: ScatterOptions = {}): void {
  currentSink().window(scatterWindow(name, points, options));
}

/** Shows text; a later one takes its place. */
function text(name: string, content: string, options: { title?: string } = {}): void {
  currentSink().window({ kind: 'text', name, title: options.title ?? name, text: content });
}

/** Windows of the script's own, beside the plots. */
export const viz = { line, images, surface, scatter, text };
