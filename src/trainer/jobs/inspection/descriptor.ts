// What an inspection keeps of each picture: a small grey copy, its frequencies, brightness, and the sums of its channels.
import type { Planes } from '../sources/sample-source.ts';

/** Side of the small grey copy. */
export const side = 16;
export const greys = side * side;
/** Frequencies kept: the lowest 8 x 8 but for the mean. */
const low = 8;
export const bits = low * low;

/** cos((2x + 1) u π / 2N), the rows of the discrete cosine transform. */
const cosines = Float32Array.from({ length: low * side }, (_, at) => {
  const [u, x] = [Math.floor(at / side), at % side];
  return Math.cos(((2 * x + 1) * u * Math.PI) / (2 * side));
});

/** Rec. 601 luma of planes as 16 x 16 means of equal areas. */
export function smallGrey({ width, height, channels, data }: Planes, out: Uint8Array): number {
  const area = width * height;
  const sums = new Float64Array(greys);
  const counts = new Uint32Array(greys);
  const columns = Uint8Array.from({ length: width }, (_, x) => Math.floor((x * side) / width));
  for (let y = 0; y < height; y++) {
    const row = Math.floor((y * side) / height) * side;
    const from = y * width;
    for (let x = 0; x < width; x++) {
      const i = from + x;
      const grey = channels >= 3 ? 0.299 * data[i]! + 0.587 * data[area + i]! + 0.114 * data[2 * area + i]! : data[i]!;
      const cell = row + columns[x]!;
      sums[cell]! += grey;
      counts[cell]!++;
    }
  }
  let total = 0;
  for (let cell = 0; cell < greys; cell++) total += sums[cell]!;
  // A picture smaller than 16 pixels leaves cells empty: they take the cell that covers them.
  for (let cell = 0; cell < greys; cell++) {
    const full = counts[cell]! > 0 ? cell : coveredBy(cell, width, height);
    out[cell] = Math.round(sums[full]! / Math.max(1, counts[full]!));
  }
  return total / Math.max(1, area);
}

function coveredBy(cell: number, width: number, height: number): number {
  const nearest = (at: number, n: number) => Math.floor((Math.floor((at * n) / side) * side) / n);
  const row = Math.min(side - 1, height < side ? nearest(Math.floor(cell / side), height) : Math.floor(cell / side));
  const column = Math.min(side - 1, width < side ? nearest(cell % side, width) : cell % side);
  return row * side + column;
}

/** The lowest 8 x 8 frequencies of a 16 x 16 picture (discrete cosine transform, as pHash takes them). */
export function frequencies(grey: Uint8Array, out: Float32Array): void {
  const rows = new Float32Array(low * side);
  for (let y = 0; y < side; y++) {
    for (let u = 0; u < low; u++) {
      let sum = 0;
      for (let x = 0; x < side; x++) sum += grey[y * side + x]! * cosines[u * side + x]!;
      rows[u * side + y] = sum;
    }
  }
  for (let u = 0; u < low; u++) {
    for (let v = 0; v < low; v++) {
      let sum = 0;
      for (let y = 0; y < side; y++) sum += rows[u * side + y]! * cosines[v * side + y]!;
      out[v * low + u] = sum;
    }
  }
}

/** Sums of values and of their squares, for mean and deviation of each channel over any number of pictures. */
export class ChannelSums {
  private readonly sums: number[] = [0, 0, 0];
  private readonly squares: number[] = [0, 0, 0];
  private pixels = 0;
  /** 3 as soon as one picture has colours; grey ones then count in all three. */
  channels = 1;

  add({ width, height, channels, data }: Planes): void {
    const area = width * height;
    const own = channels >= 3 ? 3 : 1;
    this.channels = Math.max(this.channels, own);
    for (let c = 0; c < own; c++) {
      let sum = 0;
      let square = 0;
      for (let i = c * area, end = i + area; i < end; i++) {
        const v = data[i]!;
        sum += v;
        square += v * v;
      }
      for (const to of own === 3 ? [c] : [0, 1, 2]) {
        this.sums[to]! += sum;
        this.squares[to]! += square;
      }
    }
    this.pixels += area;
  }

  /** In 0..1; the deviation is that of all pixels (divided by their number). */
  statistics(): { mean: number[]; std: number[] } {
    const n = Math.max(1, this.pixels);
    const mean = this.sums.slice(0, this.channels).map((s) => s / n / 255);
    const std = mean.map((m, c) => Math.sqrt(Math.max(0, this.squares[c]! / n / (255 * 255) - m * m)));
    return { mean, std };
  }
}
