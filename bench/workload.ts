/** What makes a step of a function: the function itself, or compile. */
export type Prepare = <A extends unknown[], R>(step: (...args: A) => R) => (...args: A) => R;

/** A workload builds its model and hands back one training step, which reads its loss. */
export type Workload = (prepare: Prepare) => () => number;
