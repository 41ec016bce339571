// The pipelines that a script holds: every `new transforms.Compose([...])`, where it is, what it is called and its steps.
import type { Step } from './code-step.ts';
import type { Elements } from './elements.ts';
import { pathAt, readNames, transformOf, type Names } from './names.ts';
import { valueName } from './naming.ts';
import { readScript, signAt, wordAt, type Script } from './script.ts';
import { readSteps } from './step.ts';

export interface PipelineInCode {
  /** The variable it is assigned to, or the property or option; "" for none. */
  name: string;
  /** The line of `Compose`, from 1. */
  line: number;
  /** The list of its steps in the source, brackets included. */
  start: number;
  end: number;
  steps: Step[];
  /** The line of each step. */
  lines: number[];
  /** For each step whether it is a comment. Training does not know of those: they count neither as a step nor for the draws. */
  commented: boolean[];
  /** Set where the steps are no list in the code, as in `new transforms.Compose(steps)`: it cannot be shown or changed. */
  notAList?: true;
}

/** A pipeline with what is needed to write it anew. */
export interface FoundPipeline extends PipelineInCode {
  elements: Elements | null;
  /** What stands before `Compose`: "transforms.", or "". */
  prefix: string;
}
export interface ReadPipelines {
  script: Script;
  names: Names;
  pipelines: FoundPipeline[];
}

function readPipeline(script: Script, names: Names, at: number): FoundPipeline | null {
  const { words, end } = pathAt(script, at);
  if (transformOf(names, words) !== 'Compose' || signAt(script, end) !== '(') return null;
  const open = end + 1;
  const constructed = wordAt(script, at - 1) === 'new';
  const close = script.partner[open]!;
  const argumentsEnd = script.partner[end]!;
  const place = {
    prefix: words
      .slice(0, -1)
      .map((word) => `${word}.`)
      .join(''),
    name: valueName(script, constructed ? at - 1 : at),
    line: script.lineAt(script.code[at]!.start),
  };
  const behind = signAt(script, close + 1) === ',' ? close + 2 : close + 1;
  if (signAt(script, open) === '[' && close > open && behind === argumentsEnd) {
    const elements = readSteps(script, names, open);
    return {
      ...place,
      start: script.code[open]!.start,
      end: script.code[close]!.end,
      steps: elements.elements.map((e) => e.step),
      lines: elements.elements.map((e) => e.line),
      commented: elements.elements.map((e) => e.commented),
      elements,
    };
  }
  if (!constructed || argumentsEnd < open) return null;
  const [from, to] = [script.code[end]!.end, script.code[argumentsEnd]!.start];
  return { ...place, start: from, end: to, steps: [], lines: [], commented: [], notAList: true, elements: null };
}

export function readPipelines(source: string): ReadPipelines {
  const script = readScript(source);
  const names = readNames(script);
  const pipelines = script.code.flatMap((token, at) => {
    // A path is read from its first word only.
    if (token.kind !== 'name' || signAt(script, at - 1) === '.') return [];
    return readPipeline(script, names, at) ?? [];
  });
  return { script, names, pipelines };
}

/** Every pipeline of a script, in the order of the text. A source that is not complete or not TypeScript gives what is found. */
export const findPipelines = (source: string): PipelineInCode[] =>
  readPipelines(source).pipelines.map(({ elements: _, prefix: __, ...pipeline }) => pipeline);
