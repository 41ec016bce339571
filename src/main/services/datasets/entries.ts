// What flint.json says of data sets, read and written; and whether what it says is there.
import { existsSync } from 'node:fs';
import { isAbsolute, relative, resolve, sep } from 'node:path';
import { z } from 'zod';
import { syntheticRoot } from '../../../flint/vision/image-set.ts';
import { DatasetKind, type DatasetInfo } from '../../../shared/contract/datasets.ts';
import type { ProjectFile } from '../../../shared/contract/projects.ts';
import { plainError, StudioError } from '../../../shared/errors.ts';
import type { Emit } from '../../../shared/rpc/server.ts';
import { readProjectFile, writeProjectFile } from '../projects/project-file.ts';
import type { ProjectsService } from '../projects/service.ts';
import type { WorkbenchClient } from '../workbench/client.ts';

export interface InDataset {
  project: string;
  dataset: string;
}
export type Entry = ProjectFile['datasets'][string];

const Checked = z.object({
  splits: z.array(z.string()),
  state: z.enum(['ready', 'missing', 'broken']),
  problem: z.string().optional(),
});
export type Checked = z.infer<typeof Checked>;

export interface EntriesOptions {
  projects: ProjectsService;
  workbench: WorkbenchClient;
  emit: Emit;
  downloading: (asked: InDataset) => boolean;
}

export class Entries {
  private readonly options: EntriesOptions;

  constructor(options: EntriesOptions) {
    this.options = options;
  }

  /** Without opening any. */
  list(project: string): DatasetInfo[] {
    const file = readProjectFile(this.options.projects.require(project));
    return Object.keys(file.datasets).map((dataset) => {
      const plain = this.plain({ project, dataset });
      if (plain.state !== 'ready' || plain.source === syntheticRoot) return plain;
      const path = resolve(project, plain.source);
      return existsSync(path)
        ? plain
        : { ...plain, state: 'missing', problem: `There is nothing at ${path} any more.` };
    });
  }

  async info(asked: InDataset): Promise<DatasetInfo> {
    const plain = this.plain(asked);
    return plain.state === 'ready'
      ? { ...plain, ...(await this.check(asked.project, plain.kind, plain.source)) }
      : plain;
  }

  /** What flint.json alone says. */
  private plain(asked: InDataset): DatasetInfo {
    const { kind, source, target } = this.get(asked);
    const known = DatasetKind.safeParse(kind);
    const base = { id: asked.dataset, kind: known.data ?? 'none', source, ...(target && { target }) };
    if (!known.success) {
      const problem = `flint.json asks for a data set of kind "${kind}"; known are ${DatasetKind.options.join(', ')}.`;
      return { ...base, splits: [], state: 'broken', problem };
    }
    if (this.options.downloading(asked)) return { ...base, splits: [], state: 'downloading' };
    if (source === '') {
      const problem = 'No folder is chosen yet. Choose one, fetch the data, or take the built-in generator.';
      return { ...base, splits: [], state: 'missing', problem };
    }
    return { ...base, splits: [], state: 'ready' };
  }

  /** A workbench that failed is a problem of the data set to the person who looks at it. */
  private async check(project: string, kind: string, source: string): Promise<Checked> {
    try {
      return Checked.parse(await this.options.workbench.request('datasets.check', { project, kind, source }));
    } catch (error) {
      return { splits: [], state: 'broken', problem: plainError(error).message };
    }
  }

  get({ project, dataset }: InDataset): Entry {
    const entry = readProjectFile(this.options.projects.require(project)).datasets[dataset];
    if (!entry) throw new StudioError('not-found', `flint.json of ${project} has no data set "${dataset}".`);
    return entry;
  }

  /** "none" where flint.json names a kind that is not known. */
  kindOf(asked: InDataset): DatasetKind {
    return DatasetKind.safeParse(this.get(asked).kind).data ?? 'none';
  }

  /** What the workbench is asked with. */
  data(asked: InDataset): { project: string; kind: string; source: string } {
    const { kind, source } = this.get(asked);
    if (source === '')
      throw new StudioError('no-source', `No folder is chosen for the data set "${asked.dataset}" yet.`);
    return { project: asked.project, kind, source };
  }

  /** Checked before it is written. */
  async setSource(asked: InDataset, source: string): Promise<DatasetInfo> {
    const { kind } = this.get(asked);
    if (source !== '') await this.demand(asked.project, kind, source);
    this.write(asked, { source });
    return this.info(asked);
  }

  async add(project: string, id: string, entry: Entry, replace: boolean): Promise<DatasetInfo> {
    const there = readProjectFile(this.options.projects.require(project)).datasets[id];
    if (there && !replace) {
      throw new StudioError('exists', `The project has a data set "${id}" already. Choose another name for this one.`);
    }
    await this.demand(project, entry.kind, entry.source);
    this.write({ project, dataset: id }, entry);
    return this.info({ project, dataset: id });
  }

  remove({ project, dataset }: InDataset): void {
    const file = readProjectFile(this.options.projects.require(project));
    delete file.datasets[dataset];
    writeProjectFile(project, file);
    this.options.emit('datasets.didChange', { project, dataset });
  }

  async setTarget(asked: InDataset, target: string): Promise<DatasetInfo> {
    this.get(asked);
    this.write(asked, { target: target || undefined });
    return this.info(asked);
  }

  write({ project, dataset }: InDataset, change: Partial<Entry>): void {
    const file = readProjectFile(project);
    const before = file.datasets[dataset] ?? { kind: 'none', source: '' };
    file.datasets[dataset] = { ...before, ...change };
    writeProjectFile(project, file);
    this.options.emit('datasets.didChange', { project, dataset });
  }

  /** A name that flint.json does not use yet, made of a file's or folder's. */
  freeName(project: string, wanted: string): string {
    const { datasets } = readProjectFile(this.options.projects.require(project));
    const plain = wanted
      .replace(/\.(tar\.gz|tgz|tar|zip|gz|csv|tsv|txt|npy|npz|dat)$/i, '')
      .replace(/[^\p{L}\p{N}_.-]+/gu, '-')
      .replace(/^[.-]+/, '')
      .slice(0, 48);
    const base = plain || 'data';
    for (let n = 1; ; n++) {
      const name = n === 1 ? base : `${base}-${n}`;
      if (!Object.hasOwn(datasets, name)) return name;
    }
  }

  private async demand(project: string, kind: string, source: string): Promise<void> {
    const checked = await this.check(project, kind, source);
    if (checked.state === 'ready') return;
    throw new StudioError('bad-source', checked.problem ?? `${source} holds no data set of kind ${kind}.`);
  }
}

/** Within the project a path is written from there, so that the project can be moved. */
export function sourceFrom(project: string, path: string): string {
  const inside = relative(project, path);
  const outside = inside === '' || inside === '..' || inside.startsWith(`..${sep}`) || isAbsolute(inside);
  // A backslash may be part of a name where it does not separate.
  return outside ? path : inside.replaceAll(sep, '/');
}
