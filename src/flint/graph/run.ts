// A graph run by the engine: the model without the script that made it.
import { noGrad } from '../autograd.ts';
import { FlintError } from '../errors.ts';
import { call } from '../tensor/dispatch.ts';
import { tensorFromBytes } from '../tensor/bytes.ts';
import { tensor } from '../tensor/creation.ts';
import type { DType } from '../tensor/dtype.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { isRef, isSpecial, openShape, type Argument, type Graph } from './graph.ts';

/**
 * Runs a traced model on `input`, whose first size may differ from the traced one. `state`: the state dict.
 * Throws when the state lacks a parameter of the graph.
 */
export function runGraph(graph: Graph, state: ReadonlyMap<string, Tensor>, input: Tensor): Tensor {
  return noGrad(() => {
    const values = new Map<string, Tensor>([[graph.input, input]]);
    for (const [name, key] of Object.entries(graph.parameters)) {
      const value = state.get(key);
      if (!value)
        throw new FlintError(`[runGraph] the state has no "${key}", which the model uses`, {
          code: 'state-dict',
          op: 'runGraph',
        });
      values.set(name, value);
    }
    for (const [name, { dtype, shape, data }] of Object.entries(graph.constants)) {
      const whole =
        dtype === 'int64'
          ? tensorFromBytes(
              BigInt64Array.from(data, (v) => BigInt(v)),
              shape,
              'int64',
            )
          : tensor(data.map(Number), { dtype: dtype as DType }).view(...shape);
      values.set(name, whole);
    }
    const resolve = (value: Argument): unknown =>
      isRef(value)
        ? values.get(value.ref)
        : isSpecial(value)
          ? Number(value.special)
          : Array.isArray(value)
            ? value.map(resolve)
            : (value ?? undefined);
    for (const node of graph.nodes) {
      const args = node.args.map(resolve);
      const open = openShape(graph, node);
      if (open) args[1] = [open[0] === 0 ? (args[0] as Tensor).shape[0]! : open[0]!, ...open.slice(1)];
      // In place is for memory only: the graph's values are all kept apart, and a parameter must stay as it is.
      if (node.op.endsWith('_')) args[0] = (args[0] as Tensor).clone();
      const result = call(node.op, ...args);
      const results = Array.isArray(result) ? (result as Tensor[]) : [result as Tensor];
      node.outputs.forEach((name, i) => name && values.set(name, results[i]!));
    }
    return values.get(graph.output)!;
  });
}
