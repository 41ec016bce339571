// Adds a name of `flint/vision` to a script's imports.
import { readNames } from './names.ts';
import { readScript, signAt, wordAt, type Script } from './script.ts';

const door = 'flint/vision';

export interface Imported {
  source: string;
  /** What the script calls it. */
  local: string;
}

/** The braces of `import { ... } from 'flint/vision'`, as places in the code; null where there is none. */
function bracesOfDoor(script: Script): { open: number; close: number } | null {
  for (let at = 0; at < script.code.length; at++) {
    if (wordAt(script, at) !== 'import' || signAt(script, at + 1) !== '{') continue;
    const close = script.partner[at + 1]!;
    const module = script.code[close + 2];
    if (close > at && wordAt(script, close + 1) === 'from' && module?.text.slice(1, -1) === door)
      return { open: at + 1, close };
  }
  return null;
}

/** Where the script's imports end, and the first statement begins. */
export function endOfImports(script: Script): number {
  let end = 0;
  for (let at = 0; at < script.code.length; at++) {
    if (wordAt(script, at) !== 'import' || ['.', '('].includes(signAt(script, at + 1))) continue;
    let module = at + 1;
    while (module < script.code.length && script.code[module]!.kind !== 'string') module += 1;
    const last = script.code[signAt(script, module + 1) === ';' ? module + 1 : module];
    if (last) end = last.end;
  }
  return end;
}

/** The script with `name` imported from `flint/vision`; unchanged where it has it already. */
export function importVision(source: string, name: string): Imported {
  const script = readScript(source);
  const names = readNames(script);
  for (const [local, path] of names) {
    if (path?.length === 1 && path[0] === name) return { source, local };
    if (path?.length === 0) return { source, local: `${local}.${name}` };
  }
  const used = new Set(script.code.map((t) => t.text));
  const local = names.has(name) ? freeName(used, `image${name[0]!.toUpperCase()}${name.slice(1)}`) : name;
  const written = local === name ? name : `${name} as ${local}`;
  const braces = bracesOfDoor(script);
  if (!braces) {
    const eol = source.includes('\r\n') ? '\r\n' : '\n';
    const statement = `import { ${written} } from '${door}';`;
    const at = endOfImports(script);
    const text = at > 0 ? `${eol}${statement}` : `${statement}${eol}`;
    const from = at > 0 ? at : (/^#![^\n]*\n/.exec(source)?.[0].length ?? 0);
    return { source: source.slice(0, from) + text + source.slice(from), local };
  }
  const last = script.code[braces.close - 1]!;
  const from = last.end;
  const before = braces.close === braces.open + 1 ? ' ' : last.text === ',' ? ' ' : ', ';
  const behind = braces.close === braces.open + 1 && source[from] === '}' ? ' ' : '';
  return { source: source.slice(0, from) + before + written + behind + source.slice(from), local };
}

/** `wanted`, or with the first number behind it that no name of the script has. */
export function freeName(used: ReadonlySet<string>, wanted: string): string {
  if (!used.has(wanted)) return wanted;
  let n = 2;
  while (used.has(`${wanted}${n}`)) n += 1;
  return `${wanted}${n}`;
}
