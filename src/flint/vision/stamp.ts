// Marks by which one sees that data are no longer those that were read.
import { createHash } from 'node:crypto';
import { readdirSync, statSync, type Dirent } from 'node:fs';
import { join } from 'node:path';
import { tensorToBytes } from '../tensor/bytes.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { syntheticRoot } from './image-set.ts';

/** Entries of folders that are looked at; of more, the times of the folders that hold them must do. */
const mostLookedAt = 5000;

/** Changes when a file of the source does, as far as its first three levels go. */
export function stampOf(root: string): string {
  if (root === syntheticRoot) return '';
  const found = statSync(root, { throwIfNoEntry: false });
  if (!found) return 'missing';
  if (!found.isDirectory()) return `${found.mtimeMs} ${found.size}`;
  const lines: string[] = [];
  // Level by level, so that all folders of a level are looked at before the files in one of them.
  let level = [root];
  for (let depth = 0, left = mostLookedAt; depth < 3 && level.length > 0; depth++) {
    const next: string[] = [];
    for (const folder of level) {
      const entries = entriesOf(folder);
      if (entries.length > left) continue;
      left -= entries.length;
      for (const { name } of entries) {
        const path = join(folder, name);
        const file = statSync(path, { throwIfNoEntry: false });
        lines.push(`${path} ${file?.mtimeMs} ${file?.size}`);
        if (file?.isDirectory()) next.push(path);
      }
    }
    level = next;
  }
  return [found.mtimeMs, ...lines].join('\n');
}

/** Nothing of a folder that cannot be read: whoever reads it says so. */
function entriesOf(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
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
