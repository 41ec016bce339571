// Where the product's own files lie: found by walking up to the package, so that sources, tests and builds agree.
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder with package.json named flint-studio; FLINT_ROOT overrides. */
export function packageRoot(): string {
  if (process.env.FLINT_ROOT) return resolve(process.env.FLINT_ROOT);
  for (let folder = dirname(fileURLToPath(import.meta.url)); ; folder = dirname(folder)) {
    const file = join(folder, 'package.json');
    if (existsSync(file) && (JSON.parse(readFileSync(file, 'utf8')) as { name?: string }).name === 'flint-studio') {
      return folder;
    }
    if (dirname(folder) === folder)
      throw new Error(
        `Flint's own folder was not found above ${fileURLToPath(import.meta.url)}. Set FLINT_ROOT to it.`,
      );
  }
}

/** Flint's own version, from its package. */
export function ownVersion(): string {
  return (JSON.parse(readFileSync(join(packageRoot(), 'package.json'), 'utf8')) as { version: string }).version;
}
