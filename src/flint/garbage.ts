// Collections on demand: a synchronous loop gives the runtime no turn of its own to free what lies outside its heap.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** Runs a collection now: 'minor' of what was made lately, 'major' of everything. */
export type Collect = (options: { type: 'minor' | 'major' }) => void;

/** The runtime's own collector, which it hides by default. */
export function exposedCollector(): Collect {
  setFlagsFromString('--expose-gc');
  const found = runInNewContext('gc') as Collect;
  setFlagsFromString('--no-expose-gc');
  return found;
}
