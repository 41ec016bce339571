// An image folder, or an archive of one, as the Data room sees it: the list of files at once, their sizes and times behind it, pixels on demand.
import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { fileSystemError } from '../../../flint/io/file-error.ts';
import { imageHeader, readImageHeader } from '../../../flint/vision/images/header.ts';
import { readSource } from '../../../flint/vision/images/read-source.ts';
import type { FolderReport } from '../../../flint/vision/images/folder-report.ts';
import { thumbnail, type Thumbnail } from '../../../flint/vision/images/thumbnail.ts';
import type { ImageTree } from '../../../flint/vision/images/tree.ts';
import type { ImportReport, Sample } from '../../../shared/contract/datasets.ts';
import {
  decodePlanes,
  decodeReduced,
  metadataOf,
  packThumbnail,
  placeInSquare,
  unpackThumbnail,
} from './image-files.ts';
import { inLanes } from './lanes.ts';
import { fingerprintOf } from './memory-source.ts';
import { checkInside, packLabels, unknownSplit } from './sample-source.ts';
import type { Labels, Looked, SampleSource, SampleSplit, Thumbnails, WorkContext } from './sample-source.ts';
import type { ThumbnailStore } from './thumbnail-store.ts';

/** Pixels of a sample that cross whole; larger ones are reduced to `reducedSide`. */
const wholePixels = 2_000_000;
const reducedSide = 1400;
/** A file this small is decoded as fast as its thumbnail. */
const worthKeeping = 24 * 1024;
const mostReported = 500;
/** Milliseconds of reading headers before other requests have their turn. */
const slice = 10;

/** Requests for thumbnails under way. */
let awaited = 0;

export class FolderSource implements SampleSource {
  readonly splitNames: readonly string[];
  readonly stamp: string;
  readonly memory: number;
  private readonly scan: FolderReport;
  private readonly splits: Map<string, FolderSplit>;
  private indexing: Promise<void> | null = null;

  constructor(scan: FolderReport, tree: ImageTree, store: ThumbnailStore) {
    this.scan = scan;
    this.splitNames = scan.splits.map(({ name }) => name);
    this.memory = tree.held;
    this.stamp = stampOf(scan);
    this.splits = new Map(scan.splits.map((s) => [s.name, new FolderSplit(tree, s, scan.classes, store)]));
  }

  split(name: string): FolderSplit {
    const split = this.splits.get(name);
    if (!split) throw unknownSplit(name, this.splitNames);
    return split;
  }

  report(): ImportReport {
    const { splits, classes, skipped, emptyClasses, missingClasses } = this.scan;
    const missing = new Map<string, string[]>();
    for (const { split, name } of missingClasses) missing.set(split, [...(missing.get(split) ?? []), name]);
    return {
      splits: splits.map(({ name, images }) => {
        const { unreadable } = this.split(name);
        return { name, count: images.length, ...(unreadable > 0 && { unreadable }) };
      }),
      classes: [...classes],
      skipped: skipped.slice(0, mostReported),
      skippedCount: skipped.length,
      emptyClasses: emptyClasses.map(({ split, name }) => (splits.length > 1 ? `${split}/${name}` : name)),
      missingClasses: [...missing].map(([split, names]) => ({ split, classes: names })),
      notes: [],
    };
  }

  get indexed(): boolean {
    return [...this.splits.values()].every((split) => split.indexed);
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
    let until = performance.now() + slice;
    for (const split of splits) {
      for (let i = 0; i < split.count; i++) {
        if (!split.readHeader(i)) continue;
        progress(++done, total);
        if (performance.now() > until) {
          // Pictures that a person waits for come first.
          do await new Promise((resolve) => setTimeout(resolve, awaited > 0 ? 10 : 0));
          while (awaited > 0);
          signal.throwIfAborted();
          until = performance.now() + slice;
        }
      }
    }
  }
}

/** Of the place and of every file: what is kept of one folder, or of a file before it was replaced, fits no other. */
function stampOf({ root, splits }: FolderReport): string {
  const hash = createHash('sha1').update(`${root}\n`);
  for (const { name, images } of splits) {
    hash.update(`${name}\n`);
    for (const { path, bytes, modifiedAt } of images) hash.update(`${path}\0${bytes}\0${modifiedAt}\n`);
  }
  return hash.digest('hex');
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
  private readonly tree: ImageTree;
  private readonly paths: string[];
  private readonly store: ThumbnailStore;
  /** 0: not yet; 1: read; 2: could not be. */
  private readonly headers: Uint8Array;

  constructor(tree: ImageTree, { name, images }: ScannedSplit, classes: readonly string[], store: ThumbnailStore) {
    this.tree = tree;
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
  /** How many headers could not be read, of those that were. */
  get unreadable(): number {
    return this.headers.reduce((sum, state) => sum + Number(state === 2), 0);
  }
  /** Its path within the folder. */
  nameOf(index: number): string {
    checkInside(this.count, index);
    return this.paths[index]!;
  }

  /** False when it was read before. A file whose header cannot be read keeps size 0. */
  readHeader(index: number): boolean {
    if (this.headers[index] !== 0) return false;
    this.headers[index] = 1;
    this.known++;
    const source = this.tree.source(this.paths[index]!);
    try {
      const whole = 'bytes' in source || source.from !== undefined;
      const { width, height } = whole ? imageHeader(readSource(source), source.name) : readImageHeader(source.path);
      this.sizes.set([width, height], 2 * index);
    } catch {
      this.headers[index] = 2;
    }
    return true;
  }

  /** Of a file on disk without waiting for it; an entry of an archive at once. */
  private async bytesOf(index: number): Promise<Uint8Array> {
    const source = this.tree.source(this.nameOf(index));
    if ('bytes' in source || source.from !== undefined) return readSource(source);
    try {
      return await readFile(source.path);
    } catch (error) {
      throw fileSystemError(source.path, error, 'read the image');
    }
  }

  async thumbnails(indices: readonly number[], size: number): Promise<Thumbnails> {
    const area = size * size * 4;
    const pixels = new Uint8Array(indices.length * area);
    const broken: number[] = [];
    awaited++;
    await inLanes(indices.length, new AbortController().signal, async (place) => {
      try {
        const small = await this.thumbnail(indices[place]!, size);
        placeInSquare(small, size, pixels.subarray(place * area, (place + 1) * area));
      } catch {
        broken.push(place);
      }
    }).finally(() => awaited--);
    return { width: size, height: size, pixels, broken };
  }

  private async thumbnail(index: number, size: number): Promise<Thumbnail> {
    const name = this.tree.shown(this.nameOf(index));
    // An archive's entries have no time of their own, and small files are decoded as fast as what would be kept.
    const keep = this.tree.real !== undefined && this.fileBytes[index]! >= worthKeeping;
    if (!keep) return thumbnail(await this.bytesOf(index), name, size);
    const { mtimeMs, size: bytes } = await stat(name);
    const key = { path: name, modifiedAt: mtimeMs, bytes, size };
    const kept = await this.store.get(key);
    // A damaged file of the cache is made anew.
    const known = kept && (await unpackThumbnail(kept).catch(() => null));
    if (known) return known;
    const made = await thumbnail(await this.bytesOf(index), name, size);
    void packThumbnail(made).then((file) => this.store.put(key, file));
    return made;
  }

  async sample(index: number): Promise<Sample> {
    const name = this.nameOf(index);
    const shown = this.tree.shown(name);
    const label = this.labels[index]!;
    const bytes = await this.bytesOf(index);
    const { width, height } = imageHeader(bytes, shown);
    const large = width * height > wholePixels;
    const planes = await (large ? decodeReduced(bytes, shown, reducedSide) : decodePlanes(bytes, shown));
    const className = this.classes[label] ?? String(label);
    return {
      ...{ index, label, className, name },
      shape: [planes.channels, planes.height, planes.width],
      pixels: planes.data,
      path: shown,
      fileBytes: bytes.length,
      original: [width, height],
      metadata: metadataOf(bytes, shown),
    };
  }

  async look(index: number): Promise<Looked> {
    const bytes = await this.bytesOf(index);
    const planes = await decodePlanes(bytes, this.tree.shown(this.nameOf(index)));
    if (this.headers[index] === 0) {
      this.headers[index] = 1;
      this.known++;
      this.sizes.set([planes.width, planes.height], 2 * index);
    }
    return { planes, fingerprint: fingerprintOf(bytes) };
  }
}
