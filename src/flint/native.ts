// Finds and loads the engine's addon, and gives the little it exports a type. Everything above goes through
// tensor/dispatch.ts for operations; only attributes, bytes, autograd and memory are called here by name.
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { FlintError } from './errors.ts';
import { packageRoot } from './package-root.ts';

declare const nativeBrand: unique symbol;
/** The engine's counted reference to one tensor; opaque to JavaScript. */
export type NativeHandle = { readonly [nativeBrand]: true };

/** What one call of an operation may take and give. */
export type NativeOp = (...args: unknown[]) => unknown;

/** Bytes and handles that the engine holds alive now. */
export interface MemoryStats {
  /** Bytes in live storages. */
  liveBytes: number;
  /** Highest `liveBytes` so far. */
  peakBytes: number;
  /** Bytes kept by the allocator for reuse. */
  cachedBytes: number;
  /** Tensors that JavaScript can still reach, or that wait for a collection. */
  liveHandles: number;
}

/** The addon's own functions. `ops` has one entry for each row of the engine's registry, in camelCase. */
export interface NativeAddon {
  readonly ops: Readonly<Record<string, NativeOp>>;
  readonly opInfo: readonly { name: string; doc: string; differentiable: boolean; arity: number }[];
  /** `signals[0]` becomes 1 when dropped tensors should be collected. */
  setSignals(signals: Int32Array): void;
  setErrorClass(ctor: unknown): void;
  /** Living bytes and handles at which a collection of dropped tensors is due. */
  setCollectionLimits(bytes: number, handles: number): void;
  /** Bytes that all tensors may hold; 0 for no limit. */
  setMemoryLimit(bytes: number): void;
  /** What frees dropped tensors at once, called before an allocation fails. */
  setCollector(collect: () => void): void;
  memory(): [liveBytes: number, peakBytes: number, cachedBytes: number, liveHandles: number];
  emptyCache(): void;

  fromBytes(bytes: ArrayBufferView | ArrayBuffer, shape: readonly number[], dtype: string): NativeHandle;
  /** A row-major copy; with `edge`, only the first and last `edge` entries of dimensions longer than twice that. */
  toBytes(handle: NativeHandle, edge?: number): ArrayBuffer;
  item(handle: NativeHandle): number | boolean;
  sizes(handle: NativeHandle): number[];
  strides(handle: NativeHandle): number[];
  storageOffset(handle: NativeHandle): number;
  sameStorage(a: NativeHandle, b: NativeHandle): boolean;
  dtype(handle: NativeHandle): string;
  dim(handle: NativeHandle): number;
  numel(handle: NativeHandle): number;
  isContiguous(handle: NativeHandle): boolean;
  version(handle: NativeHandle): number;

  needsGrad(handle: NativeHandle): boolean;
  isLeaf(handle: NativeHandle): boolean;
  setRequiresGrad(handle: NativeHandle, value: boolean): void;
  setRetainsGrad(handle: NativeHandle): void;
  retainsGrad(handle: NativeHandle): boolean;
  gradOf(handle: NativeHandle): NativeHandle | undefined;
  setGrad(handle: NativeHandle, grad: NativeHandle | undefined): void;
  withoutHistory(handle: NativeHandle): NativeHandle;
  dataOf(handle: NativeHandle): NativeHandle;
  setData(handle: NativeHandle, data: NativeHandle): void;
  detachInPlace(handle: NativeHandle): void;
  gradFn(handle: NativeHandle): NativeNode | undefined;
  nodeName(node: NativeNode): string;
  sameNode(a: NativeNode, b: NativeNode): boolean;
  nextNodes(node: NativeNode): (NativeNode | undefined)[];
  backward(root: NativeHandle, grad: NativeHandle | undefined, retainGraph: boolean, createGraph: boolean): void;
  grad(
    outputs: NativeHandle[],
    inputs: NativeHandle[],
    grads: (NativeHandle | undefined)[],
    retainGraph: boolean,
    createGraph: boolean,
    allowUnused: boolean,
  ): (NativeHandle | undefined)[];
  pushGradMode(enabled: boolean): void;
  popGradMode(): void;
  gradEnabled(): boolean;
  /** Calls `fn` with the gradient of a tensor as it passes; a handle it gives takes the gradient's place. */
  addHook(handle: NativeHandle, fn: (grad: NativeHandle) => NativeHandle | undefined): number;
  removeHook(handle: NativeHandle, id: number): void;
  /** Makes `backward` the derivative of `outputs` by `inputs`. */
  recordFunction(
    outputs: NativeHandle[],
    inputs: NativeHandle[],
    backward: (...grads: (NativeHandle | undefined)[]) => (NativeHandle | undefined)[],
  ): void;
  setAnomaly(on: boolean): void;
  anomaly(): boolean;
  /** Where the operation that made a tensor was called. */
  setOrigin(handle: NativeHandle, origin: string): void;
  /** The 16-bit type that products are given from now on, or none. */
  setAutocast(dtype: string | undefined): void;
  autocast(): string | undefined;

  /** Starts a batch of images in another thread; the arguments of the operation imageBatch. */
  beginImageBatch(
    images: NativeHandle,
    indices: NativeHandle,
    scale: NativeHandle,
    shift: NativeHandle,
    threads?: number,
  ): NativeImageBatch;
  /** Waits for it. */
  takeImageBatch(batch: NativeImageBatch): NativeHandle;
  /** Steps of image transforms: their types, the names of their random numbers, and the numbers that they are made of. */
  makePipeline(
    types: readonly string[],
    names: readonly string[],
    numbers: readonly (readonly number[])[],
  ): NativePipeline;
  /** Images through a pipeline into one batch: rows of one tensor, or one tensor each. */
  runPipeline(
    pipeline: NativePipeline,
    images: readonly NativeHandle[],
    rows: readonly number[],
    keys: readonly number[],
    interleaved: boolean,
    seed: number,
    epoch: number,
    floats: boolean,
    mask: boolean,
  ): NativeHandle;
  /** The same by other threads. */
  beginPipeline(
    pipeline: NativePipeline,
    images: readonly NativeHandle[],
    rows: readonly number[],
    keys: readonly number[],
    interleaved: boolean,
    seed: number,
    epoch: number,
    floats: boolean,
    threads: number,
  ): NativePipelineBatch;
  /** Waits for it. */
  takePipeline(batch: NativePipelineBatch): NativeHandle;
  /** Whether the engine was built with a decoder for JPEG. */
  decodesJpeg(): boolean;
  /**
   * Begins to decode images by other threads (0: when they are taken): files from a byte on, a length of -1 being all that
   * is left. Where the path is empty, it is the next of `bytes`.
   */
  beginFiles(...all: [...places: NativePlaces, grey: boolean, mostPixels: number, threads: number]): NativeFiles;
  /** Waits; null for an image that the engine does not decode, be it damaged or of another kind. */
  takeFiles(files: NativeFiles): ([height: number, width: number, pixels: ArrayBuffer] | null)[];
  /** The same through a pipeline into one batch. */
  beginFileBatch(
    pipeline: NativePipeline,
    ...all: [
      ...places: NativePlaces,
      keys: readonly number[],
      grey: boolean,
      mostPixels: number,
      seed: number,
      epoch: number,
      threads: number,
    ]
  ): NativeFileBatch;
  /** Waits; the places of those that were not decoded and have to be put in. */
  waitFileBatch(batch: NativeFileBatch): number[];
  /** uint8 [height, width, channels] */
  putInFileBatch(batch: NativeFileBatch, place: number, image: NativeHandle, key: number): void;
  takeFileBatch(batch: NativeFileBatch): NativeHandle;
  /** One image through a pipeline, and what was to be seen after each step. */
  followPipeline(
    pipeline: NativePipeline,
    image: NativeHandle,
    interleaved: boolean,
    key: number,
    seed: number,
    epoch: number,
    looks: boolean,
  ): NativeSeen[];
  /** Numbers in [0, 1): what a step of this name draws. */
  cardDraws(name: string, seed: number, epoch: number, key: number, count: number): number[];
  /** Starts to record what this thread does; gives the tensors that stand for the inputs. */
  beginRecording(inputs: readonly NativeHandle[]): NativeHandle[];
  /** The tape, and the outputs in memory that no replay writes to. */
  endRecording(outputs: readonly NativeHandle[]): [tape: NativeTape, results: NativeHandle[]];
  abortRecording(): void;
  /** Undefined where the tape does not fit the inputs, null where it never will again. */
  replay(tape: NativeTape, inputs: readonly NativeHandle[], numbers: Float64Array): NativeHandle[] | undefined | null;
  tapeInfo(tape: NativeTape): [launches: number, plannedBytes: number, requestedBytes: number];

  manualSeed(seed: number | bigint): void;
  generatorState(): [seed: bigint, counter: bigint];
  setGeneratorState(seed: bigint, counter: bigint): void;
  threads(): number;
  setThreads(count: number): void;
  /** What runs matrix products and convolutions: "oneDNN 2.6.3" or "built-in". */
  backend(): string;
}

declare const nodeBrand: unique symbol;
/** A step of the recorded graph; opaque to JavaScript. */
export type NativeNode = { readonly [nodeBrand]: true };

declare const imageBatchBrand: unique symbol;
/** A batch that is being made; opaque to JavaScript. */
export type NativeImageBatch = { readonly [imageBatchBrand]: true };

declare const pipelineBrand: unique symbol;
/** A pipeline of image transforms; opaque to JavaScript. */
export type NativePipeline = { readonly [pipelineBrand]: true };

declare const pipelineBatchBrand: unique symbol;
/** A batch that is being transformed; opaque to JavaScript. */
export type NativePipelineBatch = { readonly [pipelineBatchBrand]: true };

/** Where encoded images are. */
export type NativePlaces = [
  paths: readonly string[],
  from: readonly number[],
  lengths: readonly number[],
  bytes: readonly NativeHandle[],
];

declare const filesBrand: unique symbol;
/** Images that are being decoded; opaque to JavaScript. */
export type NativeFiles = { readonly [filesBrand]: true };

declare const fileBatchBrand: unique symbol;
/** A batch that is being made of encoded images; opaque to JavaScript. */
export type NativeFileBatch = { readonly [fileBatchBrand]: true };

/** What was to be seen after a step of a pipeline. */
export interface NativeSeen {
  drawn: Record<string, number | boolean | number[]>;
  /** Nine numbers of a matrix, height and width after it, and what key points are moved by beside. */
  movements: number[][];
  /** Height, width, channels. */
  size: number[];
  /** uint8 [height, width, channels]; only where it was asked for. */
  image?: NativeHandle;
  /** float32 [channels, height, width]; only of floats. */
  tensor?: NativeHandle;
}

declare const tapeBrand: unique symbol;
/** A recorded step; opaque to JavaScript. */
export type NativeTape = { readonly [tapeBrand]: true };

function load(): NativeAddon {
  const file = resolve(process.env['FLINT_NATIVE'] ?? join(packageRoot(), 'build/native/flint.node'));
  if (!existsSync(file)) {
    throw new FlintError(
      `flint: the engine is not built: ${file} is missing. Run "npm start" once, or set FLINT_NATIVE to the file.`,
      {
        code: 'no-engine',
      },
    );
  }
  // How often a thread of oneDNN's without work looks for some before it sleeps. With the usual number it keeps a processor
  // from the threads of other programs, and of ours, that have work.
  process.env['GOMP_SPINCOUNT'] ??= '1000';
  const addon = createRequire(import.meta.url)(file) as NativeAddon;
  addon.setErrorClass(FlintError);
  return addon;
}

export const native: NativeAddon = load();
