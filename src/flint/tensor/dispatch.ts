// The one way from the library into the engine's operations. Here tracing listens, a paused or stopped run is noticed,
// and dropped tensors are collected; so keep it short: it is on the path of every operation.
import { native, type NativeHandle, type NativeOp } from '../native.ts';
import { FlintError } from '../errors.ts';
import { handleOf, TensorHandle } from './handle.ts';
import { collectDropped, signals } from './memory.ts';
import type { Tensor } from './tensor.ts';

/** Set `record` to hear of every operation with its arguments (tensors as such) and its result. */
export const tracer: { record: ((name: string, args: readonly unknown[], result: unknown) => void) | null } = {
  record: null,
};

/** Set `anomaly` to look at every result before the script sees it; it may throw. */
export const observers: { anomaly: ((name: string, args: readonly unknown[], result: unknown) => void) | null } = {
  anomaly: null,
};

/** Set `poll` to be called every few operations: cheap, may block while a run is paused, may throw to stop it. */
export const hooks: { poll: (() => void) | null } = { poll: null };

const POLL_EVERY = 8;
let untilPoll = POLL_EVERY;
let TensorClass: new (handle: NativeHandle) => Tensor;

/** Tells which class results are made of; called once by tensor.ts. */
export function setTensorClass(ctor: new (handle: NativeHandle) => Tensor): void {
  TensorClass = ctor;
}

/** Wraps a handle that came from the engine. */
export function wrapHandle(handle: NativeHandle): Tensor {
  return new TensorClass(handle);
}

const ops = native.ops;

/**
 * Runs one of the engine's operations. `name` is the registry's in camelCase; tensors are passed as such, also inside
 * arrays. An in-place operation (and one without a result) gives its first argument back.
 */
export function call(name: string, ...args: unknown[]): unknown {
  if (signals[0] !== 0) collectDropped();
  if (--untilPoll === 0) {
    untilPoll = POLL_EVERY;
    hooks.poll?.();
  }
  const op = ops[name] ?? missing(name);
  const raw = run(op, args);
  const result = raw === undefined ? args[0] : wrap(raw);
  if (tracer.record !== null) tracer.record(name, args, result);
  if (observers.anomaly !== null) observers.anomaly(name, args, result);
  return result;
}

/** `call` of an operation that gives one tensor. */
export function callTensor(name: string, ...args: unknown[]): Tensor {
  return call(name, ...args) as Tensor;
}

/** `call` of an operation that gives several tensors. */
export function callTensors(name: string, ...args: unknown[]): Tensor[] {
  return call(name, ...args) as Tensor[];
}

function run(op: NativeOp, args: unknown[]): unknown {
  switch (args.length) {
    case 1:
      return op(unwrap(args[0]));
    case 2:
      return op(unwrap(args[0]), unwrap(args[1]));
    case 3:
      return op(unwrap(args[0]), unwrap(args[1]), unwrap(args[2]));
    default:
      return op(...args.map(unwrap));
  }
}

function unwrap(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof TensorHandle) return handleOf(value);
  return Array.isArray(value) ? value.map(unwrap) : value;
}

function wrap(raw: unknown): unknown {
  if (typeof raw !== 'object' || raw === null) return raw;
  return Array.isArray(raw) ? raw.map(wrap) : new TensorClass(raw as NativeHandle);
}

function missing(name: string): never {
  throw new FlintError(`[${name}] this engine has no operation of that name. Rebuild it: "npm start" does.`, {
    code: 'no-operation',
    op: name,
  });
}
