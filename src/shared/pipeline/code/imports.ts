// Adds a name to a script's imports.
import { endOfImports, importStatements } from './import-statements.ts';
import { door, readImports, readNames } from './names.ts';
import { readScript, signAt, wordAt, type Script } from './script.ts';

export interface Imported {
  source: string;
  /** What the script calls it. */
  local: string;
}

export const lineEnd = (source: string): string => (source.includes('\r\n') ? '\r\n' : '\n');

const declaring = new Set(['const', 'let', 'var', 'function', 'class', 'enum', 'type', 'interface', 'namespace']);

/** Whether the script declares the name itself, anywhere. */
function declares(script: Script, name: string): boolean {
  return script.code.some((_, at) => {
    if (!declaring.has(wordAt(script, at))) return false;
    const open = at + 1;
    if (!['{', '['].includes(signAt(script, open))) return wordAt(script, open) === name;
    const inner = script.code.slice(open, Math.max(open, script.partner[open]!));
    return ['const', 'let', 'var'].includes(wordAt(script, at)) && inner.some((t) => t.text === name);
  });
}

/** The script with `name` imported from a module; unchanged where it has it already. */
export function importName(source: string, module: string, name: string): Imported {
  const script = readScript(source);
  const names = module === door ? readNames(script) : readImports(script, module);
  for (const [local, path] of names) {
    if (path?.length === 1 && path[0] === name) return { source, local };
    if (path?.length === 0) return { source, local: `${local}.${name}` };
  }
  const used = new Set(script.code.map((t) => t.text));
  const taken = names.has(name) || declares(script, name);
  const before = module === door ? 'image' : 'flint';
  const local = taken ? freeName(used, `${before}${name[0]!.toUpperCase()}${name.slice(1)}`) : name;
  const written = local === name ? name : `${name} as ${local}`;
  const known = importStatements(script).find((s) => s.module === module && !s.typeOnly && s.braces);
  if (known) return { source: withName(script, known.braces!, written), local };
  const eol = lineEnd(source);
  const statement = `import { ${written} } from '${module}';`;
  const at = endOfImports(script);
  const text = source.slice(0, at).trim() === '' ? `${statement}${eol}` : `${eol}${statement}`;
  return { source: source.slice(0, at) + text + source.slice(at), local };
}

function withName({ source, code }: Script, { open, close }: { open: number; close: number }, written: string): string {
  const last = code[close - 1]!;
  const from = last.end;
  const empty = close === open + 1;
  const before = empty || last.text === ',' ? ' ' : ', ';
  const behind = empty && source[from] === '}' ? ' ' : '';
  return source.slice(0, from) + before + written + behind + source.slice(from);
}

/** `wanted`, or with the first number behind it that no name of the script has. */
export function freeName(used: ReadonlySet<string>, wanted: string): string {
  if (!used.has(wanted)) return wanted;
  let n = 2;
  while (used.has(`${wanted}${n}`)) n += 1;
  return `${wanted}${n}`;
}
