// Previews of augmentations, and batches of past runs: the workbench makes them, by the code that training runs.
import type { Preview, RunBatch } from '../../../shared/contract/augment.ts';
import type { StudioApi } from '../../../shared/contract/studio.ts';
import type { DatasetsService } from '../datasets/service.ts';
import type { ProjectsService } from '../projects/service.ts';
import { runFolder } from '../runs/run-record.ts';
import type { WorkbenchClient } from '../workbench/client.ts';

export interface AugmentOptions {
  projects: ProjectsService;
  datasets: DatasetsService;
  workbench: WorkbenchClient;
}

export class AugmentService {
  readonly api: StudioApi['augment'];

  constructor({ projects, datasets, workbench }: AugmentOptions) {
    this.api = {
      preview: async ({ project, dataset, ...asked }) =>
        workbench.request<Preview[]>('augment.preview', { ...datasets.dataOf({ project, dataset }), ...asked }),
      batch: async ({ project, run, step, sample }) =>
        workbench.request<RunBatch>('augment.batch', {
          ...{ folder: runFolder(projects.require(project), run), step },
          ...(sample === undefined ? {} : { sample }),
        }),
    };
  }
}
