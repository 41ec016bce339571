// Builds every service once, by constructors in order: a missing dependency does not compile.
import type { StudioApi } from '../shared/contract/studio.ts';
import { createServer, type Emit, type RpcServer } from '../shared/rpc/server.ts';
import { packageRoot } from '../flint/package-root.ts';
import { AppState } from './services/desktop/app-state.ts';
import { desktopService } from './services/desktop/service.ts';
import { AugmentService } from './services/augment/service.ts';
import { DatasetsService } from './services/datasets/service.ts';
import { exportsService } from './services/exports/service.ts';
import { ProjectsService } from './services/projects/service.ts';
import { RunsService } from './services/runs/service.ts';
import { WorkbenchClient } from './services/workbench/client.ts';
import type { Shell } from './shells/shell.ts';

export interface Studio {
  api: StudioApi;
  /** Shells attach their clients here. */
  server: RpcServer;
  /** Lets go of runs (they go on) and ends what belongs to the studio. */
  close(): Promise<void>;
}

/** Programs of the product that a test replaces by small ones. */
export interface ComposeOptions {
  trainerProgram?: string;
  workbenchProgram?: string;
  /** Milliseconds between Stop and the end by force. */
  grace?: number;
}

export async function composeStudio(shell: Shell, options: ComposeOptions = {}): Promise<Studio> {
  const listeners: { emit?: Emit } = {};
  const emit: Emit = (event, payload) => listeners.emit?.(event, payload);
  const { appPaths: paths } = shell;
  const { trainerProgram, workbenchProgram, grace } = options;

  const state = new AppState(paths.home);
  const projects = new ProjectsService({ root: packageRoot(), paths, state, emit });
  const workbench = new WorkbenchClient({ shell, ...(workbenchProgram && { program: workbenchProgram }) });
  const runs = new RunsService({
    ...{ shell, projects, emit },
    ...(trainerProgram && { trainerProgram }),
    ...(grace !== undefined && { grace }),
  });
  const datasets = new DatasetsService({ projects, workbench, paths, emit });
  const augment = new AugmentService({ projects, datasets, workbench });
  const api: StudioApi = {
    projects: projects.api,
    datasets: datasets.api,
    augment: augment.api,
    runs: runs.api,
    exports: exportsService({ projects, workbench, emit }),
    desktop: desktopService(shell, state, emit),
  };
  const server = createServer(api);
  listeners.emit = server.emit;
  await runs.attachAll();
  return {
    api,
    server,
    async close() {
      server.close();
      runs.close();
      datasets.close();
      projects.close();
      workbench.close();
    },
  };
}
