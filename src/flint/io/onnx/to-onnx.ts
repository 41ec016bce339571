// A traced model and its weights as one ONNX file.
import type { Graph } from '../../graph/graph.ts';
import { tensorToBytes } from '../../tensor/bytes.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { Emitter, Operation } from './emitter.ts';
import { operations } from './operations.ts';
import { elementTypes, encodeModel, type OnnxTensor } from './schema.ts';

export interface OnnxOptions {
  /** Names of the classes, kept in the file's metadata as "names". */
  classes?: readonly string[];
  producerVersion?: string;
}

function initializers(graph: Graph, state: ReadonlyMap<string, Tensor>): OnnxTensor[] {
  const used = new Set(
    JSON.stringify(graph.nodes.map((n) => n.args))
      .match(/"ref":"[^"]+"/g)
      ?.map((m) => m.slice(7, -1)),
  );
  const weights = Object.entries(graph.parameters)
    .filter(([name]) => used.has(name))
    .map(([name, key]) => {
      const value = state.get(key);
      if (!value)
        throw new Error(`[onnx] the checkpoint has no "${key}", which the model uses; it belongs to another model`);
      return {
        name,
        dims: [...value.shape],
        dataType: elementTypes[String(value.dtype) as keyof typeof elementTypes],
        rawData: tensorToBytes(value),
      };
    });
  const constants = Object.entries(graph.constants).map(([name, { dtype, shape, data }]) => {
    const wide = dtype === 'int64';
    const rawData = new Uint8Array(wide ? BigInt64Array.from(data, BigInt).buffer : Float32Array.from(data).buffer);
    return { name, dims: shape, dataType: wide ? elementTypes.int64 : elementTypes.float32, rawData };
  });
  return [...weights, ...constants];
}

/** Float32 in and out; the first size of both is "batch". */
function valueInfo(name: string, shape: readonly number[], batched: boolean): Record<string, unknown> {
  const dim = shape.map((n, i) => (i === 0 && batched ? { dimParam: 'batch' } : { dimValue: n }));
  return { name, type: { tensorType: { elemType: elementTypes.float32, shape: { dim } } } };
}

/**
 * An ONNX model (opset 17) of the graph with the weights of `state`: input "input", output "output", the batch of any size.
 * An operation that ONNX cannot say is an error that names it and the module it ran in.
 */
export function toOnnx(graph: Graph, state: ReadonlyMap<string, Tensor>, options: OnnxOptions = {}): Uint8Array {
  const emitter = new Emitter(graph);
  for (const node of graph.nodes) {
    const operation = new Operation(emitter, node);
    const emit = operations[node.op] ?? operations[node.op.replace(/_$/, '')];
    if (!emit)
      operation.refuse('ONNX export does not know this operation; build the model without it, or export safetensors');
    else emit(operation);
  }
  emitter.node('Identity', [graph.output], {}, 'output');
  const input = graph.shapes[graph.input]!;
  const output = graph.shapes[graph.output]!;
  return encodeModel({
    irVersion: 8,
    producerName: 'Flint',
    producerVersion: options.producerVersion ?? '',
    opsetImport: [{ domain: '', version: 17 }],
    graph: {
      name: 'model',
      node: emitter.nodes,
      initializer: [...initializers(graph, state), ...emitter.initializers],
      input: [valueInfo('input', input, true)],
      output: [valueInfo('output', output, output[0] === input[0])],
    },
    metadataProps: options.classes ? [{ key: 'names', value: JSON.stringify(options.classes) }] : [],
  });
}
