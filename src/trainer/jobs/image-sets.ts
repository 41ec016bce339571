// Data sets in memory as bytes, the least recently used given up when they are too many.
import { readdirSync, statSync } from 'node:fs';
import { isAbsolute, join, resolve } from 'node:path';
import { readCifar10 } from '../../flint/vision/cifar10-files.ts';
import { syntheticRoot, type ImageSet, type Split } from '../../flint/vision/image-set.ts';
import { readMnist } from '../../flint/vision/mnist-files.ts';
import { StudioError } from '../../shared/errors.ts';

export interface DataSource {
  project: string;
  kind: string;
  source: string;
}
type Reader = (root: string, split: Split) => ImageSet;

const readers: Record<string, Reader> = {
  mnist: (root, split) => readMnist(root, split),
  cifar10: (root, split) => readCifar10(root, split),
  digits: (_, split) => readMnist(syntheticRoot, split),
};
export const splits: readonly Split[] = ['train', 'test'];

/** A folder, an archive, or "synthetic"; a relative path counts from the project. */
export function rootOf({ project, source }: DataSource): string {
  return source === syntheticRoot || isAbsolute(source) ? source : resolve(project, source);
}

export class ImageSets {
  private readonly mostBytes: number;
  /** The last used comes last. */
  private readonly kept = new Map<string, { set: ImageSet; stamp: string }>();

  constructor(mostBytes = 1 << 30) {
    this.mostBytes = mostBytes;
  }

  /** Reads the split, or takes it from memory when its files have not changed. Throws what the reader throws. */
  get(data: DataSource, split: string): ImageSet {
    const read = Object.hasOwn(readers, data.kind) ? readers[data.kind] : undefined;
    if (!read) throw new StudioError('unknown-kind', `Flint has no reader for a data set of kind "${data.kind}".`);
    if (!splits.includes(split as Split)) {
      throw new StudioError('unknown-split', `There is no split "${split}". There are: ${splits.join(', ')}.`);
    }
    const root = rootOf(data);
    const key = JSON.stringify([data.kind, root, split]);
    const stamp = stampOf(root);
    const known = this.kept.get(key);
    this.kept.delete(key);
    const entry = known?.stamp === stamp ? known : { set: read(root, split as Split), stamp };
    this.kept.set(key, entry);
    this.giveUpOldest();
    return entry.set;
  }

  get bytes(): number {
    return [...this.kept.values()].reduce((sum, { set }) => sum + set.pixels.length, 0);
  }

  private giveUpOldest(): void {
    for (const key of this.kept.keys()) {
      if (this.kept.size === 1 || this.bytes <= this.mostBytes) return;
      this.kept.delete(key);
    }
  }
}

/** Changes when a file of the source does. */
function stampOf(root: string): string {
  if (root === syntheticRoot) return '';
  const found = statSync(root, { throwIfNoEntry: false });
  if (!found) return 'missing';
  if (!found.isDirectory()) return `${found.mtimeMs} ${found.size}`;
  return readdirSync(root)
    .map((name) => {
      const file = statSync(join(root, name), { throwIfNoEntry: false });
      return `${name} ${file?.mtimeMs} ${file?.size}`;
    })
    .join('\n');
}
