// Writes out/types/flint.d.ts: one declaration file for the doors flint, flint/data, flint/vision, flint/text, flint/studio and
// flint/io, with doc comments, that both the editor and tsc use. Each source file becomes an ambient module of its own
// ("flint/src/tensor/creation"), so that nothing needs renaming; the doors re-export from them.
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join, posix, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const source = join(root, 'src/flint');
const doors = {
  flint: 'index',
  'flint/data': 'data/index',
  'flint/vision': 'vision/index',
  'flint/text': 'text/index',
  'flint/studio': 'studio/index',
  'flint/io': 'io/index',
};

const GLOBALS = `// What a script finds without importing anything.
interface Console {
  log(...data: unknown[]): void;
  info(...data: unknown[]): void;
  warn(...data: unknown[]): void;
  error(...data: unknown[]): void;
  debug(...data: unknown[]): void;
  table(data: unknown): void;
  time(label?: string): void;
  timeEnd(label?: string): void;
}
declare var console: Console;
interface Performance {
  /** Milliseconds since the process started. */
  now(): number;
}
declare var performance: Performance;
declare function setTimeout(callback: (...args: any[]) => void, milliseconds?: number, ...args: any[]): any;
declare function clearTimeout(timer: any): void;
declare function setInterval(callback: (...args: any[]) => void, milliseconds?: number, ...args: any[]): any;
declare function clearInterval(timer: any): void;
declare function queueMicrotask(callback: () => void): void;
declare function structuredClone<T>(value: T): T;
`;

/** Emits the declarations of all files that the doors reach, as a map from module name to text. */
function emitParts() {
  const options = {
    ...ts.parseJsonConfigFileContent(
      ts.readConfigFile(join(root, 'tsconfig.node.json'), ts.sys.readFile).config,
      ts.sys,
      root,
    ).options,
    noEmit: false,
    declaration: true,
    emitDeclarationOnly: true,
    stripInternal: true,
    rootDir: source,
    outDir: '/types',
  };
  const entries = Object.values(doors)
    .map((name) => join(source, `${name}.ts`))
    .filter(ts.sys.fileExists);
  const parts = new Map();
  ts.createProgram(entries, options).emit(undefined, (file, text) => {
    if (file.endsWith('.d.ts') && !relative('/types', file).startsWith('..'))
      parts.set(file.slice('/types/'.length, -'.d.ts'.length), text);
  });
  return parts;
}

/** The ambient module's name for a path relative to `from`. */
function moduleName(path, from) {
  return `flint/src/${posix.join(posix.dirname(from), path).replace(/\.(d\.)?ts$/, '')}`;
}

/** Every relative path that a part imports from, as names of parts. */
function importsOf(text, from) {
  return [...text.matchAll(/(?:from |import\()['"](\.[^'"]+)['"]/g)].map((m) =>
    moduleName(m[1], from).slice('flint/src/'.length),
  );
}

function asModule(name, text, from) {
  const body = text
    .replace(/((?:from |import\())['"](\.[^'"]+)['"]/g, (_, before, path) => `${before}'${moduleName(path, from)}'`)
    .replace(/^(export )?declare /gm, (_, exported) => exported ?? '')
    .replace(/^\/\/# sourceMappingURL.*$/gm, '')
    .trimEnd();
  return `declare module '${name}' {\n${body.replace(/^(?=.)/gm, '  ')}\n}\n`;
}

/** The parts that the doors need, doors first. */
function reachable(parts) {
  const found = new Set();
  const visit = (name) => {
    const text = parts.get(name);
    if (text === undefined || found.has(name)) return;
    found.add(name);
    for (const next of importsOf(text, name)) visit(next);
  };
  Object.values(doors).forEach(visit);
  return found;
}

const parts = emitParts();
const doorNames = Object.fromEntries(Object.entries(doors).map(([door, name]) => [name, door]));
const modules = [...reachable(parts)].map((name) =>
  asModule(doorNames[name] ?? `flint/src/${name}`, parts.get(name), name),
);
const text = `// The types of Flint, made from its sources by scripts/build-types.mjs.\n\n${GLOBALS}\n${modules.join('\n')}`;
const file = join(root, 'out/types/flint.d.ts');
mkdirSync(dirname(file), { recursive: true });
writeFileSync(`${file}.part`, text);
renameSync(`${file}.part`, file);
console.log(`${relative(root, file)}: ${modules.length} modules, ${Math.round(text.length / 1024)} KiB`);
