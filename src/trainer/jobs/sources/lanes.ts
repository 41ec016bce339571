// Work on many files at once, but not on all: as many as the threads that decode, and some that wait for the disk.
const lanes = 8;

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
