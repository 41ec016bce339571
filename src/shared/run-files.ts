// How predictions and windows lie in a run's live/ folder: a .json for words and numbers, a .bin for pixels and values.
// One place for both ends: the trainer packs, main unpacks.
import { z } from 'zod';
import type { Predictions, VizWindow } from './contract/runs.ts';

export interface PackedFile {
  json: string;
  bin: Uint8Array;
}

const PredictionsJson = z.object({
  step: z.number(),
  epoch: z.number(),
  width: z.number().int().positive(),
  height: z.number().int().positive(),
  items: z.array(z.object({ truth: z.number(), predicted: z.number(), confidence: z.number().nullable() })),
  classes: z.array(z.string()),
});

const words = { name: z.string(), title: z.string() };
const WindowJson = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('line'),
    ...words,
    xLabel: z.string(),
    yLabel: z.string(),
    traces: z.array(z.object({ name: z.string(), length: z.number().int().nonnegative() })),
  }),
  z.object({
    kind: z.literal('images'),
    ...words,
    width: z.number().int().positive(),
    height: z.number().int().positive(),
    count: z.number().int().nonnegative(),
    columns: z.number().int().positive(),
    captions: z.array(z.string()),
  }),
  z.object({ kind: z.literal('text'), ...words, text: z.string() }),
]);

/** The file name, without ending, of the window of this name. */
export function windowFileName(name: string): string {
  return encodeURIComponent(name).replaceAll('.', '%2E').replaceAll('*', '%2A').slice(0, 200) || '%';
}

export function packPredictions({ pixels, ...rest }: Predictions): PackedFile {
  return { json: JSON.stringify(rest), bin: pixels };
}

/** Null when the two files do not belong together (one of them is being replaced). Throws on files that are none. */
export function unpackPredictions(json: string, bin: Uint8Array): Predictions | null {
  const rest = PredictionsJson.parse(JSON.parse(json));
  if (bin.length !== rest.items.length * rest.width * rest.height * 4) return null;
  const items = rest.items.map((item) => ({ ...item, confidence: item.confidence ?? NaN }));
  return { ...rest, items, pixels: bin };
}

export function packWindow(window: VizWindow): PackedFile {
  if (window.kind === 'text') return { json: JSON.stringify(window), bin: new Uint8Array(0) };
  if (window.kind === 'images') {
    const { pixels, ...rest } = window;
    return { json: JSON.stringify(rest), bin: pixels };
  }
  const traces = window.traces.map(({ name, x }) => ({ name, length: x.length }));
  const values = new Float64Array(2 * traces.reduce((sum, trace) => sum + trace.length, 0));
  let at = 0;
  for (const { x, y } of window.traces) {
    values.set(x, at);
    values.set(y, at + x.length);
    at += 2 * x.length;
  }
  return { json: JSON.stringify({ ...window, traces }), bin: new Uint8Array(values.buffer) };
}

/** As `unpackPredictions`. */
export function unpackWindow(json: string, bin: Uint8Array): VizWindow | null {
  const window = WindowJson.parse(JSON.parse(json));
  if (window.kind === 'text') return window;
  if (window.kind === 'images') {
    return bin.length === window.count * window.width * window.height * 4 ? { ...window, pixels: bin } : null;
  }
  const total = window.traces.reduce((sum, trace) => sum + trace.length, 0);
  if (bin.length !== total * 16) return null;
  const values = new Float64Array(bin.slice().buffer);
  let at = 0;
  const take = (length: number) => values.slice(at, (at += length));
  const traces = window.traces.map(({ name, length }) => ({ name, x: take(length), y: take(length) }));
  return { ...window, traces };
}
