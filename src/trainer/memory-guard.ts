// Keeps a script that fills memory from taking the machine with it: an operation that asks for too much at once is an
// error, a soft limit interrupts the script in the library, a hard one ends the process with everything on disk.
import { totalmem } from 'node:os';

/** What the system says, in bytes. */
export interface MemoryFigures {
  /** Memory of the machine. */
  total: number;
  /** What the groups of the process allow it, or anything above `total` when they allow everything. */
  constrained: number;
  /** What the system could still give to this process. */
  available: number;
  /** What the process holds of the machine's memory. */
  used: number;
}

export function memoryFigures(): MemoryFigures {
  return {
    total: totalmem(),
    constrained: process.constrainedMemory() || Infinity,
    available: process.availableMemory(),
    used: process.memoryUsage.rss(),
  };
}

/** Bytes this process may ever use: the machine's or its container's, or FLINT_MEMORY_LIMIT (in megabytes). */
export function memoryLimit({ total, constrained }: MemoryFigures): number {
  const wish = Number(process.env.FLINT_MEMORY_LIMIT);
  return wish > 0 ? wish * 1e6 : Math.min(total, constrained);
}

/** Bytes that tensors may hold together: what is left covers the script, its data and the runtime. */
export function tensorLimit(figures: MemoryFigures): number {
  return Math.floor(memoryLimit(figures) * 0.9);
}

export type MemoryState = 'fine' | 'soft' | 'hard';

/** A process below this part of the machine's memory is not the one that fills it, however little is left. */
const bystander = 0.2;

/** How near the process is to its limit, or to what other processes have left of it. */
export function memoryState(figures: MemoryFigures): MemoryState {
  const { used, available } = figures;
  const limit = memoryLimit(figures);
  const mayUse = used < bystander * limit ? limit : Math.min(limit, used + available);
  if (used > mayUse * 0.95) return 'hard';
  return used > mayUse * 0.85 ? 'soft' : 'fine';
}
