// What goes into a compiled function and comes out of it, and what it refuses.
import { afterEach, expect, test, vi } from 'vitest';
import { compile, manualSeed, memoryStats, nn, noGrad, optim, randn, tensor, type Tensor } from '../index.ts';
import { resetWarnings } from '../warnings.ts';

afterEach(() => {
  vi.restoreAllMocks();
  resetWarnings();
});

test('grad shows what the replayed backward gave', () => {
  const w = tensor([1, 2], { requiresGrad: true });
  const grads: Tensor[] = [];
  const step = compile((x: Tensor) => {
    w.grad = null;
    const loss = w.mul(x).sum();
    loss.backward();
    return loss;
  });
  for (const k of [1, 2, 3, 4]) {
    expect(step(tensor([k, 10 * k])).item()).toBe(21 * k);
    expect(w.grad?.tolist()).toEqual([k, 10 * k]);
    grads.push(w.grad!);
  }
  expect(grads.map((g) => g.tolist())).toEqual([1, 2, 3, 4].map((k) => [k, 10 * k])); // each is its own
});

test('results are their own: the next step does not change them', () => {
  const step = compile((x: Tensor) => [x.mul(2), x.sum()] as const);
  const kept = [1, 2, 3, 4].map((k) => step(tensor([k, k])));
  expect(kept.map(([a, b]) => [a.tolist(), b.item()])).toEqual([
    [[2, 2], 2],
    [[4, 4], 4],
    [[6, 6], 6],
    [[8, 8], 8],
  ]);
});

test('inputs may lie anywhere, be changed in place, and come back', () => {
  const step = compile((x: Tensor, into: Tensor) => {
    noGrad(() => into.add_(x));
    return { x, rows: into.at(1) };
  });
  const table = tensor([
    [1, 2],
    [3, 4],
    [5, 6],
    [7, 8],
  ]);
  const into = tensor([
    [0, 0],
    [0, 0],
  ]);
  for (const from of [0, 1, 2, 0]) {
    const { x, rows } = step(table.at(`${from}:${from + 2}`), into);
    expect(x.tolist()).toEqual(table.at(`${from}:${from + 2}`).tolist());
    expect(rows.tolist()).toEqual(into.at(1).tolist());
  }
  expect(into.tolist()).toEqual([
    [10, 14],
    [18, 22],
  ]);
});

test('numbers, strings and other arguments are recorded with the step', () => {
  let runs = 0;
  const step = compile((x: Tensor, by: number, how: { square: boolean }) => {
    runs++;
    const y = x.mul(by);
    return how.square ? y.square() : y;
  });
  const two = tensor([2]);
  const all = [3, 3, 5, 3, 5, 5].map((by) => step(two, by, { square: by === 5 }).item());
  expect(all).toEqual([6, 6, 100, 6, 100, 100]);
  expect(runs).toBe(3); // once as it is, once for each kind
  expect(step.recordings()).toHaveLength(2);
  step.reset();
  expect(step.recordings()).toHaveLength(0);
  expect(step(two, 4, { square: false }).item()).toBe(8);
});

test('what depends on values is an error that names the line and says what to do', () => {
  const step = compile((x: Tensor) => (x.sum().item() > 0 ? x : x.neg()));
  step(tensor([1])); // as it is
  let error: Error | undefined;
  try {
    step(tensor([1]));
  } catch (caught) {
    error = caught as Error;
  }
  expect(error?.message).toMatch(/return the tensor from the compiled function, and read it/);
  expect(error?.stack).toMatch(/compile-arguments\.test\.ts/);
  expect(() => step(tensor([1]))).toThrow(/compiled function/);
  expect(tensor([5]).item()).toBe(5); // nothing stays switched
});

test.each([
  ['a mask chooses', (x: Tensor) => x.maskedSelect(x.gt(0))],
  ['non-zero places', (x: Tensor) => x.nonzero()],
  ['a list', (x: Tensor) => (x.tolist(), x)],
  ['the seed', (x: Tensor) => (manualSeed(1), x)],
])('%s: refused inside', (_, fn) => {
  const step = compile(fn);
  step(tensor([1, -1]));
  expect(() => step(tensor([1, -1]))).toThrow(/compile/);
});

test('schedulers, asynchronous functions and arguments that need gradients are refused in words', () => {
  const w = tensor([1], { requiresGrad: true });
  const optimizer = new optim.SGD([w], { lr: 1 });
  const scheduler = new optim.lrScheduler.StepLR(optimizer, 1);
  const withScheduler = compile(() => {
    scheduler.step();
    return w.mul(2);
  });
  withScheduler();
  expect(() => withScheduler()).toThrow(/a scheduler steps inside of a compiled function/);
  expect(() => compile(() => Promise.resolve(1))()).toThrow(/asynchronous/);
  const step = compile((x: Tensor) => x.mul(2));
  step(w);
  expect(() => step(w)).toThrow(/needs a gradient/);
  step(tensor([1]));
  expect(() => step(w)).toThrow(/needs a gradient/); // also where a recording would fit
  const wrapped = compile((x: Tensor) => new Map([['y', x]]));
  wrapped(tensor([1]));
  expect(() => wrapped(tensor([1]))).toThrow(/gave a Map/);
});

test('more kinds of arguments than recordings are kept run uncompiled, with a warning', () => {
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
  const step = compile((x: Tensor) => x.sum(), { maxRecordings: 2 });
  for (const n of [1, 2, 3, 4, 3, 2]) expect(step(randn([n]).fill_(1)).item()).toBe(n);
  expect(step.recordings()).toHaveLength(2);
  expect(warn).toHaveBeenCalledOnce();
});

test('the memory of intermediate results is shared, and steps do not hold more and more', () => {
  const model = new nn.Sequential(...Array.from({ length: 8 }, () => [new nn.Linear(64, 64), new nn.ReLU()]).flat());
  const forward = compile((x: Tensor) => noGrad(() => model.forward(x)));
  const x = randn([256, 64]);
  const plain = noGrad(() => model.forward(x)) as Tensor;
  for (let i = 0; i < 5; i++) expect((forward(x) as Tensor).equal(plain)).toBe(true);
  const [info] = forward.recordings();
  expect(info!.plannedBytes).toBeLessThan(info!.requestedBytes / 3);
  const before = memoryStats().liveBytes;
  for (let i = 0; i < 500; i++) forward(x);
  expect(memoryStats().liveBytes - before).toBeLessThan(64 * 2 ** 20 + 2 ** 20);
});

test('long chains of element-wise operations give the bits of the plain ones', () => {
  const chain = (x: Tensor, y: Tensor): Tensor => {
    const a = x.mul(2).add(y).tanh().mul(y).sub(0.5).relu();
    const b = a.exp().div(a.add(2)).mul(x);
    b.add_(a).mul_(0.3);
    return b.add(x.add_(1)); // the input itself is changed behind the rest
  };
  const fast = compile(chain);
  for (let i = 0; i < 4; i++) {
    const [x, y] = [randn([40_000]), randn([40_000])];
    const wanted = chain(x.clone(), y);
    expect(fast(x, y).equal(wanted)).toBe(true);
  }
  // The second argument may be the memory that is changed.
  const same = randn([40_000]);
  const wanted = chain(...([same.clone()].flatMap((t) => [t, t]) as [Tensor, Tensor]));
  expect(fast(same, same).equal(wanted)).toBe(true);
});

test('gradients of one weight by rows and by a single row are added up in any order', () => {
  const w = randn([6, 5]).requiresGrad_();
  const step = (rows: Tensor, row: Tensor, first: boolean): Tensor => {
    // What was computed last is differentiated first.
    const parts = first ? [rows, row, row.mul(2)] : [row, row.mul(2), rows];
    w.grad = null;
    parts
      .map((x) => x.matmul(w).square().mean())
      .reduce((a, b) => a.add(b))
      .backward();
    return w.grad!.clone();
  };
  for (const first of [true, false]) {
    const fast = compile(step);
    for (let i = 0; i < 4; i++) {
      const [rows, row] = [randn([4, 6]), randn([1, 6])];
      expect(fast(rows, row, first).tolist()).toEqual(step(rows, row, first).tolist());
    }
  }
});
