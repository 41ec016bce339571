// What the parts of the library tell compile() while it records a step, and what makes earlier recordings invalid.
import { FlintError } from '../errors.ts';

/** What a recorded step needs from JavaScript each time it is replayed. */
export interface Recorded {
  /** False when something was made that the next step will find: the next call records anew. */
  keep: boolean;
  /** How many steps an optimizer had counted for a parameter when the recording began, by the parameter's state. */
  readonly steps: Map<object, number>;
  /** Run in their order after each replay: counts of steps go on. */
  readonly after: (() => void)[];
  /** The numbers that the engine is given anew, in the order in which the recording passed them. */
  readonly numbers: (() => readonly number[])[];
  /** All must hold, or the step is recorded anew. */
  readonly guards: (() => boolean)[];
}

/** `current` is set while a step is being recorded. */
export const recorder: { current: Recorded | null } = { current: null };

/**
 * Counts changes after which a recorded step may use the wrong memory or the wrong graph: another tensor's data
 * assigned, gradients switched on or off for a tensor, an optimizer's state loaded, a hook added.
 */
export const structure = { version: 0 };

/** Throws while a step is being recorded: `what` would be done once and then never again. */
export function outsideOfCompile(what: string): void {
  if (recorder.current === null) return;
  throw new FlintError(
    `[compile] ${what} inside of a compiled function: it would run while the step is recorded and never again. Call it outside of the function, before or after it`,
    { code: 'compile', op: 'compile' },
  );
}
