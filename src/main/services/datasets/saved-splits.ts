// The lists of splits made by hand: JSON files in the project's folder splits/, which scripts read too.
import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { loadSplit } from '../../../flint/data/split-file.ts';
import type { SavedSplit } from '../../../shared/contract/dataset-splits.ts';
import { StudioError } from '../../../shared/errors.ts';

const folder = 'splits';

/** Those of one data set; files that are no split are passed over. */
export function listSplits(project: string, dataset: string, kind: string): SavedSplit[] {
  const inProject = join(project, folder);
  if (!existsSync(inProject)) return [];
  const files = readdirSync(inProject)
    .filter((name) => name.endsWith('.json'))
    .sort();
  return files.flatMap((name) => describe(project, { dataset, kind }, name) ?? []);
}

interface Owner {
  dataset: string;
  kind: string;
}

function describe(project: string, { dataset, kind }: Owner, fileName: string): SavedSplit | null {
  try {
    const { source, parts } = loadSplit(join(project, folder, fileName));
    const [id, from = ''] = source.split('#');
    if (id !== dataset) return null;
    const file = `${folder}/${fileName}`;
    const counted = Object.entries(parts).map(([name, entries]) => ({ name, count: entries.length }));
    return {
      file,
      name: fileName.replace(/\.json$/, ''),
      from,
      parts: counted,
      code: kind === 'table' ? tableCode(file, counted) : codeFor(file, counted, from),
    };
  } catch {
    return null;
  }
}

const isName = (text: string) => /^[\p{L}_$][\p{L}\p{N}_$]*$/u.test(text);

function codeFor(file: string, parts: { name: string }[], from: string): string {
  const names = parts.map(({ name }) => (isName(name) ? name : `'${name}': ${name.replace(/[^\p{L}\p{N}]/gu, '_')}`));
  const whole = from === '' || from === 'all' ? 'images' : `${from}Set`;
  return [
    "import { splitByList } from 'flint/data';",
    '',
    `const { ${names.join(', ')} } = splitByList(${whole}, '${file}');`,
  ].join('\n');
}

function tableCode(file: string, parts: { name: string }[]): string {
  const variable = (name: string) => (isName(name) ? name : name.replace(/[^\p{L}\p{N}]/gu, '_'));
  return [
    "import { loadSplit } from 'flint/data';",
    '',
    `const parts = loadSplit('${file}', { count: table.length }).parts as Record<string, number[]>;`,
    ...parts.map(({ name }) => `const ${variable(name)} = table.take(parts['${name}']!);`),
  ].join('\n');
}

/** Where a new split goes. */
export function splitFile(project: string, name: string): string {
  const path = join(project, folder, `${name}.json`);
  if (existsSync(path)) {
    throw new StudioError('exists', `The project has a split "${name}" already. Choose another name for this one.`);
  }
  mkdirSync(join(project, folder), { recursive: true });
  return path;
}

export function removeSplitFile(project: string, file: string): void {
  if (!/^splits\/[^/\\]+\.json$/.test(file)) throw new StudioError('bad-params', `"${file}" is no file of a split.`);
  rmSync(join(project, file), { force: true });
}
