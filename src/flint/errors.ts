// The one error class of the library: the engine's failures arrive as it, with their message unchanged.

/** What a {@link FlintError} carries beside its message. */
export interface FlintErrorInfo {
  /** A stable word for programs: `'engine'`, `'shape'`, `'argument'`, `'state-dict'`, … */
  code?: string;
  /** The operation that failed, as the engine calls it: `'matmul'`. */
  op?: string;
  /** Whatever else helps: shapes, names, paths. */
  details?: Readonly<Record<string, unknown>>;
  cause?: unknown;
}

/** An error of Flint: says which operation, what it received, and what to do. Its stack names the script's line. */
export class FlintError extends Error {
  override readonly name = 'FlintError';
  readonly code: string;
  readonly op: string | undefined;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(message: string, info: FlintErrorInfo = {}) {
    super(message, info.cause === undefined ? undefined : { cause: info.cause });
    this.code = info.code ?? 'argument';
    this.op = info.op;
    this.details = info.details ?? {};
  }
}

/** Throws a {@link FlintError} that reads "[op] sentence", like the engine's own. */
export function fail(op: string, sentence: string, details?: Readonly<Record<string, unknown>>): never {
  throw new FlintError(`[${op}] ${sentence}`, { code: 'argument', op, ...(details ? { details } : {}) });
}
