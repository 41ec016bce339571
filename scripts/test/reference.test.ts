// The reference in docs/ is the one that the doc comments give now, and none of them is missing.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
interface Entry {
  name: string;
  kind: string;
  text: string;
}
interface Builder {
  referenceFiles(): Promise<Map<string, string>>;
}

test('docs/reference and docs/coming-from-pytorch.md are up to date (npm run reference writes them)', async () => {
  const { referenceFiles } = (await import(join(root, 'scripts/build-reference.mjs'))) as Builder;
  const files = await referenceFiles();
  const stale = [...files]
    .filter(([path, text]) => readFileSync(join(root, path), 'utf8') !== text)
    .map(([path]) => path);
  expect(stale).toEqual([]);
  const { pages } = JSON.parse(files.get('docs/reference/reference.json')!) as { pages: { entries: Entry[] }[] };
  const silent = pages
    .flatMap((p) => p.entries)
    .filter((e) => e.text === '' && e.kind !== 'type' && e.kind !== 'value');
  expect(silent.map((e) => e.name)).toEqual([]);
}, 120_000);
