// Recurrent layers over sequences, and their cells for one step.
import { fail } from '../errors.ts';
import { empty } from '../tensor/creation.ts';
import { call, callTensor } from '../tensor/dispatch.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { uniform_ } from './init.ts';
import { Module } from './module.ts';
import { PackedSequence, sizesOf } from './packed.ts';
import { Parameter } from './parameter.ts';
import { python } from './repr.ts';
import { checkSize } from './sizes.ts';

/** What recurrent layers may be told. */
export interface RecurrentOptions {
  numLayers?: number;
  bias?: boolean;
  /** Whether sequences are `[n, l, inputSize]` and not `[l, n, inputSize]`. */
  batchFirst?: boolean;
  /** Dropout on the states that pass from one layer to the next. */
  dropout?: number;
  /** Whether a second set of layers reads the sequence from its end. */
  bidirectional?: boolean;
}
/** What {@link RNN} may be told. */
export interface RNNOptions extends RecurrentOptions {
  nonlinearity?: 'tanh' | 'relu';
}

const zeros = (shape: readonly number[], like: Tensor): Tensor => callTensor('zeros', shape, like.dtype);
const parameter = (shape: readonly number[], bound: number): Parameter =>
  new Parameter(uniform_(empty(shape), -bound, bound));

/** What the layers share: the parameters, named as PyTorch's, and sequences in their three forms. */
abstract class Recurrent extends Module {
  readonly inputSize: number;
  readonly hiddenSize: number;
  readonly numLayers: number;
  readonly bias: boolean;
  readonly batchFirst: boolean;
  readonly dropout: number;
  readonly bidirectional: boolean;
  /** `weight_ih_l0` and `weight_hh_l0`, their biases, those of further layers, and with `_reverse` of the other direction. */
  [parameter: `weight_${string}` | `bias_${string}`]: Parameter;

  constructor(gates: number, inputSize: number, hiddenSize: number, options: RecurrentOptions) {
    super();
    const op = this.constructor.name;
    const { numLayers = 1, bias = true, batchFirst = false, dropout = 0, bidirectional = false } = options;
    this.inputSize = checkSize(op, 'inputSize', inputSize);
    this.hiddenSize = checkSize(op, 'hiddenSize', hiddenSize);
    if (numLayers < 1) fail(op, `numLayers must be at least 1, got ${numLayers}`);
    if (dropout < 0 || dropout > 1) fail(op, `dropout must be in [0, 1], got ${dropout}`);
    this.numLayers = checkSize(op, 'numLayers', numLayers);
    [this.bias, this.batchFirst, this.dropout, this.bidirectional] = [bias, batchFirst, dropout, bidirectional];
    const bound = 1 / Math.sqrt(Math.max(1, hiddenSize));
    for (const [layer, suffix] of this.places()) {
      const inputs = layer === 0 ? inputSize : hiddenSize * (bidirectional ? 2 : 1);
      this[`weight_ih_${suffix}`] = parameter([gates * hiddenSize, inputs], bound);
      this[`weight_hh_${suffix}`] = parameter([gates * hiddenSize, hiddenSize], bound);
      if (!bias) continue;
      this[`bias_ih_${suffix}`] = parameter([gates * hiddenSize], bound);
      this[`bias_hh_${suffix}`] = parameter([gates * hiddenSize], bound);
    }
  }
  /** Each layer and direction with the end of its parameters' names. */
  private places(): [layer: number, suffix: string][] {
    const directions = this.bidirectional ? ['', '_reverse'] : [''];
    return Array.from({ length: this.numLayers }, (_, layer) => layer).flatMap((layer) =>
      directions.map((d): [number, string] => [layer, `l${layer}${d}`]),
    );
  }
  private weights(): Tensor[] {
    return this.places().flatMap(([, suffix]) => [
      this[`weight_ih_${suffix}`]!,
      this[`weight_hh_${suffix}`]!,
      ...(this.bias ? [this[`bias_ih_${suffix}`]!, this[`bias_hh_${suffix}`]!] : []),
    ]);
  }

  /** Runs the layers; states are `[layers · directions, n, hidden]`, or without n for a single sequence. */
  protected run<S extends Tensor | PackedSequence>(
    op: string,
    input: S,
    given: readonly (Tensor | undefined)[],
    ...more: unknown[]
  ): [output: S, states: Tensor[]] {
    const packed = input instanceof PackedSequence ? input : this.pack(input as Tensor);
    const sizes = sizesOf(packed);
    const n = sizes[0]!;
    const alone = input instanceof PackedSequence ? false : (input as Tensor).dim() === 2;
    const shape = [this.numLayers * (this.bidirectional ? 2 : 1), n, this.hiddenSize];
    const reorder = (states: Tensor, order: Tensor | null): Tensor => (order ? states.indexSelect(1, order) : states);
    const first = given.map((s) =>
      s === undefined ? zeros(shape, packed.data) : reorder(alone ? s.unsqueeze(1) : s, packed.sortedIndices),
    );
    const [data, ...states] = call(
      op,
      packed.data,
      sizes,
      ...first,
      this.weights(),
      this.bias,
      this.numLayers,
      this.dropout,
      this.training,
      this.bidirectional,
      ...more,
    ) as [Tensor, ...Tensor[]];
    const last = states.map((s) => (alone ? s.squeeze(1) : reorder(s, packed.unsortedIndices)));
    return [this.unpack(input, data, packed) as S, last];
  }
  /** A batch of sequences of one length, as the engine takes them. */
  private pack(input: Tensor): PackedSequence {
    const op = this.constructor.name;
    if ((input.dim() !== 2 && input.dim() !== 3) || input.shape.at(-1) !== this.inputSize) {
      const form = this.batchFirst ? '[n, l, inputSize]' : '[l, n, inputSize]';
      fail(op, `wants ${form} or [l, inputSize] with inputSize ${this.inputSize}, got [${input.shape.join(', ')}]`);
    }
    const byStep = input.dim() === 2 ? input.unsqueeze(1) : this.batchFirst ? input.transpose(0, 1) : input;
    const [steps, n] = byStep.shape as [number, number];
    if (steps === 0 || n === 0) fail(op, `the sequences are empty: [${input.shape.join(', ')}]`);
    return new PackedSequence(byStep.flatten(0, 1), Array<number>(steps).fill(n));
  }
  private unpack(input: Tensor | PackedSequence, data: Tensor, packed: PackedSequence): Tensor | PackedSequence {
    if (input instanceof PackedSequence) {
      return new PackedSequence(data, sizesOf(packed), packed.sortedIndices, packed.unsortedIndices);
    }
    if (input.dim() === 2) return data;
    const byStep = data.unflatten(0, [sizesOf(packed).length, -1]);
    return this.batchFirst ? byStep.transpose(0, 1) : byStep;
  }

  override extraRepr(): string {
    return [
      `${this.inputSize}, ${this.hiddenSize}`,
      ...(this.numLayers === 1 ? [] : [`num_layers=${this.numLayers}`]),
      ...(this.bias ? [] : [`bias=${python(this.bias)}`]),
      ...(this.batchFirst ? [`batch_first=${python(true)}`] : []),
      ...(this.dropout === 0 ? [] : [`dropout=${this.dropout}`]),
      ...(this.bidirectional ? [`bidirectional=${python(true)}`] : []),
    ].join(', ');
  }
}

/** Layers of `h = tanh(W·x + b + U·h + c)`: `[l, n, inputSize]` to all states `[l, n, directions · hiddenSize]` and the last. */
export class RNN extends Recurrent {
  readonly nonlinearity: 'tanh' | 'relu';
  constructor(inputSize: number, hiddenSize: number, options: RNNOptions | number = {}) {
    const given = typeof options === 'number' ? { numLayers: options } : options;
    super(1, inputSize, hiddenSize, given);
    this.nonlinearity = (given as RNNOptions).nonlinearity ?? 'tanh';
  }
  /** Gives all states of the last layer, and the last state `[layers · directions, n, hiddenSize]` of every layer. */
  forward<S extends Tensor | PackedSequence>(input: S, h0?: Tensor): [output: S, hn: Tensor] {
    const [output, states] = this.run('rnn', input, [h0], this.nonlinearity);
    return [output, states[0]!];
  }
}
/** Layers of gated recurrent units (Cho et al., 2014): `[l, n, inputSize]` to all states and the last. */
export class GRU extends Recurrent {
  constructor(inputSize: number, hiddenSize: number, options: RecurrentOptions | number = {}) {
    super(3, inputSize, hiddenSize, typeof options === 'number' ? { numLayers: options } : options);
  }
  /** Gives all states of the last layer, and the last state `[layers · directions, n, hiddenSize]` of every layer. */
  forward<S extends Tensor | PackedSequence>(input: S, h0?: Tensor): [output: S, hn: Tensor] {
    const [output, states] = this.run('gru', input, [h0]);
    return [output, states[0]!];
  }
}
/** Layers of long short-term memory (Hochreiter and Schmidhuber, 1997): `[l, n, inputSize]` to all states and the last two. */
export class LSTM extends Recurrent {
  constructor(inputSize: number, hiddenSize: number, options: RecurrentOptions | number = {}) {
    super(4, inputSize, hiddenSize, typeof options === 'number' ? { numLayers: options } : options);
  }
  /** Gives all states of the last layer, and the last `h` and `c` `[layers · directions, n, hiddenSize]` of every layer. */
  forward<S extends Tensor | PackedSequence>(
    input: S,
    states?: readonly [h0: Tensor, c0: Tensor],
  ): [output: S, states: [hn: Tensor, cn: Tensor]] {
    const [output, last] = this.run('lstm', input, states ?? [undefined, undefined]);
    return [output, last as [Tensor, Tensor]];
  }
}

abstract class Cell extends Module {
  static override readonly stateNames = {
    weightIh: 'weight_ih',
    weightHh: 'weight_hh',
    biasIh: 'bias_ih',
    biasHh: 'bias_hh',
  };
  readonly inputSize: number;
  readonly hiddenSize: number;
  /** `[gates · hiddenSize, inputSize]` */
  weightIh: Parameter;
  /** `[gates · hiddenSize, hiddenSize]` */
  weightHh: Parameter;
  /** `[gates · hiddenSize]`, or null */
  biasIh: Parameter | null;
  /** `[gates · hiddenSize]`, or null */
  biasHh: Parameter | null;

  constructor(gates: number, inputSize: number, hiddenSize: number, bias: boolean) {
    super();
    this.inputSize = checkSize(this.constructor.name, 'inputSize', inputSize);
    this.hiddenSize = checkSize(this.constructor.name, 'hiddenSize', hiddenSize);
    const bound = 1 / Math.sqrt(Math.max(1, hiddenSize));
    this.weightIh = parameter([gates * hiddenSize, inputSize], bound);
    this.weightHh = parameter([gates * hiddenSize, hiddenSize], bound);
    this.biasIh = bias ? parameter([gates * hiddenSize], bound) : null;
    this.biasHh = bias ? parameter([gates * hiddenSize], bound) : null;
  }
  /** One step for `[n, inputSize]`, or for a single `[inputSize]`. */
  protected step(op: string, input: Tensor, given: readonly (Tensor | undefined)[], ...more: unknown[]): Tensor[] {
    const alone = input.dim() === 1;
    const x = alone ? input.unsqueeze(0) : input;
    const states = given.map((s) =>
      s === undefined ? zeros([x.shape[0]!, this.hiddenSize], x) : alone ? s.unsqueeze(0) : s,
    );
    const { weightIh, weightHh, biasIh, biasHh } = this;
    const result = call(op, x, ...states, weightIh, weightHh, biasIh ?? undefined, biasHh ?? undefined, ...more);
    return ([result].flat() as Tensor[]).map((s) => (alone ? s.squeeze(0) : s));
  }
  override extraRepr(): string {
    return `${this.inputSize}, ${this.hiddenSize}${this.biasIh ? '' : `, bias=${python(false)}`}`;
  }
}
/** One step of {@link RNN}: `[n, inputSize]` and the state `[n, hiddenSize]` to the next state. */
export class RNNCell extends Cell {
  readonly nonlinearity: 'tanh' | 'relu';
  constructor(inputSize: number, hiddenSize: number, options: { bias?: boolean; nonlinearity?: 'tanh' | 'relu' } = {}) {
    super(1, inputSize, hiddenSize, options.bias ?? true);
    this.nonlinearity = options.nonlinearity ?? 'tanh';
  }
  forward(input: Tensor, h?: Tensor): Tensor {
    return this.step('rnnCell', input, [h], this.nonlinearity)[0]!;
  }
  override extraRepr(): string {
    return `${super.extraRepr()}${this.nonlinearity === 'tanh' ? '' : `, nonlinearity=${this.nonlinearity}`}`;
  }
}
/** One step of {@link GRU}: `[n, inputSize]` and the state `[n, hiddenSize]` to the next state. */
export class GRUCell extends Cell {
  constructor(inputSize: number, hiddenSize: number, options: { bias?: boolean } = {}) {
    super(3, inputSize, hiddenSize, options.bias ?? true);
  }
  forward(input: Tensor, h?: Tensor): Tensor {
    return this.step('gruCell', input, [h])[0]!;
  }
}
/** One step of {@link LSTM}: `[n, inputSize]` and `[h, c]` to the next `[h, c]`. */
export class LSTMCell extends Cell {
  constructor(inputSize: number, hiddenSize: number, options: { bias?: boolean } = {}) {
    super(4, inputSize, hiddenSize, options.bias ?? true);
  }
  forward(input: Tensor, states?: readonly [h: Tensor, c: Tensor]): [h: Tensor, c: Tensor] {
    return this.step('lstmCell', input, states ?? [undefined, undefined]) as [Tensor, Tensor];
  }
}
