// Where the script is: epoch, step, samples. Everything that is reported gets its place from here.
import { currentSink } from './sink.ts';

export const place = {
  epoch: 0,
  epochs: 1,
  /** Steps since the run began, over all epochs; within a step's body its own number, from 1. */
  step: 0,
  /** Step within the epoch. */
  stepOfEpoch: 0,
  steps: 0,
  samples: 0,
  /** Whether the steps of this epoch are all done: a checkpoint now means "go on with the next epoch". */
  epochDone: false,
};

export function reportProgress(): void {
  const { epoch, epochs, stepOfEpoch, steps, samples } = place;
  currentSink().progress({ epoch, epochs, step: stepOfEpoch, steps, samples });
}
