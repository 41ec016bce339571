// A surface seen from an angle: where its points lie in a picture, and in which order its cells are painted.

/** From where the surface is seen, in radians. */
export interface View {
  azimuth: number;
  elevation: number;
}
/** A point of the picture, x and y in -1..1, and how far away it is. */
export type Seen = [x: number, y: number, depth: number];

/** Brings values to -1..1, or 0 where all are equal; NaN stays NaN. */
export function scaleOf(values: Float64Array): (value: number) => number {
  let [low, high] = [Infinity, -Infinity];
  for (const v of values) {
    if (!Number.isFinite(v)) continue;
    if (v < low) low = v;
    if (v > high) high = v;
  }
  return (v) => (high > low ? (2 * (v - low)) / (high - low) - 1 : v === low ? 0 : NaN);
}

/** Where a point of the cube -1..1 (z up) is seen. */
export function project([x, y, z]: readonly [number, number, number], view: View): Seen {
  const [ca, sa] = [Math.cos(view.azimuth), Math.sin(view.azimuth)];
  const [ce, se] = [Math.cos(view.elevation), Math.sin(view.elevation)];
  const across = x * ca - y * sa;
  const away = x * sa + y * ca;
  const height = 0.7 * z;
  return [across / 1.5, -(height * ce + away * se) / 1.5, away * ce - height * se];
}

/** A cell of the surface: its corners in the picture, its height in 0..1, how far away it is. */
export interface Cell {
  corners: Seen[];
  height: number;
  depth: number;
}

const mostCells = 56;

/** The cells, the farthest first; of a fine grid every k-th line. Cells with a height that is no number are left out. */
export function cellsOf(x: Float64Array, y: Float64Array, z: Float64Array, view: View): Cell[] {
  const [sx, sy, sz] = [scaleOf(x), scaleOf(y), scaleOf(z)];
  const places = (n: number): number[] => {
    const step = Math.max(1, Math.ceil((n - 1) / mostCells));
    const all = Array.from({ length: Math.ceil((n - 1) / step) }, (_, i) => i * step);
    return [...all, n - 1];
  };
  const [columns, rows] = [places(x.length), places(y.length)];
  const height = (j: number, i: number): number => sz(z[j * x.length + i]!);
  const cells: Cell[] = [];
  for (let a = 0; a + 1 < rows.length; a++) {
    for (let b = 0; b + 1 < columns.length; b++) {
      const at: [number, number][] = [
        [rows[a]!, columns[b]!],
        [rows[a]!, columns[b + 1]!],
        [rows[a + 1]!, columns[b + 1]!],
        [rows[a + 1]!, columns[b]!],
      ];
      const heights = at.map(([j, i]) => height(j, i));
      if (heights.some(Number.isNaN)) continue;
      const corners = at.map(([j, i], k) => project([sx(x[i]!), sy(y[j]!), heights[k]!], view));
      const mean = (values: number[]): number => values.reduce((p, q) => p + q, 0) / 4;
      cells.push({ corners, height: (mean(heights) + 1) / 2, depth: mean(corners.map((c) => c[2])) });
    }
  }
  return cells.sort((p, q) => q.depth - p.depth);
}

/** The way over the surface, as points of the picture. */
export function wayOf(x: Float64Array, y: Float64Array, z: Float64Array, path: Float64Array, view: View): Seen[] {
  const [sx, sy, sz] = [scaleOf(x), scaleOf(y), scaleOf(z)];
  const points: Seen[] = [];
  for (let i = 0; i + 2 < path.length; i += 3) {
    const point: [number, number, number] = [sx(path[i]!), sy(path[i + 1]!), sz(path[i + 2]!)];
    if (point.every(Number.isFinite)) points.push(project(point, view));
  }
  return points;
}
