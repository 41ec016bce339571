// Real trainer processes on a disk that is full.
import { spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { buildTrainer, pointsOf, TestRun } from './fixtures/start.ts';

let built: Awaited<ReturnType<typeof buildTrainer>>;
beforeAll(async () => {
  built = await buildTrainer();
});
afterAll(() => built.remove());
const open: TestRun[] = [];
afterEach(() => {
  for (const run of open.splice(0)) run.close();
});
function start(script: string, job: object) {
  const run = new TestRun(built.folder, { 'train.ts': script }, job);
  open.push(run);
  return run;
}
const studio = `import { sink } from 'flint/studio';\n`;

/** A file system of 1 MiB, which only root can make; null where that is not allowed. */
function smallDisk(): { folder: string; remove: () => void } | null {
  const folder = mkdtempSync(join(tmpdir(), 'flint-small-disk-'));
  const mounted =
    spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', folder], { stdio: 'ignore' }).status === 0;
  const remove = () => {
    if (mounted) spawnSync('umount', ['-l', folder]);
    rmSync(folder, { recursive: true, force: true });
  };
  if (mounted) return { folder, remove };
  remove();
  return null;
}
function fill(file: string): void {
  const handle = openSync(file, 'w');
  try {
    for (let size = 1 << 16; size >= 1; size >>= 1) {
      try {
        for (;;) writeSync(handle, Buffer.alloc(size));
      } catch {
        // Smaller pieces until not a byte more fits.
      }
    }
  } finally {
    closeSync(handle);
  }
}

it('a full disk is told once, and nothing is lost when there is room again', async (test) => {
  const disk = smallDisk();
  if (!disk) return test.skip('mounting a small file system needs root');
  try {
    const script = `${studio}for (let step = 0; ; step++) { sink.scalars({ loss: step }, step, 0); console.log('line', step); const t = Date.now(); while (Date.now() - t < 2); }`;
    const run = start(script, { folder: join(disk.folder, 'run-1') });
    await run.until('scalars');
    fill(join(disk.folder, 'filler'));
    const told = await run.until('warning');
    expect(told.text).toMatch(/disk is full.*Free some space.*goes on/s);
    await new Promise((go) => setTimeout(go, 1500));
    expect(run.child.exitCode).toBeNull();
    // What lies on the disk now is whole: no half record, no half line.
    const before = pointsOf(run.folder).filter(([tag]) => tag === 'loss');
    expect(before.map(([, step]) => step)).toEqual(before.map((_, i) => i));
    expect(() => run.consoleFile()).not.toThrow();
    rmSync(join(disk.folder, 'filler'));
    await run.until('warning', (m) => /can be written again/.test(m.text));
    expect(run.messages.filter((m) => m.type === 'warning' && /disk is full/.test(m.text))).toHaveLength(1);
    run.send({ type: 'stop' });
    await run.exit;
    const points = pointsOf(run.folder).filter(([tag]) => tag === 'loss');
    expect(points.length).toBeGreaterThan(before.length);
    expect(points.map(([, step]) => step)).toEqual(points.map((_, i) => i));
    const lines = run.consoleFile().filter((line) => line.stream === 'stdout');
    expect(lines.map((line) => line.text)).toEqual(lines.map((_, i) => `line ${i}`));
    expect(run.record().status).toBe('stopped');
  } finally {
    for (const run of open.splice(0)) run.close();
    disk.remove();
  }
});

it('a checkpoint that does not fit the disk ends the run with what to do, and keeps the one before', async (test) => {
  const disk = smallDisk();
  if (!disk) return test.skip('mounting a small file system needs root');
  try {
    const folder = join(disk.folder, 'run-1');
    const script = `import { writeFileAtomic } from 'flint/studio';
writeFileAtomic(${JSON.stringify(join(folder, 'checkpoints/a.safetensors'))}, new Uint8Array(1000).fill(1));
writeFileAtomic(${JSON.stringify(join(folder, 'checkpoints/a.safetensors'))}, new Uint8Array(2 << 20));
`;
    const run = start(script, { folder });
    await run.exit;
    expect(run.record()).toMatchObject({
      status: 'failed',
      problem: { message: expect.stringMatching(/disk is full.*Free some space/s) as string, line: 3 },
    });
    expect(readdirSync(join(folder, 'checkpoints'))).toEqual(['a.safetensors']);
    expect(readFileSync(join(folder, 'checkpoints/a.safetensors'))).toHaveLength(1000);
  } finally {
    for (const run of open.splice(0)) run.close();
    disk.remove();
  }
});
