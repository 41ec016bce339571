// Templates: project folders with a template.json and a picture beside. Creating a project copies one.
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { z } from 'zod';
import type { ProjectFile, TemplateInfo } from '../../../shared/contract/projects.ts';
import { StudioError } from '../../../shared/errors.ts';
import { readProjectFile, writeProjectFile } from './project-file.ts';

const Words = z.object({ en: z.string(), zh: z.string() });
const TemplateFile = z.object({
  id: z.string(),
  program: z.string(),
  order: z.number().default(1000),
  title: Words,
  sentence: Words,
});
const ownFiles = ['template.json', 'picture.svg', 'runs', 'node_modules'];

/** In the order that their files ask for. */
export function listTemplates(root: string): TemplateInfo[] {
  const found = readdirSync(root, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && existsSync(join(root, entry.name, 'template.json')))
    .map((entry) => {
      const folder = join(root, entry.name);
      const file = TemplateFile.parse(JSON.parse(readFileSync(join(folder, 'template.json'), 'utf8')));
      return { ...file, picture: readFileSync(join(folder, 'picture.svg'), 'utf8') };
    });
  found.sort((a, b) => a.order - b.order || (a.id < b.id ? -1 : 1));
  return found.map(({ order: _, ...info }) => info);
}

export interface NewProject {
  template: string;
  parent: string;
  name?: string | undefined;
  /** Where the data sets of a kind are, or "synthetic". */
  sourceOf(kind: string): string;
}

/** Copies the template into a new folder and gives its path; nothing is left behind when copying fails. */
export function copyTemplate(root: string, asked: NewProject): string {
  if (!listTemplates(root).some((t) => t.id === asked.template)) {
    throw new StudioError('not-found', `There is no template "${asked.template}".`);
  }
  const name = asked.name?.trim() || asked.template;
  if (/[\\/\0:*?"<>|]/.test(name) || name.startsWith('.') || name.length > 100) {
    throw new StudioError('bad-name', `"${name}" cannot be the name of a folder. Leave out \\ / : * ? " < > |.`);
  }
  mkdirSync(asked.parent, { recursive: true });
  const folder = newFolder(asked.parent, name);
  try {
    const from = join(root, asked.template);
    cpSync(from, folder, { recursive: true, filter: (path) => !ownFiles.includes(basename(path)) });
    const file = readProjectFile(folder);
    const datasets: ProjectFile['datasets'] = {};
    for (const [id, { kind, source }] of Object.entries(file.datasets)) {
      datasets[id] = { kind, source: source || asked.sourceOf(kind) };
    }
    writeProjectFile(folder, { ...file, name: basename(folder), datasets, template: asked.template });
    return folder;
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
}

function newFolder(parent: string, name: string): string {
  for (let n = 1; ; n++) {
    const folder = join(parent, n === 1 ? name : `${name}-${n}`);
    try {
      mkdirSync(folder);
      return folder;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') continue;
      throw new StudioError('cannot-create', `${folder} cannot be made: ${(error as Error).message}`);
    }
  }
}
