// Files that come in chunks from a window: whole, or not at all; and never outside of their folder.
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
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
