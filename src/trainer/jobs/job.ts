// What a job of the workbench is: checked parameters in, a result out, progress on the way, and a signal to give up.
import type { z } from 'zod';
import type { workbenchJobs, WorkbenchJobName } from '../../shared/contract/trainer.ts';

export interface JobContext {
  progress(value: unknown): void;
  readonly signal: AbortSignal;
}
export type Job<Name extends WorkbenchJobName> = (
  params: z.infer<(typeof workbenchJobs)[Name]>,
  context: JobContext,
) => unknown;
