import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { testStudio, type TestStudio } from '../../fixtures/studio.ts';

let test: TestStudio;
let project: string;
beforeEach(async () => {
  test = await testStudio();
  project = await test.project('x');
});
afterEach(() => test.end());
const api = () => test.window.api.datasets;
const fileOf = () => JSON.parse(readFileSync(join(project, 'flint.json'), 'utf8'));

describe('data sets', () => {
  it('without a source say so; a source is checked before it is written', async () => {
    expect(await api().list({ project })).toMatchObject([{ id: 'm', kind: 'mnist', state: 'missing' }]);
    const inDataset = { project, dataset: 'm' };
    await expect(api().setSource({ ...inDataset, source: '/nowhere' })).rejects.toMatchObject({ code: 'bad-source' });
    expect(fileOf().datasets.m.source).toBe('');
    await expect(api().summary({ ...inDataset, split: 'train' })).rejects.toMatchObject({ code: 'no-source' });
    const changed = test.next('datasets.didChange');
    expect(await api().setSource({ ...inDataset, source: 'synthetic' })).toMatchObject({ state: 'ready' });
    expect(await changed).toEqual(inDataset);
    expect(fileOf()).toMatchObject({ settings: { act: 'x' }, datasets: { m: { source: 'synthetic' } } });
    await expect(api().summary({ ...inDataset, split: 'train' })).rejects.toMatchObject({ code: 'truncated' });
  });

  it('survive a workbench that dies: the request is rejected, the next one works', async () => {
    const inDataset = { project, dataset: 'm' };
    await api().setSource({ ...inDataset, source: 'synthetic' });
    const labels = api().labels({ ...inDataset, split: 'train' });
    await expect(labels).rejects.toMatchObject({ code: 'workbench-died', message: expect.stringMatching(/SIGKILL/) });
    expect(await api().info(inDataset)).toMatchObject({ state: 'ready' });
  });

  it('are downloaded with progress, and a download can be cancelled', async () => {
    const inDataset = { project, dataset: 'm' };
    const progress = test.next('datasets.didDownload', (e) => e.totalBytes === 4);
    await api().download(inDataset);
    expect(await progress).toMatchObject({ state: 'running', receivedBytes: 1 });
    expect(await api().list({ project })).toMatchObject([{ state: 'downloading' }]);
    const cancelled = test.next('datasets.didDownload', (e) => e.state === 'cancelled');
    await api().cancelDownload(inDataset);
    await cancelled;
    expect(fileOf().datasets.m.source).toBe('');
    writeFileSync(
      join(project, 'flint.json'),
      JSON.stringify({ name: 'p', datasets: { m: { kind: 'cifar10', source: '' } } }),
    );
    const done = test.next('datasets.didDownload', (e) => e.state === 'done');
    await api().download(inDataset);
    await done;
    expect(fileOf().datasets.m.source).toBe(join(test.paths.data, 'cifar10'));
  });
});

describe('exports', () => {
  it('need a checkpoint, tell their progress, and are listed while their file is there', async () => {
    const folder = join(project, 'runs', '2026-01-01-0000-x');
    mkdirSync(join(folder, 'checkpoints'), { recursive: true });
    mkdirSync(join(folder, 'exports'));
    const host = { name: '', cpu: '', cores: 1, memoryBytes: 1 };
    const record = {
      id: 'x',
      name: 'x',
      status: 'finished',
      entry: 'train.ts',
      seed: 0,
      device: 'cpu',
      createdAt: 1,
      host,
    };
    writeFileSync(join(folder, 'run.json'), JSON.stringify(record));
    const asked = { project, run: '2026-01-01-0000-x' };
    const start = () => test.window.api.exports.start({ ...asked, format: 'onnx' });
    await expect(start()).rejects.toMatchObject({ code: 'no-checkpoint' });
    writeFileSync(join(folder, 'checkpoints', 'step-00000001.safetensors'), 'x');
    const checking = test.next('exports.didProgress', (e) => e.stage === 'checking');
    writeFileSync(join(folder, 'exports', 'model.onnx'), 'x');
    const result = await start();
    await checking;
    expect(result).toMatchObject({ format: 'onnx', proof: { passed: true } });
    writeFileSync(join(folder, 'exports', 'odd.json'), '{');
    writeFileSync(join(folder, 'exports', 'gone.json'), JSON.stringify({ ...result, file: 'gone.onnx' }));
    expect(await test.window.api.exports.list(asked)).toEqual([result]);
  });
});
