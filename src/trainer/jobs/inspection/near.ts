// Near copies among many pictures: 64-bit perceptual hashes, put into buckets by bands of their bits, so that pictures that
// differ in few bits meet in at least one bucket; whoever meets is compared pixel by pixel on the small grey copies.
import { bits, greys } from './descriptor.ts';

/** Mean difference of the small copies, in grey levels, up to which two pictures count as the same. */
const mostDifference = 4;
/** In the largest buckets only neighbours in brightness are compared. */
const mostCompared = 400;

export interface NearOptions {
  /** 64 frequencies a picture. */
  spectra: Float32Array;
  /** 256 grey levels a picture. */
  copies: Uint8Array;
  /** False for pictures to leave out. */
  usable: (i: number) => boolean;
  count: number;
  /** Called between slices of work; may wait. */
  pause: (done: number, total: number) => Promise<void>;
}

/** Bits that may differ: what bands of 8 bits find for sure; of 16, where there are too many pictures for these. */
export const nearBitsFor = (count: number): number => (count <= 150_000 ? 7 : 3);

/** Joins near copies in `groups`. */
export async function joinNear(groups: DisjointSets, options: NearOptions): Promise<void> {
  const { count, usable, pause } = options;
  const hashes = hashesOf(options);
  const most = nearBitsFor(count);
  const bands = most + 1;
  const width = bits / bands;
  const brightness = Float32Array.from({ length: count }, (_, i) => meanGrey(options.copies, i));
  for (let band = 0; band < bands; band++) {
    const keys = Uint32Array.from({ length: count }, (_, i) => bandOf(hashes, i, band, width));
    const order = Uint32Array.from({ length: count }, (_, i) => i).filter((i) => usable(i));
    order.sort((a, b) => keys[a]! - keys[b]! || brightness[a]! - brightness[b]!);
    for (let from = 0; from < order.length;) {
      let to = from + 1;
      while (to < order.length && keys[order[to]!] === keys[order[from]!]) to++;
      const bucket = order.subarray(from, to);
      for (let slice = 0; slice < bucket.length; slice += 512) {
        compareSlice(groups, { bucket, slice, hashes, brightness, most, copies: options.copies });
        await pause(band * count + from + slice, bands * count);
      }
      from = to;
    }
  }
}

interface Slice {
  bucket: Uint32Array;
  slice: number;
  hashes: Uint32Array;
  brightness: Float32Array;
  most: number;
  copies: Uint8Array;
}

/** The pictures of a bucket stand in order of brightness: one much brighter than another ends the search. */
function compareSlice(groups: DisjointSets, { bucket, slice, hashes, brightness, most, copies }: Slice): void {
  for (let a = slice; a < Math.min(bucket.length, slice + 512); a++) {
    const i = bucket[a]!;
    const last = Math.min(bucket.length, a + 1 + mostCompared);
    for (let b = a + 1; b < last; b++) {
      const j = bucket[b]!;
      if (brightness[j]! - brightness[i]! > mostDifference) break;
      if (differing(hashes, i, j) > most) continue;
      if (groups.find(i) === groups.find(j)) continue;
      if (isClose(copies, i, j)) groups.join(i, j);
    }
  }
}

/** Each bit says whether a frequency is above its median over all pictures: every bit then divides them in halves. */
function hashesOf({ spectra, count }: NearOptions): Uint32Array {
  const step = Math.max(1, Math.floor(count / 4096));
  const medians = Float32Array.from({ length: bits }, (_, bit) => {
    const column: number[] = [];
    for (let i = 0; i < count; i += step) column.push(spectra[i * bits + bit]!);
    return column.sort((a, b) => a - b)[column.length >> 1] ?? 0;
  });
  const hashes = new Uint32Array(2 * count);
  for (let i = 0; i < count; i++) {
    for (let bit = 0; bit < bits; bit++) {
      if (spectra[i * bits + bit]! > medians[bit]!) hashes[2 * i + (bit >> 5)]! |= 1 << (bit & 31);
    }
  }
  return hashes;
}

function bandOf(hashes: Uint32Array, i: number, band: number, width: number): number {
  // Bands take every n-th bit, so that none holds only the lowest frequencies, which are alike in all.
  const bands = bits / width;
  let key = 0;
  for (let k = 0; k < width; k++) {
    const bit = k * bands + band;
    key = (key << 1) | ((hashes[2 * i + (bit >> 5)]! >>> (bit & 31)) & 1);
  }
  return key >>> 0;
}

function ones(word: number): number {
  let v = word - ((word >>> 1) & 0x55555555);
  v = (v & 0x33333333) + ((v >>> 2) & 0x33333333);
  return Math.imul((v + (v >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
const differing = (hashes: Uint32Array, i: number, j: number): number =>
  ones(hashes[2 * i]! ^ hashes[2 * j]!) + ones(hashes[2 * i + 1]! ^ hashes[2 * j + 1]!);

function meanGrey(copies: Uint8Array, i: number): number {
  let sum = 0;
  for (let k = i * greys, end = k + greys; k < end; k++) sum += copies[k]!;
  return sum / greys;
}

/**
 * By the mean difference of the grey levels, and of the levels less their mean measured against the contrast: a flat picture
 * is near only to one that is almost equal, and one that is a little brighter as a whole stays near.
 */
function isClose(copies: Uint8Array, i: number, j: number): boolean {
  const [own, other] = [meanGrey(copies, i), meanGrey(copies, j)];
  let [difference, shape, contrast] = [0, 0, 0];
  for (let k = 0; k < greys; k++) {
    const [v, w] = [copies[i * greys + k]!, copies[j * greys + k]!];
    difference += Math.abs(v - w);
    shape += Math.abs(v - own - (w - other));
    contrast += Math.abs(v - own);
  }
  return difference <= mostDifference * greys && shape <= 0.05 * contrast;
}

/** Which pictures belong together: union by the smaller index, found with path halving. */
export class DisjointSets {
  private readonly parent: Uint32Array;
  constructor(count: number) {
    this.parent = Uint32Array.from({ length: count }, (_, i) => i);
  }
  find(start: number): number {
    const parent = this.parent;
    let i = start;
    while (parent[i] !== i) i = parent[i] = parent[parent[i]!]!;
    return i;
  }
  join(a: number, b: number): void {
    const [i, j] = [this.find(a), this.find(b)];
    if (i < j) this.parent[j] = i;
    else this.parent[i] = j;
  }
}
