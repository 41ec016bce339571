// Sends dropped files to the machine that runs the studio, in chunks, with progress; gives the path where they are then.
import { api } from '../../../studio.ts';
import type { DroppedFile } from './dropped.ts';

const chunkBytes = 1 << 20;
/** Small files travel side by side. */
const atOnce = 4;

export interface UploadOptions {
  signal: AbortSignal;
  onProgress: (sent: number, total: number) => void;
}

export async function upload(name: string, dropped: readonly DroppedFile[], options: UploadOptions): Promise<string> {
  const files = dropped.map(({ path, file }) => ({ path, bytes: file.size }));
  const total = files.reduce((sum, { bytes }) => sum + bytes, 0);
  const { upload: id } = await api.datasets.beginUpload({ name, files });
  let sent = 0;
  const told = (bytes: number) => options.onProgress((sent += bytes), total);
  try {
    const waiting: Promise<void>[] = [];
    for (const [number, { file }] of dropped.entries()) {
      for (let from = 0; from === 0 || from < file.size; from += chunkBytes) {
        options.signal.throwIfAborted();
        const bytes = new Uint8Array(await file.slice(from, from + chunkBytes).arrayBuffer());
        const last = from + chunkBytes >= file.size;
        waiting.push(
          api.datasets.uploadChunk({ upload: id, file: number, bytes, last }).then(() => told(bytes.length)),
        );
        if (waiting.length >= atOnce) await waiting.shift();
      }
    }
    await Promise.all(waiting);
    return (await api.datasets.finishUpload({ upload: id })).path;
  } catch (error) {
    await api.datasets.cancelUpload({ upload: id }).catch(() => {});
    throw error;
  }
}
