// The import statements of a script: what each imports from where, and where the last one ends.
import { signAt, wordAt, type Script } from './script.ts';

/** Places are those in the script's code. */
export interface ImportStatement {
  module: string;
  /** What it imports are types alone, which are gone when the script runs. */
  typeOnly: boolean;
  /** The braces of its names; null where it has none. */
  braces: { open: number; close: number } | null;
  from: number;
  /** Behind its last token. */
  to: number;
}

/** In `import type X from '…'`, and not in `import type from '…'`. */
function isTypeOnly(script: Script, at: number): boolean {
  if (wordAt(script, at + 1) !== 'type') return false;
  if (['{', '*'].includes(signAt(script, at + 2))) return true;
  return (
    wordAt(script, at + 2) !== '' && !(wordAt(script, at + 2) === 'from' && script.code[at + 3]?.kind === 'string')
  );
}

function readStatement(script: Script, at: number): ImportStatement | null {
  let braces: ImportStatement['braces'] = null;
  let i = at + 1;
  while (script.code[i] && script.code[i]!.kind !== 'string') {
    const close = script.partner[i]!;
    if (signAt(script, i) === '{' && close > i) {
      braces = { open: i, close };
      i = close + 1;
    } else if (wordAt(script, i) || [',', '*'].includes(signAt(script, i))) i += 1;
    else return null;
  }
  const module = script.code[i];
  if (!module || (i > at + 1 && wordAt(script, i - 1) !== 'from')) return null;
  let to = i + 1;
  // `with { type: 'json' }`
  if (['with', 'assert'].includes(wordAt(script, to)) && script.partner[to + 1]! > to) to = script.partner[to + 1]! + 1;
  if (signAt(script, to) === ';') to += 1;
  return { module: module.text.slice(1, -1), typeOnly: isTypeOnly(script, at), braces, from: at, to };
}

/** All of them, in the order of the text. */
export function importStatements(script: Script): ImportStatement[] {
  const found: ImportStatement[] = [];
  for (let at = 0; at < script.code.length;) {
    const statement =
      wordAt(script, at) === 'import' && signAt(script, at - 1) !== '.' ? readStatement(script, at) : null;
    if (statement) found.push(statement);
    // What stands in brackets is no statement of the module.
    at = statement?.to ?? Math.max(at + 1, (script.partner[at] ?? -1) + 1);
  }
  return found;
}

/** Behind the comments that follow a place on its line, where nothing else does. */
function behindComments({ source, comments }: Script, at: number): number {
  let end = at;
  for (const comment of comments) {
    if (comment.start < end) continue;
    if (/\S|\n/.test(source.slice(end, comment.start)) || comment.text.includes('\n')) break;
    end = comment.end;
  }
  return /^[^\S\n]*\r?(?:\n|$)/.test(source.slice(end)) ? end : at;
}

/** Behind the comment that opens the script, up to an empty line or the code; 0, or behind the mark of the encoding, without. */
function endOfHeader({ source, comments, code }: Script): number {
  let end = source.startsWith('\uFEFF') ? 1 : 0;
  for (const comment of comments) {
    const gap = source.slice(end, comment.start);
    if (/\S/.test(gap) || (gap.match(/\n/g)?.length ?? 0) > 1 || comment.start > (code[0]?.start ?? Infinity)) break;
    if (!/^[^\S\n]*\r?(?:\n|$)/.test(source.slice(comment.end))) break;
    end = comment.end;
  }
  return end;
}

/** Where the script's imports end, with the comments on their last line; without imports, where the first is to go. */
export function endOfImports(script: Script): number {
  const last = importStatements(script).at(-1);
  return last ? behindComments(script, script.code[last.to - 1]!.end) : endOfHeader(script);
}
