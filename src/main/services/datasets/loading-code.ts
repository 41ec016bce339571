// The lines that load a data set in a script, and where they go: imports joined with those that are there, the rest below.
import type { DatasetKind } from '../../../shared/contract/datasets.ts';

export interface LoadingCode {
  /** Module -> names. */
  imports: Record<string, string[]>;
  /** Below the imports. `variables` are the names they declare. */
  lines: string[];
  variables: string[];
}
interface Described {
  kind: DatasetKind;
  source: string;
  splits: readonly string[];
  target?: string | undefined;
}

const quoted = (text: string) => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
const camel = (name: string) =>
  name.replace(/[^\p{L}\p{N}]+(.)?/gu, (_, next: string | undefined) => (next ?? '').toUpperCase());

const classOf: Partial<Record<DatasetKind, string>> = {
  mnist: 'MNIST',
  digits: 'MNIST',
  cifar10: 'CIFAR10',
  cifar100: 'CIFAR100',
};

export function loadingCode(data: Described): LoadingCode {
  const name = classOf[data.kind];
  if (name) return trainAndTest(name, data.kind === 'digits' ? 'synthetic' : data.source);
  switch (data.kind) {
    case 'image-folder':
      return folderCode(data);
    case 'table':
      return tableCode(data);
    case 'text':
      return {
        imports: { 'flint/text': ['readText', 'tokenize', 'Vocabulary'] },
        lines: [
          `const text = readText(${quoted(data.source)});`,
          "const vocabulary = new Vocabulary(tokenize(text, 'char'));",
        ],
        variables: ['text', 'vocabulary'],
      };
    case 'word-vectors':
      return {
        imports: { 'flint/text': ['readWordVectors'] },
        lines: [`const vectors = readWordVectors(${quoted(data.source)});`],
        variables: ['vectors'],
      };
    case 'numpy':
      return {
        imports: { 'flint/data': ['NumpyDataset'] },
        lines: [`const arrays = new NumpyDataset(${quoted(data.source)});`],
        variables: ['arrays'],
      };
    default:
      return { imports: {}, lines: [], variables: [] };
  }
}

function trainAndTest(name: string, source: string): LoadingCode {
  return {
    imports: { 'flint/vision': ['datasets'] },
    lines: [
      `const trainSet = new datasets.${name}(${quoted(source)}, { train: true });`,
      `const testSet = new datasets.${name}(${quoted(source)}, { train: false });`,
    ],
    variables: ['trainSet', 'testSet'],
  };
}

function folderCode({ source, splits }: Described): LoadingCode {
  const whole = splits.length === 1;
  const variables = splits.map((split) => (whole ? 'images' : `${camel(split)}Set`));
  const lines = splits.map((split, i) => {
    const options = whole ? '' : `, { split: ${quoted(split)} }`;
    return `const ${variables[i]} = new datasets.ImageFolder(${quoted(source)}${options});`;
  });
  return { imports: { 'flint/vision': ['datasets'] }, lines, variables };
}

function tableCode({ source, target }: Described): LoadingCode {
  const table = [`const table = readTable(${quoted(source)});`];
  if (!target) return { imports: { 'flint/data': ['readTable'] }, lines: table, variables: ['table'] };
  // Words become columns of 0 and 1, numbers are standardized, missing ones are the mean: what a network can take.
  const rows = `const rows = new CsvDataset(${quoted(source)}, { target: ${quoted(target)}, standardize: true });`;
  return { imports: { 'flint/data': ['CsvDataset'] }, lines: [rows], variables: ['rows'] };
}

/** As a person copies it. */
export function codeText({ imports, lines }: LoadingCode): string {
  const heads = Object.entries(imports).map(([module, names]) => `import { ${names.join(', ')} } from '${module}';`);
  return [...heads, '', ...lines].join('\n');
}

/** The script with the code in it, and the line (from 1) where its first new line below the imports stands. */
export function insertCode(script: string, code: LoadingCode): { text: string; line: number } {
  let text = script;
  for (const [module, names] of Object.entries(code.imports)) text = withImport(text, module, names);
  const lines = withFreshNames(text, code);
  const end = endOfImports(text);
  const [before, after] = [text.slice(0, end), text.slice(end)];
  const block = `\n${lines.join('\n')}\n`;
  const gap = after === '' || after.startsWith('\n') ? '' : '\n';
  return { text: `${before}${block}${gap}${after}`, line: before.split('\n').length + 1 };
}

/** Names that the script has already get a number. */
function withFreshNames(script: string, { lines, variables }: LoadingCode): string[] {
  const taken = (name: string) => new RegExp(`\\b${name}\\b`, 'u').test(script);
  return variables.reduce((all, name) => {
    if (!taken(name)) return all;
    let n = 2;
    while (taken(`${name}${n}`)) n++;
    // Not within quotes, and not as a member.
    const whole = new RegExp(`(?<![.\\w'"/])${name}(?![\\w'"/])`, 'gu');
    return all.map((line) => line.replace(whole, `${name}${n}`));
  }, lines);
}

function withImport(script: string, module: string, names: readonly string[]): string {
  const known = new RegExp(`import \\{([^}]*)\\} from (['"])${module}\\2`).exec(script);
  if (known) {
    const there = known[1]!
      .split(',')
      .map((n) => n.trim())
      .filter(Boolean);
    const missing = names.filter((n) => !there.includes(n));
    if (missing.length === 0) return script;
    const quote = known[2]!;
    const joined = `import { ${[...there, ...missing].join(', ')} } from ${quote}${module}${quote}`;
    return script.slice(0, known.index) + joined + script.slice(known.index + known[0].length);
  }
  const at = endOfImports(script);
  const line = `import { ${names.join(', ')} } from '${module}';\n`;
  return script.slice(0, at) + line + script.slice(at);
}

/** Behind the last import, or behind the comment that opens the script. */
function endOfImports(script: string): number {
  const imports = [
    ...script.matchAll(/^import\b[^;]*?(?:from\s*)?(['"])[^'"\n]+\1[^\S\n]*;?[^\S\n]*(?:\/\/[^\n]*)?(?:\n|$)/gm),
  ];
  const last = imports.at(-1);
  if (last) return last.index + last[0].length;
  return /^(?:(?:#![^\n]*|\/\/[^\n]*|\/\*[\s\S]*?\*\/)[^\S\n]*\n?)*/.exec(script)?.[0].length ?? 0;
}
