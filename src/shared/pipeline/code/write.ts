// Writes a pipeline's steps back into the script: only the list changes, and of the list only what changed.
import { StudioError } from '../../errors.ts';
import type { PipelineStep } from '../kinds.ts';
import { isCode, type Step } from './code-step.ts';
import { dedent, indented, type Element, type Elements } from './elements.ts';
import { importName, lineEnd } from './imports.ts';
import { originsOf } from './match.ts';
import { door, nameFor } from './names.ts';
import { findPipelines, readPipelines, type FoundPipeline, type PipelineInCode } from './pipelines.ts';
import { asComment, essential, lineWidth, printStep, same, switchedOff, type NameOf } from './print.ts';
import { indentAt, readScript } from './script.ts';

/** One element as it will stand: `text` without the comma behind, but whole where it is a comment. */
interface Item {
  text: string;
  commented: boolean;
  leading: string[];
  trailing: string[];
  apart: boolean;
}
interface Frame {
  /** Of the line with the closing bracket, and of the elements when each has a line. */
  indent: string;
  inner: string;
  /** One step of indentation. */
  unit: string;
  /** Columns for the list on one line. */
  room: number;
}

/** One step of indentation as the source has it. */
function unitOf(source: string): string {
  if (/^\t/m.test(source) && !/^ {2}/m.test(source)) return '\t';
  return /^ {4}\S/m.test(source) && !/^ {2}\S/m.test(source) ? '    ' : '  ';
}

function frameOf(source: string, pipeline: FoundPipeline): Frame {
  const indent = indentAt(source, pipeline.start);
  const unit = unitOf(source);
  const first = /^\[[^\S\n]*\r?\n([ \t]*)\S/.exec(source.slice(pipeline.start, pipeline.end))?.[1];
  const inner = first !== undefined && first.length > indent.length ? first : indent + unit;
  const column = pipeline.start - (source.lastIndexOf('\n', pipeline.start - 1) + 1);
  const behind = /^[^\r\n]*/.exec(source.slice(pipeline.end))![0].replace(/\s*\/\/.*$/, '');
  return { indent, inner, unit, room: lineWidth - column - behind.length };
}

/** What was printed with steps of two spaces, in the source's. */
const reindented = (text: string, { inner, unit }: Frame): string =>
  text
    .split('\n')
    .map((line) => {
      if (!line.startsWith(inner)) return line;
      const more = /^(?: {2})*/.exec(line.slice(inner.length))![0].length;
      return inner + unit.repeat(more / 2) + line.slice(inner.length + more);
    })
    .join('\n');

/** An element that is a comment, with what stood behind it. */
function commentText(code: string, recognised: boolean, trailing: readonly string[], inner: string): string {
  return asComment([`${recognised ? code : `off: ${code}`},`, ...trailing].join(' '), inner);
}

type Old = { element: Element; exact: boolean } | null;

function itemOf(step: Step, old: Old, frame: Frame, nameOf: NameOf, source: string): Item {
  const element = old?.element;
  const kept = { leading: element?.leading ?? [], trailing: element?.trailing ?? [], apart: element?.apart ?? false };
  const { inner } = frame;
  const off = step.off === true;
  if (element && old.exact && (element.step.off === true) === off) {
    const { commented, written } = element;
    const asItStands = indentAt(source, element.start) === inner;
    const there = asItStands ? written : indented(dedent(written, indentAt(source, element.start)), inner);
    if (!commented) return { ...kept, text: there, commented };
    return { ...kept, text: asItStands ? written : reframed(written, inner), commented, trailing: [] };
  }
  const stays = isCode(step) || (element && old.exact);
  if (element) kept.leading = [...kept.leading, ...displaced(element, stays === true)];
  const text = isCode(step) ? step.code : (element?.code ?? '');
  const print = (indent: string) => (stays ? indented(text, indent) : printStep(step as PipelineStep, nameOf, indent));
  const fit = (printed: string) => (stays ? printed : reindented(printed, frame));
  if (!off) return { ...kept, text: fit(print(inner)), commented: false };
  // What is spread in is no transform that could be switched off: it can only be a comment.
  if (!element?.commented && !(isCode(step) && step.code.startsWith('...')))
    return { ...kept, text: fit(switchedOff(print, nameOf, inner)), commented: false };
  const recognised = !isCode(step) || element?.recognised === true;
  return {
    ...kept,
    text: commentText(fit(print(inner)), recognised, kept.trailing, inner),
    commented: true,
    trailing: [],
  };
}

/** Comments within an element that its new text will not have: they go before it. `stays`: its code is kept as it is. */
function displaced({ written, code, commented }: Element, stays: boolean): string[] {
  const inCode = readScript(code).comments.map(({ text }) => text);
  const all = commented ? inCode : readScript(written).comments.map(({ text }) => text);
  if (!stays) return all;
  return all.filter((text) => {
    const there = inCode.indexOf(text);
    if (there >= 0) inCode.splice(there, 1);
    return there < 0;
  });
}

const reframed = (written: string, inner: string): string =>
  written
    .split(/\r?\n/)
    .map((line, i) => (i === 0 ? line : inner + line.trimStart()))
    .join('\n');

function onOneLine(items: readonly Item[], { head, tail }: Elements): string {
  const texts = items.map((item) => [...item.leading, item.text, ...item.trailing].join(' '));
  return `[${[...head, texts.join(', '), ...tail].filter((part) => part !== '').join(' ')}]`;
}

function onLines(items: readonly Item[], { head, tail }: Elements, { indent, inner }: Frame): string {
  const lines = items.flatMap((item, i) => [
    ...(item.apart && i > 0 ? [''] : []),
    ...item.leading.map((comment) => inner + comment),
    inner + (item.commented ? item.text : [`${item.text},`, ...item.trailing].join(' ')),
  ]);
  return [['[', ...head].join(' '), ...lines, ...tail.map((c) => inner + c), `${indent}]`].join('\n');
}

/** Whether a list on one line would be in order: nothing in it that ends a line. */
const canBeOnOneLine = (items: readonly Item[], { head, tail }: Elements): boolean =>
  !items.some((i) => i.commented || i.text.includes('\n')) &&
  ![...head, ...tail, ...items.flatMap((i) => [...i.leading, ...i.trailing])].some(
    (c) => c.startsWith('//') || c.includes('\n'),
  );

function printList(items: readonly Item[], elements: Elements, frame: Frame, wasOnLines: boolean): string {
  const line = onOneLine(items, elements);
  const comments =
    elements.head.length + elements.tail.length + items.reduce((n, i) => n + i.leading.length + i.trailing.length, 0);
  const chosen = wasOnLines && (comments > 0 || onOneLineBefore(elements).length <= frame.room);
  if (items.length > 0 && chosen && elements.elements.length > 0) return onLines(items, elements, frame);
  return canBeOnOneLine(items, elements) && line.length <= frame.room ? line : onLines(items, elements, frame);
}

/** The old list as one line would have it, to see whether its author chose lines although one would do. */
const onOneLineBefore = ({ elements }: Elements): string =>
  elements.some((e) => e.commented || e.written.includes('\n'))
    ? ' '.repeat(10_000)
    : `[${elements.map((e) => e.written).join(', ')}]`;

const unchanged = (old: readonly Step[], steps: readonly Step[]): boolean =>
  old.length === steps.length &&
  old.every((step, i) => {
    const other = steps[i]!;
    if ((step.off ?? false) !== (other.off ?? false)) return false;
    if (isCode(step) || isCode(other)) return isCode(step) && isCode(other) && step.code === other.code;
    return same(essential(step), essential(other));
  });

/**
 * The script with the pipeline's list changed to these steps. `which`: its place among {@link findPipelines}, or one that
 * was found in this very source. Steps that did not change keep their text, and all keep their comments; where none
 * changed, the source is given back as it is. Parameters at their default are left out; a step that is off is put
 * into `transforms.off(...)`, and one that is a comment stays one until it is switched on. Throws a StudioError where there is no such pipeline, or a step has an unknown type or parameter.
 */
export function writePipeline(
  source: string,
  which: number | Pick<PipelineInCode, 'start'>,
  steps: readonly Step[],
): string {
  const read = readPipelines(source);
  const pipeline =
    typeof which === 'number' ? read.pipelines[which] : read.pipelines.find((p) => p.start === which.start);
  if (!pipeline)
    throw new StudioError(
      'pipeline-not-found',
      'The script has changed, and the pipeline is not where it was. Read the script again.',
    );
  if (!pipeline.elements)
    throw new StudioError(
      'pipeline-not-a-list',
      `Line ${pipeline.line}: the steps of this pipeline are no list in the code. Write them inside of Compose([...]) to change them here.`,
    );
  if (unchanged(pipeline.steps, steps)) return source;
  let importMissing = false;
  const nameOf: NameOf = (type) => {
    const name = pipeline.prefix === '' ? nameFor(read.names, type) : pipeline.prefix + type;
    importMissing ||= name === null;
    return name ?? `${importName(source, door, 'transforms').local}.${type}`;
  };
  const frame = frameOf(source, pipeline);
  const { elements } = pipeline;
  const origins = originsOf(pipeline.steps, steps).map(
    (origin) => origin && { element: elements.elements[origin.from]!, exact: origin.exact },
  );
  const items = steps.map((step, i) => itemOf(step, origins[i]!, frame, nameOf, source));
  const wasOnLines = /^\[[^\S\n]*(\/\/[^\n]*)?\n/.test(source.slice(pipeline.start));
  const list = printList(items, elements, frame, wasOnLines);
  const eol = lineEnd(source);
  const text = source.slice(0, pipeline.start) + list.replace(/\r?\n/g, eol) + source.slice(pipeline.end);
  return importMissing ? importName(text, door, 'transforms').source : text;
}

/** `new transforms.Compose([...])` of steps, to be copied. */
export const pipelineCode = (steps: readonly Step[]): string => {
  const empty = 'new transforms.Compose([])';
  return writePipeline(empty, 0, steps);
};

/** The steps of code that was pasted: a pipeline, its list, or the elements of a list; null where it is none of these. */
export function pipelineFromCode(text: string): Step[] | null {
  const found = findPipelines(text).find((p) => !p.notAList);
  if (found) return found.steps;
  const bare = dedent(text.trim(), '').replace(/[;,]\s*$/, '');
  const list = bare.startsWith('[') ? bare : `[\n${bare}\n]`;
  const steps = findPipelines(`new transforms.Compose(${list})`)[0]?.steps ?? [];
  return steps.length > 0 && steps.every((step) => !isCode(step)) ? steps : null;
}
