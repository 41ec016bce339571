// Marks by which one sees that data are no longer those that were read.
import { createHash } from 'node:crypto';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { tensorToBytes } from '../tensor/bytes.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { syntheticRoot } from './image-set.ts';

/** Changes when a file of the source does, or a folder of its first two levels. */
export function stampOf(root: string): string {
  if (root === syntheticRoot) return '';
  const found = statSync(root, { throwIfNoEntry: false });
  if (!found) return 'missing';
  if (!found.isDirectory()) return `${found.mtimeMs} ${found.size}`;
  const entries = readdirSync(root, { withFileTypes: true });
  // Of a folder that holds thousands of files itself, its own time must do.
  if (entries.length > 2000) return `${found.mtimeMs} ${entries.length}`;
  const lines = entries.map((entry) => {
    const path = join(root, entry.name);
    const file = statSync(path, { throwIfNoEntry: false });
    const inside = file?.isDirectory() ? foldersIn(path) : '';
    return `${entry.name} ${file?.mtimeMs} ${file?.size} ${inside}`;
  });
  return lines.join('\n');
}

function foldersIn(path: string): string {
  const folders = readdirSync(path, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return folders
    .slice(0, 2000)
    .map(({ name }) => `${name} ${statSync(join(path, name), { throwIfNoEntry: false })?.mtimeMs}`)
    .join(' ');
}

/** Of values in memory, in their order: the same bytes, the same stamp. */
export function stampOfTensors(tensors: readonly Tensor[]): string {
  const hash = createHash('sha1');
  for (const each of tensors) hash.update(`${each.dtype} ${each.shape.join()} `).update(tensorToBytes(each));
  return hash.digest('hex');
}

/** Of texts, in their order. */
export function stampOfTexts(texts: Iterable<string>): string {
  const hash = createHash('sha1');
  for (const text of texts) hash.update(`${text.length} ${text} `);
  return hash.digest('hex');
}
