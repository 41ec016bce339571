// run.json of a living run. The trainer is its writer; only name and note are a person's, and are taken from the file
// each time, because they may have been changed meanwhile.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { cpus, hostname, totalmem } from 'node:os';
import { writeFileAtomic } from '../../flint/io/atomic-write.ts';
import { RunRecord } from '../../shared/contract/runs.ts';
import type { TrainerJob } from '../../shared/contract/trainer.ts';

const mostWarnings = 100;

export class RunFile {
  readonly record: RunRecord;
  private readonly path: string;
  private changed = true;

  constructor(job: TrainerJob) {
    this.path = join(job.folder, 'run.json');
    this.record = readRecord(this.path) ?? newRecord(job);
  }

  change(edit: (record: RunRecord) => void): void {
    edit(this.record);
    this.changed = true;
  }
  warn(text: string): void {
    if (this.record.warnings.length < mostWarnings) this.change((record) => record.warnings.push(text));
  }
  get waits(): boolean {
    return this.changed;
  }

  /** Writes the file when it has changed. Throws when the disk refuses; the next call tries again. */
  write(): void {
    if (!this.changed) return;
    const there = readRecord(this.path);
    if (there) {
      this.record.name = there.name;
      this.record.note = there.note;
    }
    writeFileAtomic(this.path, Buffer.from(`${JSON.stringify(this.record, null, 2)}\n`));
    this.changed = false;
  }
}

function readRecord(path: string): RunRecord | null {
  try {
    return RunRecord.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    return null;
  }
}

/** For a trainer that was started by hand, without a run.json. */
function newRecord(job: TrainerJob): RunRecord {
  const { run: id, entry, settings, seed, device } = job;
  const all = cpus();
  const host = { name: hostname(), cpu: all[0]?.model ?? '', cores: all.length, memoryBytes: totalmem() };
  return RunRecord.parse({
    ...{ id, name: id, status: 'starting', entry, settings, seed, device, host },
    createdAt: Date.now(),
  });
}
