// What the emitters of operations write into: nodes, initialisers, and the arguments of the operation at hand.
import { FlintError } from '../../errors.ts';
import { isRef, isSpecial, type Graph, type GraphNode } from '../../graph/graph.ts';
import { attribute, elementTypes, type AttributeValue, type OnnxNode, type OnnxTensor } from './schema.ts';

export class Emitter {
  readonly nodes: OnnxNode[] = [];
  readonly initializers: OnnxTensor[] = [];
  readonly graph: Graph;
  private next = 0;

  constructor(graph: Graph) {
    this.graph = graph;
  }

  /** Adds an ONNX operator; gives the name of its first output. */
  node(
    opType: string,
    input: string[],
    attributes: Record<string, AttributeValue> = {},
    output = `t${this.next++}`,
  ): string {
    const list = Object.entries(attributes).map(([name, value]) => attribute(name, value));
    this.nodes.push({ opType, input, output: [output], name: `${opType}_${this.nodes.length}`, attribute: list });
    return output;
  }
  ints(values: readonly number[]): string {
    const name = `i${this.next++}`;
    const rawData = new Uint8Array(BigInt64Array.from(values, BigInt).buffer);
    this.initializers.push({ name, dims: [values.length], dataType: elementTypes.int64, rawData });
    return name;
  }
  /** A single float32. */
  float(value: number): string {
    const name = `f${this.next++}`;
    this.initializers.push({
      name,
      dims: [],
      dataType: elementTypes.float32,
      rawData: new Uint8Array(Float32Array.of(value).buffer),
    });
    return name;
  }
}

/** One operation being written: its arguments by position, with checks. */
export class Operation {
  readonly emitter: Emitter;
  readonly node: GraphNode;
  constructor(emitter: Emitter, node: GraphNode) {
    this.emitter = emitter;
    this.node = node;
  }
  get output(): string {
    return this.node.outputs[0]!;
  }
  /** The tensor at a position; null when it is absent. */
  maybe(position: number): string | null {
    const value = this.node.args[position];
    return isRef(value) ? value.ref : null;
  }
  tensor(position: number): string {
    return this.maybe(position) ?? this.refuse(`argument ${position + 1} is no tensor`);
  }
  tensors(position: number): string[] {
    const value = this.node.args[position];
    return Array.isArray(value)
      ? value.map((v) => (isRef(v) ? v.ref : this.refuse('a list of tensors is needed')))
      : this.refuse('a list of tensors is needed');
  }
  shape(position: number): number[] {
    return this.emitter.graph.shapes[this.tensor(position)]!;
  }
  number(position: number, otherwise?: number): number {
    const value = this.node.args[position];
    if (typeof value === 'number') return value;
    if (isSpecial(value)) return Number(value.special);
    return otherwise ?? this.refuse(`argument ${position + 1} is no number`);
  }
  numbers(position: number, otherwise?: number[]): number[] {
    const value = this.node.args[position];
    if (Array.isArray(value)) return value as number[];
    return otherwise ?? this.refuse(`argument ${position + 1} is no list of numbers`);
  }
  flag(position: number): boolean {
    return this.node.args[position] === true;
  }
  /** Writes the operator that gives this operation's result. */
  result(opType: string, input: string[], attributes: Record<string, AttributeValue> = {}): void {
    this.emitter.node(opType, input, attributes, this.output);
  }
  refuse(why: string): never {
    const place = this.node.scope ? ` in ${this.node.scope}` : '';
    throw new FlintError(`[onnx] ${this.node.op}${place} cannot be exported: ${why}`, {
      code: 'export',
      op: this.node.op,
      details: { scope: this.node.scope },
    });
  }
}
