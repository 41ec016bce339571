// Boxes and key points that move with an image. The rules are torchvision's (v2, tv_tensors): a box becomes the box around
// its moved corners and is cut at the edges after each step; a key point names a pixel.
import { fail } from '../../errors.ts';
import { tensorFromBytes, tensorToBytes } from '../../tensor/bytes.ts';
import type { Tensor } from '../../tensor/tensor.ts';

/** What moves with an image. */
export interface Targets {
  /** `[n, 4]`: left, top, right, bottom in pixels. */
  boxes?: Tensor | readonly (readonly number[])[];
  /** `[n, 2]`: x, y in pixels. */
  keypoints?: Tensor | readonly (readonly number[])[];
  /** uint8 `[height, width]` or `[masks, height, width]`; looked up by nearest pixel, 0 outside of the image. */
  mask?: Tensor;
}

/** An image with what has moved with it. */
export interface WithTargets {
  image: Tensor;
  /** float32 [n, 4], cut at the image's edges; null where none were given. */
  boxes: Tensor | null;
  /** Of each box, whether nothing of it is left. */
  empty: boolean[];
  /** float32 [n, 2]; they may lie outside of the image. */
  keypoints: Tensor | null;
  mask: Tensor | null;
}

/** Nine numbers of a matrix, height and width after it, and what key points are moved by beside. */
export type Movement = readonly number[];

function rowsOf(op: string, given: Tensor | readonly (readonly number[])[], width: number): number[][] {
  const rows = Array.isArray(given) ? (given as number[][]) : rowsOfTensor(given as Tensor, width);
  for (const row of rows)
    if (!Array.isArray(row) || row.length !== width || row.some((v) => typeof v !== 'number' || !Number.isFinite(v)))
      fail(op, `each must be ${width} numbers, got ${JSON.stringify(row)}`);
  return rows;
}

function rowsOfTensor(given: Tensor, width: number): number[][] {
  const values = new Float32Array(tensorToBytes(given.float().contiguous()).buffer);
  return Array.from({ length: given.numel() / width }, (_, i) => [...values.subarray(i * width, (i + 1) * width)]);
}

function movedPoint(m: Movement, x: number, y: number): [number, number] {
  const below = m[6]! * x + m[7]! * y + m[8]!;
  return [(m[0]! * x + m[1]! * y + m[2]!) / below, (m[3]! * x + m[4]! * y + m[5]!) / below];
}

function movedBox(m: Movement, [left, top, right, bottom]: readonly number[]): number[] {
  const corners = [
    [left!, top!],
    [right!, top!],
    [right!, bottom!],
    [left!, bottom!],
  ].map(([x, y]) => movedPoint(m, x!, y!));
  const [height, width] = [m[9]!, m[10]!];
  const xs = corners.map(([x]) => Math.min(width, Math.max(0, x)));
  const ys = corners.map(([, y]) => Math.min(height, Math.max(0, y)));
  return [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)];
}

function movedKeypoint(m: Movement, [x, y]: readonly number[]): number[] {
  const [mx, my] = movedPoint(m, x!, y!);
  return [mx + m[11]!, my + m[12]!];
}

function tensorOfRows(rows: readonly number[][], width: number): Tensor {
  return tensorFromBytes(Float32Array.from(rows.flat()), [rows.length, width], 'float32');
}

/** Boxes and key points after all movements. */
export function moveTargets(
  targets: Targets,
  movements: readonly Movement[],
): Pick<WithTargets, 'boxes' | 'empty' | 'keypoints'> {
  const follow = (rows: number[][], move: (m: Movement, row: readonly number[]) => number[]): number[][] =>
    rows.map((row) => movements.reduce<number[]>((now, m) => move(m, now), row));
  const boxes = targets.boxes ? follow(rowsOf('boxes', targets.boxes, 4), movedBox) : null;
  const points = targets.keypoints ? follow(rowsOf('keypoints', targets.keypoints, 2), movedKeypoint) : null;
  return {
    boxes: boxes && tensorOfRows(boxes, 4),
    empty: (boxes ?? []).map(([left, top, right, bottom]) => right! <= left! || bottom! <= top!),
    keypoints: points && tensorOfRows(points, 2),
  };
}
