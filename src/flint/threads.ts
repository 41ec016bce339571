// How many threads the engine uses, and what it computes with.
import { fail } from './errors.ts';
import { native } from './native.ts';

/** The number of threads that large operations use. */
export function getNumThreads(): number {
  return native.threads();
}

/** Sets the number of threads that large operations use. */
export function setNumThreads(count: number): void {
  if (!Number.isInteger(count) || count < 1) fail('setNumThreads', `needs an integer of at least 1, got ${count}`);
  native.setThreads(count);
}

/** What runs matrix products and convolutions: `'oneDNN 2.6.3'` or `'built-in'`. */
export function backend(): string {
  return native.backend();
}
