// The memory that the script's thread and the reporter share: control flags, progress, and a ring of logged values.
// So a log call costs some stores, and what was logged is seen even when the script then hangs in a loop of its own.

/** Places in `ints`. */
export const Slot = { control: 0, state: 1, queue: 2, head: 3, tail: 4, ended: 5 } as const;
export const Control = { run: 0, pause: 1, stop: 2, outOfMemory: 3 } as const;
export const State = { running: 0, paused: 1 } as const;
/** Places in `floats`; times in milliseconds since 1970. */
export const Figure = { epoch: 0, epochs: 1, step: 2, steps: 3, samples: 4, pausedMs: 5, pausedSince: 6 } as const;

const intBytes = 64;
const floatBytes = 128;
/** Float64s of one record: tag number, step, epoch, time in seconds since 1970, value. */
export const recordLength = 5;
/** A power of two. */
export const ringRecords = 1 << 15;

export interface SharedState {
  ints: Int32Array;
  floats: Float64Array;
  ring: Float64Array;
}
export interface LoggedValue {
  tag: number;
  step: number;
  epoch: number;
  time: number;
  value: number;
}

export function makeSharedBuffer(): SharedArrayBuffer {
  return new SharedArrayBuffer(intBytes + floatBytes + ringRecords * recordLength * 8);
}

export function openSharedState(buffer: SharedArrayBuffer): SharedState {
  return {
    ints: new Int32Array(buffer, 0, intBytes / 4),
    floats: new Float64Array(buffer, intBytes, floatBytes / 8),
    ring: new Float64Array(buffer, intBytes + floatBytes),
  };
}

/** Adds a value to the ring; waits for the reporter while it is full. Called by the script's thread only. */
export function pushValue({ ints, ring }: SharedState, v: LoggedValue): void {
  const head = ints[Slot.head]!;
  for (;;) {
    const tail = Atomics.load(ints, Slot.tail);
    if (((head - tail) | 0) < ringRecords) break;
    Atomics.wait(ints, Slot.tail, tail, 1000);
  }
  const at = (head & (ringRecords - 1)) * recordLength;
  ring[at] = v.tag;
  ring[at + 1] = v.step;
  ring[at + 2] = v.epoch;
  ring[at + 3] = v.time;
  ring[at + 4] = v.value;
  Atomics.store(ints, Slot.head, (head + 1) | 0);
}

/** Takes the values that wait, until `take` says false (it does not know the tag yet). Called by the reporter only. */
export function drainValues({ ints, ring }: SharedState, take: (value: LoggedValue) => boolean): void {
  const head = Atomics.load(ints, Slot.head);
  let tail = ints[Slot.tail]!;
  for (; tail !== head; tail = (tail + 1) | 0) {
    const at = (tail & (ringRecords - 1)) * recordLength;
    const [tag, step, epoch, time, value] = ring.subarray(at, at + recordLength) as unknown as number[];
    if (!take({ tag: tag!, step: step!, epoch: epoch!, time: time!, value: value! })) break;
  }
  Atomics.store(ints, Slot.tail, tail);
  Atomics.notify(ints, Slot.tail);
}
