// Recording a model: forward runs once in evaluation mode, and every operation that passes into the engine is written down.
import { noGrad } from '../autograd.ts';
import { FlintError } from '../errors.ts';
import type { Module } from '../nn/module.ts';
import { moduleScopes } from '../nn/scope.ts';
import { tracer } from '../tensor/dispatch.ts';
import { Tensor } from '../tensor/tensor.ts';
import { native } from '../native.ts';
import { handleOf } from '../tensor/handle.ts';
import { toJson, type Argument, type Graph } from './graph.ts';

/** More than this in a tensor that is no parameter is data, and belongs into a buffer of the model. */
const mostConstants = 65_536;

class Recorder {
  readonly graph: Graph;
  /** The value that a tensor stands for now; an in-place operation gives it a new one. */
  private readonly values = new Map<Tensor, string>();
  /** Tensors whose memory was changed through another one, so that no value of the graph stands for them any more. */
  private readonly stale = new Map<Tensor, string>();
  private readonly scopes: string[] = [];
  private readonly modulePaths: Map<Module, string>;
  private next = 0;

  constructor(model: Module, example: Tensor) {
    this.modulePaths = new Map([...model.namedModules()].map(([path, module]) => [module, path]));
    this.graph = {
      version: 1,
      input: 'input',
      output: '',
      parameters: {},
      constants: {},
      shapes: { input: [...example.shape] },
      inputType: String(example.dtype),
      outputType: 'float32',
      nodes: [],
    };
    this.values.set(example, 'input');
    const kept = model.stateDict();
    for (const [key, p] of [...model.namedParameters(), ...model.namedBuffers()]) {
      if (!kept.has(key)) continue; // a buffer that no checkpoint holds is a constant of the graph
      const name = `p:${key}`;
      this.values.set(p, name);
      this.graph.parameters[name] = key;
      this.graph.shapes[name] = [...p.shape];
    }
  }

  enter(module: Module): void {
    this.scopes.push(this.modulePaths.get(module) ?? module.constructor.name);
  }
  leave(): void {
    this.scopes.pop();
  }

  record(op: string, args: readonly unknown[], result: unknown): void {
    const written = args.map((a) => this.argument(a, op));
    const results = Array.isArray(result) ? (result as unknown[]) : [result];
    const changed = op.endsWith('_') ? args[0] : undefined;
    if (changed instanceof Tensor) this.outdate(changed, op);
    const outputs = results.map((r) => (r instanceof Tensor ? this.fresh(r) : ''));
    this.graph.nodes.push({ op, args: written, outputs, scope: this.scopes.at(-1) ?? '' });
  }

  finish(result: unknown): Graph {
    if (!(result instanceof Tensor)) {
      throw new FlintError('[trace] forward must give one tensor to be exported', { code: 'trace', op: 'trace' });
    }
    this.graph.output = this.nameOf(result, 'output');
    this.graph.outputType = String(result.dtype);
    return this.graph;
  }

  /** What shares memory with a tensor that was changed in place has other values than the graph says. */
  private outdate(changed: Tensor, op: string): void {
    for (const other of this.values.keys()) {
      if (other !== changed && native.sameStorage(handleOf(other), handleOf(changed))) this.stale.set(other, op);
    }
  }

  private fresh(tensor: Tensor): string {
    const name = `v${this.next++}`;
    this.stale.delete(tensor);
    this.values.set(tensor, name);
    this.graph.shapes[name] = [...tensor.shape];
    return name;
  }

  private argument(value: unknown, op: string): Argument {
    if (value instanceof Tensor) return { ref: this.nameOf(value, op) };
    if (Array.isArray(value)) return value.map((v) => this.argument(v, op));
    if (value === undefined || value === null) return null;
    if (typeof value === 'number') {
      const json = toJson(value);
      return typeof json === 'number' ? json : { special: json };
    }
    if (typeof value === 'string' || typeof value === 'boolean') return value;
    return String(value);
  }

  private nameOf(tensor: Tensor, op: string): string {
    const by = this.stale.get(tensor);
    if (by) {
      throw new FlintError(
        `[trace] ${op} in ${this.scopes.at(-1) || 'the model'} uses a tensor of shape [${tensor.shape.join(', ')}] whose memory ${by} had changed through a view; use ${by.slice(0, -1)} without the underscore, or build the result with cat() or where()`,
        { code: 'trace', op },
      );
    }
    const known = this.values.get(tensor);
    if (known !== undefined) return known;
    if (tensor.numel() > mostConstants) {
      throw new FlintError(
        `[trace] ${op} in ${this.scopes.at(-1) || 'the model'} uses a tensor of shape [${tensor.shape.join(', ')}] that is neither input nor parameter; make it a parameter or a buffer of the module`,
        { code: 'trace', op },
      );
    }
    const name = `c${this.next++}`;
    this.values.set(tensor, name);
    this.graph.shapes[name] = [...tensor.shape];
    this.graph.constants[name] = {
      dtype: String(tensor.dtype),
      shape: [...tensor.shape],
      data: tensor.toArray().map(toJson),
    };
    return name;
  }
}

/**
 * The operations that `model.forward(example)` runs in evaluation mode, as a graph. Control flow that depends on values
 * is written down as it went for this example. The first size of the example is taken as the batch.
 */
export function trace(model: Module, example: Tensor): Graph {
  const recorder = new Recorder(model, example);
  const before = {
    record: tracer.record,
    enter: moduleScopes.enter,
    leave: moduleScopes.leave,
    training: [...model.modules()].map((m) => [m, m.training] as const),
  };
  model.eval();
  try {
    return noGrad(() => {
      tracer.record = (op, args, result) => recorder.record(op, args, result);
      moduleScopes.enter = (module) => recorder.enter(module);
      moduleScopes.leave = () => recorder.leave();
      const result = model.forward(example);
      tracer.record = null;
      return recorder.finish(result);
    });
  } finally {
    tracer.record = before.record;
    moduleScopes.enter = before.enter;
    moduleScopes.leave = before.leave;
    for (const [module, training] of before.training) module.training = training;
  }
}
