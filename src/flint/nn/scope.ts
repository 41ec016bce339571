// Who wants to know which module's forward is running: tracing sets these to name the operations it records.
import type { Module } from './module.ts';

/** Called around every module's `forward` while set. */
export const moduleScopes: { enter: ((module: Module) => void) | null; leave: (() => void) | null } = {
  enter: null,
  leave: null,
};
