// flint.json: what a project says of itself. It is a person's file too, so a mistake in it is said with its place.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeFileAtomic } from '../../../flint/io/atomic-write.ts';
import { ProjectFile } from '../../../shared/contract/projects.ts';
import { StudioError } from '../../../shared/errors.ts';
import { realProject } from './project-paths.ts';

/** Throws "no-folder", "no-project" (no flint.json) or "bad-project" (not understood). */
export function readProjectFile(project: string): ProjectFile {
  const file = join(realProject(project), 'flint.json');
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    throw new StudioError(
      'no-project',
      `${project} is not a Flint project: it has no flint.json. Choose a folder that has one, or start from a template.`,
    );
  }
  try {
    const parsed = ProjectFile.safeParse(JSON.parse(text));
    if (parsed.success) return parsed.data;
    const issues = parsed.error.issues.map((i) => `${i.path.map(String).join('.') || 'the file'}: ${i.message}`);
    throw new Error(issues.join('; '));
  } catch (error) {
    throw new StudioError('bad-project', `${file} is not understood. ${(error as Error).message}`);
  }
}

export function writeProjectFile(project: string, file: ProjectFile): void {
  writeFileAtomic(join(realProject(project), 'flint.json'), Buffer.from(`${JSON.stringify(file, null, 2)}\n`));
}
