// A folder of the trainer's own for the bundle of its script. One that a killed trainer left behind is removed by the
// next: the name says which process it belongs to.
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const named = /^flint-run-(\d+)-/;

export function makeScratchFolder(home: string = tmpdir()): string {
  for (const name of readdirSync(home)) {
    const pid = named.exec(name)?.[1];
    if (pid !== undefined && !lives(Number(pid))) removeScratchFolder(join(home, name));
  }
  return mkdtempSync(join(home, `flint-run-${process.pid}-`));
}

export function removeScratchFolder(folder: string): void {
  try {
    rmSync(folder, { recursive: true, force: true });
  } catch {
    // Another person's, or already being removed.
  }
}

function lives(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
