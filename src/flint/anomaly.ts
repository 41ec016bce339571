// Finds where the first NaN comes from: forward at the operation itself, backward by the line that called the operation
// whose derivative it was.
import { FlintError } from './errors.ts';
import { native } from './native.ts';
import { observers } from './tensor/dispatch.ts';
import { handleOf } from './tensor/handle.ts';
import { Tensor } from './tensor/tensor.ts';

const library = new URL('.', import.meta.url).href;
const libraryPath = decodeURIComponent(new URL(library).pathname);

/** The first place on the stack outside the library: "train.ts:12:5". */
function caller(): string {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 40;
  const lines = (new Error().stack ?? '').split('\n').slice(1);
  Error.stackTraceLimit = limit;
  const line = lines.find((l) => !l.includes(library) && !l.includes(libraryPath) && !l.includes('node:'));
  return line?.trim().replace(/^at /, '') ?? 'an unknown place';
}

function hasNaN(t: Tensor): boolean {
  return t.isFloatingPoint() && Boolean(t.detach().isnan().any().item());
}

function tensorsIn(value: unknown): Tensor[] {
  if (value instanceof Tensor) return [value];
  return Array.isArray(value) ? value.flatMap(tensorsIn) : [];
}

let looking = false;
function check(name: string, args: readonly unknown[], result: unknown): void {
  if (looking || name.startsWith('empty')) return;
  looking = true;
  try {
    const results = tensorsIn(result);
    const bad = results.find(hasNaN);
    if (bad && !tensorsIn(args).some((t) => t !== bad && hasNaN(t))) {
      const shapes = tensorsIn(args).map((t) => `[${t.shape.join(', ')}]`);
      throw new FlintError(
        `[${name}] gave NaN from ${shapes.length > 0 ? `tensors without NaN, of shape ${shapes.join(' and ')}` : 'numbers'}, at ${caller()}. Look at its operands: a logarithm or root of a negative number, 0 / 0 and inf - inf give NaN`,
        { code: 'nan', op: name },
      );
    }
    const origin = results.some((t) => t.requiresGrad && !t.isLeaf) ? `${caller()} (${name})` : '';
    if (origin) for (const t of results) native.setOrigin(handleOf(t), origin);
  } finally {
    looking = false;
  }
}

/** Turns anomaly mode on or off; see {@link detectAnomaly}. */
export function setDetectAnomaly(on: boolean): void {
  native.setAnomaly(on);
  observers.anomaly = on ? check : null;
}
/** Whether anomaly mode is on. */
export function isAnomalyEnabled(): boolean {
  return native.anomaly();
}
/**
 * Runs `fn` in anomaly mode: the first operation that makes NaN of numbers is an error at its line, and so is the first
 * derivative, with the line that called its operation. Slow: for finding a fault, not for training.
 */
export function detectAnomaly<T>(fn: () => T): T {
  const before = isAnomalyEnabled();
  setDetectAnomaly(true);
  try {
    return fn();
  } finally {
    setDetectAnomaly(before);
  }
}
