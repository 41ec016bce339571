// What a pipeline holds when it was read from a script: steps as data, and code that is kept as it is.
import type { PipelineStep } from '../kinds.ts';
import type { WhyCode } from './values.ts';

/** An element that is not plain data. It is shown, moved and switched off, never changed. */
export interface CodeStep {
  /** The source, its further lines moved left by the indentation of the first. */
  code: string;
  /** Where it stands, from 1. */
  line: number;
  why: WhyCode;
  off?: true;
}

export type Step = PipelineStep | CodeStep;

export const isCode = (step: Step): step is CodeStep => 'code' in step && !('type' in step);
