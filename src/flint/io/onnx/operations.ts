// How each operation of the engine is said in ONNX (opset 17). What is missing here is refused by name.
import { openShape } from '../../graph/graph.ts';
import type { Operation } from './emitter.ts';

type Emit = (o: Operation) => void;

const same =
  (opType: string): Emit =>
  (o) =>
    o.result(opType, [o.tensor(0)]);
const identity = same('Identity');
const two =
  (opType: string): Emit =>
  (o) =>
    o.result(opType, [o.tensor(0), o.tensor(1)]);
/** A tensor and a number; `swapped`: number first. */
const withNumber =
  (opType: string, swapped = false): Emit =>
  (o) => {
    const number = o.emitter.float(o.number(1));
    o.result(opType, swapped ? [number, o.tensor(0)] : [o.tensor(0), number]);
  };
/** a ± alpha·b. */
const scaled =
  (opType: string): Emit =>
  (o) => {
    const alpha = o.number(2, 1);
    const b = alpha === 1 ? o.tensor(1) : o.emitter.node('Mul', [o.tensor(1), o.emitter.float(alpha)]);
    o.result(opType, [o.tensor(0), b]);
  };
const at = (dim: number, rank: number): number => (dim < 0 ? dim + rank : dim);

const linear: Emit = (o) => {
  const bias = o.maybe(2);
  if (o.shape(0).length === 2)
    return o.result('Gemm', [o.tensor(0), o.tensor(1), ...(bias ? [bias] : [])], { transB: 1 });
  const turned = o.emitter.node('Transpose', [o.tensor(1)], { perm: [1, 0] });
  if (!bias) return o.result('MatMul', [o.tensor(0), turned]);
  o.result('Add', [o.emitter.node('MatMul', [o.tensor(0), turned]), bias]);
};
const addmm: Emit = (o) =>
  o.result('Gemm', [o.tensor(1), o.tensor(2), o.tensor(0)], {
    alpha: { float: o.number(4, 1) },
    beta: { float: o.number(3, 1) },
  });

const conv2d: Emit = (o) => {
  const [top, left] = o.numbers(4, [0, 0]);
  const bias = o.maybe(2);
  o.result('Conv', [o.tensor(0), o.tensor(1), ...(bias ? [bias] : [])], {
    kernel_shape: o.shape(1).slice(2),
    strides: o.numbers(3, [1, 1]),
    pads: [top!, left!, top!, left!],
    dilations: o.numbers(5, [1, 1]),
    group: o.number(6, 1),
  });
};
const maxPool2d: Emit = (o) => {
  const kernel = o.numbers(1);
  const [top, left] = o.numbers(3, [0, 0]);
  o.result('MaxPool', [o.tensor(0)], {
    kernel_shape: kernel,
    strides: o.numbers(2, kernel),
    pads: [top!, left!, top!, left!],
    dilations: o.numbers(4, [1, 1]),
    ceil_mode: o.flag(5) ? 1 : 0,
  });
};
const avgPool2d: Emit = (o) => {
  const kernel = o.numbers(1);
  const [top, left] = o.numbers(3, [0, 0]);
  o.result('AveragePool', [o.tensor(0)], {
    kernel_shape: kernel,
    strides: o.numbers(2, kernel),
    pads: [top!, left!, top!, left!],
    ceil_mode: o.flag(4) ? 1 : 0,
    count_include_pad: o.node.args[5] === false ? 0 : 1,
  });
};
const adaptiveAvgPool2d: Emit = (o) => {
  const [height, width] = o.shape(0).slice(2);
  const [h, w] = o.numbers(1);
  if (h === 1 && w === 1) return o.result('GlobalAveragePool', [o.tensor(0)]);
  if (height! % h! !== 0 || width! % w! !== 0) o.refuse(`${height}x${width} cannot be pooled evenly to ${h}x${w}`);
  const kernel = [height! / h!, width! / w!];
  o.result('AveragePool', [o.tensor(0)], { kernel_shape: kernel, strides: kernel });
};

/** batchNorm(input, weight, bias, mean, variance, training, momentum, eps) in evaluation. */
const batchNorm: Emit = (o) => {
  if (o.flag(5)) o.refuse('it ran in training mode; call eval() on the model');
  const [mean, variance] = [o.tensor(3), o.tensor(4)];
  const zeroed = () => o.emitter.node('Mul', [mean, o.emitter.float(0)]);
  const bias = o.maybe(2) ?? zeroed();
  const weight = o.maybe(1) ?? o.emitter.node('Add', [zeroed(), o.emitter.float(1)]);
  o.result('BatchNormalization', [o.tensor(0), weight, bias, mean, variance], {
    epsilon: { float: o.number(7, 1e-5) },
  });
};
const layerNorm: Emit = (o) => {
  const weight = o.maybe(2) ?? o.refuse('it has no weight');
  const bias = o.maybe(3);
  const axis = -o.numbers(1).length;
  o.result('LayerNormalization', [o.tensor(0), weight, ...(bias ? [bias] : [])], {
    axis,
    epsilon: { float: o.number(4, 1e-5) },
  });
};

const gelu: Emit = (o) => {
  const { emitter } = o;
  if (o.node.args[1] === 'tanh') o.refuse("gelu with approximate 'tanh' has no ONNX operator of opset 17; use 'none'");
  const inner = emitter.node('Erf', [emitter.node('Mul', [o.tensor(0), emitter.float(Math.SQRT1_2)])]);
  const half = emitter.node('Mul', [emitter.node('Add', [inner, emitter.float(1)]), emitter.float(0.5)]);
  o.result('Mul', [o.tensor(0), half]);
};
const leakyRelu: Emit = (o) => o.result('LeakyRelu', [o.tensor(0)], { alpha: { float: o.number(1, 0.01) } });
const softplus: Emit = (o) =>
  o.number(1, 1) === 1 ? same('Softplus')(o) : o.refuse('softplus with a beta other than 1');
const alongDim =
  (opType: string): Emit =>
  (o) =>
    o.result(opType, [o.tensor(0)], { axis: o.number(1) });

const reshape: Emit = (o) =>
  o.result('Reshape', [o.tensor(0), o.emitter.ints(openShape(o.emitter.graph, o.node) ?? o.numbers(1))]);
const flatten: Emit = (o) => {
  const shape = o.shape(0);
  const first = at(o.number(1, 0), shape.length);
  const last = at(o.number(2, -1), shape.length);
  const sizes = [...shape.slice(0, first).map((n, i) => (i === 0 ? 0 : n)), -1, ...shape.slice(last + 1)];
  o.result('Reshape', [o.tensor(0), o.emitter.ints(sizes)]);
};
const transpose: Emit = (o) => {
  const rank = o.shape(0).length;
  if (rank < 2) return identity(o);
  const perm = [...Array(rank).keys()];
  const [a, b] = o.node.op === 't' ? [0, 1] : [at(o.number(1), rank), at(o.number(2), rank)];
  [perm[a], perm[b]] = [perm[b]!, perm[a]!];
  o.result('Transpose', [o.tensor(0)], { perm });
};
const permute: Emit = (o) =>
  o.result('Transpose', [o.tensor(0)], { perm: o.numbers(1).map((d) => at(d, o.shape(0).length)) });
const squeeze: Emit = (o) => {
  const shape = o.shape(0);
  const dim = o.node.args[1];
  const axes =
    typeof dim === 'number' ? [at(dim, shape.length)] : shape.flatMap((n, i) => (n === 1 && i > 0 ? [i] : []));
  o.result('Squeeze', [o.tensor(0), o.emitter.ints(axes)]);
};
const unsqueeze: Emit = (o) =>
  o.result('Unsqueeze', [o.tensor(0), o.emitter.ints([at(o.number(1), o.shape(0).length + 1)])]);
const cat: Emit = (o) => o.result('Concat', o.tensors(0), { axis: o.number(1, 0) });

/** Opset 17: the axes of ReduceSum are an input, those of ReduceMean an attribute. */
const sum: Emit = (o) => {
  const dims = o.numbers(1, []);
  o.result('ReduceSum', [o.tensor(0), ...(dims.length ? [o.emitter.ints(dims)] : [])], { keepdims: o.flag(2) ? 1 : 0 });
};
const mean: Emit = (o) => {
  const dims = o.numbers(1, []);
  o.result('ReduceMean', [o.tensor(0)], { ...(dims.length ? { axes: dims } : {}), keepdims: o.flag(2) ? 1 : 0 });
};
const clamp: Emit = (o) => {
  const bound = (position: number) =>
    typeof o.node.args[position] === 'number' ? o.emitter.float(o.number(position)) : '';
  o.result('Clip', [o.tensor(0), bound(1), bound(2)]);
};
const silu: Emit = (o) => o.result('Mul', [o.tensor(0), o.emitter.node('Sigmoid', [o.tensor(0)])]);

/** By the registry's name; an in-place form is its ordinary one. */
export const operations: Readonly<Record<string, Emit>> = {
  linear,
  addmm,
  mm: two('MatMul'),
  bmm: two('MatMul'),
  matmul: two('MatMul'),
  conv2d,
  maxPool2d,
  avgPool2d,
  adaptiveAvgPool2d,
  batchNorm,
  layerNorm,
  embedding: (o) => o.result('Gather', [o.tensor(0), o.tensor(1)], { axis: 0 }),
  relu: same('Relu'),
  leakyRelu,
  elu: (o) => o.result('Elu', [o.tensor(0)], { alpha: { float: o.number(1, 1) } }),
  gelu,
  silu,
  softplus,
  hardtanh: clamp,
  clamp,
  sigmoid: same('Sigmoid'),
  tanh: same('Tanh'),
  softmax: alongDim('Softmax'),
  logSoftmax: alongDim('LogSoftmax'),
  view: reshape,
  reshape,
  flatten,
  transpose,
  t: transpose,
  permute,
  squeeze,
  unsqueeze,
  cat,
  alias: identity,
  detach: identity,
  contiguous: identity,
  clone: identity,
  add: scaled('Add'),
  sub: scaled('Sub'),
  mul: two('Mul'),
  div: two('Div'),
  pow: two('Pow'),
  maximum: two('Max'),
  minimum: two('Min'),
  addScalar: withNumber('Add'),
  subScalar: withNumber('Sub'),
  rsubScalar: withNumber('Sub', true),
  mulScalar: withNumber('Mul'),
  divScalar: withNumber('Div'),
  powScalar: withNumber('Pow'),
  neg: same('Neg'),
  abs: same('Abs'),
  exp: same('Exp'),
  log: same('Log'),
  sqrt: same('Sqrt'),
  square: (o) => o.result('Mul', [o.tensor(0), o.tensor(0)]),
  reciprocal: same('Reciprocal'),
  sin: same('Sin'),
  cos: same('Cos'),
  erf: same('Erf'),
  floor: same('Floor'),
  ceil: same('Ceil'),
  sum,
  mean,
};
