// Work on many files at once, but not on all: as many as there are cores, less one that is left to the window.
import { availableParallelism } from 'node:os';

const lanes = Math.min(8, Math.max(1, availableParallelism() - 1));

/** Calls `act` for 0..count-1, some at a time; ends early when told to, by throwing. */
export async function inLanes(count: number, signal: AbortSignal, act: (i: number) => Promise<void>): Promise<void> {
  let next = 0;
  const lane = async () => {
    while (next < count) {
      signal.throwIfAborted();
      await act(next++);
    }
  };
  await Promise.all(Array.from({ length: Math.min(lanes, count) }, lane));
}
