import { expect, test } from 'vitest';
import { FlintError } from '../errors.ts';
import { full, rand, zeros } from './creation.ts';
import { hooks, tracer } from './dispatch.ts';
import { emptyCache, memoryStats, setMemoryLimit } from './memory.ts';

test('dropped tensors are freed inside a synchronous loop', { timeout: 60_000 }, () => {
  const kept = rand(16384);
  let peak = 0;
  for (let step = 0; step < 2000; step++) {
    for (let i = 0; i < 30; i++) kept.add(i); // 64 KiB each: 3.75 GiB in all
    peak = Math.max(peak, memoryStats().liveBytes);
  }
  expect(peak).toBeLessThan(300 * 2 ** 20);
  expect(memoryStats().minorCollections).toBeGreaterThan(10);
});

test('past the limit an operation is an error, but not for what is dropped already', () => {
  emptyCache();
  setMemoryLimit(memoryStats().liveBytes + 40 * 2 ** 20);
  try {
    expect(() => zeros(2 ** 24)).toThrow(/out of memory: 64\.0 MiB asked for while tensors hold .* and the limit is/);
    // Each is dropped at once, and too little is dropped for a collection to be due before the limit is met.
    for (let i = 0; i < 20; i++) zeros(2 ** 21);
  } finally {
    setMemoryLimit(0);
  }
  expect(zeros(2 ** 24).numel()).toBe(2 ** 24);
});

test('a tensor that is still reachable survives collections', () => {
  const list = Array.from({ length: 200 }, (_, i) => full([16384], i));
  for (let i = 0; i < 5000; i++) zeros(16384);
  expect(list.map((t) => t.at(7).item())).toEqual(list.map((_, i) => i));
});

test('the poll hook is called while operations run, and may stop them', () => {
  let calls = 0;
  hooks.poll = () => {
    if (++calls === 3) throw new FlintError('stopped');
  };
  try {
    const x = zeros(1);
    expect(() => {
      for (let i = 0; i < 100; i++) x.add(1);
    }).toThrow('stopped');
    expect(calls).toBe(3);
  } finally {
    hooks.poll = null;
  }
});

test('the tracer hears of every operation with its tensors', () => {
  const names: string[] = [];
  tracer.record = (name, args, result) => {
    names.push(name);
    expect(args.length).toBeGreaterThan(0);
    expect(result).toBeDefined();
  };
  try {
    rand(2).add(1).relu_();
  } finally {
    tracer.record = null;
  }
  expect(names[0]).toBe('rand');
  expect(names).toContain('addScalar');
});
