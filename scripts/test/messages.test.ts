// Words that no view shows any more are found here; that both languages have the same words is a matter of types.
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';
import { en } from '../../src/renderer/messages/en.ts';

const renderer = resolve(import.meta.dirname, '../../src/renderer');
const code = readdirSync(renderer, { recursive: true, encoding: 'utf8' })
  .filter((name) => /\.tsx?$/.test(name) && !name.startsWith('messages/') && !name.includes('.test.'))
  .map((name) => readFileSync(join(renderer, name), 'utf8'))
  .join('\n');

function leaves(value: object, path: string[] = []): string[][] {
  return Object.entries(value).flatMap(([key, inner]) =>
    typeof inner === 'object' && inner !== null ? leaves(inner as object, [...path, key]) : [[...path, key]],
  );
}

it('every message is shown somewhere', () => {
  // A group may be indexed by a value (m.status[run.status]); then all of it counts as shown.
  const shown = (path: string[]) =>
    new RegExp(`\\.${path.slice(-2).join('\\.')}\\b`).test(code) || new RegExp(`\\.${path.at(-2)}\\[`).test(code);
  expect(leaves(en).filter((path) => !shown(path))).toEqual([]);
});
