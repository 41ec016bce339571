// Projects as the window sees them: recent ones, templates, files. Only a project that was opened is read or written,
// and none of its code runs before the person said that it may.
import { existsSync, readdirSync, readFileSync, realpathSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Project } from '../../../shared/contract/projects.ts';
import type { StudioApi } from '../../../shared/contract/studio.ts';
import { StudioError } from '../../../shared/errors.ts';
import type { Emit } from '../../../shared/rpc/server.ts';
import type { AppPaths } from '../../shells/shell.ts';
import type { AppState } from '../desktop/app-state.ts';
import { findDataset } from './dataset-folders.ts';
import { readProjectFile } from './project-file.ts';
import { listFiles, readText, removePath, renamePath, writeText } from './project-files.ts';
import { copyTemplate, listTemplates } from './templates.ts';
import { watchProject } from './watch.ts';

const keptRecent = 30;
const watchedAtOnce = 8;

export interface ProjectsOptions {
  root: string;
  paths: AppPaths;
  state: AppState;
  emit: Emit;
}

export class ProjectsService {
  readonly api: StudioApi['projects'];
  private readonly options: ProjectsOptions;
  private readonly watches = new Map<string, () => void>();

  constructor(options: ProjectsOptions) {
    this.options = options;
    const { root, state } = options;
    const templates = join(root, 'resources/templates');
    this.api = {
      recent: async () => state.read().recent.map((r) => ({ ...r, exists: existsSync(join(r.path, 'flint.json')) })),
      templates: async () => listTemplates(templates),
      create: async (params) => this.create(templates, params),
      open: async ({ path }) => this.open(path),
      forget: async ({ path }) => this.forget(path),
      trust: async ({ project }) => this.trust(project),
      files: async ({ project }) => listFiles(this.require(project)),
      read: async ({ project, path }) => readText(this.require(project), path),
      write: async ({ project, path, text, ifModifiedAt }) =>
        writeText(this.require(project), path, text, ifModifiedAt),
      rename: async ({ project, path, to }) => renamePath(this.require(project), path, to),
      remove: async ({ project, path }) => removePath(this.require(project), path),
      types: async () => declarations(join(root, 'out/types')),
    };
  }

  /** The project's folder; throws when it was never opened or is gone. */
  require(project: string): string {
    if (!this.options.state.read().recent.some((r) => r.path === project)) {
      throw new StudioError('not-open', `${project} was not opened in this studio. Open the project first.`);
    }
    readProjectFile(project);
    return project;
  }

  isTrusted(project: string): boolean {
    return this.options.state.read().trusted.includes(project);
  }

  /** Paths of all projects that were opened and are there. */
  known(): string[] {
    return this.options.state
      .read()
      .recent.map((r) => r.path)
      .filter((path) => existsSync(join(path, 'flint.json')));
  }

  close(): void {
    for (const end of this.watches.values()) end();
    this.watches.clear();
  }

  private open(path: string): Project {
    const file = readProjectFile(path);
    const real = realpathSync(path);
    this.options.state.change((s) => {
      const rest = s.recent.filter((r) => r.path !== real);
      s.recent = [{ path: real, name: file.name, openedAt: Date.now() }, ...rest].slice(0, keptRecent);
    });
    this.watch(real);
    return { path: real, file, trusted: this.isTrusted(real) };
  }

  private create(
    templates: string,
    asked: { template: string; parent?: string | undefined; name?: string | undefined },
  ) {
    const parent = resolve(asked.parent ?? this.options.paths.projects);
    const sourceOf = (kind: string) => findDataset(kind, this.options.paths.data);
    const folder = copyTemplate(templates, { template: asked.template, name: asked.name, parent, sourceOf });
    this.options.state.change((s) => s.trusted.push(realpathSync(folder)));
    return this.open(folder);
  }

  private forget(path: string): void {
    this.watches.get(path)?.();
    this.watches.delete(path);
    this.options.state.change((s) => {
      s.recent = s.recent.filter((r) => r.path !== path);
      s.trusted = s.trusted.filter((t) => t !== path);
    });
  }

  private trust(project: string): Project {
    this.require(project);
    if (!this.isTrusted(project)) this.options.state.change((s) => s.trusted.push(project));
    return { path: project, file: readProjectFile(project), trusted: true };
  }

  private watch(project: string): void {
    if (this.watches.has(project)) return;
    const { emit } = this.options;
    const end = watchProject(project, {
      filesChanged: () => emit('projects.didChangeFiles', { project }),
      existenceChanged: (exists) => emit('projects.didChangeProject', { project, exists }),
    });
    this.watches.set(project, end);
    const [oldest] = this.watches.keys();
    if (this.watches.size > watchedAtOnce && oldest !== undefined) {
      this.watches.get(oldest)?.();
      this.watches.delete(oldest);
    }
  }
}

/** The bundled declarations, by their path under out/types; none before the product was built. */
function declarations(folder: string): Record<string, string> {
  if (!existsSync(folder)) return {};
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.d.ts'));
  return Object.fromEntries(names.map((n) => [n.replaceAll('\\', '/'), readFileSync(join(folder, n), 'utf8')]));
}
