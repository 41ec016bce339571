// A traced model and its weights as one ONNX file.
import type { Graph } from '../../graph/graph.ts';
import { tensorToBytes } from '../../tensor/bytes.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { Emitter, Operation } from './emitter.ts';
import { operations } from './operations.ts';
import { elementTypes, encodeModel, type ElementType, type OnnxTensor } from './schema.ts';

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
        dataType: elementTypes[String(value.dtype) as ElementType],
        rawData: tensorToBytes(value),
      };
    });
  const constants = Object.entries(graph.constants).map(([name, { dtype, shape, data }]) => {
    const dataType = elementTypes[dtype as ElementType];
    return { name, dims: shape, dataType, rawData: bytesOf(data.map(Number), dtype as ElementType) };
  });
  return [...weights, ...constants];
}

const arrays = {
  float32: Float32Array,
  float64: Float64Array,
  int32: Int32Array,
  uint8: Uint8Array,
  bool: Uint8Array,
} as const;
function bytesOf(data: readonly number[], type: ElementType): Uint8Array {
  const values = type === 'int64' ? BigInt64Array.from(data, BigInt) : arrays[type].from(data);
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}

/** The first size of input and output is "batch". */
function valueInfo(name: string, shape: readonly number[], type: string, batched: boolean): Record<string, unknown> {
  const dim = shape.map((n, i) => (i === 0 && batched ? { dimParam: 'batch' } : { dimValue: n }));
  return { name, type: { tensorType: { elemType: elementTypes[type as ElementType], shape: { dim } } } };
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
      input: [valueInfo('input', input, graph.inputType, true)],
      output: [valueInfo('output', output, graph.outputType, output[0] === input[0])],
    },
    metadataProps: options.classes?.length ? [{ key: 'names', value: JSON.stringify(options.classes) }] : [],
  });
}
