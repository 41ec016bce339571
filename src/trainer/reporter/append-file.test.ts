import { mkdtempSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { AppendFile } from './append-file.ts';

let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'flint-append-'))));
afterEach(() => rmSync(folder, { recursive: true }));

it('leaves no half line when the disk is full, and writes it all when there is room', () => {
  let room = 12;
  const path = join(folder, 'lines.jsonl');
  const file = new AppendFile(path, {
    openSync,
    // A real disk too writes what fits, and refuses at the next call.
    writeSync: (handle, bytes, offset, length, position) => {
      if (room === 0) throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
      const fits = Math.min(length, room);
      room -= fits;
      return writeSync(handle, bytes, offset, fits, position);
    },
  });
  file.add('first');
  file.flush();
  file.add('second');
  file.add('third');
  expect(() => file.flush()).toThrow(/lines.jsonl: cannot append to the file: the disk is full/);
  expect(readFileSync(path, 'utf8')).toBe('first\n');
  expect(file.waits).toBe(true);
  room = 1000;
  file.add('fourth');
  file.flush();
  file.close();
  expect(readFileSync(path, 'utf8')).toBe('first\nsecond\nthird\nfourth\n');
});

it('gives up the oldest lines when the disk refuses for too long', () => {
  const refuse = () => {
    throw new Error('refused');
  };
  const file = new AppendFile(join(folder, 'lines.jsonl'), { openSync, writeSync: refuse });
  for (let i = 0; i < 100_005; i++) file.add(String(i));
  expect(file.dropped).toBe(5);
  expect(() => file.flush()).toThrow(/refused/);
  file.close();
});
