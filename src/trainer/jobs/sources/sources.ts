// The sources that are open, by kind and place: read once, kept until their files change or too many are in memory.
import { createHash } from 'node:crypto';
import { isAbsolute, join, resolve } from 'node:path';
import { readCifar10 } from '../../../flint/vision/cifar10-files.ts';
import { readCifar100 } from '../../../flint/vision/cifar100-files.ts';
import { syntheticRoot, type ImageSet, type Split } from '../../../flint/vision/image-set.ts';
import { readMnist } from '../../../flint/vision/mnist-files.ts';
import { scanImagesInTurns } from '../../../flint/vision/images/scan.ts';
import { openTree } from '../../../flint/vision/images/tree.ts';
import { cacheFolder } from '../../../flint/vision/source.ts';
import { stampOf } from '../../../flint/vision/stamp.ts';
import { StudioError } from '../../../shared/errors.ts';
import { FolderSource } from './folder-source.ts';
import { MemorySource } from './memory-source.ts';
import { numpyImages } from './numpy-set.ts';
import type { SampleSource } from './sample-source.ts';
import { ThumbnailStore } from './thumbnail-store.ts';

export interface DataSource {
  project: string;
  kind: string;
  source: string;
}

const inMemory: Record<string, (root: string, split: Split) => ImageSet> = {
  mnist: (root, split) => readMnist(root, split),
  cifar10: (root, split) => readCifar10(root, split),
  cifar100: (root, split) => readCifar100(root, split),
  digits: (_, split) => readMnist(syntheticRoot, split),
};
const bothSplits: readonly Split[] = ['train', 'test'];

export interface SourcesOptions {
  /** Bytes of decoded samples to keep. */
  mostBytes?: number;
  store?: ThumbnailStore;
  /** Milliseconds in which files are not looked at again. */
  trusted?: number;
}

/** A folder, an archive, or "synthetic"; a relative path counts from the project. */
export function rootOf({ project, source }: DataSource): string {
  return source === syntheticRoot || isAbsolute(source) ? source : resolve(project, source);
}

interface Entry {
  coming: Promise<SampleSource>;
  source: SampleSource | null;
  stamp: string;
  lookedAt: number;
}

export class Sources {
  private readonly mostBytes: number;
  private readonly store: ThumbnailStore;
  private readonly trusted: number;
  /** The last used comes last. */
  private readonly kept = new Map<string, Entry>();

  constructor({ mostBytes = 1 << 30, store, trusted = 1500 }: SourcesOptions = {}) {
    this.mostBytes = mostBytes;
    this.store = store ?? new ThumbnailStore(join(cacheFolder(), 'thumbnails'));
    this.trusted = trusted;
  }

  /** Opens a source, or takes it from memory when its files have not changed. Rejects with what the reader throws. */
  async open(data: DataSource): Promise<SampleSource> {
    const root = rootOf(data);
    const key = JSON.stringify([data.kind, root]);
    const known = this.kept.get(key);
    const now = Date.now();
    const fresh = known && now - known.lookedAt < this.trusted;
    const stamp = fresh ? known.stamp : stampOf(root);
    const entry: Entry =
      known?.stamp === stamp
        ? known
        : { coming: this.make(data.kind, root, stamp), source: null, stamp, lookedAt: now };
    if (!fresh) entry.lookedAt = now;
    this.kept.delete(key);
    this.kept.set(key, entry);
    try {
      entry.source = await entry.coming;
    } catch (error) {
      if (this.kept.get(key) === entry) this.kept.delete(key);
      throw error;
    }
    this.giveUpOldest();
    return entry.source;
  }

  get bytes(): number {
    return [...this.kept.values()].reduce((sum, { source }) => sum + (source?.memory ?? 0), 0);
  }

  private async make(kind: string, root: string, stamp: string): Promise<SampleSource> {
    const whole = createHash('sha1')
      .update(JSON.stringify([kind, root, stamp]))
      .digest('hex');
    const read = Object.hasOwn(inMemory, kind) ? inMemory[kind] : undefined;
    if (read) return new MemorySource(bothSplits, whole, (split) => read(root, split as Split));
    if (kind === 'numpy') {
      const { splitNames, read: readSplit, arraysOf } = await numpyImages(root);
      return new MemorySource(splitNames, whole, readSplit, arraysOf);
    }
    if (kind === 'image-folder') {
      const tree = openTree(root);
      return new FolderSource(await scanImagesInTurns(tree), tree, this.store);
    }
    throw new StudioError('unknown-kind', `Flint has no reader of images for a data set of kind "${kind}".`);
  }

  private giveUpOldest(): void {
    for (const key of this.kept.keys()) {
      if (this.kept.size === 1 || this.bytes <= this.mostBytes) return;
      this.kept.delete(key);
    }
  }
}
