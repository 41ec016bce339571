// A workload: `make` builds the model and hands back one training step, which reads its loss.
export interface Workload {
  /** Steps in one timed round. */
  steps: number;
  make(): () => number;
}
