// One element of a pipeline: a transform with its parameters as data, or code that is kept as it is.
import { transformKind, type ParameterKind, type PipelineStep, type TransformKind } from '../kinds.ts';
import { isCode, type Step } from './code-step.ts';
import { readElements, type Elements } from './elements.ts';
import { positionalOf } from './positional.ts';
import { pathAt, transformOf, type Names } from './names.ts';
import { signAt, skip, splitAtCommas, wordAt, type Script } from './script.ts';
import { NotWrittenOut, readValue } from './values.ts';

function readNested(script: Script, names: Names, from: number, to: number): PipelineStep[] {
  if (signAt(script, from) !== '[' || skip(script, from) !== to) return readValue(script, from, to) as PipelineStep[];
  return readSteps(script, names, from).elements.map(({ step }) => {
    if (isCode(step)) throw new NotWrittenOut(step.why.is, step.why.name);
    return step;
  });
}

const readParameter = (script: Script, names: Names, kind: ParameterKind, from: number, to: number): unknown =>
  kind.kind === 'steps' ? readNested(script, names, from, to) : readValue(script, from, to);

/** `{ padding: 4 }`, the trailing options. */
function readOptions(script: Script, names: Names, kind: TransformKind, at: number): [string, unknown][] {
  return splitAtCommas(script, at + 1, skip(script, at) - 1).map(({ from, to }) => {
    if (signAt(script, from) === '...') throw new NotWrittenOut('spread');
    const key = script.code[from]!.text.replace(/^['"]|['"]$/g, '');
    const parameter = kind.parameters.find((p) => p.name === key && p.positional === undefined);
    if (!parameter) throw new NotWrittenOut('unknown-parameter', key);
    if (signAt(script, from + 1) === ':') return [key, readParameter(script, names, parameter, from + 2, to)];
    throw to === from + 1 ? new NotWrittenOut('variable', key) : new NotWrittenOut('function');
  });
}

function readArguments(script: Script, names: Names, kind: TransformKind, open: number): [string, unknown][] {
  const places = positionalOf(kind);
  const parts = splitAtCommas(script, open + 1, skip(script, open) - 1);
  return parts.flatMap(({ from, to }, place): [string, unknown][] => {
    if (signAt(script, from) === '...') throw new NotWrittenOut('spread');
    if (signAt(script, from) === '{' && skip(script, from) === to) {
      if (place < places.length) throw new NotWrittenOut('other');
      if (place > places.length || place < parts.length - 1) throw new NotWrittenOut('too-many', kind.type);
      return readOptions(script, names, kind, from);
    }
    const parameter = places[place];
    if (!parameter) throw new NotWrittenOut('too-many', kind.type);
    return [[parameter.name, readParameter(script, names, parameter, from, to)]];
  });
}

/** Where the arguments of `new transforms.X(...)` open, if `code[from..to)` is that and no more. */
export function transformCall(
  script: Script,
  names: Names,
  from: number,
  to: number,
): { type: string; open: number } | null {
  if (wordAt(script, from) !== 'new') return null;
  const { words, end } = pathAt(script, from + 1);
  const type = transformOf(names, words);
  return type !== null && signAt(script, end) === '(' && skip(script, end) === to ? { type, open: end } : null;
}

/** The argument of `transforms.off(...)`, if `code[from..to)` is that and no more. */
function insideOff(script: Script, names: Names, from: number, to: number): { from: number; to: number } | null {
  const { words, end } = pathAt(script, from);
  if (transformOf(names, words) !== 'off' || signAt(script, end) !== '(' || skip(script, end) !== to) return null;
  const parts = splitAtCommas(script, end + 1, to - 1);
  const only = parts[0];
  return parts.length === 1 && only && only.from < only.to && signAt(script, only.from) !== '...' ? only : null;
}

function understand(script: Script, names: Names, from: number, to: number): PipelineStep {
  const call = transformCall(script, names, from, to);
  if (!call) {
    const { words, end } = pathAt(script, from + (wordAt(script, from) === 'new' ? 1 : 0));
    if (wordAt(script, from) === 'new' && signAt(script, end) === '(') throw new NotWrittenOut('call', words.join('.'));
    readValue(script, from, to);
    throw new NotWrittenOut('other');
  }
  const kind = transformKind(call.type);
  if (call.type === 'Lambda') throw new NotWrittenOut('function');
  if (!kind) throw new NotWrittenOut('unknown-transform', call.type);
  const parameters = readArguments(script, names, kind, call.open).filter(([, value]) => value !== undefined);
  return { type: kind.type, ...Object.fromEntries(parameters) };
}

function readStep(script: Script, names: Names, from: number, to: number, kept: { code: string; line: number }): Step {
  try {
    return understand(script, names, from, to);
  } catch (problem) {
    if (!(problem instanceof NotWrittenOut)) throw problem;
    return { ...kept, why: problem.why };
  }
}

/** The steps of the list whose bracket opens at `open`. */
export const readSteps = (script: Script, names: Names, open: number): Elements =>
  readElements(
    script,
    {
      step: (inner, from, to, kept) => readStep(inner, names, from, to, kept),
      isTransform: (inner, from, to) => transformCall(inner, names, from, to) !== null,
      switchedOff: (inner, from, to) => insideOff(inner, names, from, to),
    },
    open,
  );
