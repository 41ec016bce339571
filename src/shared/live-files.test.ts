import { describe, expect, it } from 'vitest';
import type { Predictions, VizWindow } from './contract/runs.ts';
import { packPredictions, packWindow, unpackPredictions, unpackWindow, windowFileName } from './live-files.ts';

const pixels = Uint8Array.from({ length: 3 * 2 * 3 * 4 }, (_, i) => i);
const predictions: Predictions = {
  step: 20,
  epoch: 1,
  width: 2,
  height: 3,
  pixels,
  items: [
    { truth: 3, predicted: 5, confidence: 0.25 },
    { truth: -1, predicted: 0, confidence: 1 },
    { truth: 1, predicted: -1, confidence: NaN },
  ],
  classes: ['zero', '一'],
};
const windows: VizWindow[] = [
  { kind: 'text', name: 'note', title: 'A note', text: 'words\n字' },
  {
    kind: 'images',
    name: 'test',
    title: 't',
    width: 2,
    height: 3,
    count: 3,
    columns: 8,
    pixels,
    captions: ['a', 'b', 'c'],
  },
  {
    kind: 'surface',
    name: 'valley',
    title: 't',
    labels: ['x', 'y', 'loss'],
    x: Float64Array.of(0, 1, 2),
    y: Float64Array.of(-1, 1),
    z: Float64Array.of(1, 2, 3, 4, NaN, 6),
    path: Float64Array.of(0, -1, 1, 2, 1, 6),
  },
  {
    kind: 'scatter',
    name: 'words',
    title: 't',
    xLabel: '',
    yLabel: '',
    x: Float64Array.of(1, 2, 3),
    y: Float64Array.of(0.5, NaN, -1),
    labels: ['a', '<b>', '字'],
    groups: Float64Array.of(0, 1, 0),
    classes: ['p', 'q'],
  },
  {
    kind: 'scatter',
    name: 'plain',
    title: 't',
    xLabel: 'x',
    yLabel: 'y',
    x: Float64Array.of(1),
    y: Float64Array.of(2),
    labels: [],
    groups: new Float64Array(0),
    classes: [],
  },
  {
    kind: 'line',
    name: 'progress',
    title: 't',
    xLabel: 'step',
    yLabel: 'loss',
    traces: [
      { name: 'train', x: Float64Array.of(1, 2, 3), y: Float64Array.of(0.5, NaN, Infinity) },
      { name: 'empty', x: new Float64Array(0), y: new Float64Array(0) },
      { name: 'test', x: Float64Array.of(3), y: Float64Array.of(-1) },
    ],
  },
];

describe('live files', () => {
  it('give predictions back', () => {
    const { json, bin } = packPredictions(predictions);
    expect(unpackPredictions(json, bin)).toEqual(predictions);
  });
  it.each(windows)('give a window of kind $kind back', (window) => {
    const { json, bin } = packWindow(window);
    expect(unpackWindow(json, bin)).toEqual(window);
    // As bytes come from a file: at any offset of a larger buffer.
    const shifted = new Uint8Array(bin.length + 3);
    shifted.set(bin, 3);
    expect(unpackWindow(json, shifted.subarray(3))).toEqual(window);
  });
  it('that do not belong together are refused', () => {
    expect(() => unpackPredictions(packPredictions(predictions).json, pixels.subarray(4))).toThrow(/68 bytes.*72/);
    expect(() => unpackWindow(packWindow(windows[2]!).json, new Uint8Array(8))).toThrow(/Read them again/);
    expect(() => unpackWindow('{"kind":"cube"}', new Uint8Array(0))).toThrow();
  });
  it('have names that any file system takes', () => {
    expect(windowFileName('test')).toBe('test');
    expect(windowFileName('../etc/passwd')).not.toMatch(/[/\\.]/);
    expect(windowFileName('准确率 1')).toMatch(/^[\w%-]+$/);
  });
});
