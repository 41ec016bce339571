// An image folder as the Data room sees it: the list of files at once, their sizes and times behind it, pixels on demand.
import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { basename, join, relative } from 'node:path';
import type { ImportReport, Sample } from '../../../shared/contract/datasets.ts';
import { FileError } from '../../../flint/io/file-error.ts';
import type { FolderReport } from './folder-scan.ts';
import { decodePlanes, decodeReduced, headerOf, metadataOf, thumbnailFile, thumbnailRgba } from './image-files.ts';
import { inLanes } from './lanes.ts';
import { checkInside, packLabels, unknownSplit } from './sample-source.ts';
import type { Labels, Looked, Planes, SampleSource, SampleSplit, Thumbnails, WorkContext } from './sample-source.ts';
import { fingerprintOf } from './memory-source.ts';
import type { ThumbnailStore } from './thumbnail-store.ts';

/** Pixels of a sample that cross whole; larger ones are reduced to `reducedSide`. */
const wholePixels = 2_000_000;
const reducedSide = 1400;
/** A file this small is decoded as fast as its thumbnail. */
const worthKeeping = 24 * 1024;
const mostReported = 500;

export class FolderSource implements SampleSource {
  readonly splitNames: readonly string[];
  readonly stamp: string;
  private readonly scan: FolderReport;
  private readonly splits: Map<string, FolderSplit>;
  private indexing: Promise<void> | null = null;

  constructor(scan: FolderReport, store: ThumbnailStore) {
    this.scan = scan;
    this.splitNames = scan.splits.map(({ name }) => name);
    const hash = createHash('sha1');
    for (const { images } of scan.splits) for (const { path, bytes } of images) hash.update(`${path}\0${bytes}\n`);
    this.stamp = hash.digest('hex');
    this.splits = new Map(scan.splits.map((s) => [s.name, new FolderSplit(scan.root, s, scan.classes, store)]));
  }

  split(name: string): FolderSplit {
    const split = this.splits.get(name);
    if (!split) throw unknownSplit(name, this.splitNames);
    return split;
  }

  report(): ImportReport {
    const { splits, classes, skipped, emptyClasses, missingClasses } = this.scan;
    const missing = new Map<string, string[]>();
    for (const { split, className } of missingClasses) {
      missing.set(split, [...(missing.get(split) ?? []), className]);
    }
    return {
      splits: splits.map(({ name, images }) => ({ name, count: images.length })),
      classes: [...classes],
      skipped: skipped.slice(0, mostReported),
      skippedCount: skipped.length,
      emptyClasses: [...emptyClasses],
      missingClasses: [...missing].map(([split, names]) => ({ split, classes: names })),
      notes: [],
    };
  }

  get indexed(): boolean {
    return [...this.splits.values()].every((split) => split.indexed);
  }
  get memory(): number {
    return 0;
  }

  /** Reads the header of each file. A second call waits for the first. */
  index(context: WorkContext): Promise<void> {
    this.indexing ??= this.readHeaders(context).finally(() => (this.indexing = null));
    return this.indexing;
  }

  private async readHeaders({ progress, signal }: WorkContext): Promise<void> {
    const splits = [...this.splits.values()];
    const total = splits.reduce((sum, { count }) => sum + count, 0);
    let done = splits.reduce((sum, split) => sum + split.known, 0);
    for (const split of splits) {
      await inLanes(split.count, signal, async (i) => {
        if (await split.readHeader(i)) progress(++done, total);
      });
    }
  }
}

interface ScannedSplit {
  name: string;
  images: readonly { path: string; classIndex: number; bytes: number }[];
}

export class FolderSplit implements SampleSplit {
  readonly name: string;
  readonly classes: readonly string[];
  readonly labels: Labels;
  readonly sizes: Uint32Array;
  readonly fileBytes: Float64Array;
  /** How many headers were read. */
  known = 0;
  private readonly root: string;
  private readonly paths: string[];
  private readonly store: ThumbnailStore;
  /** 0: not yet; 1: read; 2: could not be. */
  private readonly headers: Uint8Array;
  private readonly headerErrors = new Map<number, string>();

  constructor(root: string, { name, images }: ScannedSplit, classes: readonly string[], store: ThumbnailStore) {
    this.root = root;
    this.name = name;
    this.classes = classes;
    this.store = store;
    this.paths = images.map(({ path }) => path);
    this.labels = packLabels(
      images.map(({ classIndex }) => classIndex),
      classes.length,
    );
    this.fileBytes = Float64Array.from(images, ({ bytes }) => bytes);
    this.sizes = new Uint32Array(2 * images.length);
    this.headers = new Uint8Array(images.length);
  }

  get count(): number {
    return this.paths.length;
  }
  get shape(): null {
    return null;
  }
  get indexed(): boolean {
    return this.known === this.count;
  }
  nameOf(index: number): string {
    return relative(this.root, this.pathOf(index)).replaceAll('\\', '/');
  }
  pathOf(index: number): string {
    checkInside(this.count, index);
    return join(this.root, this.paths[index]!);
  }

  /** False when it was read before. A file whose header cannot be read keeps size 0. */
  async readHeader(index: number): Promise<boolean> {
    if (this.headers[index] !== 0) return false;
    this.headers[index] = 1;
    this.known++;
    try {
      const { width, height } = await headerOf(this.pathOf(index));
      this.sizes[2 * index] = width;
      this.sizes[2 * index + 1] = height;
    } catch (error) {
      this.headers[index] = 2;
      this.headerErrors.set(index, (error as Error).message);
    }
    return true;
  }

  async thumbnails(indices: readonly number[], size: number): Promise<Thumbnails> {
    const area = size * size * 4;
    const pixels = new Uint8Array(indices.length * area);
    const broken: number[] = [];
    await inLanes(indices.length, new AbortController().signal, async (place) => {
      try {
        pixels.set(await this.thumbnail(indices[place]!, size), place * area);
      } catch {
        broken.push(place);
      }
    });
    return { width: size, height: size, pixels, broken };
  }

  private async thumbnail(index: number, size: number): Promise<Uint8Array> {
    const path = this.pathOf(index);
    const small = this.fileBytes[index]! < worthKeeping;
    if (small) return thumbnailRgba(await readFile(path), size);
    const { mtimeMs, size: bytes } = await stat(path);
    const key = { path, modifiedAt: mtimeMs, bytes, size };
    const kept = await this.store.get(key);
    // A damaged file of the cache is made anew.
    const fromKept = kept && (await thumbnailRgba(kept, size).catch(() => null));
    if (fromKept) return fromKept;
    const rgba = await thumbnailRgba(await readFile(path), size);
    void thumbnailFile(rgba, size).then((file) => this.store.put(key, file));
    return rgba;
  }

  async sample(index: number): Promise<Sample> {
    const path = this.pathOf(index);
    const label = this.labels[index]!;
    const bytes = await readWith(path);
    const { width, height } = await headerOf(path).catch(() => ({ width: 0, height: 0 }));
    const large = width * height > wholePixels;
    const planes = await decoded(path, large ? decodeReduced(bytes, reducedSide) : decodePlanes(bytes));
    const className = this.classes[label] ?? String(label);
    const name = this.nameOf(index);
    const { channels, data } = planes;
    return {
      ...{ index, label, className, name, path },
      shape: [channels, planes.height, planes.width],
      pixels: data,
      fileBytes: bytes.length,
      original: [width || planes.width, height || planes.height],
      metadata: await metadataOf(bytes).catch(() => ({})),
    };
  }

  async look(index: number): Promise<Looked> {
    const path = this.pathOf(index);
    const bytes = await readWith(path);
    const planes = await decoded(path, decodePlanes(bytes));
    if (this.headers[index] === 0) {
      this.headers[index] = 1;
      this.known++;
      this.sizes.set([planes.width, planes.height], 2 * index);
    }
    return { planes, fingerprint: fingerprintOf(bytes) };
  }
}

async function readWith(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (error) {
    throw new FileError('unreadable', {
      file: path,
      problem: `it cannot be read (${(error as Error).message})`,
      hint: 'Check that it is still there, and its permissions.',
      cause: error,
    });
  }
}

async function decoded(path: string, coming: Promise<Planes>): Promise<Planes> {
  try {
    return await coming;
  } catch (error) {
    const [first] = (error as Error).message.split('\n');
    throw new FileError('bad-image', {
      file: basename(path),
      problem: `it cannot be decoded (${first})`,
      hint: 'Replace or remove this file.',
      cause: error,
    });
  }
}
