import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { writeFileAtomic } from '../../flint/io/atomic-write.ts';
import { decodeSafetensors, encodeSafetensors, type SafetensorsEntry } from '../../flint/io/safetensors.ts';
import { countDifferences, exportSafetensors, lastCheckpoint } from './export-safetensors.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'flint-export-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const entry = (...values: number[]): SafetensorsEntry => ({
  ...{ dtype: 'F32', shape: [values.length] },
  bytes: new Uint8Array(Float32Array.from(values).buffer),
});
const save = (step: string, tensors: Record<string, SafetensorsEntry>) =>
  writeFileAtomic(
    join(folder, `checkpoints/step-${step}.safetensors`),
    encodeSafetensors(new Map(Object.entries(tensors))),
  );

describe('export as safetensors', () => {
  it('holds the model of the newest checkpoint under its own names, bit for bit', () => {
    save('00000009', { 'model.w': entry(0) });
    save('00000123', { 'model.fc.weight': entry(1, NaN, -0), 'model.fc.bias': entry(2), 'optimizer.w': entry(5) });
    const stages: unknown[] = [];
    const result = exportSafetensors(folder, { progress: (value) => stages.push(value) });
    expect(stages).toEqual(['loading', 'writing', 'checking'].map((stage) => ({ stage })));
    expect(result).toMatchObject({ format: 'safetensors', proof: { maxDifference: 0, passed: true } });
    const { tensors } = decodeSafetensors(readFileSync(result.file));
    expect([...tensors.keys()].sort()).toEqual(['fc.bias', 'fc.weight']);
    expect(Buffer.from(tensors.get('fc.weight')!.bytes)).toEqual(Buffer.from(entry(1, NaN, -0).bytes));
  });
  it('finds every difference', () => {
    const model = new Map([['w', entry(1, 2)]]);
    expect(countDifferences(model, new Map([['w', entry(1, 2)]]))).toBe(0);
    expect(countDifferences(model, new Map([['w', entry(1, 3)]]))).toBeGreaterThan(0);
    expect(countDifferences(model, new Map())).toBe(8);
    expect(countDifferences(new Map(), model)).toBe(1);
  });
  it('says what is missing or broken', () => {
    expect(() => lastCheckpoint(folder)).toThrow(/kept no checkpoint/);
    save('00000001', { 'optimizer.w': entry(1) });
    expect(() => exportSafetensors(folder, { progress() {} })).toThrow(/holds no model/);
    writeFileSync(join(folder, 'checkpoints/step-00000002.safetensors'), 'broken');
    expect(() => exportSafetensors(folder, { progress() {} })).toThrow(/step-00000002/);
  });
});
