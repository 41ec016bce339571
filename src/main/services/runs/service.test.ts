import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { packPredictions, packWindow, windowFileName } from '../../../shared/live-files.ts';
import { testStudio, type TestStudio } from '../../fixtures/studio.ts';
import { connect } from '../../../shared/rpc/client.ts';
import { composeStudio } from '../../compose.ts';
import { memoryClient, memoryShell } from '../../shells/memory/index.ts';
import { isAlive } from '../../shells/processes.ts';
import { writeFileAtomic } from '../../../flint/io/atomic-write.ts';

let test: TestStudio;
const released = vi.fn();
const keepAwake = vi.fn(() => released);
beforeEach(async () => {
  vi.clearAllMocks();
  test = await testStudio({ keepAwake });
});
afterEach(async () => {
  for (const project of (await test.window.api.projects.recent({})).filter((p) => p.exists)) {
    for (const run of await test.window.api.runs.list({ project: project.path })) {
      if (run.pid && isAlive(run.pid)) process.kill(run.pid, 'SIGKILL');
    }
  }
  await test.end();
});

async function started(act: string, more: object = {}) {
  const project = await test.project(act);
  const run = await test.window.api.runs.start({ project, settings: {}, device: 'cpu', ...more });
  return { project, run, asked: { project, run: run.id } };
}
const until = (status: string) =>
  test.next('runs.didChange', (e) => e.summary?.status === status).then((e) => e.summary!);

/** The trainer's process is gone, too. */
const gone = (project: string) =>
  vi.waitFor(
    async () => expect((await test.window.api.runs.list({ project })).every((run) => run.progress === null)).toBe(true),
    5000,
  );

describe('a run', () => {
  it('starts with its folder, sources and merged settings, logs, and finishes', async () => {
    const ended = until('finished');
    const logged = test.next('runs.didLog');
    const printed = test.next('runs.didPrint');
    const { project, run, asked } = await started('finish', { settings: { lr: 0.5 }, seed: 7 });
    expect(run.id).toMatch(/^\d{4}-\d\d-\d\d-\d{4}-project-1$/);
    expect(run).toMatchObject({
      name: 'Project 1 1',
      settings: { act: 'finish', lr: 0.5 },
      seed: 7,
      entry: 'train.ts',
    });
    expect(keepAwake).toHaveBeenCalledTimes(1);
    expect((await logged).tags).toEqual(['train/loss']);
    expect((await printed).lines[0]).toMatchObject({ index: 0, stream: 'out', text: 'step 1' });
    const summary = await ended;
    expect(summary.tags).toEqual(['train/loss']);
    await gone(project);
    expect(released).toHaveBeenCalledTimes(1);
    const listed = await test.window.api.runs.list({ project });
    expect(listed).toHaveLength(1);
    expect(listed[0]).toMatchObject({ status: 'finished', checkpoints: [{ step: 3 }], progress: null });
    const tail = await test.window.api.runs.console({ ...asked, from: -2, limit: 10 });
    expect(tail).toMatchObject({ total: 20, lines: [{ index: 18 }, { index: 19, text: 'step 20' }] });
    expect(await test.window.api.runs.source(asked)).toMatchObject({ 'train.ts': 'export {};\n' });
  });

  it('tells of itself at most ten times a second, and its points can be asked for while it runs', async () => {
    const { asked } = await started('run');
    await test.next('runs.didLog', (e) => e.lastStep >= 5);
    let notes = 0;
    test.window.on('runs.didChange', () => notes++);
    await new Promise((done) => setTimeout(done, 1000));
    expect(notes).toBeGreaterThan(2);
    expect(notes).toBeLessThanOrEqual(12);
    const series = await test.window.api.runs.series({
      ...asked,
      tag: 'train/loss',
      x: 'epoch',
      columns: 800,
      smoothing: 0.5,
    });
    expect(series.total).toBeGreaterThan(50);
    expect(series.smooth.length).toBe(series.x.length);
    expect(series.x[0]).toBe(0.1);
    await test.window.api.runs.stop(asked);
    await until('stopped');
  });

  it('pauses, resumes, stops; afterwards it cannot be told anything', async () => {
    const { asked } = await started('run');
    await test.next('runs.didLog');
    const paused = until('paused');
    await test.window.api.runs.pause(asked);
    await paused;
    const running = until('running');
    await test.window.api.runs.resume(asked);
    await running;
    await test.window.api.runs.stop(asked);
    await until('stopped');
    await vi.waitFor(
      () => expect(test.window.api.runs.pause(asked)).rejects.toMatchObject({ code: 'not-running' }),
      5000,
    );
  });

  it('that does not hear Stop is ended by force after the grace period', async () => {
    const { asked, run } = await started('deaf');
    await test.next('runs.didLog');
    await test.window.api.runs.stop(asked);
    const summary = await until('stopped');
    expect(summary.warnings.join()).toMatch(/ended by force/);
    expect(JSON.parse(readFileSync(join(run.folder, 'run.json'), 'utf8')).status).toBe('stopped');
  });

  it('whose trainer is killed is marked crashed, and can be continued from its checkpoint', async () => {
    const { project, run, asked } = await started('run');
    await test.next('runs.didLog', (e) => e.lastStep >= 4);
    const { pid } = JSON.parse(readFileSync(join(run.folder, 'run.json'), 'utf8')) as { pid: number };
    const crashed = until('crashed');
    released.mockClear();
    process.kill(pid, 'SIGKILL');
    expect((await crashed).problem?.message).toMatch(/killed from outside.*continued from its last checkpoint/);
    await vi.waitFor(() => expect(released).toHaveBeenCalledTimes(1));
    const next = await test.window.api.runs.start({ project, settings: {}, device: 'cpu', continueFrom: asked.run });
    expect(next.continuedFrom).toBe(asked.run);
    await test.next('runs.didLog');
    await test.window.api.runs.stop({ project, run: next.id });
    await until('stopped');
  });

  it('that dies before it speaks says its last words', async () => {
    const crashed = until('crashed');
    await started('die');
    expect((await crashed).problem?.message).toMatch(/code 3.*the engine fell over/s);
  });

  it('that fails says where', async () => {
    const failed = until('failed');
    await started('fail');
    expect((await failed).problem).toEqual({ message: 'boom', file: 'train.ts', line: 3 });
  });

  it('outlives main: a new one finds it, with its points, and can stop it', async () => {
    const { project, asked, run } = await started('run');
    await test.next('runs.didLog');
    await test.restart();
    expect((await test.window.api.runs.list({ project }))[0]).toMatchObject({ status: 'running' });
    await test.next('runs.didLog');
    await test.window.api.runs.stop(asked);
    expect((await until('stopped')).folder).toBe(run.folder);
  });

  it('that died while no studio was open is marked crashed at the next start', async () => {
    const { project, run } = await started('run');
    await test.next('runs.didLog');
    await test.studio.close();
    const { pid } = JSON.parse(readFileSync(join(run.folder, 'run.json'), 'utf8')) as { pid: number };
    process.kill(pid, 'SIGKILL');
    await vi.waitFor(() => expect(isAlive(pid) && readFileSync(`/proc/${pid}/cmdline`, 'utf8')).toBeFalsy(), 5000);
    await test.restart();
    expect((await test.window.api.runs.list({ project }))[0]).toMatchObject({ status: 'crashed' });
  });
});

describe('a run of another studio', () => {
  it('is seen here, cannot be told anything here, and its end is noticed', async () => {
    const { project, asked, run } = await started('run');
    await test.next('runs.didLog');
    const second = await composeStudio(memoryShell(test.paths));
    try {
      const window = connect(memoryClient(second.server));
      expect((await window.api.runs.list({ project }))[0]).toMatchObject({ id: run.id, status: 'running' });
      await expect(window.api.runs.stop(asked)).rejects.toMatchObject({ code: 'not-running' });
      const seen = new Promise((resolve) =>
        window.on('runs.didChange', (e) => e.summary?.status === 'stopped' && resolve(e)),
      );
      await test.window.api.runs.stop(asked);
      await until('stopped');
      await seen;
    } finally {
      await second.close();
    }
  });
});

describe('starting is refused', () => {
  it('until the project is trusted, and for projects that were not opened', async () => {
    const project = await test.project('run');
    await test.window.api.projects.forget({ path: project });
    const start = () => test.window.api.runs.start({ project, settings: {}, device: 'cpu' });
    await expect(start()).rejects.toMatchObject({ code: 'not-open' });
    await test.window.api.projects.open({ path: project });
    await expect(start()).rejects.toMatchObject({ code: 'untrusted' });
    expect(existsSync(join(project, 'runs'))).toBe(false);
  });
  it('without a script, and from a run that kept no checkpoint', async () => {
    const project = await test.project('run');
    writeFileSync(join(project, 'flint.json'), JSON.stringify({ name: 'x', entry: 'gone.ts' }));
    const start = (more = {}) => test.window.api.runs.start({ project, settings: {}, device: 'cpu', ...more });
    await expect(start()).rejects.toMatchObject({ code: 'no-entry' });
    await expect(start({ continueFrom: '../x' })).rejects.toThrow();
  });
});

describe('what a run left', () => {
  it('is renamed, noted, moved to the trash and back', async () => {
    const ended = until('finished');
    const { project, asked, run } = await started('finish');
    await ended;
    await test.window.api.runs.rename({ ...asked, name: 'Best' });
    await test.window.api.runs.note({ ...asked, note: 'wide' });
    const removed = test.next('runs.didChange', (e) => e.summary === null);
    await test.window.api.runs.remove(asked);
    await removed;
    expect(await test.window.api.runs.list({ project })).toEqual([]);
    expect(existsSync(run.folder)).toBe(false);
    await test.window.api.runs.restore(asked);
    expect((await test.window.api.runs.list({ project }))[0]).toMatchObject({ name: 'Best', note: 'wide' });
    await expect(test.window.api.runs.remove({ project, run: '..' })).rejects.toMatchObject({ code: 'not-found' });
  });

  it('holds predictions and windows, and a broken run.json is shown as such', async () => {
    const ended = until('finished');
    const { project, asked, run } = await started('finish');
    await ended;
    await gone(project);
    expect(await test.window.api.runs.predictions(asked)).toBeNull();
    const predictions = {
      ...{ step: 1, epoch: 0, width: 1, height: 1, classes: ['a'] },
      ...{ items: [{ truth: 0, predicted: 0, confidence: 0.5 }], pixels: Uint8Array.of(1, 2, 3, 4) },
    };
    const line = {
      ...{ kind: 'line' as const, name: 'a/../b', title: 'A', xLabel: 'x', yLabel: 'y' },
      traces: [{ name: 't', x: Float64Array.of(1, 2), y: Float64Array.of(3, NaN) }],
    };
    const put = (name: string, { json, bin }: { json: string; bin: Uint8Array }) => {
      writeFileAtomic(join(run.folder, 'live', `${name}.bin`), bin);
      writeFileAtomic(join(run.folder, 'live', `${name}.json`), Buffer.from(json));
    };
    put('predictions', packPredictions(predictions));
    put(`windows/${windowFileName(line.name)}`, packWindow(line));
    expect(await test.window.api.runs.predictions(asked)).toEqual(predictions);
    expect(await test.window.api.runs.windows(asked)).toEqual([line]);
    writeFileSync(join(run.folder, 'live', 'predictions.bin'), 'xy');
    expect(await test.window.api.runs.predictions(asked)).toBeNull();
    writeFileSync(join(run.folder, 'run.json'), '{"id":');
    const [listed] = await test.window.api.runs.list({ project });
    expect(listed).toMatchObject({ id: run.id, status: 'crashed' });
    expect(listed!.problem?.message).toMatch(/run\.json is not understood/);
  });
});
