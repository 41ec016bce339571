// Projects: a folder with a flint.json, an entry script, and runs. Opening one never runs it.
import { z } from 'zod';
import { event, method } from './method.ts';

export const ProjectFile = z.object({
  name: z.string().min(1),
  entry: z.string().default('train.ts'),
  /** Where each data set used comes from; see datasets.ts. */
  datasets: z
    .record(z.string(), z.object({ kind: z.string(), source: z.string(), target: z.string().optional() }))
    .default({}),
  /** Default settings, what `config()` in the script reads; overridden by --set and by the Train room. */
  settings: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).default({}),
  template: z.string().optional(),
});
export type ProjectFile = z.infer<typeof ProjectFile>;
export type Settings = ProjectFile['settings'];

export interface Project {
  path: string;
  file: ProjectFile;
  /** False until the person agreed to run code that came from elsewhere. */
  trusted: boolean;
}
export interface RecentProject {
  path: string;
  name: string;
  openedAt: number;
  /** False when the folder is gone. */
  exists: boolean;
}
export interface TemplateInfo {
  id: string;
  /** Seed program: "P2". */
  program: string;
  title: { en: string; zh: string };
  sentence: { en: string; zh: string };
  /** SVG text of the picture. */
  picture: string;
}
export interface FileEntry {
  /** Relative to the project, with forward slashes. */
  path: string;
  kind: 'file' | 'folder';
  bytes: number;
}

const inProject = z.object({ project: z.string() });
const inFile = inProject.extend({ path: z.string() });

export const projects = {
  recent: method(z.object({})).returns<RecentProject[]>(),
  templates: method(z.object({})).returns<TemplateInfo[]>(),
  /** Copies a template into a new folder under `parent` (default: ~/Flint) and opens it. */
  create: method(
    z.object({ template: z.string(), parent: z.string().optional(), name: z.string().optional() }),
  ).returns<Project>(),
  open: method(z.object({ path: z.string() })).returns<Project>(),
  forget: method(z.object({ path: z.string() })).returns<void>(),
  trust: method(inProject).returns<Project>(),
  /** Files of the project but runs/, node_modules/ and hidden ones, at most 2,000. */
  files: method(inProject).returns<FileEntry[]>(),
  read: method(inFile).returns<{ text: string; modifiedAt: number }>(),
  /** Writes to a temporary name, then renames. `ifModifiedAt`: refuse when the file changed on disk since. */
  write: method(inFile.extend({ text: z.string(), ifModifiedAt: z.number().optional() })).returns<{
    modifiedAt: number;
  }>(),
  rename: method(inFile.extend({ to: z.string() })).returns<void>(),
  remove: method(inFile).returns<void>(),
  /** The declaration files that the editor shows to Monaco: path -> text. */
  types: method(z.object({})).returns<Record<string, string>>(),
};
export const projectEvents = {
  didChangeFiles: event<{ project: string }>(),
  /** The project's folder vanished or came back. */
  didChangeProject: event<{ project: string; exists: boolean }>(),
};
