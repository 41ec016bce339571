// Every program that must run (T1–T12, A1–A10, N1–N9) has tests whose names begin with its id, so that
// `npm test -- --grep "^T4"` runs them.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const range = (letter: string, count: number): string[] => Array.from({ length: count }, (_, i) => `${letter}${i + 1}`);
const ids = [...range('T', 12), ...range('A', 10), ...range('N', 9)];

function filesUnder(folder: string, ending: RegExp): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((f) => ending.test(f) && !f.includes('node_modules'))
    .map((f) => join(root, folder, f));
}

test('every id of the programs begins the name of a test', () => {
  const names = [
    ...filesUnder('src', /\.test\.ts$/).flatMap((f) =>
      [...readFileSync(f, 'utf8').matchAll(/\b(?:test|it|describe)(?:\.\w+\([^)]*\))*\(\s*[`'"]([TAN]\d+)\b/g)].map(
        (m) => m[1]!,
      ),
    ),
    ...filesUnder('native', /\.cpp$/).flatMap((f) =>
      [...readFileSync(f, 'utf8').matchAll(/TEST\(([TAN]\d+)_/g)].map((m) => m[1]!),
    ),
  ];
  expect(ids.filter((id) => !names.includes(id))).toEqual([]);
});

test('a title that counts on several ids begins with one of them', () => {
  const titles = filesUnder('src/flint', /\.test\.ts$/).flatMap((f) =>
    [...readFileSync(f, 'utf8').matchAll(/\btest\(\s*'([^']*)/g)].map((m) => m[1]!),
  );
  expect(titles.filter((t) => /[TAN]\d+ /.test(t) && !/^[TAND]\d+ |^P\d+ /.test(t))).toEqual([]);
});
