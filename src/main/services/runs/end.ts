// The end of a run whose trainer could not write it itself: killed, crashed, or out of memory.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RunRecord } from '../../../shared/contract/runs.ts';
import type { ProcessEnd } from '../../shells/shell.ts';
import { changeRecord, isFinal, readRecord } from './run-record.ts';

export interface EndedBy {
  /** Killed on a person's word, after the script did not end in time. */
  forced?: boolean;
  end?: ProcessEnd;
}

/** Call when the process is gone. A final status that the trainer wrote is kept; gives what run.json says then. */
export function markEnded(folder: string, { forced = false, end }: EndedBy, now = Date.now()): RunRecord {
  const before = readRecord(folder);
  if (isFinal(before.status)) return before;
  return changeRecord(folder, (record) => {
    record.endedAt = now;
    delete record.pid;
    if (forced) {
      record.status = 'stopped';
      record.warnings.push(
        'The script did not enter the library in time after Stop, so its process was ended by force.',
      );
    } else {
      record.status = 'crashed';
      record.problem = { message: crashMessage(end, lastWords(folder)) };
    }
  });
}

/** Why a process ended, in words, and what to do. */
export function crashMessage(end: ProcessEnd | undefined, output: string): string {
  const kept = 'Everything logged until then is on disk; the run can be continued from its last checkpoint.';
  const words = output ? ` Its last words: ${output}` : '';
  if (end?.error) return `The trainer could not be started: ${end.error}.`;
  if (end?.signal === 'SIGKILL') {
    return `The trainer was killed from outside: by kill -9, or by the system because memory ran out. ${kept}${words}`;
  }
  if (end?.signal) return `The trainer crashed (${end.signal}). ${kept}${words}`;
  if (end?.code === 134 || /heap out of memory/.test(output)) return `The script ran out of memory. ${kept}${words}`;
  if (typeof end?.code === 'number') return `The trainer ended unexpectedly with code ${end.code}. ${kept}${words}`;
  return `The trainer's process is gone; it ended while no studio was watching. ${kept}${words}`;
}

function lastWords(folder: string): string {
  const log = join(folder, 'process.log');
  if (!existsSync(log)) return '';
  return readFileSync(log, 'utf8').slice(-4000).trim().split('\n').slice(-6).join('\n');
}
