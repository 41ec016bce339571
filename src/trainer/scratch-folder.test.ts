import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { expect, it } from 'vitest';
import { makeScratchFolder, removeScratchFolder } from './scratch-folder.ts';

it('what a killed trainer left is removed, what a living one uses and what is not ours stays', () => {
  const home = mkdtempSync(join(tmpdir(), 'flint-scratch-'));
  try {
    const { pid } = spawnSync(process.execPath, ['-e', '']);
    mkdirSync(join(home, `flint-run-${pid}-abc`));
    writeFileSync(join(home, `flint-run-${pid}-abc`, 'script.mjs'), '');
    mkdirSync(join(home, 'flint-run-mine'));
    const first = makeScratchFolder(home);
    const second = makeScratchFolder(home);
    const kept = [basename(first), basename(second), 'flint-run-mine'];
    expect(readdirSync(home).sort()).toEqual(kept.sort());
    removeScratchFolder(first);
    removeScratchFolder(second);
    expect(readdirSync(home)).toEqual(['flint-run-mine']);
  } finally {
    rmSync(home, { recursive: true });
  }
});
