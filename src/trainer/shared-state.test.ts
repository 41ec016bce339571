import { describe, expect, it } from 'vitest';
import { drainValues, makeSharedBuffer, openSharedState, pushValue, ringRecords, Slot } from './shared-state.ts';

const value = (step: number) => ({ tag: 1, step, epoch: 0.5, time: 1e9, value: step === 7 ? NaN : -step });

describe('the ring of logged values', () => {
  it('gives every value once and in order, around its end too', () => {
    const state = openSharedState(makeSharedBuffer());
    const steps: number[] = [];
    const take = (v: { step: number }) => steps.push(v.step) > 0;
    let next = 0;
    for (let round = 0; round < 5; round++) {
      for (let i = 0; i < ringRecords * 0.4; i++) pushValue(state, value(next++));
      drainValues(state, take);
    }
    expect(steps).toEqual(Array.from({ length: next }, (_, i) => i));
  });
  it('keeps what was not taken', () => {
    const state = openSharedState(makeSharedBuffer());
    for (let i = 0; i < 3; i++) pushValue(state, value(i));
    const seen: number[] = [];
    drainValues(state, (v) => v.step < 1 && seen.push(v.step) > 0);
    drainValues(state, (v) => seen.push(v.step) > 0);
    expect(seen).toEqual([0, 1, 2]);
  });
  it('counts on past 2^31', () => {
    const state = openSharedState(makeSharedBuffer());
    state.ints[Slot.head] = state.ints[Slot.tail] = 0x7fffffff;
    for (let i = 6; i < 9; i++) pushValue(state, value(i));
    const got: number[] = [];
    drainValues(state, (v) => got.push(v.value) > 0);
    expect(got).toEqual([-6, NaN, -8]);
  });
});
