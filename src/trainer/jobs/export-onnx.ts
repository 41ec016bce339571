// A run's model as ONNX: made from the traced graph and the last checkpoint, then run by onnxruntime on the run's own
// test samples. The script is not run again.
import { existsSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-node';
import { Graph } from '../../flint/graph/graph.ts';
import { runGraph } from '../../flint/graph/run.ts';
import { writeFileAtomic } from '../../flint/io/atomic-write.ts';
import { toOnnx } from '../../flint/io/onnx/to-onnx.ts';
import { loadWithMetadata } from '../../flint/io/tensors.ts';
import { ownVersion } from '../../flint/package-root.ts';
import type { Tensor } from '../../flint/tensor/tensor.ts';
import type { ExportResult } from '../../shared/contract/exports.ts';
import { StudioError } from '../../shared/errors.ts';
import { lastCheckpoint } from './export-safetensors.ts';
import type { JobContext } from './job.ts';

/** Largest absolute difference that float32 sums in another order may bring. */
const tolerance = 1e-4;

function readGraph(folder: string): Graph {
  const file = join(folder, 'model.graph.json');
  if (!existsSync(file)) {
    throw new StudioError(
      'no-graph',
      'This run kept no model to export: call checkpoint({ model, example }) in the script, with a batch of inputs as the example. If it does, its console says why the model could not be traced.',
    );
  }
  try {
    return Graph.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    throw new StudioError('bad-graph', `${file} is damaged. Run the project again to write it anew.`);
  }
}

function modelState(folder: string): Map<string, Tensor> {
  const { tensors } = loadWithMetadata(lastCheckpoint(folder));
  return new Map([...tensors].filter(([name]) => name.startsWith('model.')).map(([name, t]) => [name.slice(6), t]));
}

/** The classes that the run showed with its predictions, where it did. */
function classesOf(folder: string): string[] | undefined {
  try {
    const { classes } = JSON.parse(readFileSync(join(folder, 'live', 'predictions.json'), 'utf8')) as {
      classes?: unknown;
    };
    return Array.isArray(classes) ? classes.map(String) : undefined;
  } catch {
    return undefined;
  }
}

/** NaN in one and not in the other is as wrong as can be. */
export function largestDifference(found: ArrayLike<number>, wanted: ArrayLike<number>): number {
  if (found.length !== wanted.length) return Infinity;
  let largest = 0;
  for (let i = 0; i < found.length; i++) {
    const [a, b] = [found[i]!, wanted[i]!];
    if (Number.isNaN(a) && Number.isNaN(b)) continue;
    const difference = Math.abs(a - b);
    largest = Math.max(largest, Number.isNaN(difference) ? Infinity : difference);
  }
  return largest;
}

/** The same values for onnxruntime. */
function ortTensor(input: Tensor): OrtTensor {
  const [values, shape] = [input.toArray(), [...input.shape]];
  switch (String(input.dtype)) {
    case 'int64':
      return new OrtTensor('int64', BigInt64Array.from(values, BigInt), shape);
    case 'int32':
      return new OrtTensor('int32', Int32Array.from(values), shape);
    case 'float64':
      return new OrtTensor('float64', Float64Array.from(values), shape);
    case 'uint8':
      return new OrtTensor('uint8', Uint8Array.from(values), shape);
    case 'bool':
      return new OrtTensor('bool', Uint8Array.from(values), shape);
    default:
      return new OrtTensor('float32', Float32Array.from(values), shape);
  }
}

async function prove(file: string, input: Tensor, wanted: readonly number[]): Promise<number> {
  const session = await InferenceSession.create(file);
  try {
    const { output } = await session.run({ input: ortTensor(input) });
    return largestDifference(Array.from(output!.data as ArrayLike<number | bigint>, Number), wanted);
  } finally {
    await session.release();
  }
}

export async function exportOnnx(folder: string, { progress }: Pick<JobContext, 'progress'>): Promise<ExportResult> {
  progress({ stage: 'loading' });
  const graph = readGraph(folder);
  const state = modelState(folder);
  const samples = loadWithMetadata(join(folder, 'samples.safetensors')).tensors;
  const input = samples.get('input')!;
  progress({ stage: 'writing' });
  mkdirSync(join(folder, 'exports'), { recursive: true });
  const file = join(folder, 'exports', 'model.onnx');
  writeFileAtomic(file, toOnnx(graph, state, { classes: classesOf(folder) ?? [], producerVersion: ownVersion() }));
  progress({ stage: 'checking' });
  const maxDifference = await prove(file, input, runGraph(graph, state, input).toArray());
  const { version } = JSON.parse(
    readFileSync(new URL('package.json', import.meta.resolve('onnxruntime-node/package.json')), 'utf8'),
  ) as { version: string };
  return {
    format: 'onnx',
    file,
    bytes: statSync(file).size,
    proof: {
      engine: `onnxruntime ${version}`,
      samples: input.shape[0] ?? 1,
      maxDifference,
      tolerance,
      passed: maxDifference <= tolerance,
    },
  };
}
