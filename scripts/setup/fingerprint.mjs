// "Nothing changed" decided by content: a step is skipped when the hash of its inputs is the one it left behind.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { root } from './root.mjs';

const stampFile = (name) => join(root, 'build', 'stamps', name);

function* filesUnder(path) {
  if (!existsSync(path)) return;
  if (statSync(path).isFile()) {
    yield path;
    return;
  }
  for (const entry of readdirSync(path, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))) {
    if (entry.name === 'node_modules' || entry.name === 'runs') continue;
    yield* filesUnder(join(path, entry.name));
  }
}

/** SHA-1 over the names and bytes of everything under the given paths, and of any extra words. */
export function fingerprint(paths, words = []) {
  const hash = createHash('sha1');
  for (const word of words) hash.update(`${word}\n`);
  for (const path of paths) {
    for (const file of filesUnder(join(root, path))) hash.update(file.slice(root.length)).update(readFileSync(file));
  }
  return hash.digest('hex');
}

export const isFresh = (name, print) => existsSync(stampFile(name)) && readFileSync(stampFile(name), 'utf8') === print;

export function stamp(name, print) {
  mkdirSync(dirname(stampFile(name)), { recursive: true });
  writeFileSync(stampFile(name), print);
}
