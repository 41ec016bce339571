// Every program that must run (T1–T12, A1–A10, N1–N9, D1–D5) has tests whose names begin with its id, so that
// `npm test -- --grep "^T4"` runs them.
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

interface Programs {
  ids: string[];
  testsById(): { id: string }[];
}

test('every id of the programs begins the name of a test', async () => {
  const path = join(fileURLToPath(new URL('.', import.meta.url)), '../reference/programs.mjs');
  const { ids, testsById } = (await import(path)) as Programs;
  const found = new Set(testsById().map((t) => t.id));
  expect(ids).toHaveLength(36);
  expect(ids.filter((id) => !found.has(id))).toEqual([]);
});
