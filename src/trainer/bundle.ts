// Makes one module of a script and the files it imports. The library is not part of it: its doors resolve to the built
// product, so that the script and the trainer share one copy.
import { build, type BuildFailure, type Message, type Plugin } from 'esbuild';
import { existsSync } from 'node:fs';
import { join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { RunProblem } from '../shared/contract/runs.ts';

/** What a script may import of Flint, and the built file of each. */
const doors: Record<string, string> = {
  flint: 'flint.js',
  'flint/data': 'flint-data.js',
  'flint/vision': 'flint-vision.js',
  'flint/text': 'flint-text.js',
  'flint/studio': 'flint-studio.js',
  'flint/io': 'flint-io.js',
};

export interface ScriptBundle {
  /** An ES module; its source map is in it. */
  code: string;
  /** The source map alone, JSON. */
  map: string;
  /** The doors it imports. */
  doors: string[];
}

/** The script cannot be run as it is: where and why, in the person's own file. */
export class ScriptError extends Error {
  readonly problem: RunProblem;
  constructor(problem: RunProblem) {
    super(problem.message);
    this.name = 'ScriptError';
    this.problem = problem;
  }
}

/** `builtFolder` holds the library's doors; `outFile` is where the code will be. */
export async function bundleScript(
  project: string,
  entry: string,
  builtFolder: string,
  outFile: string,
): Promise<ScriptBundle> {
  const path = join(project, entry);
  if (!existsSync(path)) {
    throw new ScriptError({ message: `The script ${entry} is not in ${project}. Check "entry" in flint.json.` });
  }
  const used = new Set<string>();
  try {
    const result = await build({
      absWorkingDir: project,
      entryPoints: [path],
      outfile: outFile,
      bundle: true,
      write: false,
      platform: 'node',
      format: 'esm',
      target: 'node20',
      sourcemap: 'inline',
      treeShaking: false,
      logLevel: 'silent',
      loader: { '.node': 'copy' },
      // CommonJS packages of the project may call require.
      banner: {
        js: "import { createRequire as $require } from 'node:module'; const require = $require(import.meta.url);",
      },
      plugins: [libraryDoors(builtFolder, used)],
    });
    const code = result.outputFiles.find((file) => file.path === outFile)!.text;
    return { code, map: mapOf(code), doors: [...used] };
  } catch (error) {
    const { errors } = error as BuildFailure;
    if (!errors?.[0]) throw error;
    throw new ScriptError(describe(errors[0], project));
  }
}

function libraryDoors(builtFolder: string, used: Set<string>): Plugin {
  return {
    name: 'flint-doors',
    setup(build) {
      build.onResolve({ filter: /^flint(\/|$)/ }, ({ path }) => {
        const file = doors[path];
        if (!file) {
          return { errors: [{ text: `There is no "${path}". Flint's doors are: ${Object.keys(doors).join(', ')}.` }] };
        }
        used.add(path);
        return { path: pathToFileURL(join(builtFolder, file)).href, external: true };
      });
    },
  };
}

function mapOf(code: string): string {
  const at = code.lastIndexOf('base64,');
  return at < 0
    ? '{"version":3,"sources":[],"mappings":""}'
    : Buffer.from(code.slice(at + 7).trim(), 'base64').toString();
}

function describe({ text, location, notes }: Message, project: string): RunProblem {
  const hint = notes.map((note) => note.text).join(' ');
  const what = `${text}${/[.!?]$/.test(text) ? '' : '.'}${hint ? ` ${hint}` : ''}`;
  if (!location) return { message: what };
  const file = relative(project, join(project, location.file)).replaceAll('\\', '/');
  const column = columnOf(location.lineText, location.column);
  const where = `${file}:${location.line}:${column}`;
  const picture = `${location.lineText}\n${' '.repeat(column - 1)}${'^'.repeat(Math.max(1, location.length))}`;
  return { message: what, file, line: location.line, column, stack: `${where}: ${what}\n${picture}` };
}

/** esbuild counts bytes from 0, editors count characters from 1. */
function columnOf(line: string, bytes: number): number {
  return Buffer.from(line).subarray(0, bytes).toString().length + 1;
}
