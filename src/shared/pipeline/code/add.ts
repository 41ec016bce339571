// A pipeline for a script that has none: declared before the training data, imported, and given to it as `transform`.
import type { PipelineStep } from '../kinds.ts';
import { readDatasets, type DatasetInCode, type FoundDataset } from './datasets.ts';
import { endOfImports } from './import-statements.ts';
import { freeName, importName, lineEnd } from './imports.ts';
import { door, readNames } from './names.ts';
import { findPipelines } from './pipelines.ts';
import { lineWidth } from './print.ts';
import { indentAt, readScript, signAt, splitAtCommas, wordAt, type Script } from './script.ts';
import { readValue } from './values.ts';
import { writePipeline } from './write.ts';

/**
 * Why a pipeline was written but given to no data set:
 * - `no-dataset`: the script makes none, or none of the name that was asked for
 * - `which`: more than one may be the training data (`candidates`)
 * - `taken`: `name` has a transform already
 * - `options`: the options of `name` are not written out
 */
export interface NotGiven {
  is: 'no-dataset' | 'which' | 'taken' | 'options';
  name?: string;
  candidates?: string[];
}
export interface AddedPipeline {
  source: string;
  /** The pipeline's variable. */
  name: string;
  /** Its place among the pipelines of the new source. */
  index: number;
  /** The data set that has it now, or why none has, and what to type then. */
  given: { dataset: string } | { not: NotGiven; type: string };
}

/** Every data set that a script makes, in the order of the text. */
export function findDatasets(source: string): DatasetInCode[] {
  const script = readScript(source);
  return readDatasets(script, readNames(script)).map(
    ({ statement: _, options: __, argumentsEnd: ___, normalize: ____, ...found }) => found,
  );
}

function choose(found: readonly FoundDataset[], wanted: string | undefined): FoundDataset | NotGiven {
  const named = wanted === undefined ? found.filter((d) => d.train === true) : found.filter((d) => d.name === wanted);
  if (named.length === 0) return { is: 'no-dataset', ...(wanted === undefined ? {} : { name: wanted }) };
  if (named.length > 1) return { is: 'which', candidates: named.map((d) => d.name) };
  const dataset = named[0]!;
  if (dataset.transform !== null) return { is: 'taken', name: dataset.name };
  return dataset.options === 'unknown' ? { is: 'options', name: dataset.name } : dataset;
}

interface Edit {
  from: number;
  to: number;
  text: string;
}

/** The edit that gives a data set the option: from where to where in the source, and the text. */
function optionEdit(script: Script, dataset: FoundDataset, option: string): Edit {
  const { source, code } = script;
  const { options, normalize } = dataset;
  if (options === null || options === 'unknown') {
    const last = code[dataset.argumentsEnd - 1]!;
    const comma = last.text === ',' ? '' : ',';
    return { from: last.end, to: last.end, text: `${comma} { ${option} }` };
  }
  const [first, close] = [code[options.open]!, code[options.close]!];
  const commented = script.comments.some((c) => c.start > first.start && c.end < close.end);
  const parts = splitAtCommas(script, options.open + 1, options.close);
  // A normalisation of the data set becomes the last step of the pipeline: given both, training would refuse.
  const replaced = normalize && parts.find((part) => part.to === normalize.to);
  if (replaced && commented) return replacement(script, replaced, option);
  const members = parts
    .filter((p) => p !== replaced)
    .map((p) => source.slice(code[p.from]!.start, code[p.to - 1]!.end));
  const eol = lineEnd(source);
  const last = code[options.close - 1]!;
  const comma = members.length === 0 || last.text === ',' ? '' : ',';
  if (!replaced && source.slice(first.start, close.end).includes('\n')) {
    const inner =
      members.length > 0 ? indentAt(source, code[options.open + 1]!.start) : `${indentAt(source, first.start)}  `;
    return { from: last.end, to: last.end, text: `${comma}${eol}${inner}${option},` };
  }
  if (commented) return { from: last.end, to: last.end, text: `${comma} ${option}` };
  const line = `{ ${[...members, option].join(', ')} }`;
  const lineStart = source.lastIndexOf('\n', first.start - 1) + 1;
  const behind = /^[^\r\n]*/.exec(source.slice(close.end))![0];
  if (first.start - lineStart + line.length + behind.length <= lineWidth)
    return { from: first.start, to: close.end, text: line };
  const indent = indentAt(source, first.start);
  const rows = [...members, option].map((member) => `${indent}  ${member},`);
  return { from: first.start, to: close.end, text: ['{', ...rows, `${indent}}`].join(eol) };
}

/** Puts the option in the place of another, so that everything around it stays; comments within that one come before. */
function replacement(script: Script, { from, to }: { from: number; to: number }, option: string): Edit {
  const { code, comments, source } = script;
  const [start, end] = [code[from]!.start, code[to - 1]!.end];
  const indent = indentAt(source, start);
  const within = comments
    .filter((c) => c.start > start && c.end < end)
    .map(({ text }) => (text.startsWith('//') ? `${text}${lineEnd(source)}${indent}` : `${text} `));
  return { from: start, to: end, text: `${within.join('')}${option}` };
}

/** The steps that do what the option `normalize` did; null where its numbers are known only when the script runs. */
function normalising(script: Script, { from, to }: { from: number; to: number }): PipelineStep[] | null {
  const name = to === from + 1 ? wordAt(script, from) : '';
  const declared = script.code.findIndex(
    (_, at) =>
      name !== '' &&
      wordAt(script, at) === name &&
      signAt(script, at + 1) === '=' &&
      wordAt(script, at - 1) === 'const',
  );
  const start = name === '' ? from : declared + 2;
  if (name !== '' && declared < 0) return null;
  try {
    const end = name === '' ? to : (script.partner[start] ?? start) + 1;
    const { mean, std } = readValue(script, start, end) as { mean?: unknown; std?: unknown };
    const numbers = (value: unknown) => Array.isArray(value) && value.every((v) => typeof v === 'number');
    return numbers(mean) && numbers(std) ? [{ type: 'ToTensor' }, { type: 'Normalize', mean, std }] : null;
  } catch {
    return null;
  }
}

/**
 * Adds `const augment = new transforms.Compose([])` and the import to a script, and gives it to the training data (or to
 * the data set of that variable) where that can be recognised; else `given.type` is what a person types at the data set.
 * A normalisation that the data set had becomes the pipeline's.
 */
export function addPipeline(source: string, datasetVariable?: string): AddedPipeline {
  const imported = importName(source, door, 'transforms');
  const script = readScript(imported.source);
  const names = readNames(script);
  const name = freeName(new Set(script.code.map((t) => t.text)), 'augment');
  const eol = lineEnd(source);
  const option = name === 'transform' ? name : `transform: ${name}`;
  const chosen = choose(readDatasets(script, names), datasetVariable);
  const text = imported.source;
  const given = 'is' in chosen ? null : chosen.normalize;
  const known = given && normalising(script, given);
  const words = given && text.slice(script.code[given.from]!.start, script.code[given.to - 1]!.end);
  const { local } = imported;
  const code = !given || known ? '' : `new ${local}.ToTensor(), new ${local}.Normalize(${words}.mean, ${words}.std)`;
  const declaration = `const ${name} = new ${local}.Compose([${code}]);`;
  const done = (whole: string, given: AddedPipeline['given']): AddedPipeline => ({
    source: whole,
    name,
    index: findPipelines(whole).findIndex((pipeline) => pipeline.name === name),
    given,
  });
  if ('is' in chosen) {
    const at = endOfImports(script);
    const added = at === 0 ? `${declaration}${eol}` : `${eol}${eol}${declaration}`;
    return done(text.slice(0, at) + added + text.slice(at), { not: chosen, type: option });
  }
  const edit = optionEdit(script, chosen, option);
  const at = chosen.statement;
  const withOption = text.slice(0, edit.from) + edit.text + text.slice(edit.to);
  const before = `${declaration}${eol}${indentAt(text, at)}`;
  const added = done(withOption.slice(0, at) + before + withOption.slice(at), { dataset: chosen.name });
  return known ? { ...added, source: writePipeline(added.source, added.index, known) } : added;
}
