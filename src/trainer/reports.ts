// What the script's thread posts to its reporter; numbers that are logged go through shared memory instead.
import type { RunProblem } from '../shared/contract/runs.ts';
import type { TrainerJob } from '../shared/contract/trainer.ts';
import type { LoadingReport, PredictionsReport, StudioWindow } from '../flint/studio/sink.ts';
import type { MessagePort } from 'node:worker_threads';

export type EndStatus = 'finished' | 'stopped' | 'failed';
export type OutputStream = 'out' | 'error' | 'studio';

export type Report =
  /** Before the first value of the tag with this number. */
  | { type: 'tag'; id: number; tag: string }
  /** As the script uses them, its defaults filled in. */
  | { type: 'settings'; settings: TrainerJob['settings'] }
  | { type: 'console'; stream: OutputStream; text: string; at: number }
  | { type: 'predictions'; predictions: PredictionsReport }
  | { type: 'window'; window: StudioWindow }
  | { type: 'text'; tag: string; text: string; step: number; at: number }
  | { type: 'checkpoint'; file: string; step: number; epoch: number }
  | { type: 'epoch'; seconds: number }
  | { type: 'loading'; loading: LoadingReport }
  | { type: 'warning'; text: string }
  | { type: 'end'; status: EndStatus; problem?: RunProblem };

/** What the reporter is started with. */
export interface ReporterData {
  job: TrainerJob;
  shared: SharedArrayBuffer;
  port: MessagePort;
}
/** The reporter's only word to the script's thread; it arrives when the script waits for something. */
export type ReporterWord = { type: 'stop' };
