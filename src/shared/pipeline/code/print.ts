// Steps as code, in the house's formatting.
import { positionalOf } from './positional.ts';
import { transformKind, type ParameterKind, type PipelineStep } from '../kinds.ts';
import { StudioError } from '../../errors.ts';

export const lineWidth = 120;

function quoted(text: string): string {
  const escaped = JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"');
  const quote = escaped.includes("'") && !escaped.includes('"') ? '"' : "'";
  return (
    quote +
    escaped.replaceAll(quote, `\\${quote}`).replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029') +
    quote
  );
}

function numberText(value: number): string {
  if (Object.is(value, -0)) return '-0';
  return String(value).replace('e+', 'e');
}

/** Plain data as the code that makes it. */
export function printValue(value: unknown): string {
  if (typeof value === 'number') return numberText(value);
  if (typeof value === 'string') return quoted(value);
  if (Array.isArray(value)) return `[${value.map(printValue).join(', ')}]`;
  if (typeof value === 'object' && value !== null) {
    const members = Object.entries(value).map(
      ([key, v]) => `${/^[A-Za-z_$][\w$]*$/.test(key) ? key : quoted(key)}: ${printValue(v)}`,
    );
    return members.length > 0 ? `{ ${members.join(', ')} }` : '{}';
  }
  return String(value);
}

/** Whether two values are the same plain data. */
export function same(a: unknown, b: unknown): boolean {
  if (a === b || (a !== a && b !== b)) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const [left, right] = [Object.keys(a), Object.keys(b)];
  const members = (of: object) => of as Record<string, unknown>;
  return left.length === right.length && left.every((key) => key in b && same(members(a)[key], members(b)[key]));
}

/** The step without what holds anyway: parameters at their default, `off: false`. */
export function essential(step: PipelineStep): PipelineStep {
  const kind = transformKind(step.type);
  const { type, off, ...parameters } = step;
  const kept = Object.entries(parameters).flatMap(([name, value]): [string, unknown][] => {
    const parameter = kind?.parameters.find((p) => p.name === name);
    if (value === undefined || (parameter && 'default' in parameter && same(parameter.default, value))) return [];
    return [[name, parameter?.kind === 'steps' ? (value as PipelineStep[]).map(essential) : value]];
  });
  return { type, ...Object.fromEntries(kept), ...(off ? { off: true } : {}) };
}

/** How a script writes a transform's class, or `off`. */
export type NameOf = (type: string) => string;

/** Code switched off: a comment on each of its lines, which are indented by `indent`. */
export const asComment = (text: string, indent: string): string =>
  text
    .split('\n')
    .map((line, i) => {
      if (i === 0) return `// ${line}`;
      return `${indent}// ${line.startsWith(indent) ? line.slice(indent.length) : line}`.trimEnd();
    })
    .join('\n');

/** `transforms.off(...)` around code; `print` gives the code for a line that is indented by so much. */
export function switchedOff(print: (indent: string) => string, nameOf: NameOf, indent: string): string {
  const flat = `${nameOf('off')}(${print(indent)})`;
  if (!flat.includes('\n') && flat.length < lineWidth - indent.length) return flat;
  const inner = `${indent}  `;
  return `${nameOf('off')}(\n${inner}${print(inner)},\n${indent})`;
}

/** A step, switched off where it is. */
export const printSwitched = (step: PipelineStep, nameOf: NameOf, indent: string): string =>
  step.off ? switchedOff((at) => printStep(step, nameOf, at), nameOf, indent) : printStep(step, nameOf, indent);

/** Steps inside of a step: a list on one line where it fits, else one a line. */
function printSteps(steps: readonly PipelineStep[], nameOf: NameOf, indent: string, room: number): string {
  const flat = `[${steps.map((step) => printSwitched(step, nameOf, indent)).join(', ')}]`;
  if (!flat.includes('\n') && flat.length <= room) return flat;
  const inner = `${indent}  `;
  return ['[', ...steps.map((step) => `${inner}${printSwitched(step, nameOf, inner)},`), `${indent}]`].join('\n');
}

const misfit = (step: PipelineStep, sentence: string): StudioError =>
  new StudioError('unknown-transform', `${step.type}: ${sentence}`);

/** An argument: how it is on a line that is indented by `indent` with `room` columns; `open`: one member a line. */
interface Argument {
  print(indent: string, room: number): string;
  open?(indent: string): string;
}

function argumentOf(parameter: ParameterKind, value: unknown, nameOf: NameOf): Argument {
  if (parameter.kind !== 'steps' || !Array.isArray(value)) return { print: () => printValue(value) };
  const steps = value as PipelineStep[];
  const print = (indent: string, room: number) => printSteps(steps, nameOf, indent, room);
  return steps.length > 0 ? { print, open: (indent) => print(indent, 0) } : { print };
}

function optionsArgument(members: readonly (readonly [name: string, value: Argument])[]): Argument {
  const open = (indent: string): string => {
    const room = (name: string) => lineWidth - indent.length - name.length - 5;
    const rows = members.map(([name, value]) => `${indent}  ${name}: ${value.print(`${indent}  `, room(name))},`);
    return ['{', ...rows, `${indent}}`].join('\n');
  };
  const print = (indent: string, room: number): string => {
    const flat = `{ ${members.map(([name, value]) => `${name}: ${value.print(indent, Infinity)}`).join(', ')} }`;
    return flat.includes('\n') || flat.length > room ? open(indent) : flat;
  };
  return { print, open };
}

/** Prettier's ways for arguments, in its order: all on the line, the last one opened, each on a line. */
function printArguments(begin: string, given: readonly Argument[], indent: string): string {
  const room = lineWidth - indent.length - 1;
  const flat = given.map((argument) => argument.print(indent, Infinity));
  const line = `${begin}${flat.join(', ')})`;
  if (!line.includes('\n') && line.length <= room) return line;
  const before = `${begin}${flat
    .slice(0, -1)
    .map((text) => `${text}, `)
    .join('')}`;
  const last = given.at(-1)!.open?.(indent);
  if (last && !before.includes('\n') && before.length < room) return `${before}${last})`;
  const inner = `${indent}  `;
  const rows = given.map((argument) => `${inner}${argument.print(inner, lineWidth - inner.length - 1)},`);
  return [begin, ...rows, `${indent})`].join('\n');
}

/**
 * `new transforms.RandomCrop(32, { padding: 4 })`; parameters at their default are left out. `indent`: that of the line it
 * will begin on. Throws a StudioError for a transform or a parameter that is not known.
 */
export function printStep(step: PipelineStep, nameOf: NameOf, indent: string): string {
  const kind = transformKind(step.type);
  if (!kind) throw misfit(step, 'there is no transform of that name; remove the step, or choose another transform.');
  const { type, off: _, ...parameters } = essential(step);
  for (const name of Object.keys(parameters))
    if (!kind.parameters.some((p) => p.name === name))
      throw misfit(
        step,
        `it has no parameter ${name}; it has ${kind.parameters.map((p) => p.name).join(', ') || 'none'}.`,
      );
  const argument = (p: ParameterKind) => argumentOf(p, p.name in parameters ? parameters[p.name] : p.default, nameOf);
  const places = positionalOf(kind);
  const options = kind.parameters.filter((p) => p.positional === undefined && p.name in parameters);
  // Options stand behind all positional arguments; else those at the end that have their default are left out.
  const given = options.length > 0 ? places.length : places.findLastIndex((p) => p.name in parameters) + 1;
  const values = places.slice(0, given).map(argument);
  const members = options.map((p) => [p.name, argument(p)] as const);
  return printArguments(
    `new ${nameOf(type)}(`,
    [...values, ...(members.length > 0 ? [optionsArgument(members)] : [])],
    indent,
  );
}
