// Data sets that a reader gives as a whole: MNIST, CIFAR, arrays. A split is read when it is first looked at.
import type { ImageSet } from '../../../flint/vision/image-set.ts';
import type { ImportReport, Sample } from '../../../shared/contract/datasets.ts';
import { createHash } from 'node:crypto';
import { checkInside, countPerClass, unknownSplit } from './sample-source.ts';
import type { Looked, SampleSource, SampleSplit, Thumbnails } from './sample-source.ts';

export class MemorySource implements SampleSource {
  readonly splitNames: readonly string[];
  readonly stamp: string;
  readonly indexed = true;
  private readonly read: (split: string) => ImageSet;
  private readonly arraysOf: (split: string) => string[] | undefined;
  private readonly splits = new Map<string, MemorySplit>();

  constructor(
    splitNames: readonly string[],
    stamp: string,
    read: (split: string) => ImageSet,
    arraysOf: (split: string) => string[] | undefined = () => undefined,
  ) {
    this.splitNames = splitNames;
    this.stamp = stamp;
    this.read = read;
    this.arraysOf = arraysOf;
  }

  /** Throws what the reader throws. */
  split(name: string): MemorySplit {
    if (!this.splitNames.includes(name)) throw unknownSplit(name, this.splitNames);
    const known = this.splits.get(name) ?? new MemorySplit(name, this.read(name));
    this.splits.set(name, known);
    return known;
  }

  report(): ImportReport {
    const all = this.splitNames.map((name) => this.split(name));
    const classes = [...(all[0]?.classes ?? [])];
    const missing = all.map(({ name, labels }) => {
      const counts = countPerClass(labels, classes.length);
      return { split: name, classes: classes.filter((_, c) => counts[c] === 0) };
    });
    return {
      splits: all.map(({ name, count }) => {
        const arrays = this.arraysOf(name);
        return { name, count, ...(arrays && { arrays }) };
      }),
      classes,
      skipped: [],
      skippedCount: 0,
      emptyClasses: [],
      missingClasses: missing.filter((m) => m.classes.length > 0),
      notes: all.flatMap((split) => [...split.set.notes]),
    };
  }

  get memory(): number {
    return [...this.splits.values()].reduce((sum, { set }) => sum + set.pixels.length, 0);
  }
}

export class MemorySplit implements SampleSplit {
  readonly name: string;
  readonly set: ImageSet;
  readonly sizes = null;
  readonly fileBytes = null;

  constructor(name: string, set: ImageSet) {
    this.name = name;
    this.set = set;
  }
  get count(): number {
    return this.set.count;
  }
  get classes(): readonly string[] {
    return this.set.classes;
  }
  get labels() {
    return this.set.labels;
  }
  get shape(): [number, number, number] {
    return [this.set.channels, this.set.height, this.set.width];
  }
  nameOf(index: number): string {
    return String(index);
  }
  thumbnails(indices: readonly number[], size: number): Thumbnails {
    return thumbnailsOf(this.set, indices, size);
  }

  sample(index: number): Sample {
    const { labels, classes } = this.set;
    const label = labels[index]!;
    const data = new Uint8Array(this.planesAt(index));
    const className = classes[label] ?? String(label);
    return { index, shape: this.shape, pixels: data, label, className, name: this.nameOf(index) };
  }

  look(index: number): Looked {
    const { channels, height, width } = this.set;
    const data = this.planesAt(index);
    return { planes: { channels, height, width, data }, fingerprint: fingerprintOf(data) };
  }

  private planesAt(index: number): Uint8Array {
    checkInside(this.count, index);
    const { channels, height, width, pixels } = this.set;
    const bytes = channels * height * width;
    return pixels.subarray(index * bytes, (index + 1) * bytes);
  }
}

/** Of bytes: a strong hash, so that equal ones are the same picture. */
export const fingerprintOf = (bytes: Uint8Array): string => createHash('sha1').update(bytes).digest('base64');

/** RGBA, one image after another: as they are, or every n-th pixel's mean when they are larger than `size`. */
export function thumbnailsOf(set: ImageSet, indices: readonly number[], size = Infinity): Thumbnails {
  const step = Math.max(1, Math.ceil(Math.max(set.width, set.height) / size));
  const [width, height] = [Math.ceil(set.width / step), Math.ceil(set.height / step)];
  const rgba = new Uint8Array(indices.length * width * height * 4);
  let to = 0;
  for (const index of indices) {
    checkInside(set.count, index);
    to = step === 1 ? copyWhole(set, index, rgba, to) : copyReduced(set, index, step, rgba, to);
  }
  return { width, height, pixels: rgba, broken: [] };
}

function copyWhole(set: ImageSet, index: number, rgba: Uint8Array, start: number): number {
  const { width, height, channels, pixels } = set;
  const area = width * height;
  const from = index * channels * area;
  const [green, blue] = channels >= 3 ? [from + area, from + 2 * area] : [from, from];
  let to = start;
  for (let i = 0; i < area; i++, to += 4) {
    rgba[to] = pixels[from + i]!;
    rgba[to + 1] = pixels[green + i]!;
    rgba[to + 2] = pixels[blue + i]!;
    rgba[to + 3] = 255;
  }
  return to;
}

function copyReduced(set: ImageSet, index: number, step: number, rgba: Uint8Array, start: number): number {
  const { width, height, channels, pixels } = set;
  const area = width * height;
  let to = start;
  for (let top = 0; top < height; top += step) {
    for (let left = 0; left < width; left += step, to += 4) {
      for (let c = 0; c < 3; c++) {
        const plane = (index * channels + (channels >= 3 ? c : 0)) * area;
        rgba[to + c] = meanOf(pixels, plane, width, [
          left,
          top,
          Math.min(width, left + step),
          Math.min(height, top + step),
        ]);
      }
      rgba[to + 3] = 255;
    }
  }
  return to;
}

function meanOf(
  pixels: Uint8Array,
  plane: number,
  width: number,
  [x0, y0, x1, y1]: [number, number, number, number],
): number {
  let sum = 0;
  for (let y = y0; y < y1; y++) for (let x = x0; x < x1; x++) sum += pixels[plane + y * width + x]!;
  return sum / ((x1 - x0) * (y1 - y0));
}
