// Thumbnails on demand: asked for in chunks, kept up to a bound, drawn on canvases. The oldest chunks go first.
import { api } from '../../studio.ts';

const CHUNK = 256;
const MOST_CHUNKS = 160;

interface Chunk {
  bitmap: ImageBitmap;
  width: number;
  height: number;
}

export class Thumbnails {
  private chunks = new Map<number, Chunk | 'coming'>();
  private readonly project: string;
  private readonly dataset: string;
  private readonly split: string;
  /** Sample indices in the order shown. */
  private readonly order: Uint32Array;
  private readonly onArrive: () => void;
  private closed = false;

  constructor(project: string, dataset: string, split: string, order: Uint32Array, onArrive: () => void) {
    this.project = project;
    this.dataset = dataset;
    this.split = split;
    this.order = order;
    this.onArrive = onArrive;
  }

  /** Where the picture at a place of the order lies, or null while it is fetched. */
  at(place: number): { source: ImageBitmap; y: number; width: number; height: number } | null {
    const number = Math.floor(place / CHUNK);
    const chunk = this.chunks.get(number);
    if (chunk === undefined) this.fetch(number);
    if (!chunk || chunk === 'coming') return null;
    this.chunks.delete(number);
    this.chunks.set(number, chunk); // used last, so dropped last
    return { source: chunk.bitmap, y: (place % CHUNK) * chunk.height, width: chunk.width, height: chunk.height };
  }

  close(): void {
    this.closed = true;
    for (const chunk of this.chunks.values()) if (chunk !== 'coming') chunk.bitmap.close();
    this.chunks.clear();
  }

  private fetch(number: number): void {
    this.chunks.set(number, 'coming');
    const indices = Array.from(this.order.subarray(number * CHUNK, (number + 1) * CHUNK));
    const { project, dataset, split } = this;
    api.datasets
      .thumbnails({ project, dataset, split, indices })
      .then(async ({ width, height, pixels }) => {
        const data = new ImageData(new Uint8ClampedArray(pixels), width, height * indices.length);
        const bitmap = await createImageBitmap(data);
        if (this.closed) return bitmap.close();
        this.chunks.set(number, { bitmap, width, height });
        this.forgetOldest();
        this.onArrive();
      })
      .catch(() => this.chunks.delete(number));
  }

  private forgetOldest(): void {
    for (const [number, chunk] of this.chunks) {
      if (this.chunks.size <= MOST_CHUNKS) return;
      if (chunk === 'coming') continue;
      chunk.bitmap.close();
      this.chunks.delete(number);
    }
  }
}
