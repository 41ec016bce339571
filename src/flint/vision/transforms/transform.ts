// What a transform is: a name and its parameters as plain data, numbers for the engine, and a call on images.
import type { Tensor } from '../../tensor/tensor.ts';
import { runSteps, type ImageMoment } from './run.ts';

/** One step of a pipeline as plain data: the class's name and its arguments. */
export interface PipelineStep {
  type: string;
  /** Switched off: kept, but not executed. */
  off?: boolean;
  [parameter: string]: unknown;
}

/** The base of all transforms. */
export abstract class Transform {
  /** Switched off: a pipeline keeps the step, and the random numbers of the others, but does not execute it. */
  off = false;
  /** The class's name, as in data. */
  abstract readonly type: string;
  /** The arguments by their names; what is left out is not there. */
  protected abstract parameters(): Record<string, unknown>;
  /** @internal The arguments as the engine takes them. */
  abstract numbers(): number[];
  /** @internal The steps inside of this one. */
  inner(): readonly Transform[] {
    return [];
  }

  /**
   * The image `[channels, height, width]`, or a batch of them `[n, channels, height, width]`, after this transform: uint8 in
   * 0..255 or float32. Random choices depend on `at` alone, and are drawn anew each time where it is left out.
   */
  forward(image: Tensor, at?: ImageMoment): Tensor {
    return runSteps([this], image, at);
  }

  /** This step as plain data, which `Compose.fromJSON` reads. */
  toJSON(): PipelineStep {
    const step: PipelineStep = { type: this.type };
    if (this.off) step.off = true;
    for (const [name, value] of Object.entries(this.parameters())) {
      if (value !== undefined && value !== null) step[name] = value;
    }
    return step;
  }
}

/** This transform switched off: see {@link Transform.off}. */
export function off<T extends Transform>(transform: T): T {
  transform.off = true;
  return transform;
}
