// Long work of the workbench for a data set, one of each kind at a time: started once, told by events, cancelled by name.
import type { WorkProgress } from '../../../shared/contract/datasets.ts';
import { z } from 'zod';
import { plainError } from '../../../shared/errors.ts';
import type { Emit } from '../../../shared/rpc/server.ts';
import type { WorkbenchClient } from '../workbench/client.ts';

const Progress = z.object({ done: z.number(), total: z.number() });
type WorkName = WorkProgress['work'];
const jobs = { index: 'datasets.index', inspect: 'datasets.inspect' } as const;

interface Asked {
  project: string;
  dataset: string;
}

export class Works {
  private readonly workbench: WorkbenchClient;
  private readonly emit: Emit;
  private readonly running = new Map<string, AbortController>();

  constructor(workbench: WorkbenchClient, emit: Emit) {
    this.workbench = workbench;
    this.emit = emit;
  }

  /** Does nothing while the same is under way. */
  start(work: WorkName, asked: Asked, data: { project: string; kind: string; source: string }): void {
    const key = keyOf(work, asked);
    if (this.running.has(key)) return;
    const controller = new AbortController();
    this.running.set(key, controller);
    let latest = { done: 0, total: 0 };
    const tell = (state: WorkProgress['state'], problem?: string) =>
      this.emit('datasets.didWork', { ...asked, work, ...latest, state, ...(problem && { problem }) });
    const onProgress = (value: unknown) => {
      latest = Progress.parse(value);
      tell('running');
    };
    this.workbench
      .request(jobs[work], data, { onProgress, signal: controller.signal })
      .then(
        () => {
          this.running.delete(key);
          latest = { ...latest, done: latest.total };
          tell('done');
        },
        (error: unknown) => {
          this.running.delete(key);
          if (controller.signal.aborted) tell('cancelled');
          else tell('failed', plainError(error).message);
        },
      )
      .catch(() => {});
  }

  cancel(work: WorkName, asked: Asked): void {
    this.running.get(keyOf(work, asked))?.abort();
  }

  close(): void {
    for (const controller of this.running.values()) controller.abort();
  }
}

const keyOf = (work: WorkName, { project, dataset }: Asked) => `${work}\0${project}\0${dataset}`;
