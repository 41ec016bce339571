// From whatever a script threw to what a person reads: the message, and the place in their own file. Stacks come with
// positions already mapped to the sources (Node does it for the bundle); lines of Node and of Flint itself are left out.
import { SourceMap, type SourceMapPayload } from 'node:module';
import { dirname, isAbsolute, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { RunProblem } from '../shared/contract/runs.ts';
import { ScriptError } from './bundle.ts';

export interface ScriptPlace {
  project: string;
  /** The file of the bundle, what is in it, and its source map as JSON. */
  outFile: string;
  code: string;
  map: string;
}
interface Frame {
  text: string;
  path: string;
  line: number;
  column: number;
}

export function problemOf(thrown: unknown, place: ScriptPlace): RunProblem {
  if (thrown instanceof ScriptError) return thrown.problem;
  if (!(thrown instanceof Error)) return { message: `The script threw ${describeValue(thrown)}.` };
  const message = `${thrown.name === 'Error' || thrown.name === 'FlintError' ? '' : `${thrown.name}: `}${thrown.message}`;
  const stack = thrown.stack ?? '';
  const linked = linkProblem(thrown, place);
  if (linked) return linked;
  const frames = framesOf(stack).filter((frame) => insideProject(frame.path, place));
  const first = frames[0];
  if (!first) return { message, ...(stack && { stack: causes(thrown, stack) }) };
  const lines = frames.map(({ text, path, line, column }) => {
    return `    at ${text ? `${text} (` : ''}${toRelative(path, place)}:${line}:${column}${text ? ')' : ''}`;
  });
  return {
    message,
    file: toRelative(first.path, place),
    line: first.line,
    column: first.column,
    stack: causes(thrown, [message, ...lines].join('\n')),
  };
}

function causes(error: Error, stack: string): string {
  const cause = error.cause;
  return cause instanceof Error ? `${stack}\nBecause: ${cause.message}` : stack;
}

function framesOf(stack: string): Frame[] {
  return stack.split('\n').flatMap((row) => {
    const match = /^\s+at (?:(.*?) \()?((?:file:\/\/)?[^()]+?):(\d+):(\d+)\)?$/.exec(row);
    if (!match) return [];
    const [, text, where, line, column] = match;
    const path = where!.startsWith('file://') ? fileURLToPath(where!) : where!;
    return [{ text: (text ?? '').replace(/^async /, ''), path, line: Number(line), column: Number(column) }];
  });
}

function insideProject(path: string, { project }: ScriptPlace): boolean {
  if (!isAbsolute(path)) return false;
  const within = relative(project, path);
  return !within.startsWith('..') && !isAbsolute(within) && !within.includes('node_modules');
}

const toRelative = (path: string, { project }: ScriptPlace) => relative(project, path).replaceAll('\\', '/');

/** An import of a name that a door does not have is found before anything runs: V8 gives only the bundle's line. */
function linkProblem(error: Error, place: ScriptPlace): RunProblem | null {
  if (error.name !== 'SyntaxError') return null;
  const [, door, name] = /module '([^']+)' does not provide an export named '([^']+)'/.exec(error.message) ?? [];
  if (!door || !name) return null;
  const from = /flint(?:-(\w+))?\.js$/.exec(door);
  const spoken = from ? (from[1] ? `flint/${from[1]}` : 'flint') : door;
  const message = `"${spoken}" has no export named "${name}". Check its spelling; the editor completes the names there are.`;
  const at = importOf(name, door, place.code);
  if (!at) return { message };
  const entry = new SourceMap(JSON.parse(place.map) as SourceMapPayload).findEntry(at.line, at.column);
  if (!('originalSource' in entry)) return { message };
  const source = resolve(dirname(place.outFile), entry.originalSource);
  const [line, column] = [entry.originalLine + 1, entry.originalColumn + 1];
  const file = toRelative(source, place);
  return { message, file, line, column, stack: `${file}:${line}:${column}: ${message}` };
}

/** Where the bundle imports `name` from `door`, counted from 0. */
function importOf(name: string, door: string, code: string): { line: number; column: number } | null {
  for (const statement of code.matchAll(/import\s*{([^}]*)}\s*from\s*"([^"]*)"/g)) {
    const within = new RegExp(`(?<![\\w$])${name.replaceAll('$', '\\$')}(?![\\w$])`).exec(statement[1]!);
    if (!within || !statement[2]!.endsWith(door.split('/').at(-1)!)) continue;
    const before = code.slice(0, statement.index + statement[0].indexOf('{') + 1 + within.index).split('\n');
    return { line: before.length - 1, column: before.at(-1)!.length };
  }
  return null;
}

function describeValue(value: unknown): string {
  if (typeof value === 'string') return `the text "${value}"`;
  try {
    return `${typeof value}: ${JSON.stringify(value) ?? String(value)}`;
  } catch {
    return `a value of type ${typeof value}`;
  }
}
