// Data sets of a project. flint.json says where they are; the workbench reads them, so that a broken image ends the
// workbench at worst.
import { basename } from 'node:path';
import type { DatasetSplitting, SplitPart } from '../../../shared/contract/dataset-splits.ts';
import type { TableSummary } from '../../../shared/contract/dataset-views.ts';
import type { DatasetKind, ImportReport, Recognised, SampleQuery } from '../../../shared/contract/datasets.ts';
import type { StudioApi } from '../../../shared/contract/studio.ts';
import type { WorkbenchJobName } from '../../../shared/contract/trainer.ts';
import type { Emit } from '../../../shared/rpc/server.ts';
import type { AppPaths } from '../../shells/shell.ts';
import { readProjectFile } from '../projects/project-file.ts';
import { readText, writeText } from '../projects/project-files.ts';
import type { ProjectsService } from '../projects/service.ts';
import type { WorkbenchClient } from '../workbench/client.ts';
import { Downloads } from './downloads.ts';
import { Entries, sourceFrom, type InDataset } from './entries.ts';
import { codeText, insertCode, type Described } from './loading-code.ts';
import { listSplits, removeSplitFile, splitFile } from './saved-splits.ts';
import { Uploads } from './uploads.ts';
import { Works } from './works.ts';

export interface DatasetsOptions {
  projects: ProjectsService;
  workbench: WorkbenchClient;
  paths: AppPaths;
  emit: Emit;
}
type Api = StudioApi['datasets'];

export class DatasetsService {
  readonly api: Api;
  private readonly options: DatasetsOptions;
  private readonly entries: Entries;
  private readonly downloads: Downloads;
  private readonly works: Works;
  private readonly uploads: Uploads;

  constructor(options: DatasetsOptions) {
    this.options = options;
    const { workbench, emit, paths, projects } = options;
    this.downloads = new Downloads({ workbench, emit, folder: paths.data });
    this.works = new Works(workbench, emit);
    this.uploads = new Uploads(paths.data);
    this.entries = new Entries({ projects, workbench, emit, downloading: (asked) => this.downloads.has(asked) });
    this.api = { ...this.sampleMethods(), ...this.viewMethods(), ...this.entryMethods(), ...this.uploadMethods() };
  }

  close(): void {
    this.downloads.close();
    this.works.close();
    this.uploads.close();
  }

  /** Where the samples of a data set are, as the workbench is asked. */
  dataOf(asked: InDataset): { project: string; kind: string; source: string } {
    return this.entries.data(asked);
  }

  /** Asks the workbench with the data set's kind and source instead of its name. */
  private async ask<Result>(job: WorkbenchJobName, asked: InDataset, more: object = {}): Promise<Result> {
    const data = this.entries.data(asked);
    return this.options.workbench.request<Result>(job, { ...data, ...more } as never);
  }

  private sampleMethods() {
    return {
      summary: async ({ split, ...at }) => this.ask('datasets.summary', at, { split }),
      labels: async ({ split, ...at }) => this.ask('datasets.labels', at, { split }),
      order: async ({ split, query, ...at }: InDataset & { split: string; query: SampleQuery }) =>
        this.ask<Uint32Array>('datasets.order', at, { split, query }),
      thumbnails: async ({ split, indices, size, ...at }) =>
        this.ask('datasets.thumbnails', at, { split, indices, size }),
      sample: async ({ split, index, ...at }) => this.ask('datasets.sample', at, { split, index }),
      twins: async ({ split, index, ...at }) => this.ask('datasets.twins', at, { split, index }),
      report: async (at) => this.ask('datasets.report', at),
      index: async (at) => this.works.start('index', at, this.entries.data(at)),
      inspection: async ({ start, ...at }) => {
        if (!start) return this.ask('datasets.inspection', at);
        this.works.start('inspect', at, this.entries.data(at));
        return null;
      },
      cancelWork: async ({ work, ...at }) => this.works.cancel(work, at),
    } satisfies Partial<Api>;
  }

  private viewMethods() {
    return {
      table: async (at) => this.ask('datasets.table', at),
      rows: async ({ project, dataset, ...more }) => this.ask('datasets.rows', { project, dataset }, more),
      text: async ({ project, dataset, ...more }) => this.ask('datasets.text', { project, dataset }, more),
      sequences: async ({ project, dataset, ...more }) => this.ask('datasets.sequences', { project, dataset }, more),
      vectors: async ({ project, dataset, ...more }) => this.ask('datasets.vectors', { project, dataset }, more),
      savedSplits: async (at) => listSplits(at.project, at.dataset, this.entries.kindOf(at)),
      makeSplit: async ({ name, how, ...at }) => this.makeSplit(at, name, how),
      removeSplit: async ({ project, file }) => removeSplitFile(this.options.projects.require(project), file),
    } satisfies Partial<Api>;
  }

  private entryMethods() {
    return {
      list: async ({ project }) => {
        // Whoever lists data sets looks at one next: its reader starts meanwhile.
        this.options.workbench.warm();
        return this.entries.list(project);
      },
      info: async (at) => this.entries.info(at),
      recognise: async ({ project, path }) => this.recognise(project, path),
      add: async ({ project, id, kind, source, replace }) => this.entries.add(project, id, { kind, source }, replace),
      remove: async (at) => this.entries.remove(at),
      setTarget: async ({ target, ...at }) => this.entries.setTarget(at, target),
      setSource: async ({ source, ...at }) => this.entries.setSource(at, source),
      code: async (at) => codeText(await this.described(at)),
      addToScript: async (at) => this.addToScript(at),
      download: async (at) =>
        this.downloads.start(at, this.entries.get(at).kind, (folder) => this.entries.write(at, { source: folder })),
      cancelDownload: async (at) => this.downloads.cancel(at),
    } satisfies Partial<Api>;
  }

  private uploadMethods() {
    return {
      beginUpload: async ({ name, files }) => ({ upload: this.uploads.begin(name, files) }),
      uploadChunk: async ({ upload, file, bytes, last }) => this.uploads.chunk(upload, file, bytes, last),
      finishUpload: async ({ upload }) => ({ path: await this.uploads.finish(upload) }),
      cancelUpload: async ({ upload }) => this.uploads.cancel(upload),
    } satisfies Partial<Api>;
  }

  private async recognise(project: string, path: string): Promise<Recognised> {
    this.options.projects.require(project);
    type Found = { kind: DatasetKind; path: string; report: ImportReport; extent?: number };
    const found = await this.options.workbench.request<Found>('datasets.recognise', { project, path });
    const source = sourceFrom(project, found.path);
    const id = this.entries.freeName(project, basename(found.path));
    const code = codeText({ kind: found.kind, source, report: found.report });
    return { kind: found.kind, source, id, report: found.report, code, ...(found.extent && { extent: found.extent }) };
  }

  private async described(at: InDataset): Promise<Described> {
    const { kind, source, state, target } = await this.entries.info(at);
    // Of the others a report would be all their samples read, and says nothing that the code depends on.
    const asked = state === 'ready' && ['image-folder', 'table', 'numpy'].includes(kind);
    const report = asked ? await this.ask<ImportReport>('datasets.report', at) : null;
    if (!asked || kind !== 'table' || !target) return { kind, source, target, report };
    const { columns } = await this.ask<TableSummary>('datasets.table', at);
    const withoutTarget = columns.find(({ name }) => name === target)?.missing ?? 0;
    return { kind, source, target, withoutTarget, report };
  }

  private async addToScript(at: InDataset): Promise<{ path: string; line: number }> {
    const data = await this.described(at);
    const path = readProjectFile(at.project).entry;
    const { text, modifiedAt } = readText(at.project, path);
    const inserted = insertCode(text, data);
    writeText(at.project, path, inserted.text, modifiedAt);
    return { path, line: inserted.line };
  }

  private async makeSplit(at: InDataset, name: string, how: Parameters<Api['makeSplit']>[0]['how']) {
    const file = splitFile(this.options.projects.require(at.project), name);
    type Made = { parts: SplitPart[]; classes: string[] };
    const made = await this.ask<Made>('datasets.split', at, { file, how, owner: at.dataset });
    const saved = listSplits(at.project, at.dataset, this.entries.kindOf(at)).find((s) => s.name === name)!;
    return { saved, ...made } satisfies DatasetSplitting;
  }
}
