// Files that come in chunks from a window: whole, or not at all; and never outside of their folder.
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { Uploads } from './uploads.ts';

const folder = mkdtempSync(join(tmpdir(), 'flint-uploads-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const uploads = new Uploads(folder);
const bytes = (text: string) => new TextEncoder().encode(text);

it('a folder arrives under its name, a second one under another', async () => {
  for (const expected of ['pets', 'pets-2']) {
    const id = uploads.begin('pets', [
      { path: 'cats/a.txt', bytes: 5 },
      { path: 'dogs/b.txt', bytes: 0 },
    ]);
    await Promise.all([
      uploads.chunk(id, 0, bytes('abc'), false),
      uploads.chunk(id, 0, bytes('de'), true),
      uploads.chunk(id, 1, bytes(''), true),
    ]);
    const path = await uploads.finish(id);
    expect(path).toBe(join(folder, expected));
    expect(readFileSync(join(path, 'cats/a.txt'), 'utf8')).toBe('abcde');
    expect(existsSync(join(path, 'dogs/b.txt'))).toBe(true);
  }
});

it('a single file keeps its name and ending', async () => {
  const id = uploads.begin('iris.csv', [{ path: 'iris.csv', bytes: 1 }]);
  await uploads.chunk(id, 0, bytes('x'), true);
  expect(await uploads.finish(id)).toBe(join(folder, 'iris.csv'));
});

it('two of the same name are both kept, under one roof and beside each other', async () => {
  const id = uploads.begin('twins', [
    { path: 'a/x.tar.gz', bytes: 1 },
    { path: 'a/x.tar.gz', bytes: 1 },
    { path: 'a/x-2.tar.gz', bytes: 1 },
    { path: 'empty/none.txt', bytes: 0 },
  ]);
  for (const [i, text] of ['1', '2', '3'].entries()) await uploads.chunk(id, i, bytes(text), true);
  const other = uploads.begin('twins', [{ path: 'y', bytes: 0 }, { path: 'z/y', bytes: 0 }]); // prettier-ignore
  const [path, beside] = [await uploads.finish(id), await uploads.finish(other)];
  const read = (name: string) => readFileSync(join(path, name), 'utf8');
  expect(['a/x.tar.gz', 'a/x-3.tar.gz', 'a/x-2.tar.gz', 'empty/none.txt'].map(read)).toEqual(['1', '2', '3', '']);
  expect([path, beside]).toEqual([join(folder, 'twins'), join(folder, 'twins-2')]);
  const files = ['1', '2'].map((text) => ({ text, id: uploads.begin('f.csv', [{ path: 'f.csv', bytes: 1 }]) }));
  for (const { id: file, text } of files) await uploads.chunk(file, 0, bytes(text), true);
  const paths = await Promise.all(files.map(({ id: file }) => uploads.finish(file)));
  expect(paths.map((each) => readFileSync(each, 'utf8'))).toEqual(['1', '2']);
});

it('what a studio left behind that is gone is swept when the next one starts', async () => {
  const own = join(folder, 'own');
  for (const name of ['.upload-999999999-x/a', `.upload-${process.ppid}-x`, '.upload-old', 'kept'])
    mkdirSync(join(own, name), { recursive: true });
  const next = new Uploads(own);
  const id = next.begin('more', [{ path: 'a.bin', bytes: 1 }]);
  await next.swept;
  expect(readdirSync(own).filter((name) => !name.endsWith(id))).toEqual([`.upload-${process.ppid}-x`, 'kept']);
  await next.chunk(id, 0, bytes('x'), true);
  expect(existsSync(await next.finish(id))).toBe(true);
});

it('what did not arrive whole is refused, what was cancelled leaves nothing', async () => {
  const id = uploads.begin('half', [{ path: 'a.bin', bytes: 10 }]);
  await uploads.chunk(id, 0, bytes('abc'), true);
  await expect(uploads.finish(id)).rejects.toThrow(/a\.bin has 10 bytes, but 3 arrived/);
  await uploads.cancel(id);
  expect(readdirSync(folder).filter((name) => name.startsWith('.upload'))).toEqual([]);
  await expect(uploads.chunk(id, 0, bytes('x'), true)).rejects.toMatchObject({ code: 'no-upload' });
  const more = uploads.begin('more', [{ path: 'a.bin', bytes: 1 }]);
  await expect(uploads.chunk(more, 0, bytes('xyz'), true)).rejects.toThrow(/more bytes than were announced/);
  await uploads.cancel(more);
});

it.each(['../a', '/etc/passwd', 'a/../b', '.hidden', 'a\\b', 'a//b'])('refuses the path %s', (path) => {
  expect(() => uploads.begin('x', [{ path, bytes: 1 }])).toThrow(/cannot be the path/);
});
