// What a value in a script is called: the variable, property or option that it is given to.
import { signAt, wordAt, type Script } from './script.ts';

const isDeclaration = (script: Script, at: number): boolean => ['const', 'let', 'var'].includes(wordAt(script, at));

/** Back from a place to where its statement or the bracket around it begins. */
function partStart(script: Script, from: number): number {
  let at = from - 1;
  while (at >= 0) {
    const partner = script.partner[at]!;
    if (partner >= 0 && partner < at) {
      at = partner - 1;
      continue;
    }
    if (partner > at || signAt(script, at) === ';') break;
    at -= 1;
  }
  return at + 1;
}

/** Where the path `a.b.c` begins that ends at `at`. */
function pathStart(script: Script, at: number): number {
  let first = at;
  while (signAt(script, first - 1) === '.' && wordAt(script, first - 2)) first -= 2;
  return first;
}

/** The name of the value that begins at `at`; "" for none. */
export function valueName(script: Script, at: number): string {
  const before = signAt(script, at - 1);
  const property = script.code[at - 2];
  const opener = signAt(script, at - 3);
  if (before === ':' && property && (opener === '{' || opener === ','))
    return property.kind === 'string' ? property.text.slice(1, -1) : property.text;
  const start = partStart(script, at);
  for (let i = at - 1; i >= start; i--) {
    if (isDeclaration(script, i)) return wordAt(script, i + 1);
    if (signAt(script, i) === '=') {
      const first = pathStart(script, i - 1);
      // `const a: Compose = …`: behind the colon stands a type.
      if (signAt(script, first - 1) === ':') return wordAt(script, first - 2);
      if (wordAt(script, i - 1) && !/^[|&>\]]$/.test(signAt(script, first - 1))) return wordAt(script, i - 1);
    }
  }
  return '';
}

/** Whether the brace at `at` opens a block of statements, and not an object or a class. */
function opensBlock(script: Script, at: number): boolean {
  if (signAt(script, at) !== '{') return false;
  if ([')', '=>', '{', '}', ';'].includes(signAt(script, at - 1))) return true;
  return at === 0 || ['else', 'try', 'do', 'finally'].includes(wordAt(script, at - 1));
}

/** Where the statement begins that holds the value at `at`: a place where a declaration can be put before. */
export function statementOf(script: Script, at: number): number {
  let start = partStart(script, at);
  for (let i = at; i >= start; i--) {
    if (script.partner[i]! >= start && script.partner[i]! < i) i = script.partner[i]!;
    else if (isDeclaration(script, i)) {
      start = wordAt(script, i - 1) === 'export' ? i - 1 : i;
      return start;
    }
  }
  const before = start - 1;
  return before < 0 || signAt(script, before) === ';' || opensBlock(script, before)
    ? start
    : statementOf(script, before);
}
