// Every operation that the library calls by name must be in the engine's registry.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { native } from '../native.ts';
import { call } from './dispatch.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

test('every operation called by the library exists in the engine', () => {
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter(
    (f) => f.endsWith('.ts') && !f.endsWith('.test.ts'),
  );
  const names = files.flatMap((f) => {
    const text = readFileSync(join(root, f), 'utf8');
    return [...text.matchAll(/\bcall(?:Tensors?)?\(\s*'(\w+)'/g)].map((m) => m[1]!);
  });
  expect(names.length).toBeGreaterThan(100);
  expect([...new Set(names)].filter((n) => !(n in native.ops))).toEqual([]);
});

test('an unknown operation and arguments of a wrong kind are errors that say so', () => {
  expect(() => call('noSuchOperation', 1)).toThrow(/no operation of that name/);
  expect(() => call('exp', 3)).toThrow('[exp] argument 1 should be a tensor, but is a number');
  expect(() => call('zeros', [2.5], 'float32')).toThrow(/should be an integer, but is 2.5/);
  expect(() => call('zeros', 'three', 'float32')).toThrow(/array of integers, but is a string/);
});
