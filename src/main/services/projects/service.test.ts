import {
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { testStudio, type TestStudio } from '../../fixtures/studio.ts';
import { findDataset } from './dataset-folders.ts';

let test: TestStudio;
beforeEach(async () => void (test = await testStudio()));
afterEach(() => test.end());
const api = () => test.window.api.projects;

describe('templates', () => {
  it('are listed with their words and pictures in both languages', async () => {
    const templates = await api().templates({});
    expect(templates.map((t) => t.program)).toEqual(expect.arrayContaining(['P1', 'P2', 'P4', 'P6', 'P7']));
    for (const t of templates) {
      expect(t.picture).toMatch(/<svg/);
      expect(t.title.zh).toMatch(/\p{Script=Han}/u);
    }
  });
  it('become projects: copied, named, trusted, with a source for their data', async () => {
    const data = join(test.paths.data, 'mnist');
    mkdirSync(data, { recursive: true });
    writeFileSync(join(data, 'train-images-idx3-ubyte.gz'), '');
    const before = process.env.FLINT_DATA;
    process.env.FLINT_DATA = '';
    try {
      const made = await api().create({ template: 'mnist-mlp' });
      expect(made).toMatchObject({ trusted: true, file: { name: 'mnist-mlp', template: 'mnist-mlp' } });
      expect(Object.values(made.file.datasets)).toEqual([{ kind: 'mnist', source: data }]);
      expect(existsSync(join(made.path, 'train.ts'))).toBe(true);
      expect(existsSync(join(made.path, 'template.json'))).toBe(false);
      const second = await api().create({ template: 'mnist-mlp' });
      expect(second.path).toBe(`${made.path}-2`);
      expect((await api().recent({})).map((r) => r.name)).toEqual(['mnist-mlp-2', 'mnist-mlp']);
    } finally {
      if (before === undefined) delete process.env.FLINT_DATA;
      else process.env.FLINT_DATA = before;
    }
  });
  it('are refused under a name that is no folder, and when unknown', async () => {
    await expect(api().create({ template: 'mnist-mlp', name: '../out' })).rejects.toMatchObject({ code: 'bad-name' });
    await expect(api().create({ template: '../mnist-mlp' })).rejects.toMatchObject({ code: 'not-found' });
  });
  it('fall back to the generator where no data is', () => {
    expect(findDataset('mnist', '/nowhere', { FLINT_DATA: '' })).toBe('synthetic');
    expect(findDataset('digits', '/nowhere', {})).toBe('synthetic');
  });
});

describe('opening', () => {
  it('says what is wrong with a folder, and remembers nothing of it', async () => {
    const folder = join(test.home, 'plain');
    mkdirSync(folder);
    await expect(api().open({ path: folder })).rejects.toMatchObject({ code: 'no-project' });
    await expect(api().open({ path: join(folder, 'gone') })).rejects.toMatchObject({ code: 'no-folder' });
    writeFileSync(join(folder, 'flint.json'), '{ "name": 3 }');
    await expect(api().open({ path: folder })).rejects.toMatchObject({
      code: 'bad-project',
      message: expect.stringMatching(/flint\.json is not understood.*name/),
    });
    expect(await api().recent({})).toEqual([]);
  });
  it('does not trust a project that came from elsewhere', async () => {
    const path = await test.project('x');
    await api().forget({ path });
    expect((await api().open({ path })).trusted).toBe(false);
    expect((await api().trust({ project: path })).trusted).toBe(true);
  });
  it('survives a broken memory of its own, putting it aside', async () => {
    await test.project('x');
    writeFileSync(join(test.paths.home, 'studio.json'), '{');
    expect(await api().recent({})).toEqual([]);
    expect(existsSync(join(test.paths.home, 'studio.json.broken'))).toBe(true);
  });
});

describe('files', () => {
  it('are listed without runs and hidden ones, read, written, renamed and removed', async () => {
    const project = await test.project('x');
    mkdirSync(join(project, 'runs/a'), { recursive: true });
    mkdirSync(join(project, '.git'));
    const { modifiedAt } = await api().write({ project, path: 'model/net.ts', text: 'const x = "ü";\n' });
    expect((await api().files({ project })).map((f) => f.path)).toEqual([
      'flint.json',
      'model',
      'model/net.ts',
      'train.ts',
    ]);
    expect(await api().read({ project, path: 'model/net.ts' })).toEqual({ text: 'const x = "ü";\n', modifiedAt });
    await api().rename({ project, path: 'model/net.ts', to: 'net.ts' });
    await expect(api().rename({ project, path: 'net.ts', to: 'train.ts' })).rejects.toMatchObject({ code: 'exists' });
    await api().remove({ project, path: 'net.ts' });
    await expect(api().read({ project, path: 'net.ts' })).rejects.toMatchObject({ code: 'not-found' });
    await expect(api().remove({ project, path: 'flint.json' })).rejects.toMatchObject({ code: 'needed' });
    await expect(api().read({ project, path: 'model' })).rejects.toMatchObject({ code: 'not-a-file' });
    writeFileSync(join(project, 'bin.dat'), Buffer.from([1, 0, 2]));
    await expect(api().read({ project, path: 'bin.dat' })).rejects.toMatchObject({ code: 'not-text' });
  });
  it('that changed on disk are not written over', async () => {
    const project = await test.project('x');
    const { modifiedAt } = await api().read({ project, path: 'train.ts' });
    writeFileSync(join(project, 'train.ts'), 'theirs');
    utimesSync(join(project, 'train.ts'), 1, 2);
    const write = (ifModifiedAt?: number) =>
      api().write({ project, path: 'train.ts', text: 'mine', ...(ifModifiedAt !== undefined && { ifModifiedAt }) });
    await expect(write(modifiedAt)).rejects.toMatchObject({ code: 'changed-on-disk', details: { modifiedAt: 2000 } });
    expect(readFileSync(join(project, 'train.ts'), 'utf8')).toBe('theirs');
    await write(2000);
    expect(readFileSync(join(project, 'train.ts'), 'utf8')).toBe('mine');
  });
  it('outside the project are out of reach, by path and by link', async () => {
    const project = await test.project('x');
    const secret = join(test.home, 'secret');
    mkdirSync(secret);
    writeFileSync(join(secret, 'key'), 'k');
    symlinkSync(secret, join(project, 'link'));
    symlinkSync(join(secret, 'key'), join(project, 'key'));
    symlinkSync(join(secret, 'new'), join(project, 'dangling'));
    const escapes = [
      '../secret/key',
      '/etc/passwd',
      'a/../../secret/key',
      'link/key',
      'key',
      'dangling',
      '',
      '.',
      'a\\..\\b',
      'a\0b',
    ];
    for (const path of escapes) {
      const inFile = { project, path };
      await expect(api().read(inFile), path).rejects.toMatchObject({ code: 'outside-project' });
      await expect(api().write({ ...inFile, text: 'x' }), path).rejects.toMatchObject({ code: 'outside-project' });
      await expect(api().remove(inFile), path).rejects.toMatchObject({ code: 'outside-project' });
      const rename = api().rename({ project, path: 'train.ts', to: path });
      await expect(rename, path).rejects.toMatchObject({ code: 'outside-project' });
    }
    expect(readFileSync(join(secret, 'key'), 'utf8')).toBe('k');
    expect(existsSync(join(secret, 'new'))).toBe(false);
    expect((await api().files({ project })).map((f) => f.path)).toEqual(['flint.json', 'train.ts']);
  });
  it('of a project that was not opened are out of reach', async () => {
    await expect(api().read({ project: '/etc', path: 'passwd' })).rejects.toMatchObject({ code: 'not-open' });
  });
});

describe('watching', () => {
  it('tells of changes once they are quiet, also in new folders', async () => {
    const project = await test.project('x');
    const first = test.next('projects.didChangeFiles');
    mkdirSync(join(project, 'model'));
    expect(await first).toEqual({ project });
    const second = test.next('projects.didChangeFiles');
    writeFileSync(join(project, 'model', 'net.ts'), 'x');
    expect(await second).toEqual({ project });
  });
  it('tells when the folder vanishes and when it comes back', async () => {
    const project = await test.project('x');
    const vanished = test.next('projects.didChangeProject', (e) => !e.exists);
    renameSync(project, `${project}-away`);
    expect(await vanished).toEqual({ project, exists: false });
    await expect(api().files({ project })).rejects.toMatchObject({ code: 'no-folder' });
    expect((await api().recent({}))[0]).toMatchObject({ exists: false });
    const back = test.next('projects.didChangeProject', (e) => e.exists);
    renameSync(`${project}-away`, project);
    expect(await back).toEqual({ project, exists: true });
    rmSync(join(project, 'train.ts'));
  });
});

describe('preferences', () => {
  it('are kept, and told to every window', async () => {
    const told = test.next('desktop.didChangePreferences');
    await test.window.api.desktop.setPreferences({ theme: 'dark' });
    expect(await told).toEqual({ theme: 'dark', locale: 'system' });
    await test.restart();
    expect(await test.window.api.desktop.preferences({})).toEqual({ theme: 'dark', locale: 'system' });
  });
  it('folders and devices of this machine can be listed', async () => {
    const { parent, folders } = await test.window.api.desktop.listFolder({ path: test.home });
    expect([typeof parent, folders]).toEqual(['string', expect.arrayContaining(['app'])]);
    await expect(test.window.api.desktop.listFolder({ path: '/nowhere/x' })).rejects.toMatchObject({
      code: 'not-found',
    });
    expect((await test.window.api.desktop.devices({}))[0]).toMatchObject({ id: 'cpu' });
    await expect(test.window.api.desktop.pickFolder({ title: 'x', file: false })).rejects.toMatchObject({
      code: 'not-available',
    });
  });
});
