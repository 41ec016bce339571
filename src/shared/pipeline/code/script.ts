// A script as its reader sees it: code and comments apart, brackets paired, lines counted.
import { tokenize, type Token } from './tokens.ts';

export interface Script {
  source: string;
  /** Everything but comments. */
  code: Token[];
  comments: Token[];
  /**
   * For each bracket in `code` the place of its partner, -1 for what has none. The middle of a template closes one piece
   * and opens the next: its partner is the latter's end.
   */
  partner: Int32Array;
  /** The line of a place in the text, from 1. */
  lineAt(offset: number): number;
}

const closers: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' };
const opens = (token: Token): string | null => {
  if (token.kind === 'template') return token.text.length > 1 && token.text.endsWith('${') ? '`' : null;
  return token.kind === 'sign' ? (closers[token.text] ?? null) : null;
};
const closes = (token: Token): string | null => {
  if (token.kind === 'template') return token.text.startsWith('}') ? '`' : null;
  return token.kind === 'sign' && [')', ']', '}'].includes(token.text) ? token.text : null;
};

function pairs(code: readonly Token[]): Int32Array {
  const partner = new Int32Array(code.length).fill(-1);
  const open: { at: number; needs: string }[] = [];
  code.forEach((token, at) => {
    const closed = closes(token);
    if (closed !== null) {
      // A bracket that was never closed is passed over where the one around it closes.
      const found = open.findLastIndex((o) => o.needs === closed);
      if (found >= 0) {
        partner[at] = open[found]!.at;
        partner[open[found]!.at] = at;
        open.length = found;
      }
    }
    const needs = opens(token);
    if (needs !== null) open.push({ at, needs });
  });
  return partner;
}

export function readScript(source: string): Script {
  const tokens = tokenize(source);
  const code = tokens.filter((t) => t.kind !== 'comment');
  const starts = [0];
  for (let i = source.indexOf('\n'); i >= 0; i = source.indexOf('\n', i + 1)) starts.push(i + 1);
  return {
    source,
    code,
    comments: tokens.filter((t) => t.kind === 'comment'),
    partner: pairs(code),
    lineAt: (offset) => {
      let [low, high] = [0, starts.length];
      while (high - low > 1) {
        const middle = (low + high) >> 1;
        if (starts[middle]! <= offset) low = middle;
        else high = middle;
      }
      return low + 1;
    },
  };
}

/** The sign at a place, "" for anything else. */
export const signAt = ({ code }: Script, at: number): string => (code[at]?.kind === 'sign' ? code[at].text : '');

/** The word at a place, "" for anything else. */
export const wordAt = ({ code }: Script, at: number): string => (code[at]?.kind === 'name' ? code[at].text : '');

/** One place further, or behind the partner of a bracket that opens there. */
export function skip(script: Script, at: number): number {
  let to = at;
  // The pieces of a template with substitutions follow each other as pairs.
  while (script.partner[to]! > to) {
    to = script.partner[to]!;
    if (opens(script.code[to]!) === null) break;
  }
  return to + 1;
}

/** The parts between commas in `code[from..to)`, brackets skipped. `comma` is the place of the comma behind, or -1. */
export function splitAtCommas(script: Script, from: number, to: number): { from: number; to: number; comma: number }[] {
  const parts: { from: number; to: number; comma: number }[] = [];
  let start = from;
  for (let at = from; at < to;) {
    if (signAt(script, at) === ',') {
      parts.push({ from: start, to: at, comma: at });
      at = start = at + 1;
    } else at = Math.max(at + 1, Math.min(to, skip(script, at)));
  }
  if (start < to) parts.push({ from: start, to, comma: -1 });
  return parts;
}

/** The white space at the beginning of the line that holds a place. */
export function indentAt(source: string, offset: number): string {
  const start = source.lastIndexOf('\n', offset - 1) + 1;
  return /^[ \t]*/.exec(source.slice(start, offset))![0];
}
