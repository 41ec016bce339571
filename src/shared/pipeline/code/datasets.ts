// The data sets that a script makes, `new datasets.CIFAR10(settings.data, { train: true, transform: augment })`, and their options.
import { datasetOf, pathAt, type Names } from './names.ts';
import { statementOf, valueName } from './naming.ts';
import { signAt, skip, splitAtCommas, wordAt, type Script } from './script.ts';

export interface DatasetInCode {
  /** The class: "CIFAR10". */
  type: string;
  /** The variable it is assigned to; "" for none. */
  name: string;
  /** From 1. */
  line: number;
  /** Training data: the options say so, or say nothing and the name does not speak of a test. null: known only when it runs. */
  train: boolean | null;
  /** The variable that `transform` is given, "" where it is given something else, null where it is not given. */
  transform: string | null;
}

/** With what is needed to add an option. */
export interface FoundDataset extends DatasetInCode {
  /** Where its statement begins. */
  statement: number;
  /** The braces of its options in the code; null where it has none, "unknown" where they are not written out. */
  options: { open: number; close: number } | null | 'unknown';
  /** The closing bracket of its arguments. */
  argumentsEnd: number;
  /** What the option `normalize` is given, from where to where in the code. */
  normalize: { from: number; to: number } | null;
}

/** The options by name: the place of the value, and where it ends. */
function optionsOf(script: Script, open: number): Map<string, { from: number; to: number }> {
  const parts = splitAtCommas(script, open + 1, script.partner[open]!);
  return new Map(
    parts.map(({ from, to }) => {
      const key = script.code[from]!.text.replace(/^['"]|['"]$/g, '');
      return [key, { from: signAt(script, from + 1) === ':' ? from + 2 : from, to }] as const;
    }),
  );
}

const soundsLikeTest = (name: string): boolean => /test|val|eval|dev/i.test(name);

function isTraining(script: Script, name: string, options: Map<string, { from: number; to: number }>): boolean | null {
  const train = options.get('train');
  const split = options.get('split');
  const value = train ?? split;
  if (options.has('...')) return null;
  if (!value) return !soundsLikeTest(name);
  if (value.to !== value.from + 1) return null;
  const text = script.code[value.from]!.text;
  if (train) return text === 'true' ? true : text === 'false' ? false : null;
  return /^['"`]/.test(text) ? text.slice(1, -1) === 'train' : null;
}

function readDataset(script: Script, names: Names, at: number): FoundDataset | null {
  if (wordAt(script, at) !== 'new') return null;
  const { words, end } = pathAt(script, at + 1);
  const type = datasetOf(names, words);
  const argumentsEnd = script.partner[end] ?? -1;
  if (type === null || signAt(script, end) !== '(' || argumentsEnd < end) return null;
  const parts = splitAtCommas(script, end + 1, argumentsEnd);
  const last = parts.at(-1);
  const open = last && signAt(script, last.from) === '{' && skip(script, last.from) === last.to ? last.from : null;
  const options = open === null ? new Map<string, { from: number; to: number }>() : optionsOf(script, open);
  const name = valueName(script, at);
  const transform = options.get('transform');
  const unknown = open === null && parts.length !== 1;
  return {
    type,
    name,
    line: script.lineAt(script.code[at]!.start),
    train: unknown ? null : isTraining(script, name, options),
    transform: !transform ? null : transform.to === transform.from + 1 ? wordAt(script, transform.from) : '',
    statement: script.code[statementOf(script, at)]!.start,
    options: unknown ? 'unknown' : open === null ? null : { open, close: script.partner[open]! },
    argumentsEnd,
    normalize: options.get('normalize') ?? null,
  };
}

export const readDatasets = (script: Script, names: Names): FoundDataset[] =>
  script.code.flatMap((_, at) => readDataset(script, names, at) ?? []);
