// live/: the newest predictions and windows, each in two files that are replaced whole. The newest wins: one that could
// not be written is replaced by the next.
import { join } from 'node:path';
import { writeFileAtomic } from '../../flint/io/atomic-write.ts';
import type { PredictionsReport, StudioWindow } from '../../flint/studio/sink.ts';
import type { FromTrainer } from '../../shared/contract/trainer.ts';
import { packPredictions, packWindow, windowFileName, type LiveFiles } from '../../shared/live-files.ts';

interface Picture {
  files: () => LiveFiles;
  message: FromTrainer;
}

export class LivePictures {
  private readonly folder: string;
  private readonly waiting = new Map<string, Picture>();

  constructor(runFolder: string) {
    this.folder = join(runFolder, 'live');
  }

  predictions(predictions: PredictionsReport): void {
    this.waiting.set('predictions', { files: () => packPredictions(predictions), message: { type: 'predictions' } });
  }
  window(window: StudioWindow): void {
    const path = `windows/${windowFileName(window.name)}`;
    this.waiting.set(path, { files: () => packWindow(window), message: { type: 'window', name: window.name } });
  }
  get waits(): boolean {
    return this.waiting.size > 0;
  }

  /** Writes what waits and says what was written. Throws when the disk refuses; the rest waits. */
  write(written: (message: FromTrainer) => void): void {
    for (const [path, { files, message }] of this.waiting) {
      const { json, bin } = files();
      writeFileAtomic(join(this.folder, `${path}.bin`), bin);
      writeFileAtomic(join(this.folder, `${path}.json`), Buffer.from(json));
      this.waiting.delete(path);
      written(message);
    }
  }
}
