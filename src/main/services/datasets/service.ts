// Data sets of a project. flint.json says where they are; the workbench reads them, so that a broken image ends the
// workbench at worst.
import { mkdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { z } from 'zod';
import { DatasetKind, type DatasetInfo, type DatasetSummary, type Sample } from '../../../shared/contract/datasets.ts';
import type { StudioApi } from '../../../shared/contract/studio.ts';
import { plainError, StudioError } from '../../../shared/errors.ts';
import type { Emit } from '../../../shared/rpc/server.ts';
import type { AppPaths } from '../../shells/shell.ts';
import { downloadFolder } from '../projects/dataset-folders.ts';
import { readProjectFile, writeProjectFile } from '../projects/project-file.ts';
import type { ProjectsService } from '../projects/service.ts';
import { throttle } from '../runs/throttle.ts';
import type { WorkbenchClient } from '../workbench/client.ts';

export interface DatasetsOptions {
  projects: ProjectsService;
  workbench: WorkbenchClient;
  paths: AppPaths;
  emit: Emit;
}

const Checked = z.object({
  splits: z.array(z.string()),
  state: z.enum(['ready', 'missing', 'broken']),
  problem: z.string().optional(),
});
const Received = z.object({ receivedBytes: z.number(), totalBytes: z.number() });

interface InDataset {
  project: string;
  dataset: string;
}

export class DatasetsService {
  readonly api: StudioApi['datasets'];
  private readonly options: DatasetsOptions;
  /** Downloads under way, by project and data set. */
  private readonly downloads = new Map<string, AbortController>();

  constructor(options: DatasetsOptions) {
    this.options = options;
    const { workbench } = options;
    this.api = {
      list: async ({ project }) => {
        const file = readProjectFile(options.projects.require(project));
        return Promise.all(Object.keys(file.datasets).map((dataset) => this.info({ project, dataset })));
      },
      summary: async (asked) => workbench.request<DatasetSummary>('datasets.summary', this.split(asked)),
      labels: async (asked) => workbench.request<Uint8Array>('datasets.labels', this.split(asked)),
      thumbnails: async ({ indices, ...asked }) =>
        workbench.request('datasets.thumbnails', { ...this.split(asked), indices }),
      sample: async ({ index, ...asked }) =>
        workbench.request<Sample>('datasets.sample', { ...this.split(asked), index }),
      setSource: async ({ source, ...asked }) => this.setSource(asked, source),
      download: async (asked) => this.download(asked),
      cancelDownload: async (asked) => this.downloads.get(keyOf(asked))?.abort(),
    };
  }

  close(): void {
    for (const download of this.downloads.values()) download.abort();
  }

  private async info(asked: InDataset): Promise<DatasetInfo> {
    const { kind, source } = this.entry(asked);
    const known = DatasetKind.safeParse(kind);
    const base = { id: asked.dataset, kind: known.data ?? 'none', source };
    if (!known.success) {
      const problem = `flint.json asks for a data set of kind "${kind}"; known are ${DatasetKind.options.join(', ')}.`;
      return { ...base, splits: [], state: 'broken', problem };
    }
    if (this.downloads.has(keyOf(asked))) return { ...base, splits: [], state: 'downloading' };
    if (source === '') {
      const problem = 'No folder is chosen yet. Choose one, fetch the data, or take the built-in generator.';
      return { ...base, splits: [], state: 'missing', problem };
    }
    return { ...base, ...(await this.check(asked.project, kind, source)) };
  }

  /** A workbench that failed is a problem of the data set to the person who looks at it. */
  private async check(project: string, kind: string, source: string): Promise<z.infer<typeof Checked>> {
    try {
      return Checked.parse(await this.options.workbench.request('datasets.check', { project, kind, source }));
    } catch (error) {
      return { splits: [], state: 'broken', problem: plainError(error).message };
    }
  }

  private async setSource(asked: InDataset, source: string): Promise<DatasetInfo> {
    const { kind } = this.entry(asked);
    if (source !== '') {
      const checked = await this.check(asked.project, kind, source);
      if (checked.state !== 'ready') {
        throw new StudioError('bad-source', checked.problem ?? `${source} holds no data set of kind ${kind}.`);
      }
    }
    this.writeSource(asked, source);
    return this.info(asked);
  }

  private writeSource({ project, dataset }: InDataset, source: string): void {
    const file = readProjectFile(project);
    file.datasets[dataset] = { ...file.datasets[dataset]!, source };
    writeProjectFile(project, file);
    this.options.emit('datasets.didChange', { project, dataset });
  }

  /** Resolves when it is on its way; how it goes is told by events. */
  private download(asked: InDataset): void {
    const { kind } = this.entry(asked);
    const key = keyOf(asked);
    if (this.downloads.has(key)) return;
    const controller = new AbortController();
    this.downloads.set(key, controller);
    const folder = resolve(downloadFolder(kind, this.options.paths.data));
    mkdirSync(folder, { recursive: true });
    let received = { receivedBytes: 0, totalBytes: 0 };
    const tell = (state: 'running' | 'done' | 'failed' | 'cancelled', problem?: string) =>
      this.options.emit('datasets.didDownload', { ...asked, ...received, state, ...(problem && { problem }) });
    const tellRunning = throttle(100, () => tell('running'));
    const onProgress = (value: unknown) => {
      received = Received.parse(value);
      tellRunning();
    };
    tellRunning();
    const end = () => {
      tellRunning.cancel();
      this.downloads.delete(key);
    };
    this.options.workbench
      .request('datasets.download', { kind, folder }, { onProgress, signal: controller.signal })
      .then(
        () => {
          end();
          this.writeSource(asked, folder);
          tell('done');
        },
        (error: unknown) => {
          end();
          if (controller.signal.aborted) tell('cancelled');
          else tell('failed', plainError(error).message);
          this.options.emit('datasets.didChange', asked);
        },
      )
      .catch(() => {});
  }

  private split({ split, ...asked }: InDataset & { split: string }) {
    const { kind, source } = this.entry(asked);
    if (source === '')
      throw new StudioError('no-source', `No folder is chosen for the data set "${asked.dataset}" yet.`);
    return { project: asked.project, kind, source, split };
  }

  private entry({ project, dataset }: InDataset): { kind: string; source: string } {
    const entry = readProjectFile(this.options.projects.require(project)).datasets[dataset];
    if (!entry) throw new StudioError('not-found', `flint.json of ${project} has no data set "${dataset}".`);
    return entry;
  }
}

const keyOf = ({ project, dataset }: InDataset) => `${project}\0${dataset}`;
