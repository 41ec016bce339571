// A folder of images as a data set: files are read and decoded when their samples are asked for, by all cores.
import { statSync } from 'node:fs';
import { fail, FlintError } from '../errors.ts';
import { indexTensor, type Dataset, type Moment } from '../data/dataset.ts';
import { snapshot, type DatasetRecipe } from '../data/recipe.ts';
import { FileError } from '../io/file-error.ts';
import { native, type NativePipeline } from '../native.ts';
import { tensorFromBytes } from '../tensor/bytes.ts';
import { wrapHandle } from '../tensor/dispatch.ts';
import { handleOf } from '../tensor/handle.ts';
import type { Tensor } from '../tensor/tensor.ts';
import type { ColourMode, DecodedImage } from './images/colour.ts';
import type { DecodeOptions } from './images/decode-options.ts';
import { beginDecoding, beginInThreads, decodeNow } from './images/decoders.ts';
import { mayBeJpeg, nativeDecoding, nativePlaces } from './images/engine.ts';
import { imageHeader, readImageHeader } from './images/header.ts';
import { readSource } from './images/read-source.ts';
import { splitKind, type FolderImage, type FolderReport } from './images/folder-report.ts';
import { scanTree } from './images/scan.ts';
import { openTree, type ImageTree } from './images/tree.ts';
import { recipeFrom, type Origin, type Read } from './origin.ts';
import { resolveRoot } from './source.ts';
import { stampOf, stampOfTexts } from './stamp.ts';
import { Compose } from './transforms/compose.ts';
import { transformDecoded } from './transforms/decoded.ts';
import { freshMoment } from './transforms/run.ts';
import { Transform } from './transforms/transform.ts';

export interface ImageFolderOptions {
  /** Which part of `root/<split>/<class>`: 'train', 'val' (also valid, validation), 'test'. */
  split?: string;
  /** What images become: three channels (default) or one. */
  mode?: ColourMode;
  /** Of the files that count as images; by default torchvision's, which leave GIF out. */
  extensions?: readonly string[];
  /** A file that cannot be decoded is an error (default), or is left out and counted; see {@link ImageFolder}. */
  onBadImage?: 'error' | 'skip';
  /** Accepts classes without images. */
  allowEmpty?: boolean;
  /** Images with more pixels count as bad; 100 million by default. */
  mostPixels?: number;
  /**
   * Applied to each image when it is asked for: its bytes 0..255 go in, and what comes out is float32 (in 0..1 where the
   * transforms leave bytes). It has to bring all images to one size: RandomResizedCrop, or Resize and CenterCrop.
   */
  transform?: Compose | Transform;
}

/** A decoded image and which sample it is. */
export interface DecodedSample extends DecodedImage {
  index: number;
}
/** A file that could not be used. */
export interface BadImage {
  path: string;
  why: string;
}

/**
 * Images in `root/<class>/**` or `root/<split>/<class>/**`, also inside a .zip, .tar or .tar.gz. Sample i:
 * `[image float32 [channels, height, width] in 0..1, label int64]`, samples in torchvision's order, labels by sorted names.
 * Nothing is kept in memory but the list of files (a .tar.gz is, whole).
 *
 * With `onBadImage: 'skip'`, all headers are read when the set is made, and files whose header is damaged or missing are no
 * samples: length and indices are those of the rest. A file that turns out damaged only when decoded keeps its index; the
 * next sample that can be decoded (counting on from the index, from the last to the first) stands in for it, image and
 * label. Both kinds are listed in `badImages`.
 *
 * With `transform`, random choices depend on seed, epoch and the index of the image that is really shown, so that neither
 * threads nor batches nor their order change them. JPEG files are read, decoded and transformed by the engine's threads,
 * of which only the part that a crop leaves over is decoded.
 *
 * Throws a FileError for a root without classes, an empty class, a bad image.
 */
export class ImageFolder implements Dataset<[Tensor, Tensor]> {
  readonly report: FolderReport;
  /** Sorted folder names over all splits. */
  readonly classes: string[];
  readonly classToIndex: Readonly<Record<string, number>>;
  /** Paths are relative to the report's root. */
  readonly samples: readonly FolderImage[];
  /** The class of every sample. */
  readonly targets: readonly number[];
  readonly length: number;
  readonly mode: ColourMode;
  readonly transform: Compose | null;
  /** Of the files without a readable header, with `onBadImage: 'skip'`: their places among all files, and their paths. */
  readonly leftOut: readonly { index: number; name: string }[];
  /** Grows while files are found that cannot be decoded. */
  readonly badImages: BadImage[] = [];
  private readonly origin: Origin;
  private readonly tree: ImageTree;
  private readonly skipBad: boolean;
  private readonly decoding: DecodeOptions;
  /** When it was made, and once it was asked for, the stamp of its list of files. */
  private readonly read: { opened: number; stamp: string | null } = { opened: Date.now(), stamp: null };
  /** Samples that turned out damaged. */
  private readonly damaged = new Set<number>();

  constructor(root: string, options: ImageFolderOptions = {}) {
    const { transform = null, ...plain } = options;
    this.origin = { of: ImageFolder, root: resolveRoot(root), options: snapshot(plain) };
    this.mode = options.mode ?? 'rgb';
    this.transform = transform instanceof Transform ? new Compose([transform]) : transform;
    this.skipBad = options.onBadImage === 'skip';
    this.decoding = { mode: this.mode, ...(options.mostPixels ? { mostPixels: options.mostPixels } : {}) };
    this.tree = openTree(this.origin.root);
    this.report = scanTree(this.tree, options.extensions ? { extensions: options.extensions } : {});
    this.classes = this.report.classes;
    this.classToIndex = Object.fromEntries(this.classes.map((name, i) => [name, i]));
    const { name, images } = chosenSplit(this.report, options.split);
    if (!options.allowEmpty) checkClasses(this.report, name);
    this.leftOut = images.flatMap((image, index) =>
      this.skipBad && !this.hasHeader(image) ? [{ index, name: image.path }] : [],
    );
    const out = new Set(this.leftOut.map(({ index }) => index));
    this.samples = Object.freeze(images.filter((_, index) => !out.has(index)));
    this.targets = Object.freeze(this.samples.map(({ classIndex }) => classIndex));
    this.length = this.samples.length;
    if (this.badImages.length > 0)
      console.warn(
        `${this.badImages.length} of ${images.length} images are left out; the first: ${this.badImages[0]!.why}`,
      );
  }

  /** `[image, label]`: float32 [channels, height, width] and a 0-dimensional int64. */
  get(index: number, at?: Moment): [Tensor, Tensor] {
    const [images, labels] = this.getBatch([index], at);
    return [images.squeeze(0), labels.squeeze(0)];
  }

  /** Images [n, channels, height, width] and labels [n] at the given indices, decoded by all cores. */
  getBatch(indices: readonly number[], at?: Moment): [Tensor, Tensor] {
    return this.begin(indices, at, 0)();
  }

  /** {@link getBatch} in the background, by `threads` threads of the engine. */
  startBatch(indices: readonly number[], at?: Moment, threads = 1): () => [Tensor, Tensor] {
    // A class of one's own may make batches otherwise.
    if (this.getBatch !== ImageFolder.prototype.getBatch) return () => this.getBatch(indices, at);
    return this.begin(indices, at, threads);
  }

  private begin(indices: readonly number[], at: Moment | undefined, threads: number): () => [Tensor, Tensor] {
    const { transform } = this;
    if (!transform) {
      const finish = this.beginDecode(indices);
      return () => this.makeBatch(finish());
    }
    const moment = at ?? freshMoment();
    const pipeline = transform.whole();
    if (pipeline) return this.startInEngine(pipeline, indices, moment, threads);
    const finish = this.beginDecode(indices);
    return () => {
      const images = finish();
      const shown = images.map(({ index }) => index);
      return [transformDecoded(images, shown, transform, moment), this.labelsOf(shown)];
    };
  }

  /** The path of each sample's file, relative to the report's root. */
  sampleNames(): string[] {
    return this.samples.map(({ path }) => path);
  }

  /** The image at an index as transforms get it, uint8 [channels, height, width]. */
  image(index: number): Tensor {
    return tensorOf(this.decode([index])[0]!)
      .permute(2, 0, 1)
      .contiguous();
  }

  /** The images at the given indices as bytes, each of its own size. */
  decode(indices: readonly number[]): DecodedSample[] {
    return this.beginDecode(indices)();
  }

  /** {@link decode} in the background; the function it gives back waits for it. */
  beginDecode(indices: readonly number[]): () => DecodedSample[] {
    const chosen = this.chosen(indices);
    const pending = beginDecoding(chosen.map((index) => this.source(index)), this.decoding); // prettier-ignore
    return () =>
      pending.take().map((result, i) => {
        const index = chosen[i]!;
        return result instanceof FileError ? this.replace(index, result) : { ...result, index };
      });
  }

  /** @internal Bytes of it that are in memory: a .tar.gz is, whole. */
  get bytes(): number {
    const { root } = this.origin;
    return /\.(tar\.gz|tgz)$/i.test(root) ? (statSync(root, { throwIfNoEntry: false })?.size ?? 0) : 0;
  }

  /** The root and options, for those who make the same set again. */
  recipe(): DatasetRecipe {
    return recipeFrom(this, this.origin, this.transform, () => this.stamped());
  }

  /** @internal The sample that is shown at an index: another's where its file turned out damaged. */
  shownAt(index: number): number {
    return this.damaged.has(index) ? this.standIn(index) : index;
  }

  /** @internal A file of these samples that was written or put there after `time` (milliseconds); null where none was. */
  changedAfter(time: number, indices: readonly number[]): string | null {
    for (const index of indices.flatMap((i) => [i, this.shownAt(i)])) {
      const source = this.source(index);
      const file = 'path' in source ? statSync(source.path, { throwIfNoEntry: false }) : null;
      if (file === undefined || (file && Math.floor(Math.max(file.mtimeMs, file.ctimeMs)) > time)) return source.name;
    }
    return null;
  }

  private stamped(): Read {
    const { opened, stamp } = this.read;
    if (stamp !== null) return { stamp, opened };
    const { samples, classes } = this;
    const { root } = this.origin;
    // The files of a folder are looked at for themselves, when a batch has some of them: changedAfter.
    const archive = statSync(root, { throwIfNoEntry: false })?.isFile() ? stampOf(root) : '';
    const files = samples.map(({ path, classIndex }) => `${classIndex} ${path}`);
    this.read.stamp = stampOfTexts([archive, ...classes, ...files]);
    return { stamp: this.read.stamp, opened };
  }

  /** Makes a batch of decoded images, here by stacking them as they are. What transforms images does it in its place. */
  protected makeBatch(images: readonly DecodedSample[]): [Tensor, Tensor] {
    const [first] = images;
    if (!first) fail('ImageFolder', 'a batch needs at least one index');
    const { width, height, channels } = first;
    const size = width * height * channels;
    const pixels = new Uint8Array(images.length * size);
    images.forEach((image, i) => {
      if (image.width !== width || image.height !== height) throw this.sizesDiffer(first, image);
      pixels.set(image.pixels, i * size);
    });
    const batch = tensorFromBytes(pixels, [images.length, height, width, channels], 'uint8');
    return [batch.permute(0, 3, 1, 2).contiguous().float().div(255), this.labelsOf(images.map(({ index }) => index))];
  }

  /** The engine's threads decode what they can into the batch; the rest is decoded beside, and put into it at the end. */
  private startInEngine(pipeline: NativePipeline, indices: readonly number[], at: Moment, threads: number) {
    const shown = this.chosen(indices);
    if (shown.length === 0) fail('ImageFolder', 'a batch needs at least one index');
    const sources = shown.map((index) => this.source(index));
    const batch = native.beginFileBatch(
      pipeline,
      ...nativePlaces(sources),
      shown,
      ...nativeDecoding(this.decoding),
      at.seed,
      at.epoch,
      threads,
    );
    const others = shown.map((_, i) => i).filter((i) => !mayBeJpeg(sources[i]!));
    const pending = beginInThreads(others.map((i) => sources[i]!), this.decoding); // prettier-ignore
    return (): [Tensor, Tensor] => {
      const left = native.waitFileBatch(batch).filter((i) => !others.includes(i));
      const more = beginInThreads(left.map((i) => sources[i]!), this.decoding); // prettier-ignore
      const results = [...pending.take(), ...more.take()];
      const places = [...others, ...left].map((place, k) => ({ place, result: results[k]! }));
      for (const { place, result } of places.sort((a, b) => a.place - b.place)) {
        const index = shown[place]!;
        const image = result instanceof FileError ? this.replace(index, result) : { ...result, index };
        shown[place] = image.index;
        native.putInFileBatch(batch, place, handleOf(tensorOf(image)), image.index);
      }
      return [wrapHandle(native.takeFileBatch(batch)), this.labelsOf(shown)];
    };
  }

  /** The given indices, those of damaged files replaced. */
  private chosen(indices: readonly number[]): number[] {
    for (const index of indices) {
      if (Number.isInteger(index) && index >= 0 && index < this.length) continue;
      fail('ImageFolder', `there is no sample ${index}: there are ${this.length}, counted from 0`);
    }
    return indices.map((index) => this.shownAt(index));
  }

  private labelsOf(indices: readonly number[]): Tensor {
    return indexTensor(indices.map((index) => this.targets[index]!));
  }

  private source(index: number) {
    return this.tree.source(this.samples[index]!.path);
  }

  private hasHeader({ path }: FolderImage): boolean {
    const source = this.tree.source(path);
    try {
      if ('path' in source && source.from === undefined) readImageHeader(source.path);
      else imageHeader(readSource(source), source.name);
      return true;
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      this.badImages.push({ path, why: error.message });
      return false;
    }
  }

  private replace(index: number, fault: FileError): DecodedSample {
    if (!this.skipBad) throw fault;
    if (!this.damaged.has(index)) {
      this.damaged.add(index);
      this.badImages.push({ path: this.samples[index]!.path, why: fault.message });
    }
    const next = this.standIn(index);
    const [result] = decodeNow([this.source(next)], this.decoding);
    return result instanceof FileError ? this.replace(next, result) : { ...result!, index: next };
  }

  private standIn(index: number): number {
    for (let step = 1; step < this.length; step++) {
      const next = (index + step) % this.length;
      if (!this.damaged.has(next)) return next;
    }
    throw new FileError('bad-image', {
      file: this.report.root,
      problem: `none of the ${this.length} images can be decoded`,
      hint: 'Choose another folder.',
    });
  }

  private sizesDiffer(a: DecodedSample, b: DecodedSample): FlintError {
    const said = ({ index, width, height }: DecodedSample) => `${this.samples[index]!.path} is ${width} x ${height}`;
    return new FlintError(
      `[ImageFolder] images of one batch need one size: ${said(a)}, ${said(b)}; bring them to one size with a transform, or use batchSize 1`,
      { code: 'shape', op: 'ImageFolder' },
    );
  }
}

/** uint8 [height, width, channels] */
const tensorOf = ({ pixels, height, width, channels }: DecodedImage): Tensor =>
  tensorFromBytes(pixels, [height, width, channels], 'uint8');

function chosenSplit({ root, layout, splits }: FolderReport, wanted: string | undefined) {
  const names = splits.map(({ name }) => name).join(', ');
  if (layout === 'flat') {
    if (wanted === undefined) return splits[0]!;
    return fail('ImageFolder', `${root} has no splits, only classes; leave split out, or choose another root`);
  }
  if (wanted === undefined)
    return fail('ImageFolder', `${root} has the splits ${names}: give { split: '${splits[0]!.name}' }`);
  const exact = splits.find(({ name }) => name === wanted);
  const kind = splitKind(wanted);
  const found = exact ?? (kind ? splits.find(({ name }) => splitKind(name) === kind) : undefined);
  return found ?? fail('ImageFolder', `${root} has no split "${wanted}", but ${names}`);
}

function checkClasses({ root, classes, emptyClasses, missingClasses }: FolderReport, split: string): void {
  if (classes.length === 0) {
    throw new FileError('missing-data', {
      file: root,
      problem: 'expected a folder of images for each class, found no folder',
      hint: 'Put the images of each class into a folder with its name.',
    });
  }
  const without = [...emptyClasses, ...missingClasses].filter((each) => each.split === split).map(({ name }) => name);
  if (without.length === 0) return;
  throw new FileError('missing-data', {
    file: root,
    problem: `no images for the ${without.length === 1 ? 'class' : 'classes'} ${without.slice(0, 5).join(', ')}${without.length > 5 ? ', …' : ''} (${split})`,
    hint: 'Add images, remove the folders, or give { allowEmpty: true }.',
  });
}
