// Thumbnails on demand: asked for in chunks, a few at a time and only of what is in view now, so that a fast scroll asks for
// nothing it passes. Kept up to a bound; those longest unseen go first.

export interface Pictures {
  width: number;
  height: number;
  pixels: Uint8Array;
  broken: readonly number[];
}
interface Chunk {
  bytes: number;
  bitmap: ImageBitmap;
  width: number;
  height: number;
  broken: ReadonlySet<number>;
}
export interface Thumbnail {
  source: ImageBitmap;
  /** Where it begins in the strip. */
  y: number;
  width: number;
  height: number;
}

/** Sides that thumbnails are made in; kept files are shared by all cells of one size. */
const levels = [64, 160] as const;
/** Bytes of pictures kept. */
const mostBytes = 192 * 1024 * 1024;
const atOnce = 3;
/** Milliseconds after a whole view was jumped over in which one chunk is fetched at a time: frames come first. */
const flingRest = 120;

export const levelFor = (pixels: number): number => levels.find((level) => level >= pixels) ?? levels.at(-1)!;
/** Images in a chunk: few enough that the first ones are soon there. */
export const chunkFor = (level: number): number => (level <= 64 ? 48 : 16);

export class Thumbnails {
  /** Sample indices in the order shown. */
  private readonly order: Uint32Array;
  private readonly size: number;
  private readonly chunkSize: number;
  private readonly ask: (indices: number[], size: number) => Promise<Pictures>;
  private readonly onArrive: () => void;
  private readonly chunks = new Map<number, Chunk>();
  private readonly coming = new Set<number>();
  /** Chunks that could not be had, and when to try again. */
  private readonly failed = new Map<number, number>();
  private wanted: [first: number, last: number] = [0, -1];
  private bytes = 0;
  private flungAt = -Infinity;
  private closed = false;

  constructor(
    order: Uint32Array,
    level: number,
    ask: (indices: number[], size: number) => Promise<Pictures>,
    onArrive: () => void,
  ) {
    this.order = order;
    this.size = level;
    this.chunkSize = chunkFor(level);
    this.ask = ask;
    this.onArrive = onArrive;
  }

  /** Says which places are in view; what is missing of them is fetched, then what lies beside them. */
  want(first: number, last: number): void {
    const [before, behind] = this.wanted;
    this.wanted = [Math.floor(first / this.chunkSize), Math.floor(Math.max(first, last) / this.chunkSize)];
    const passing = behind >= 0 && (this.wanted[0] > behind || this.wanted[1] < before);
    if (passing) this.flungAt = performance.now();
    this.fetchMissing();
  }

  /** The picture at a place of the order; null while it is fetched, "broken" when it cannot be read. */
  at(place: number): Thumbnail | 'broken' | null {
    const number = Math.floor(place / this.chunkSize);
    const chunk = this.chunks.get(number);
    if (!chunk) return null;
    const within = place % this.chunkSize;
    if (chunk.broken.has(within)) return 'broken';
    return { source: chunk.bitmap, y: within * chunk.height, width: chunk.width, height: chunk.height };
  }

  close(): void {
    this.closed = true;
    for (const { bitmap } of this.chunks.values()) bitmap.close();
    this.chunks.clear();
  }

  private fetchMissing(): void {
    const [first, last] = this.wanted;
    const lastChunk = Math.ceil(this.order.length / this.chunkSize) - 1;
    const numbers = Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => first + i);
    const flung = performance.now() - this.flungAt < flingRest;
    for (const number of flung ? numbers : [...numbers, last + 1, first - 1]) {
      if (this.coming.size >= (flung ? 1 : atOnce)) return;
      const there = this.chunks.has(number) || this.coming.has(number);
      if (number < 0 || number > lastChunk || there || (this.failed.get(number) ?? 0) > performance.now()) continue;
      void this.fetch(number);
    }
  }

  private async fetch(number: number): Promise<void> {
    this.coming.add(number);
    const indices = Array.from(this.order.subarray(number * this.chunkSize, (number + 1) * this.chunkSize));
    try {
      const { width, height, pixels, broken } = await this.ask(indices, this.size);
      const clamped = new Uint8ClampedArray(pixels.buffer as ArrayBuffer, pixels.byteOffset, pixels.length);
      const bitmap = await createImageBitmap(new ImageData(clamped, width, height * indices.length));
      if (this.closed) return bitmap.close();
      this.chunks.set(number, { bytes: pixels.length, bitmap, width, height, broken: new Set(broken) });
      this.bytes += pixels.length;
      this.failed.delete(number);
      this.forgetFarthest();
      this.onArrive();
    } catch {
      this.failed.set(number, performance.now() + 2000);
    } finally {
      this.coming.delete(number);
      if (!this.closed) this.fetchMissing();
    }
  }

  /** The chunks farthest from what is in view go first. */
  private forgetFarthest(): void {
    if (this.bytes <= mostBytes) return;
    const middle = (this.wanted[0] + this.wanted[1]) / 2;
    const far = [...this.chunks].sort(([a], [b]) => Math.abs(b - middle) - Math.abs(a - middle));
    for (const [number, { bitmap, bytes }] of far) {
      if (this.bytes <= mostBytes * 0.75) return;
      this.bytes -= bytes;
      bitmap.close();
      this.chunks.delete(number);
    }
  }
}
