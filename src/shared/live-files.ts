// The two files in which a run keeps its newest predictions and each of its windows: <name>.json says what it is, and
// <name>.bin holds the pixels or numbers one after another. Pure: bytes in, bytes out.
import { z } from 'zod';
import type { Predictions, VizWindow } from './contract/runs.ts';

export interface LiveFiles {
  json: string;
  bin: Uint8Array;
}

const PredictionsHead = z.object({
  step: z.number(),
  epoch: z.number(),
  width: z.number(),
  height: z.number(),
  items: z.array(
    z.object({
      truth: z.number(),
      predicted: z.number(),
      // JSON has no NaN: what a network that diverged says is written as null.
      confidence: z
        .number()
        .nullable()
        .transform((value) => value ?? NaN),
    }),
  ),
  classes: z.array(z.string()),
});
const title = { name: z.string(), title: z.string() };
const WindowHead = z.discriminatedUnion('kind', [
  z.object({
    ...title,
    kind: z.literal('line'),
    xLabel: z.string(),
    yLabel: z.string(),
    traces: z.array(z.object({ name: z.string(), points: z.number().int() })),
  }),
  z.object({
    ...title,
    kind: z.literal('images'),
    width: z.number(),
    height: z.number(),
    count: z.number(),
    columns: z.number(),
    captions: z.array(z.string()),
  }),
  z.object({
    ...title,
    kind: z.literal('surface'),
    labels: z.tuple([z.string(), z.string(), z.string()]),
    columns: z.number().int(),
    rows: z.number().int(),
    points: z.number().int(),
  }),
  z.object({
    ...title,
    kind: z.literal('scatter'),
    xLabel: z.string(),
    yLabel: z.string(),
    points: z.number().int(),
    labels: z.array(z.string()),
    classes: z.array(z.string()),
  }),
  z.object({ ...title, kind: z.literal('text'), text: z.string() }),
]);

/** The name of a window's files: its own where a file may have it, escaped elsewhere. */
export function windowFileName(name: string): string {
  const safe = encodeURIComponent(name).replace(/[.*'()!~]/g, (c) => `%${c.charCodeAt(0).toString(16)}`);
  return safe.slice(0, 200) || '%';
}

export function packPredictions({ pixels, ...head }: Predictions): LiveFiles {
  return { json: JSON.stringify(head), bin: pixels };
}

/** Throws when the two do not belong together (one was written while the other was read): read them again. */
export function unpackPredictions(json: string, bin: Uint8Array): Predictions {
  const head = PredictionsHead.parse(JSON.parse(json));
  expectBytes(bin, head.items.length * head.width * head.height * 4, 'predictions');
  return { ...head, pixels: bin };
}

export function packWindow(window: VizWindow): LiveFiles {
  if (window.kind === 'text') return { json: JSON.stringify(window), bin: new Uint8Array(0) };
  if (window.kind === 'images') {
    const { pixels, ...head } = window;
    return { json: JSON.stringify(head), bin: pixels };
  }
  if (window.kind === 'surface') {
    const { x, y, z: heights, path, ...head } = window;
    const sizes = { columns: x.length, rows: y.length, points: path.length / 3 };
    return { json: JSON.stringify({ ...head, ...sizes }), bin: bytesOf([x, y, heights, path]) };
  }
  if (window.kind === 'scatter') {
    const { x, y, groups, ...head } = window;
    return { json: JSON.stringify({ ...head, points: x.length }), bin: bytesOf([x, y, groups]) };
  }
  const traces = window.traces.map((trace) => ({ name: trace.name, points: trace.x.length }));
  const parts = window.traces.flatMap((trace) => [trace.x, trace.y.subarray(0, trace.x.length)]);
  return { json: JSON.stringify({ ...window, traces }), bin: bytesOf(parts) };
}

/** Numbers one after another. */
function bytesOf(parts: readonly Float64Array[]): Uint8Array {
  const numbers = new Float64Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    numbers.set(part, at);
    at += part.length;
  }
  return new Uint8Array(numbers.buffer);
}
/** The numbers in the bytes, cut into parts of the given lengths. */
function numbersOf(bin: Uint8Array, lengths: readonly number[], name: string): Float64Array[] {
  const total = lengths.reduce((sum, length) => sum + length, 0);
  expectBytes(bin, total * 8, name);
  // A copy of its own: a Buffer from Node may be a view of a larger store.
  const numbers = new Float64Array(new Uint8Array(bin).buffer);
  let at = 0;
  return lengths.map((length) => numbers.slice(at, (at += length)));
}

/** Throws like `unpackPredictions`. */
export function unpackWindow(json: string, bin: Uint8Array): VizWindow {
  const head = WindowHead.parse(JSON.parse(json));
  if (head.kind === 'text') return head;
  if (head.kind === 'images') {
    expectBytes(bin, head.count * head.width * head.height * 4, head.name);
    return { ...head, pixels: bin };
  }
  if (head.kind === 'surface') {
    const { columns, rows, points, ...rest } = head;
    const parts = numbersOf(bin, [columns, rows, columns * rows, 3 * points], head.name);
    const [x, y, heights, path] = parts as [Float64Array, Float64Array, Float64Array, Float64Array];
    return { ...rest, x, y, z: heights, path };
  }
  if (head.kind === 'scatter') {
    const { points, ...rest } = head;
    const parts = numbersOf(bin, [points, points, rest.classes.length > 0 ? points : 0], head.name);
    const [x, y, groups] = parts as [Float64Array, Float64Array, Float64Array];
    return { ...rest, x, y, groups };
  }
  const lengths = head.traces.flatMap((trace) => [trace.points, trace.points]);
  const parts = numbersOf(bin, lengths, head.name);
  const traces = head.traces.map(({ name }, i) => ({ name, x: parts[2 * i]!, y: parts[2 * i + 1]! }));
  return { ...head, traces };
}

function expectBytes(bin: Uint8Array, expected: number, name: string): void {
  if (bin.length === expected) return;
  throw new Error(
    `The live files of "${name}" do not fit: ${bin.length} bytes, expected ${expected}. Read them again.`,
  );
}
