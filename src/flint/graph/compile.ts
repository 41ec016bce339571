// compile(fn): a step is run once by the library, recorded the second time, and from then on replayed by the engine in
// one call.
import { FlintError } from '../errors.ts';
import { native, type NativeHandle, type NativeTape } from '../native.ts';
import { Buffer, Parameter } from '../nn/parameter.ts';
import { Module } from '../nn/module.ts';
import { moduleScopes } from '../nn/scope.ts';
import { hooks, observers, tracer, wrapHandle } from '../tensor/dispatch.ts';
import { handleOf } from '../tensor/handle.ts';
import { collectDropped, emptyCache, signals } from '../tensor/memory.ts';
import { Tensor } from '../tensor/tensor.ts';
import { warnOnce } from '../warnings.ts';
import { recorder, structure, type Recorded } from './recorder.ts';

/** Settings of {@link compile}. */
export interface CompileOptions {
  /** How many recordings are kept, one for each kind of arguments (the last, smaller batch is one); 8 by default. */
  maxRecordings?: number;
}

/** What one recording is made of. */
export interface RecordingInfo {
  /** Kernels that a replay runs. */
  launches: number;
  /** Bytes of intermediate results; memory is shared by those that are not needed at the same time. */
  plannedBytes: number;
  /** The same if none were shared. */
  requestedBytes: number;
}

/** A function that {@link compile} made. */
export interface Compiled<A extends unknown[], R> {
  (...args: A): R;
  /** The recordings so far. */
  recordings(): RecordingInfo[];
  /** Forgets all recordings: the next call records anew. */
  reset(): void;
}

/** Values with the tensors taken out: they are put back in the order in which they were found. */
interface Flat {
  tensors: Tensor[];
  /** Everything else that decides what is done, with the shape of arrays and objects. */
  constants: unknown[];
}

interface Recording {
  tape: NativeTape;
  constants: readonly unknown[];
  version: number;
  fields: readonly (readonly [Module, string, unknown])[];
  recorded: Recorded;
  numbers: Float64Array;
  rebuild: (handles: readonly NativeHandle[]) => unknown;
  stale: boolean;
}

/**
 * Makes a training step fast: forward, loss, backward and optimizer are recorded once and then replayed by one call into
 * the engine, with the same results as the function itself.
 *
 * ```ts
 * const step = compile((x: Tensor, y: Tensor) => {
 *   const loss = F.crossEntropy(model.forward(x), y);
 *   optimizer.zeroGrad();
 *   loss.backward();
 *   optimizer.step();
 *   return loss;
 * });
 * for (const [x, y] of loader) console.log(step(x, y).item());
 * ```
 *
 * The first call runs as it is, the second is recorded. Tensors among the arguments (also inside arrays and objects) are
 * inputs; other shapes or types, other values of the remaining arguments, or a model in another mode are recorded
 * anew. Tensors that are used from outside of the function, such as parameters, must stay the same tensors; their values
 * may change. Learning rates and other settings of optimizers are read at each call, random numbers are drawn anew, and
 * the state of the generator goes on as without compile. Results have no history: backward belongs inside.
 *
 * What JavaScript does is not repeated: a value of a tensor cannot be read inside (`item()`, `tolist()`), which is an
 * error that names the line; a number of a variable outside stays what it was when the step was recorded, and a
 * variable set inside is set once. Pass what changes as an argument (a number that changes often as a tensor), and
 * return what the next step needs.
 */
export function compile<A extends unknown[], R>(fn: (...args: A) => R, options: CompileOptions = {}): Compiled<A, R> {
  const most = options.maxRecordings ?? 8;
  let recordings: Recording[] = [];
  let called = false;

  const compiled = (...args: A): R => {
    if (signals[0] !== 0) collectDropped();
    hooks.poll?.();
    // A recording inside a recording is part of it; tracing and anomaly mode look at each operation.
    if (recorder.current !== null || tracer.record !== null || observers.anomaly !== null) return fn(...args);
    const flat: Flat = { tensors: [], constants: [] };
    for (const arg of args) flatten(arg, flat);
    const handles = flat.tensors.map(handleOf);
    for (const recording of recordings) {
      if (!fits(recording, flat.constants)) continue;
      const outputs = native.replay(recording.tape, handles, numbersOf(recording));
      if (outputs === null) recording.stale = true;
      if (!outputs) continue;
      for (const goOn of recording.recorded.after) goOn();
      return recording.rebuild(outputs) as R;
    }
    if (!called) {
      called = true;
      return withoutHistory(checked(fn(...args))) as R;
    }
    recordings = recordings.filter((r) => !r.stale && r.version === structure.version);
    if (recordings.length >= most) {
      warnOnce(
        'compile-recordings',
        `a compiled function was called with more than ${most} kinds of arguments; the others run uncompiled. Make batches of one shape, or pass { maxRecordings }`,
      );
      return fn(...args);
    }
    const { recording, result } = record(fn, args, flat);
    if (recording) recordings.push(recording);
    return result;
  };
  return Object.assign(compiled, {
    recordings: () => recordings.map((r) => infoOf(r.tape)),
    reset: () => {
      recordings = [];
      called = false;
    },
  });
}

function infoOf(tape: NativeTape): RecordingInfo {
  const [launches, plannedBytes, requestedBytes] = native.tapeInfo(tape);
  return { launches, plannedBytes, requestedBytes };
}

/** What can be seen from JavaScript; the engine looks at shapes, modes and gradients. */
function fits(r: Recording, constants: readonly unknown[]): boolean {
  if (r.stale || r.version !== structure.version || r.constants.length !== constants.length) return false;
  for (let i = 0; i < constants.length; i++) if (!Object.is(constants[i], r.constants[i])) return false;
  for (const [module, name, value] of r.fields)
    if ((module as unknown as Record<string, unknown>)[name] !== value) return false;
  for (const holds of r.recorded.guards) if (!holds()) return false;
  return true;
}

function numbersOf({ recorded, numbers }: Recording): Float64Array {
  let at = 0;
  for (const read of recorded.numbers) for (const value of read()) numbers[at++] = value;
  return numbers;
}

/** The modules whose forward ran in the recording that is on. */
const entered = new Set<Module>();
const noteModule = (module: Module): void => void entered.add(module);

function record<A extends unknown[], R>(
  fn: (...args: A) => R,
  args: A,
  flat: Flat,
): { recording: Recording | null; result: R } {
  const recorded: Recorded = { keep: true, steps: new Map(), after: [], numbers: [], guards: [] };
  const inputs = native.beginRecording(flat.tensors.map(handleOf)).map(wrapHandle);
  const { enter } = moduleScopes;
  recorder.current = recorded;
  moduleScopes.enter = noteModule;
  try {
    const result = checked(fn(...(args.map(replacer(inputs)) as A)));
    const outputs: Flat = { tensors: [], constants: [] };
    flatten(result, outputs);
    for (const value of outputs.constants) checkResult(value);
    const [tape, results] = native.endRecording(outputs.tensors.map(handleOf));
    const plain = replacer(results.map(wrapHandle))(result);
    const recording: Recording = {
      tape,
      constants: flat.constants,
      version: structure.version,
      fields: [...entered].flatMap(decisiveFields),
      recorded,
      numbers: new Float64Array(recorded.numbers.reduce((n, read) => n + read().length, 0)),
      rebuild: rebuilder(plain),
      stale: false,
    };
    return { recording: recorded.keep ? recording : null, result: plain as R };
  } finally {
    native.abortRecording();
    recorder.current = null;
    moduleScopes.enter = enter;
    entered.clear();
    emptyCache(); // what the recording has left; replays have memory of their own
  }
}

/** The fields of a module that decide what its forward does: settings, parameters, parts. */
function decisiveFields(module: Module): [Module, string, unknown][] {
  return Object.entries(module)
    .filter(
      ([, v]) =>
        v === null ||
        typeof v !== 'object' ||
        v instanceof Parameter ||
        v instanceof Buffer ||
        v instanceof Module ||
        Array.isArray(v),
    )
    .map(([name, value]) => [module, name, value]);
}

function isPlain(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}

function flatten(value: unknown, into: Flat): void {
  if (value instanceof Tensor) {
    into.constants.push(Tensor);
    into.tensors.push(value);
  } else if (Array.isArray(value)) {
    into.constants.push(Array, value.length);
    for (const item of value) flatten(item, into);
  } else if (isPlain(value)) {
    const keys = Object.keys(value);
    into.constants.push(Object, keys.length, ...keys);
    for (const key of keys) flatten(value[key], into);
  } else {
    into.constants.push(value);
  }
}

/** A function that puts tensors, in their order, where {@link flatten} found them. */
function replacer(tensors: readonly Tensor[]): (value: unknown) => unknown {
  let next = 0;
  const replace = (value: unknown): unknown => {
    if (value instanceof Tensor) return tensors[next++];
    if (Array.isArray(value)) return value.map(replace);
    if (isPlain(value)) return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, replace(item)]));
    return value;
  };
  return replace;
}

function rebuilder(result: unknown): (handles: readonly NativeHandle[]) => unknown {
  if (result instanceof Tensor) return (handles) => wrapHandle(handles[0]!);
  return (handles) => replacer(handles.map(wrapHandle))(result);
}

function withoutHistory(result: unknown): unknown {
  const flat: Flat = { tensors: [], constants: [] };
  flatten(result, flat);
  return replacer(flat.tensors.map((t) => wrapHandle(native.withoutHistory(handleOf(t)))))(result);
}

/** An object of another class would be given again as it was, whatever its tensors should be. */
function checkResult(value: unknown): void {
  if (typeof value !== 'object' || value === null) return;
  throw new FlintError(
    `[compile] the function gave a ${value.constructor.name}: a replay cannot make another. Return tensors, or arrays and plain objects of them`,
    { code: 'compile', op: 'compile' },
  );
}

function checked<R>(result: R): R {
  if (result instanceof Promise)
    throw new FlintError(
      '[compile] the function is asynchronous, and a step must be done when it returns. Await outside of it',
      { code: 'compile', op: 'compile' },
    );
  return result;
}
