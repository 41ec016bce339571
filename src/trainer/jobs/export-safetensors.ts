// The model of a checkpoint as a safetensors file of its own: the state dict's names, nothing of the optimizer. Proven by
// reading the file again and comparing every byte.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { writeFileAtomic } from '../../flint/io/atomic-write.ts';
import { decodeSafetensors, encodeSafetensors, type SafetensorsEntry } from '../../flint/io/safetensors.ts';
import type { ExportResult } from '../../shared/contract/exports.ts';
import { StudioError } from '../../shared/errors.ts';
import type { JobContext } from './job.ts';

const modelPrefix = 'model.';

/** The newest checkpoint of a run. */
export function lastCheckpoint(folder: string): string {
  const home = join(folder, 'checkpoints');
  const names = existsSync(home) ? readdirSync(home).filter((name) => /^step-\d+\.safetensors$/.test(name)) : [];
  const step = (name: string) => Number(/\d+/.exec(name)![0]);
  const last = names.sort((a, b) => step(a) - step(b)).at(-1);
  if (last) return join(home, last);
  throw new StudioError(
    'no-checkpoint',
    `The run ${folder} kept no checkpoint, so there is nothing to export. Call checkpoint({ model, example }) in the script.`,
  );
}

export function exportSafetensors(folder: string, { progress }: Pick<JobContext, 'progress'>): ExportResult {
  progress({ stage: 'loading' });
  const checkpoint = lastCheckpoint(folder);
  const { tensors } = decodeSafetensors(readFileSync(checkpoint), checkpoint);
  const model = new Map(
    [...tensors]
      .filter(([name]) => name.startsWith(modelPrefix))
      .map(([name, entry]) => [name.slice(modelPrefix.length), entry] as const),
  );
  if (model.size === 0) {
    throw new StudioError('no-model', `${checkpoint} holds no model: none of its tensors is named "model.…".`);
  }
  progress({ stage: 'writing' });
  const file = join(folder, 'exports', 'model.safetensors');
  // "pt" is what other tools take as: a state dict.
  writeFileAtomic(file, encodeSafetensors(model, { format: 'pt' }));
  progress({ stage: 'checking' });
  const different = countDifferences(model, decodeSafetensors(readFileSync(file), file).tensors);
  const proof = { samples: model.size, maxDifference: different, tolerance: 0, passed: different === 0 };
  return {
    ...{ format: 'safetensors', file, bytes: statSync(file).size },
    proof: { engine: 'file read again, bit by bit', ...proof },
  };
}

/** Bytes that differ; a tensor that is missing or of another shape counts whole. */
export function countDifferences(
  expected: ReadonlyMap<string, SafetensorsEntry>,
  found: ReadonlyMap<string, SafetensorsEntry>,
): number {
  let different = 0;
  for (const [name, { bytes, dtype, shape }] of expected) {
    const other = found.get(name);
    if (other?.dtype !== dtype || other.shape.join() !== shape.join()) different += Math.max(1, bytes.length);
    else bytes.forEach((byte, i) => (different += byte === other.bytes[i] ? 0 : 1));
  }
  for (const name of found.keys()) if (!expected.has(name)) different++;
  return different;
}
