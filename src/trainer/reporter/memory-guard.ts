// Keeps a script that fills memory from taking the machine with it: a soft limit interrupts the script in the library, a
// hard one ends the process with everything on disk.
import { readFileSync } from 'node:fs';
import { totalmem } from 'node:os';

/** Bytes this process may use: the machine's or its container's, or FLINT_MEMORY_LIMIT (in megabytes). */
export function memoryLimit(): number {
  const wish = Number(process.env.FLINT_MEMORY_LIMIT);
  if (wish > 0) return wish * 1e6;
  return Math.min(totalmem(), containerLimit());
}

function containerLimit(): number {
  for (const file of ['/sys/fs/cgroup/memory.max', '/sys/fs/cgroup/memory/memory.limit_in_bytes']) {
    try {
      const bytes = Number(readFileSync(file, 'utf8'));
      if (bytes > 0) return bytes;
    } catch {
      // Not this kind of container.
    }
  }
  return Infinity;
}

export type MemoryState = 'fine' | 'soft' | 'hard';

export function memoryState(used: number, limit: number): MemoryState {
  if (used > limit * 0.95) return 'hard';
  return used > limit * 0.85 ? 'soft' : 'fine';
}
