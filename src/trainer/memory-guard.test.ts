import { afterEach, describe, expect, it } from 'vitest';
import { memoryFigures, memoryLimit, memoryState, tensorLimit } from './memory-guard.ts';

const gib = 2 ** 30;
const machine = { total: 16 * gib, constrained: Infinity, available: 12 * gib, used: 1 * gib };
const before = process.env.FLINT_MEMORY_LIMIT;
afterEach(() => {
  if (before === undefined) delete process.env.FLINT_MEMORY_LIMIT;
  else process.env.FLINT_MEMORY_LIMIT = before;
});

describe('the memory that a script may use', () => {
  it('is the machine’s, its container’s when that is less, or what the person says', () => {
    expect(memoryLimit(machine)).toBe(16 * gib);
    expect(memoryLimit({ ...machine, constrained: 4 * gib })).toBe(4 * gib);
    process.env.FLINT_MEMORY_LIMIT = '500';
    expect(memoryLimit(machine)).toBe(500e6);
    expect(tensorLimit(machine)).toBe(450e6);
  });
  it('is fine, then soft, then hard', () => {
    const states = [5, 13, 14, 15.5].map((n) => memoryState({ ...machine, used: n * gib, available: (16 - n) * gib }));
    expect(states).toEqual(['fine', 'fine', 'soft', 'hard']);
  });
  it('is less while other processes hold the rest, but a small process does not answer for them', () => {
    expect(memoryState({ ...machine, used: 8 * gib, available: 0.2 * gib })).toBe('hard');
    expect(memoryState({ ...machine, used: 8 * gib, available: 1 * gib })).toBe('soft');
    expect(memoryState({ ...machine, used: 1 * gib, available: 0.01 * gib })).toBe('fine');
  });
  it('is measured in bytes', () => {
    const figures = memoryFigures();
    expect(figures.used).toBeGreaterThan(10e6);
    expect(figures.available).toBeGreaterThan(10e6);
    expect(figures.total).toBeGreaterThan(figures.used);
    expect(figures.constrained).toBeGreaterThan(figures.used);
  });
});
