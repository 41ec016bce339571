// What a run left beside run.json: checkpoints, sources, predictions, windows.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Predictions, RunSummary, VizWindow } from '../../../shared/contract/runs.ts';
import { unpackPredictions, unpackWindow } from '../../../shared/live-files.ts';

/** By rising step. */
export function listCheckpoints(folder: string): RunSummary['checkpoints'] {
  const home = join(folder, 'checkpoints');
  if (!existsSync(home)) return [];
  return readdirSync(home)
    .flatMap((file) => {
      const step = /^step-(\d+)\.safetensors$/.exec(file)?.[1];
      return step === undefined
        ? []
        : [{ file: join(home, file), step: Number(step), bytes: sizeOf(join(home, file)) }];
    })
    .sort((a, b) => a.step - b.step);
}

const sizeOf = (file: string) => statSync(file, { throwIfNoEntry: false })?.size ?? 0;

/** Text files of source/, by their path. */
export function readSource(folder: string): Record<string, string> {
  const home = join(folder, 'source');
  if (!existsSync(home)) return {};
  const found: Record<string, string> = {};
  for (const entry of readdirSync(home, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    found[path.slice(home.length + 1).replaceAll('\\', '/')] = readFileSync(path, 'utf8');
  }
  return found;
}

export function readPredictions(folder: string): Predictions | null {
  return readPair(join(folder, 'live'), 'predictions', unpackPredictions);
}

/** In the order of their names; one that is being replaced at this moment is left out. */
export function readWindows(folder: string): VizWindow[] {
  const home = join(folder, 'live', 'windows');
  if (!existsSync(home)) return [];
  const names = readdirSync(home).filter((name) => name.endsWith('.json'));
  return names.sort().flatMap((name) => readPair(home, name.slice(0, -'.json'.length), unpackWindow) ?? []);
}

function readPair<T>(home: string, name: string, unpack: (json: string, bin: Uint8Array) => T): T | null {
  const bin = join(home, `${name}.bin`);
  // The two files are replaced one after the other: a second look finds them whole.
  for (let attempt = 0; attempt < 2; attempt++) {
    try {
      const bytes = existsSync(bin) ? readFileSync(bin) : new Uint8Array(0);
      return unpack(readFileSync(join(home, `${name}.json`), 'utf8'), bytes);
    } catch {
      continue;
    }
  }
  return null;
}
