// The lines that load a data set in a script, and where they go: imports joined with those that are there, the rest below.
import type { DatasetKind, ImportReport } from '../../../shared/contract/datasets.ts';
import { endOfImports } from '../../../shared/pipeline/code/import-statements.ts';
import { freeName, importName, lineEnd } from '../../../shared/pipeline/code/imports.ts';
import { readScript, signAt } from '../../../shared/pipeline/code/script.ts';

/** What is known of a data set. */
export interface Described {
  kind: DatasetKind;
  source: string;
  target?: string | undefined;
  /** Rows that have no value of it. */
  withoutTarget?: number;
  /** Null where it was not looked at. */
  report: Pick<ImportReport, 'splits' | 'skippedCount' | 'emptyClasses' | 'missingClasses'> | null;
}

/** What the script calls things. */
interface Names {
  /** What is imported from a module. */
  imported(module: string, name: string): string;
  /** A new variable, of this name where it is free. */
  variable(name: string): string;
}

/** As a string of a script: whatever a path holds, it is this path. */
export const quoted = (text: string): string =>
  `'${JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`;

const isIdentifier = (text: string) => /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(text);
const camel = (name: string) =>
  name.replace(/[^\p{L}\p{N}]+(.)?/gu, (_, next: string | undefined) => (next ?? '').toUpperCase());

/** The only split of a data set without any, as the Data room calls it. */
const whole = 'all';

/** The variable of a split's samples. */
export function variableOf(kind: DatasetKind, split: string): string {
  if (split === whole || split === '') return kind === 'numpy' ? 'arrays' : kind === 'table' ? 'table' : 'images';
  const name = `${camel(split)}Set`;
  return isIdentifier(name) ? name : `part${name}`;
}

const classOf: Partial<Record<DatasetKind, string>> = {
  mnist: 'MNIST',
  digits: 'MNIST',
  cifar10: 'CIFAR10',
  cifar100: 'CIFAR100',
};

function linesFor(data: Described, names: Names): string[] {
  const name = classOf[data.kind];
  const source = quoted(data.kind === 'digits' ? 'synthetic' : data.source);
  if (name) return trainAndTest(name, source, names);
  switch (data.kind) {
    case 'image-folder':
      return folderLines(data, source, names);
    case 'table':
      return tableLines(data, source, names);
    case 'text':
      return textLines(source, names);
    case 'word-vectors': {
      const read = names.imported('flint/text', 'readWordVectors');
      return [`const ${names.variable('vectors')} = ${read}(${source});`];
    }
    case 'numpy':
      return numpyLines(data, source, names);
    default:
      return [];
  }
}

function trainAndTest(name: string, source: string, names: Names): string[] {
  const datasets = names.imported('flint/vision', 'datasets');
  return [
    `const ${names.variable('trainSet')} = new ${datasets}.${name}(${source}, { train: true });`,
    `const ${names.variable('testSet')} = new ${datasets}.${name}(${source}, { train: false });`,
  ];
}

/** The splits, or all that there is. */
const splitsOf = ({ report }: Described) => (report?.splits.length ? report.splits : [{ name: whole, count: 0 }]);
const options = (given: readonly string[]): string => (given.length > 0 ? `, { ${given.join(', ')} }` : '');

function folderLines(data: Described, source: string, names: Names): string[] {
  const datasets = names.imported('flint/vision', 'datasets');
  return splitsOf(data).map(({ name, unreadable }) => {
    const given = [
      ...(name === whole ? [] : [`split: ${quoted(name)}`]),
      // A class without images is refused unless it is said that there may be some, and so is a damaged image.
      ...(lacksImages(data, name) ? ['allowEmpty: true'] : []),
      ...(unreadable ? ["onBadImage: 'skip'"] : []),
    ];
    const variable = names.variable(variableOf(data.kind, name));
    return `const ${variable} = new ${datasets}.ImageFolder(${source}${options(given)});`;
  });
}

function lacksImages({ report }: Described, split: string): boolean {
  if (!report) return false;
  const several = report.splits.length > 1;
  const empty = report.emptyClasses.some((name) => !several || name.startsWith(`${split}/`));
  return empty || report.missingClasses.some((missing) => missing.split === split);
}

function tableLines({ target, withoutTarget = 0, report }: Described, source: string, names: Names): string[] {
  const skip = (report?.skippedCount ?? 0) + withoutTarget > 0 ? ["badRows: 'skip'"] : [];
  if (!target) {
    const read = names.imported('flint/data', 'readTable');
    return [`const ${names.variable('table')} = ${read}(${source}${options(skip)});`];
  }
  // Words become columns of 0 and 1, numbers are standardized, missing ones are the mean: what a network can take.
  const given = [`target: ${quoted(target)}`, 'standardize: true', ...skip];
  const set = names.imported('flint/data', 'CsvDataset');
  return [`const ${names.variable('rows')} = new ${set}(${source}${options(given)});`];
}

function textLines(source: string, names: Names): string[] {
  const [read, cut, words] = ['readText', 'tokenize', 'Vocabulary'].map((name) => names.imported('flint/text', name));
  const text = names.variable('text');
  return [
    `const ${text} = ${read}(${source});`,
    `const ${names.variable('vocabulary')} = new ${words}(${cut}(${text}, 'char'));`,
  ];
}

function numpyLines(data: Described, source: string, names: Names): string[] {
  const set = names.imported('flint/data', 'NumpyDataset');
  return splitsOf(data).map(({ name, arrays }) => {
    const given = arrays ? [`arrays: [${arrays.map(quoted).join(', ')}]`] : [];
    return `const ${names.variable(variableOf(data.kind, name))} = new ${set}(${source}${options(given)});`;
  });
}

/** As a person copies it. */
export function codeText(data: Described): string {
  return insertCode('', data).text.trimEnd();
}

/** The script with the code in it, and the line (from 1) where its first new line below the imports stands. */
export function insertCode(source: string, data: Described): { text: string; line: number } {
  let text = source;
  const { code, ...script } = readScript(source);
  const used = new Set(code.flatMap((t, at) => (signAt({ code, ...script }, at - 1) === '.' ? [] : [t.text])));
  const lines = linesFor(data, {
    imported(module, name) {
      const added = importName(text, module, name);
      text = added.source;
      return added.local;
    },
    variable(wanted) {
      const name = freeName(used, wanted);
      used.add(name);
      return name;
    },
  });
  const eol = lineEnd(text);
  const end = endOfImports(readScript(text));
  const [before, after] = [text.slice(0, end), text.slice(end)];
  const start = before.trim() === '' ? before : `${before}${eol}${eol}`;
  const apart = /^\s*$/.test(after) || /^[^\S\n]*\r?\n[^\S\n]*\r?\n/.test(after);
  const behind = /^\s*$/.test(after) ? eol : apart ? after : `${eol}${/^[^\S\n]*\r?\n/.test(after) ? '' : eol}${after}`;
  return { text: `${start}${lines.join(eol)}${behind}`, line: start.split('\n').length };
}
