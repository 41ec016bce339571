// Downloads of data sets into the user's data folder: one for each at a time, told by events.
import { mkdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { z } from 'zod';
import { plainError } from '../../../shared/errors.ts';
import type { Emit } from '../../../shared/rpc/server.ts';
import { downloadFolder } from '../projects/dataset-folders.ts';
import { throttle } from '../runs/throttle.ts';
import type { WorkbenchClient } from '../workbench/client.ts';
import type { InDataset } from './entries.ts';

const Received = z.object({ receivedBytes: z.number(), totalBytes: z.number() });

export interface DownloadsOptions {
  workbench: WorkbenchClient;
  /** The user's data folder. */
  folder: string;
  emit: Emit;
}

export class Downloads {
  private readonly options: DownloadsOptions;
  private readonly running = new Map<string, AbortController>();

  constructor(options: DownloadsOptions) {
    this.options = options;
  }

  has(asked: InDataset): boolean {
    return this.running.has(keyOf(asked));
  }

  cancel(asked: InDataset): void {
    this.running.get(keyOf(asked))?.abort();
  }

  close(): void {
    for (const download of this.running.values()) download.abort();
  }

  /** Returns when it is on its way; `done` is told the folder. */
  start(asked: InDataset, kind: string, done: (folder: string) => void): void {
    const key = keyOf(asked);
    if (this.running.has(key)) return;
    const controller = new AbortController();
    this.running.set(key, controller);
    const { workbench, emit } = this.options;
    const folder = resolve(downloadFolder(kind, this.options.folder));
    mkdirSync(folder, { recursive: true });
    let received = { receivedBytes: 0, totalBytes: 0 };
    const tell = (state: 'running' | 'done' | 'failed' | 'cancelled', problem?: string) =>
      emit('datasets.didDownload', { ...asked, ...received, state, ...(problem && { problem }) });
    const tellRunning = throttle(100, () => tell('running'));
    const onProgress = (value: unknown) => {
      received = Received.parse(value);
      tellRunning();
    };
    tellRunning();
    const end = () => {
      tellRunning.cancel();
      this.running.delete(key);
    };
    workbench
      .request('datasets.download', { kind, folder }, { onProgress, signal: controller.signal })
      .then(
        () => {
          end();
          done(folder);
          tell('done');
        },
        (error: unknown) => {
          end();
          if (controller.signal.aborted) tell('cancelled');
          else tell('failed', plainError(error).message);
          emit('datasets.didChange', asked);
        },
      )
      .catch(() => {});
  }
}

const keyOf = ({ project, dataset }: InDataset) => `${project}\0${dataset}`;
