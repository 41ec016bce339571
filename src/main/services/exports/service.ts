// Exports: made and proven in the workbench, remembered in the run's folder beside their files.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { z } from 'zod';
import { writeFileAtomic } from '../../../flint/io/atomic-write.ts';
import { ExportFormat, type ExportResult } from '../../../shared/contract/exports.ts';
import type { StudioApi } from '../../../shared/contract/studio.ts';
import { StudioError } from '../../../shared/errors.ts';
import type { Emit } from '../../../shared/rpc/server.ts';
import type { ProjectsService } from '../projects/service.ts';
import { listCheckpoints } from '../runs/run-files.ts';
import { runFolder } from '../runs/run-record.ts';
import type { WorkbenchClient } from '../workbench/client.ts';

export interface ExportsOptions {
  projects: ProjectsService;
  workbench: WorkbenchClient;
  emit: Emit;
}

const Result = z.object({
  format: ExportFormat,
  file: z.string(),
  bytes: z.number(),
  proof: z.object({
    engine: z.string(),
    samples: z.number(),
    maxDifference: z.number(),
    tolerance: z.number(),
    passed: z.boolean(),
  }),
});
const Progress = z.object({ stage: z.enum(['loading', 'writing', 'checking', 'done']) });

export function exportsService({ projects, workbench, emit }: ExportsOptions): StudioApi['exports'] {
  return {
    async start({ project, run, format }) {
      const folder = runFolder(projects.require(project), run);
      if (listCheckpoints(folder).length === 0) {
        throw new StudioError(
          'no-checkpoint',
          'The run kept no checkpoint, so there is nothing to export. Call checkpoint({ model, example }) in the script.',
        );
      }
      const onProgress = (value: unknown) => emit('exports.didProgress', { project, run, ...Progress.parse(value) });
      const made = await workbench.request('exports.start', { project, folder, format }, { onProgress });
      const result = Result.parse(made);
      remember(folder, result);
      emit('exports.didProgress', { project, run, stage: 'done' });
      return result;
    },
    list: async ({ project, run }) => listExports(runFolder(projects.require(project), run)),
  };
}

/** Beside the exported file: `model.onnx` has `model.onnx.json`. */
export function remember(folder: string, result: ExportResult): void {
  const file = join(folder, 'exports', `${basename(result.file)}.json`);
  writeFileAtomic(file, Buffer.from(`${JSON.stringify(result, null, 2)}\n`));
}

/** Exports whose file is still there; what cannot be understood is left out. */
export function listExports(folder: string): ExportResult[] {
  const home = join(folder, 'exports');
  if (!existsSync(home)) return [];
  const names = readdirSync(home).filter((name) => name.endsWith('.json'));
  return names.sort().flatMap((name) => {
    try {
      const result = Result.parse(JSON.parse(readFileSync(join(home, name), 'utf8')));
      // A project may have been moved since: the file lies beside its record.
      const file = join(home, basename(result.file));
      return existsSync(file) ? [{ ...result, file }] : [];
    } catch {
      return [];
    }
  });
}
