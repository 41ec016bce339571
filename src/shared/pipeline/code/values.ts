// Values that are written out in a script: numbers (with the arithmetic of constants), strings, lists and objects.
import { signAt, skip, splitAtCommas, wordAt, type Script } from './script.ts';
import type { Token } from './tokens.ts';

/**
 * Why code is not plain data:
 * - `variable`, `call`, `function`, `spread`: its value is known only when the script runs (`name`: of what)
 * - `unknown-transform`: `name` is no transform that Flint knows; `unknown-parameter`: the transform has no such parameter
 * - `too-many`: more arguments than the transform `name` has
 * - `other`: anything else that is not understood
 */
export interface WhyCode {
  is: 'variable' | 'call' | 'function' | 'spread' | 'unknown-transform' | 'unknown-parameter' | 'too-many' | 'other';
  name?: string;
}

/** Thrown inside the reader where a value is not written out. */
export class NotWrittenOut extends Error {
  readonly why: WhyCode;
  constructor(is: WhyCode['is'], name?: string) {
    super(is);
    this.why = name === undefined ? { is } : { is, name };
  }
}

const constants: Readonly<Record<string, unknown>> = {
  true: true,
  false: false,
  null: null,
  undefined: undefined,
  Infinity: Infinity,
  NaN: NaN,
};
const mathConstants = new Set(['PI', 'E', 'SQRT2', 'SQRT1_2', 'LN2', 'LN10', 'LOG2E', 'LOG10E']);
const simpleEscapes: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  b: '\b',
  f: '\f',
  v: '\v',
  0: '\0',
};
const deepest = 64;

/** What a string or a template without substitutions says. */
export function textOf(token: Token): string {
  return token.text
    .slice(1, -1)
    .replace(
      /\\(?:u\{([\da-fA-F]{1,6})\}|u([\da-fA-F]{4})|x([\da-fA-F]{2})|(\r\n|[\s\S]))/g,
      (_, long?: string, four?: string, two?: string, one?: string) => {
        const hex = long ?? four ?? two;
        if (hex !== undefined) return parseInt(hex, 16) > 0x10ffff ? '\ufffd' : String.fromCodePoint(parseInt(hex, 16));
        if (/[\r\n\u2028\u2029]/.test(one!)) return '';
        return simpleEscapes[one!] ?? one!;
      },
    );
}

interface Cursor {
  script: Script;
  at: number;
  to: number;
  depth: number;
}

function readList(cursor: Cursor): unknown[] {
  const { script, at } = cursor;
  const end = skip(script, at) - 1;
  return splitAtCommas(script, at + 1, end).map((part) => readPart(cursor, part.from, part.to));
}

function readObject(cursor: Cursor): Record<string, unknown> {
  const { script, at } = cursor;
  const end = skip(script, at) - 1;
  const members = splitAtCommas(script, at + 1, end).map((part): [string, unknown] => {
    const key = script.code[part.from];
    if (key === undefined || signAt(script, part.from) === '...') throw new NotWrittenOut('spread');
    if (key.kind === 'name' && part.to === part.from + 1) throw new NotWrittenOut('variable', key.text);
    if (!['name', 'string', 'number'].includes(key.kind) || signAt(script, part.from + 1) !== ':')
      throw new NotWrittenOut('other');
    const name = key.kind === 'string' ? textOf(key) : key.text;
    return [name, readPart(cursor, part.from + 2, part.to)];
  });
  return Object.fromEntries(members);
}

function readPart(outer: Cursor, from: number, to: number): unknown {
  if (outer.depth >= deepest || from >= to) throw new NotWrittenOut('other');
  if (signAt(outer.script, from) === '...') throw new NotWrittenOut('spread');
  const cursor = { script: outer.script, at: from, to, depth: outer.depth + 1 };
  const value = readSum(cursor);
  if (cursor.at < to && wordAt(cursor.script, cursor.at) === 'as' && wordAt(cursor.script, cursor.at + 1) === 'const')
    cursor.at += 2;
  if (cursor.at < to) throw new NotWrittenOut(signAt(cursor.script, cursor.at) === '=>' ? 'function' : 'other');
  return value;
}

function readWord(cursor: Cursor, token: Token): unknown {
  const { script, at } = cursor;
  const next = signAt(script, at + 1);
  if (token.text === 'Math' && next === '.' && mathConstants.has(wordAt(script, at + 2)) && at + 2 < cursor.to) {
    cursor.at += 3;
    return Math[wordAt(script, at + 2) as 'PI'];
  }
  const ends = at + 1 >= cursor.to;
  if (Object.hasOwn(constants, token.text) && (ends || next !== '.')) {
    cursor.at += 1;
    return constants[token.text];
  }
  if (token.text === 'function' || token.text === 'async' || (!ends && next === '=>'))
    throw new NotWrittenOut('function');
  if (token.text === 'new') throw new NotWrittenOut('call', wordAt(script, at + 1));
  let end = at + 1;
  while (end < cursor.to && signAt(script, end) === '.') end += 2;
  const name = script.source.slice(token.start, script.code[Math.min(end, cursor.to) - 1]!.end);
  throw new NotWrittenOut(end < cursor.to && signAt(script, end) === '(' ? 'call' : 'variable', name);
}

function readSingle(cursor: Cursor): unknown {
  const { script, at } = cursor;
  const token = script.code[at];
  if (!token || at >= cursor.to) throw new NotWrittenOut('other');
  if (token.kind === 'name') return readWord(cursor, token);
  if (token.kind === 'number' && !token.text.endsWith('n')) {
    cursor.at += 1;
    return Number(token.text.replaceAll('_', ''));
  }
  const closed = token.text.length > 1 && token.text.at(-1) === token.text[0];
  if ((token.kind === 'string' || token.kind === 'template') && closed) {
    cursor.at += 1;
    return textOf(token);
  }
  const end = skip(script, at);
  if (end > at + 1 && end <= cursor.to && token.kind === 'sign') {
    if (token.text === '(' && signAt(script, end) === '=>') throw new NotWrittenOut('function');
    const value =
      token.text === '['
        ? readList(cursor)
        : token.text === '{'
          ? readObject(cursor)
          : readPart(cursor, at + 1, end - 1);
    cursor.at = end;
    return value;
  }
  throw new NotWrittenOut('other');
}

function readSigned(cursor: Cursor): unknown {
  let negative = false;
  let signed = false;
  for (; cursor.at < cursor.to && ['-', '+'].includes(signAt(cursor.script, cursor.at)); cursor.at++) {
    if (signAt(cursor.script, cursor.at) === '-') negative = !negative;
    signed = true;
  }
  const value = readSingle(cursor);
  if (!signed) return value;
  return negative ? -number(value) : number(value);
}

function number(value: unknown): number {
  if (typeof value !== 'number') throw new NotWrittenOut('other');
  return value;
}

const operator = (cursor: Cursor, among: readonly string[]): string | null => {
  const sign = cursor.at < cursor.to ? signAt(cursor.script, cursor.at) : '';
  return among.includes(sign) ? sign : null;
};

function readProduct(cursor: Cursor): unknown {
  let value = readSigned(cursor);
  for (let sign = operator(cursor, ['*', '/']); sign; sign = operator(cursor, ['*', '/'])) {
    cursor.at += 1;
    const right = number(readSigned(cursor));
    value = sign === '*' ? number(value) * right : number(value) / right;
  }
  return value;
}

function readSum(cursor: Cursor): unknown {
  let value = readProduct(cursor);
  for (let sign = operator(cursor, ['+', '-']); sign; sign = operator(cursor, ['+', '-'])) {
    cursor.at += 1;
    const right = number(readProduct(cursor));
    value = sign === '+' ? number(value) + right : number(value) - right;
  }
  return value;
}

/** The value that `code[from..to)` writes out; throws {@link NotWrittenOut}. */
export const readValue = (script: Script, from: number, to: number): unknown =>
  readPart({ script, at: from, to, depth: 0 }, from, to);
