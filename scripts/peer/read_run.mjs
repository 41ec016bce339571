#!/usr/bin/env node
// What Flint itself reads in a run's folder, as JSON, for check_export.py to compare with what Python reads.
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { root } from '../setup/root.mjs';

const folder = process.argv[2];
if (!folder) throw new Error('read_run.mjs takes the folder of a run');

/** The readers are TypeScript: bundled for this once. */
async function readers() {
  const work = mkdtempSync(join(tmpdir(), 'flint-read-run-'));
  try {
    const outfile = join(work, 'readers.mjs');
    await build({
      stdin: {
        contents: `export { EventFileReader, isEventFile } from './src/flint/io/events/reader.ts';
          export { decodeSafetensors } from './src/flint/io/safetensors.ts';`,
        resolveDir: root,
        loader: 'ts',
      },
      outfile,
      bundle: true,
      platform: 'node',
      format: 'esm',
      logLevel: 'error',
      banner: {
        js: `import { createRequire } from 'node:module'; const require = createRequire(${JSON.stringify(createRequire(import.meta.url).resolve('esbuild'))});`,
      },
    });
    return await import(pathToFileURL(outfile).href);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

const { EventFileReader, isEventFile, decodeSafetensors } = await readers();
const result = { scalars: {}, tensors: {} };
for (const name of readdirSync(folder).filter(isEventFile).sort()) {
  new EventFileReader(join(folder, name)).read({
    onScalar: (tag, step, wallTime, value) => (result.scalars[tag] ??= []).push([step, wallTime, String(value)]),
  });
}
for (const name of readdirSync(folder, { recursive: true }).filter((file) => file.endsWith('.safetensors'))) {
  const path = join(folder, name);
  const own = (result.tensors[relative(folder, path)] = {});
  for (const [tensor, { dtype, shape, bytes }] of decodeSafetensors(readFileSync(path), path).tensors)
    own[tensor] = { dtype, shape, sha256: createHash('sha256').update(bytes).digest('hex') };
}
process.stdout.write(JSON.stringify(result));
