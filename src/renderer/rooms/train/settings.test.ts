import { describe, expect, it } from 'vitest';
import type { RunSummary } from '../../../shared/contract/runs.ts';
import { compareSettings, metricNames, parseSetting } from './settings.ts';

const run = (settings: RunSummary['settings'], metrics: Record<string, number> = {}) =>
  ({ settings, metrics }) as unknown as RunSummary;

describe('settings', () => {
  it('reads numbers, truth values and text as a person means them', () => {
    expect(['0.01', ' 3 ', 'true', 'data/mnist', '1e-3', ''].map(parseSetting)).toEqual([
      0.01,
      3,
      true,
      'data/mnist',
      0.001,
      '',
    ]);
  });
  it('puts the settings that differ first and marks them', () => {
    const rows = compareSettings([run({ a: 1, lr: 0.1 }), run({ a: 1, lr: 0.2 }), run({ a: 1 })]);
    expect(rows.map((r) => [r.name, r.differs])).toEqual([
      ['lr', true],
      ['a', false],
    ]);
    expect(rows[0]!.values).toEqual([0.1, 0.2, undefined]);
  });
  it('lists every metric once, without the internal one', () => {
    expect(metricNames([run({}, { 'train/loss': 1, epoch: 2 }), run({}, { 'test/accuracy': 1 })])).toEqual([
      'test/accuracy',
      'train/loss',
    ]);
  });
});
