// What a script calls the things of `flint/vision`: imports, other names for them, and names taken out of them.
import { transformKind } from '../kinds.ts';
import { importStatements } from './import-statements.ts';
import { signAt, wordAt, type Script } from './script.ts';

/** A name's meaning as a path from the door, ["transforms", "RandomCrop"]; null for what comes from elsewhere. */
export type Names = Map<string, readonly string[] | null>;

/** The module of data sets and transforms. */
export const door = 'flint/vision';

/** `{ a, b as c, d: e }` from `at` (the brace): pairs of the outer and the local name; `as` is the word or sign between. */
function bracedNames(script: Script, at: number, as: 'as' | ':'): [outer: string, local: string, isType: boolean][] {
  const end = script.partner[at]!;
  const found: [string, string, boolean][] = [];
  for (let i = at + 1; i < end; i++) {
    const outer = wordAt(script, i);
    if (!outer || (i > at + 1 && signAt(script, i - 1) !== ',' && wordAt(script, i - 1) !== 'type')) continue;
    if (outer === 'type' && wordAt(script, i + 1) && wordAt(script, i + 1) !== 'as') continue;
    const renamed = as === 'as' ? wordAt(script, i + 1) === 'as' : signAt(script, i + 1) === ':';
    found.push([outer, renamed ? wordAt(script, i + 2) : outer, wordAt(script, i - 1) === 'type']);
  }
  return found;
}

/** What the imports of a module are called; names imported from elsewhere, or as types, mean null. */
export function readImports(script: Script, module: string): Names {
  const names: Names = new Map();
  for (const { from, to, braces, typeOnly, module: own } of importStatements(script)) {
    const ours = own === module && !typeOnly;
    const end = braces?.open ?? to;
    for (let i = from + 1; i < end && wordAt(script, i) !== 'from'; i++) {
      if (signAt(script, i) === '*' && wordAt(script, i + 1) === 'as') {
        names.set(wordAt(script, i + 2), ours ? [] : null);
        break;
      }
      const word = wordAt(script, i);
      if (word && !(word === 'type' && typeOnly)) names.set(word, null);
    }
    if (!braces) continue;
    for (const [outer, local, isType] of bracedNames(script, braces.open, 'as'))
      names.set(local, ours && !isType ? [outer] : null);
  }
  return names;
}

/** `a.b.c` from `at`: its words and where it ends. */
export function pathAt(script: Script, at: number): { words: string[]; end: number } {
  const words = [wordAt(script, at)];
  let end = at + 1;
  if (!words[0]) return { words: [], end: at };
  while (signAt(script, end) === '.' && wordAt(script, end + 1)) {
    words.push(wordAt(script, end + 1));
    end += 2;
  }
  return { words, end };
}

/** Where a path of the script leads from the door, or null if it is not of `flint/vision`. */
export function resolve(names: Names, words: readonly string[]): readonly string[] | null {
  const first = words[0];
  if (first === undefined) return null;
  if (names.has(first)) {
    const start = names.get(first);
    return start ? [...start, ...words.slice(1)] : null;
  }
  // A script without the import yet: the usual name means the usual thing.
  return first === 'transforms' || first === 'datasets' ? words : null;
}

function readDeclaration(script: Script, at: number, names: Names): void {
  const braced = signAt(script, at + 1) === '{';
  const behind = braced ? script.partner[at + 1]! + 1 : at + 2;
  if (behind === 0 || signAt(script, behind) !== '=') return;
  const { words, end } = pathAt(script, behind + 1);
  const next = script.code[end];
  const alone =
    signAt(script, end) === ';' ||
    next === undefined ||
    script.lineAt(next.start) > script.lineAt(script.code[end - 1]!.start);
  const meaning = words.length > 0 && alone ? resolve(names, words) : null;
  if (!braced) {
    const local = wordAt(script, at + 1);
    if (meaning || local === 'transforms' || local === 'datasets') names.set(local, meaning);
  } else if (meaning)
    for (const [outer, local] of bracedNames(script, at + 1, ':')) names.set(local, [...meaning, outer]);
}

export function readNames(script: Script): Names {
  const names = readImports(script, door);
  script.code.forEach((token, at) => {
    if (token.kind === 'name' && ['const', 'let', 'var'].includes(token.text)) readDeclaration(script, at, names);
  });
  return names;
}

/** Whether a name is that of a transform's class, or of what holds or switches them; those that take functions are no data. */
const isTransform = (name: string): boolean =>
  ['Compose', 'Lambda', 'off'].includes(name) || transformKind(name) !== undefined;

/** The class of `flint/vision`'s transforms that a path means: "RandomCrop", "Compose"; null for anything else. */
export function transformOf(names: Names, words: readonly string[]): string | null {
  const path = resolve(names, words);
  if (path?.length === 1 && isTransform(path[0]!)) return path[0]!;
  return path?.length === 2 && path[0] === 'transforms' ? path[1]! : null;
}

/** The data set class that a path means: "CIFAR10"; null for anything else. */
export function datasetOf(names: Names, words: readonly string[]): string | null {
  const path = resolve(names, words);
  if (path?.length === 1 && /^[A-Z]/.test(path[0]!) && !isTransform(path[0]!)) return path[0]!;
  return path?.length === 2 && path[0] === 'datasets' ? path[1]! : null;
}

/** How the script can write a transform: "transforms.RandomCrop", "RandomCrop"; null where it has no name for it. */
export function nameFor(names: Names, type: string): string | null {
  let whole: string | null = null;
  for (const [local, path] of names) {
    if (!path) continue;
    if (path.at(-1) === type && (path.length === 1 || path[0] === 'transforms')) return local;
    if (path.length === 1 && path[0] === 'transforms') whole = local;
    if (path.length === 0) whole ??= `${local}.transforms`;
  }
  return whole === null ? null : `${whole}.${type}`;
}
