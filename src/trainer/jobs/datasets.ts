// Previews of data sets: straight from their bytes, without the engine.
import { readdirSync, statSync } from 'node:fs';
import { isCifar10 } from '../../flint/vision/cifar10-files.ts';
import { syntheticRoot, type ImageSet } from '../../flint/vision/image-set.ts';
import type { DatasetSummary, Sample } from '../../shared/contract/datasets.ts';
import { plainError, StudioError } from '../../shared/errors.ts';
import { rootOf, splits, type DataSource, type ImageSets } from './image-sets.ts';
import type { Job } from './job.ts';

export interface Checked {
  splits: string[];
  state: 'ready' | 'missing' | 'broken';
  problem?: string;
}

export function datasetJobs(sets: ImageSets) {
  const summary: Job<'datasets.summary'> = ({ split, ...data }) => summaryOf(sets.get(data, split));
  const labels: Job<'datasets.labels'> = ({ split, ...data }) => new Uint8Array(sets.get(data, split).labels);
  const thumbnails: Job<'datasets.thumbnails'> = ({ split, indices, ...data }) => {
    return thumbnailsOf(sets.get(data, split), indices);
  };
  const sample: Job<'datasets.sample'> = ({ split, index, ...data }) => sampleOf(sets.get(data, split), index);
  return {
    'datasets.check': ((data) => check(sets, data)) satisfies Job<'datasets.check'>,
    'datasets.summary': summary,
    'datasets.labels': labels,
    'datasets.thumbnails': thumbnails,
    'datasets.sample': sample,
  };
}

function check(sets: ImageSets, data: DataSource): Checked {
  const known = [...splits];
  const root = rootOf(data);
  if (root === syntheticRoot) return { splits: known, state: 'ready' };
  // Decoding 60,000 JPEG files is no check: that they are there must do.
  if (data.kind === 'cifar10' && isCifar10(root) && holdsJpegs(root)) return { splits: known, state: 'ready' };
  try {
    for (const split of splits) sets.get(data, split);
    return { splits: known, state: 'ready' };
  } catch (error) {
    const { code, message } = plainError(error);
    const missing = ['missing-data', 'ENOENT', 'ENOTDIR'].includes(code);
    return { splits: [], state: missing ? 'missing' : 'broken', problem: message };
  }
}

function holdsJpegs(root: string): boolean {
  if (root.endsWith('.zip')) return true;
  return statSync(root).isDirectory() && readdirSync(root).some((name) => name.endsWith('.zip'));
}

function summaryOf({ count, channels, height, width, classes, labels }: ImageSet): DatasetSummary {
  const countsPerClass = Array<number>(classes.length).fill(0);
  for (const label of labels) countsPerClass[label]!++;
  return { count, shape: [channels, height, width], classes: [...classes], countsPerClass };
}

/** RGBA, one image after another. */
export function thumbnailsOf(set: ImageSet, indices: readonly number[]) {
  const { width, height, channels, pixels } = set;
  const area = width * height;
  const rgba = new Uint8Array(indices.length * area * 4);
  let to = 0;
  for (const index of indices) {
    inside(set, index);
    const from = index * channels * area;
    const [green, blue] = channels >= 3 ? [from + area, from + 2 * area] : [from, from];
    for (let i = 0; i < area; i++, to += 4) {
      rgba[to] = pixels[from + i]!;
      rgba[to + 1] = pixels[green + i]!;
      rgba[to + 2] = pixels[blue + i]!;
      rgba[to + 3] = 255;
    }
  }
  return { width, height, pixels: rgba };
}

function sampleOf(set: ImageSet, index: number): Sample {
  inside(set, index);
  const { channels, height, width, labels, classes } = set;
  const bytes = channels * height * width;
  const label = labels[index]!;
  const pixels = new Uint8Array(set.pixels.subarray(index * bytes, (index + 1) * bytes));
  return { index, shape: [channels, height, width], pixels, label, className: classes[label] ?? String(label) };
}

function inside({ count }: ImageSet, index: number): void {
  if (Number.isInteger(index) && index >= 0 && index < count) return;
  throw new StudioError('out-of-range', `There is no image ${index}: the split has ${count}, counted from 0.`);
}
