// The lists of splits made by hand: JSON files in the project's folder splits/, which scripts read too.
import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { loadSplit } from '../../../flint/data/split-file.ts';
import type { SavedSplit } from '../../../shared/contract/dataset-splits.ts';
import type { DatasetKind } from '../../../shared/contract/datasets.ts';
import { StudioError } from '../../../shared/errors.ts';
import { freeName } from '../../../shared/pipeline/code/imports.ts';
import { quoted, variableOf } from './loading-code.ts';

const folder = 'splits';

/** Those of one data set; files that are no split are passed over. */
export function listSplits(project: string, dataset: string, kind: DatasetKind): SavedSplit[] {
  const inProject = join(project, folder);
  if (!existsSync(inProject)) return [];
  const files = readdirSync(inProject)
    .filter((name) => name.endsWith('.json'))
    .sort();
  return files.flatMap((name) => describe(project, { dataset, kind }, name) ?? []);
}

interface Owner {
  dataset: string;
  kind: DatasetKind;
}

function describe(project: string, { dataset, kind }: Owner, fileName: string): SavedSplit | null {
  try {
    const { source, count, parts } = loadSplit(join(project, folder, fileName));
    const [id, from = ''] = source.split('#');
    if (id !== dataset) return null;
    const file = `${folder}/${fileName}`;
    const counted = Object.entries(parts).map(([name, entries]) => ({ name, count: entries.length }));
    return {
      file,
      name: fileName.replace(/\.json$/, ''),
      from,
      count,
      parts: counted,
      code: codeFor(file, counted, { set: variableOf(kind, from), table: kind === 'table' }),
    };
  } catch {
    return null;
  }
}

/** Words that no variable can have as its name. */
const reserved = new Set(
  (
    'await break case catch class const continue debugger default delete do else enum export extends false finally for ' +
    'function if implements import in instanceof interface let new null package private protected public return static ' +
    'super switch this throw true try typeof var void while with yield'
  ).split(' '),
);

/** What a script uses it by: `set` is the variable of the samples. */
function codeFor(file: string, parts: { name: string }[], { set, table }: { set: string; table: boolean }): string {
  const used = new Set([...reserved, set, 'parts', 'loadSplit', 'splitByList']);
  const named = parts.map(({ name }) => {
    const word = name.replace(/[^\p{ID_Continue}$]/gu, '_');
    const variable = freeName(used, /^[\p{ID_Start}$_]/u.test(word) ? word : `_${word}`);
    used.add(variable);
    return { name, variable };
  });
  if (table) {
    return [
      "import { loadSplit } from 'flint/data';",
      '',
      `const parts = loadSplit(${quoted(file)}, { count: ${set}.length }).parts as Record<string, number[]>;`,
      ...named.map(({ name, variable }) => `const ${variable} = ${set}.take(parts[${quoted(name)}]!);`),
    ].join('\n');
  }
  const keys = named.map(({ name, variable }) => (name === variable ? name : `${quoted(name)}: ${variable}`));
  return [
    "import { splitByList } from 'flint/data';",
    '',
    `const { ${keys.join(', ')} } = splitByList(${set}, ${quoted(file)});`,
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
