// Where the product's own files lie: found by walking up to the package, so that sources, tests and builds agree.
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder with package.json named flint-studio; FLINT_ROOT overrides. */
export function packageRoot(): string {
  if (process.env.FLINT_ROOT) return process.env.FLINT_ROOT;
  for (let folder = dirname(fileURLToPath(import.meta.url)); ; folder = dirname(folder)) {
    const file = join(folder, 'package.json');
    if (existsSync(file) && (JSON.parse(readFileSync(file, 'utf8')) as { name?: string }).name === 'flint-studio') {
      return folder;
    }
    if (dirname(folder) === folder) throw new Error(`No package.json of flint-studio was found above this program.`);
  }
}
