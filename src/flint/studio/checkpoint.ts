// Checkpoints: everything a run needs to go on, and what an export needs to be made and proven, in the run's folder.
import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { noGrad } from '../autograd.ts';
import { FlintError } from '../errors.ts';
import { trace } from '../graph/trace.ts';
import { writeFileAtomic } from '../io/atomic-write.ts';
import { loadWithMetadata, save } from '../io/tensors.ts';
import type { Module } from '../nn/module.ts';
import type { Optimizer, OptimizerState } from '../optim/optimizer.ts';
import { getRngState, setRngState } from '../tensor/creation.ts';
import { Tensor } from '../tensor/tensor.ts';
import { place } from './progress.ts';
import { currentSink } from './sink.ts';

export interface CheckpointOptions {
  model: Module;
  optimizer?: Optimizer;
  /** A batch of inputs: with it the model can be exported, and the export be proven on these samples. */
  example?: Tensor;
  /** The classes of the example, int64 [n]. */
  labels?: Tensor;
  /** How many checkpoints to keep; 5 by default, the newest. */
  keep?: number;
}

interface OptimizerParts {
  tensors: Map<string, Tensor>;
  /** The state without its tensors, as JSON. */
  rest: string;
}

function partsOf(optimizer: Optimizer): OptimizerParts {
  const { state, paramGroups } = optimizer.stateDict();
  const tensors = new Map<string, Tensor>();
  const plain: Record<string, Record<string, unknown>> = {};
  for (const [number, kept] of Object.entries(state)) {
    plain[number] = {};
    for (const [name, value] of Object.entries(kept)) {
      if (value instanceof Tensor) tensors.set(`optimizer.${number}.${name}`, value);
      else plain[number][name] = value;
    }
  }
  return { tensors, rest: JSON.stringify({ state: plain, paramGroups }) };
}

function optimizerFrom(tensors: ReadonlyMap<string, Tensor>, rest: string): OptimizerState {
  const saved = JSON.parse(rest) as OptimizerState;
  for (const [key, value] of tensors) {
    const [prefix, number, ...name] = key.split('.');
    if (prefix !== 'optimizer' || number === undefined) continue;
    ((saved.state[number] ??= {} as never) as Record<string, unknown>)[name.join('.')] = value;
  }
  return saved;
}

let toldCannotExport = false;

/** The model as a graph and a batch with its outputs, for exports. A model that cannot be traced still trains: it is said once. */
function keepForExport(folder: string, model: Module, example: Tensor, labels: Tensor | undefined): void {
  try {
    const graph = trace(model, example);
    writeFileAtomic(join(folder, 'model.graph.json'), new TextEncoder().encode(JSON.stringify(graph)));
  } catch (error) {
    if (!toldCannotExport) console.warn(`This model cannot be exported: ${(error as Error).message}`);
    toldCannotExport = true;
    return;
  }
  const training = model.training;
  model.eval();
  const output = noGrad(() => model.forward(example) as Tensor);
  model.train(training);
  save({ input: example, output, ...(labels ? { label: labels } : {}) }, join(folder, 'samples.safetensors'));
}

/**
 * Saves model, optimizer and random state into the run's folder, so that the run can be continued from here, and with
 * `example` what an export needs. Gives the file, or null outside of a run. The newest five are kept.
 */
export function checkpoint(options: CheckpointOptions): string | null {
  const sink = currentSink();
  const folder = sink.runFolder;
  if (folder === null) return null;
  const { model, optimizer, example, labels, keep = 5 } = options;
  const home = join(folder, 'checkpoints');
  mkdirSync(home, { recursive: true });
  const file = join(home, `step-${String(place.step).padStart(8, '0')}.safetensors`);
  const epoch = place.epochDone ? place.epoch + 1 : place.epoch;
  const tensors = new Map<string, Tensor>();
  for (const [name, t] of model.stateDict()) tensors.set(`model.${name}`, t);
  const metadata: Record<string, string> = {
    epoch: String(epoch),
    step: String(place.step),
    samples: String(place.samples),
    seed: String(sink.seed),
    rng: getRngState().join(','),
  };
  if (optimizer) {
    const { tensors: own, rest } = partsOf(optimizer);
    for (const [name, t] of own) tensors.set(name, t);
    metadata.optimizer = rest;
  }
  save(tensors, file, metadata);
  if (example) keepForExport(folder, model, example, labels);
  sink.checkpointed({ file, step: place.step, epoch });
  const old = readdirSync(home)
    .filter((name) => /^step-\d+\.safetensors$/.test(name))
    .sort()
    .slice(0, -Math.max(1, keep));
  for (const name of old) rmSync(join(home, name), { force: true });
  return file;
}

/**
 * When this run continues another one: loads the checkpoint into model and optimizer, sets the random state, and gives
 * where to go on. Otherwise null.
 */
export function restore(options: { model: Module; optimizer?: Optimizer }): { epoch: number; step: number } | null {
  const file = currentSink().continueFrom;
  if (file === null) return null;
  if (!existsSync(file)) {
    throw new FlintError(`[restore] the checkpoint ${file} is gone; start a new run instead`, {
      code: 'missing',
      op: 'restore',
    });
  }
  const { tensors, metadata } = loadWithMetadata(file);
  const model = new Map<string, Tensor>();
  for (const [name, t] of tensors) if (name.startsWith('model.')) model.set(name.slice('model.'.length), t);
  options.model.loadStateDict(model);
  if (options.optimizer && metadata.optimizer)
    options.optimizer.loadStateDict(optimizerFrom(tensors, metadata.optimizer));
  const [seed, counter] = (metadata.rng ?? '').split(',');
  if (seed && counter) setRngState([BigInt(seed), BigInt(counter)]);
  const at = { epoch: Number(metadata.epoch ?? 0), step: Number(metadata.step ?? 0) };
  Object.assign(place, { ...at, samples: Number(metadata.samples ?? 0) });
  return at;
}
