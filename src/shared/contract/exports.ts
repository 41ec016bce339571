// Exports: written, then run by another engine before anybody says "done".
import { z } from 'zod';
import { event, method } from './method.ts';

export const ExportFormat = z.enum(['onnx', 'safetensors']);
export type ExportFormat = z.infer<typeof ExportFormat>;

export interface ExportResult {
  format: ExportFormat;
  file: string;
  bytes: number;
  /** How it was proven: which engine ran it, on how many samples, and the largest absolute difference from Flint. */
  proof: { engine: string; samples: number; maxDifference: number; tolerance: number; passed: boolean };
}

export const exports = {
  start: method(z.object({ project: z.string(), run: z.string(), format: ExportFormat })).returns<ExportResult>(),
  list: method(z.object({ project: z.string(), run: z.string() })).returns<ExportResult[]>(),
};
export const exportEvents = {
  didProgress: event<{ project: string; run: string; stage: 'loading' | 'writing' | 'checking' | 'done' }>(),
};
