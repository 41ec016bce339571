// Frees dropped tensors inside synchronous loops. The engine raises a flag when live bytes or handles pass a limit;
// the next operation then runs a minor collection, whose finalizers give the memory back at once. What survives sets
// the next limit, and when survivors have doubled since the last major collection, that one runs instead.
import { exposedCollector, type Collect } from '../garbage.ts';
import { native, type MemoryStats } from '../native.ts';

const SLACK_BYTES = 64 * 2 ** 20;
/** So few that what a small step drops is still in the processor's caches when it is made anew. */
const SLACK_HANDLES = 1000;

/** `signals[0]` is 1 when a collection is due; the engine writes it. */
export const signals = new Int32Array(new ArrayBuffer(16));

let collectGarbage: Collect | null = null;
let keptBytes = 0; // what the last major collection left
let keptHandles = 0;
let minor = 0;
let major = 0;

function engineMemory(): MemoryStats {
  const [liveBytes, peakBytes, cachedBytes, liveHandles] = native.memory();
  return { liveBytes, peakBytes, cachedBytes, liveHandles };
}

/** Collects dropped tensors now and sets the limits for the next time. Called by `call` when the flag is up. */
export function collectDropped(): void {
  signals[0] = 0;
  collectGarbage ??= exposedCollector();
  collectGarbage({ type: 'minor' });
  minor++;
  let left = engineMemory();
  if (left.liveBytes > 2 * keptBytes + SLACK_BYTES || left.liveHandles > 2 * keptHandles + SLACK_HANDLES) {
    collectGarbage({ type: 'major' });
    major++;
    left = engineMemory();
    keptBytes = left.liveBytes;
    keptHandles = left.liveHandles;
  }
  setLimits(left);
}

function setLimits(left: MemoryStats): void {
  native.setCollectionLimits(
    left.liveBytes + Math.max(SLACK_BYTES, left.liveBytes / 2),
    left.liveHandles + Math.max(SLACK_HANDLES, left.liveHandles / 2),
  );
}

/** Bytes and tensors alive in the engine, and how often dropped tensors were collected. */
export function memoryStats(): MemoryStats & { minorCollections: number; majorCollections: number } {
  return { ...engineMemory(), minorCollections: minor, majorCollections: major };
}

/** Runs a full collection and gives the allocator's cached memory back to the system. */
export function emptyCache(): void {
  collectAll();
  native.emptyCache();
}

/**
 * Limits the bytes that all tensors together may hold. An operation that needs more is an error, after everything that
 * was dropped has been collected. Zero means no limit.
 */
export function setMemoryLimit(bytes: number): void {
  native.setMemoryLimit(bytes);
}

function collectAll(): void {
  collectGarbage ??= exposedCollector();
  collectGarbage({ type: 'major' });
  major++;
  const left = engineMemory();
  keptBytes = left.liveBytes;
  keptHandles = left.liveHandles;
  setLimits(left);
}

native.setSignals(signals);
native.setCollector(collectAll);
native.setCollectionLimits(SLACK_BYTES, SLACK_HANDLES);
