import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { findProgram, systemdKeepAwake } from './desktop.ts';

let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'flint-desktop-'))));
afterEach(() => rmSync(folder, { recursive: true }));

/** Stands for systemd-inhibit, which needs a machine that systemd runs: it writes down how it was asked, then does as asked. */
function recorder(): { program: string; asked: () => string | null; pid: () => number } {
  const program = join(folder, 'systemd-inhibit');
  const [log, pid] = [join(folder, 'asked'), join(folder, 'pid')];
  writeFileSync(
    program,
    `#!/bin/sh\necho "$@" > "${log}"\necho $$ > "${pid}"\nwhile [ "\${1#--}" != "$1" ]; do shift; done\nexec "$@"\n`,
  );
  chmodSync(program, 0o755);
  return {
    program,
    asked: () => (existsSync(log) ? readFileSync(log, 'utf8') : null),
    pid: () => Number(readFileSync(pid, 'utf8')),
  };
}
function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z');
  } catch {
    return false;
  }
}
async function until(holds: () => boolean): Promise<void> {
  for (let i = 0; i < 200 && !holds(); i++) await new Promise((go) => setTimeout(go, 25));
  expect(holds()).toBe(true);
}

it.skipIf(process.platform !== 'linux')('the machine is kept awake until it is let go', async () => {
  const { program, asked, pid } = recorder();
  const release = systemdKeepAwake(program)!('A run is active');
  await until(() => asked() !== null && existsSync(join(folder, 'pid')) && pid() > 0);
  expect(asked()).toContain('--what=idle:sleep');
  expect(asked()).toContain('--why=A run is active');
  expect(asked()).toContain(`--pid=${process.pid}`);
  expect(alive(pid())).toBe(true);
  release();
  await until(() => !alive(pid()));
});

it('is absent where the program is', () => {
  expect(systemdKeepAwake(null)).toBeUndefined();
  expect(findProgram('systemd-inhibit', folder)).toBeNull();
});
