import { afterEach, expect, test, vi } from 'vitest';
import {
  compile,
  F,
  manualSeed,
  memoryStats,
  nn,
  noGrad,
  optim,
  randint,
  randn,
  tensor,
  type Tensor,
} from '../index.ts';
import { resetWarnings } from '../warnings.ts';

afterEach(() => {
  vi.restoreAllMocks();
  resetWarnings();
});

type Step = (...args: Tensor[]) => Tensor;
interface Trained {
  step: Step;
  model: nn.Module;
  optimizer?: { paramGroups: { lr: number }[] };
}

/** Losses of the plain function and of the compiled one, each on a model of its own from the same seed. */
function bothWays(
  make: () => Trained,
  steps: number,
  batch: (i: number) => Tensor[],
  between?: (i: number, trained: Trained) => void,
): { eager: number[]; compiled: number[]; recordings: number } {
  const run = (compiles: boolean): [losses: number[], recordings: number] => {
    manualSeed(3);
    const trained = make();
    const fast = compile(trained.step);
    const losses: number[] = [];
    for (let i = 0; i < steps; i++) {
      losses.push((compiles ? fast : trained.step)(...batch(i)).item());
      between?.(i, trained);
    }
    const state = [...trained.model.stateDict().values()].map((t) => t.tolist());
    return [[...losses, ...(state.flat(9) as number[])], fast.recordings().length];
  };
  const [eager] = run(false);
  const [compiled, recordings] = run(true);
  return { eager, compiled, recordings };
}

function classifier(model: nn.Module, optimizer: optim.Optimizer): Trained {
  return {
    model,
    optimizer,
    step: (x, y) => {
      const loss = F.crossEntropy(model.forward(x!) as Tensor, y!);
      optimizer.zeroGrad();
      loss.backward();
      optimizer.step();
      return loss;
    },
  };
}

const mlp = (): nn.Module => new nn.Sequential(new nn.Linear(6, 16), new nn.ReLU(), new nn.Linear(16, 4));
const data = randn([96, 6]);
const labels = randint(0, 4, [96]);
const batchOf = (size: number) => (i: number) => [
  data.at(`${(i * 7) % 40}:${((i * 7) % 40) + size}`),
  labels.at(`${(i * 7) % 40}:${((i * 7) % 40) + size}`),
];

test.each([
  ['SGD', (p: nn.Parameter[]) => new optim.SGD(p, { lr: 0.1 })],
  ['SGD with momentum', (p: nn.Parameter[]) => new optim.SGD(p, { lr: 0.1, momentum: 0.9, weightDecay: 1e-3 })],
  ['Adam', (p: nn.Parameter[]) => new optim.Adam(p, { lr: 0.01 })],
  ['AdamW with amsgrad', (p: nn.Parameter[]) => new optim.AdamW(p, { lr: 0.01, amsgrad: true })],
  ['RMSprop', (p: nn.Parameter[]) => new optim.RMSprop(p, { lr: 0.01, momentum: 0.5, centered: true })],
  ['Adagrad', (p: nn.Parameter[]) => new optim.Adagrad(p, { lr: 0.05, lrDecay: 0.01 })],
  ['Adadelta', (p: nn.Parameter[]) => new optim.Adadelta(p)],
])('a compiled step of %s gives the bits of the plain one over 200 steps', (_, make) => {
  const { eager, compiled, recordings } = bothWays(
    () => {
      const model = mlp();
      return classifier(model, make(model.parameters()));
    },
    200,
    batchOf(16),
  );
  expect(compiled).toEqual(eager);
  expect(recordings).toBe(1);
});

test('the learning rate is read at each step, and the smaller last batch is recorded for itself', () => {
  const { eager, compiled, recordings } = bothWays(
    () => {
      const model = mlp();
      return classifier(model, new optim.Adam(model.parameters(), { lr: 0.05 }));
    },
    60,
    (i) => batchOf(i % 5 === 4 ? 7 : 16)(i),
    (i, { optimizer }) => {
      if (i % 10 === 9) optimizer!.paramGroups[0]!.lr *= 0.5;
    },
  );
  expect(compiled).toEqual(eager);
  expect(recordings).toBe(2);
});

test('dropout and other randomness is drawn anew, as without compile', () => {
  const { eager, compiled } = bothWays(
    () => {
      const model = new nn.Sequential(new nn.Linear(6, 32), new nn.Dropout(0.4), new nn.ReLU(), new nn.Linear(32, 4));
      const trained = classifier(model, new optim.SGD(model.parameters(), { lr: 0.1 }));
      return { ...trained, step: (x, y) => trained.step(x!.add(randn([...x!.shape]).mul(0.1)), y!) };
    },
    40,
    batchOf(16),
  );
  expect(compiled).toEqual(eager);
  expect(new Set(compiled.slice(0, 40)).size).toBe(40);
});

test('convolutions, pooling and batch norm: running statistics and evaluation mode are those of the plain step', () => {
  class Net extends nn.Module {
    conv = new nn.Conv2d(1, 4, 3, { padding: 1 });
    norm = new nn.BatchNorm2d(4);
    head = new nn.Linear(36, 4);
    forward(x: Tensor): Tensor {
      const h = F.maxPool2d(F.relu(this.norm.forward(this.conv.forward(x.view(-1, 1, 6, 6)))), 2);
      return this.head.forward(h.flatten(1));
    }
  }
  const images = randn([64, 36]);
  const { eager, compiled, recordings } = bothWays(
    () => {
      const model = new Net();
      return classifier(model, new optim.SGD(model.parameters(), { lr: 0.05, momentum: 0.9 }));
    },
    30,
    (i) => [images.at(`${i}:${i + 16}`), labels.at(`${i}:${i + 16}`)],
    (i, { model }) => model.train(i % 6 < 4),
  );
  expect(compiled).toEqual(eager);
  expect(recordings).toBe(2);
});

test('recurrent networks: the state is an argument and a result, gradients are clipped', () => {
  const run = (compiles: boolean): number[] => {
    manualSeed(1);
    const cell = new nn.LSTM(5, 8, { numLayers: 2 });
    const params = cell.parameters();
    const optimizer = new optim.SGD(params, { lr: 0.5 });
    const x = randn([7, 3, 5]);
    const plain = (state: [Tensor, Tensor] | undefined): { loss: Tensor; state: [Tensor, Tensor] } => {
      const [out, next] = cell.forward(x, state);
      const loss = out.square().mean();
      optimizer.zeroGrad();
      loss.backward();
      nn.utils.clipGradNorm_(params, 0.01);
      optimizer.step();
      return { loss, state: [next[0].detach(), next[1].detach()] };
    };
    const step = compiles ? compile(plain) : plain;
    let state: [Tensor, Tensor] | undefined;
    return Array.from({ length: 30 }, () => {
      const result = step(state);
      state = result.state;
      return result.loss.item();
    });
  };
  expect(run(true)).toEqual(run(false));
});

test('attention with a mask, in training', () => {
  const mask = nn.Transformer.generateSquareSubsequentMask(6);
  const sequences = randn([24, 6, 8]);
  const { eager, compiled } = bothWays(
    () => {
      const model = new nn.TransformerEncoder(
        () => new nn.TransformerEncoderLayer(8, 2, { dimFeedforward: 16, batchFirst: true, dropout: 0.1 }),
        2,
      );
      const optimizer = new optim.Adam(model.parameters(), { lr: 1e-2 });
      return {
        model,
        step: (x) => {
          const loss = model.forward(x!, { srcMask: mask }).square().mean();
          optimizer.zeroGrad();
          loss.backward();
          optimizer.step();
          return loss;
        },
      };
    },
    20,
    (i) => [sequences.at(`${i % 8}:${(i % 8) + 4}`)],
  );
  expect(compiled).toEqual(eager);
});

test('gradients may be added up over steps and cleared outside', () => {
  const { eager, compiled, recordings } = bothWays(
    () => {
      const model = mlp();
      const optimizer = new optim.SGD(model.parameters(), { lr: 0.1 });
      let steps = 0;
      const backwardOnly = (x: Tensor, y: Tensor): Tensor => {
        const loss = F.crossEntropy(model.forward(x) as Tensor, y);
        loss.backward();
        return loss;
      };
      return {
        model,
        optimizer: Object.assign(optimizer, {
          everyThird: () => {
            if (++steps % 3 !== 0) return;
            optimizer.step();
            optimizer.zeroGrad();
          },
        }),
        step: (x, y) => backwardOnly(x!, y!),
      };
    },
    40,
    batchOf(8),
    (_, { optimizer }) => (optimizer as unknown as { everyThird: () => void }).everyThird(),
  );
  expect(compiled).toEqual(eager);
  expect(recordings).toBe(2); // gradients that are there, and none
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

test('a changed model is recorded anew: frozen, cast, with other parts, with another optimizer state', () => {
  const changes: ((i: number, t: Trained) => void)[] = [
    (i, { model }) => {
      if (i === 5) model.parameters()[0]!.requiresGrad_(false);
    },
    (i, { model }) => {
      if (i === 5) for (const p of model.parameters()) p.data = p.detach().mul(0.5);
    },
    (i, { model }) => {
      if (i === 5) (model as unknown as Record<string, unknown>)['2'] = new nn.Linear(16, 4, { bias: false });
    },
    (i, { optimizer }) => {
      const o = optimizer as optim.Adam;
      if (i === 5) o.loadStateDict(o.stateDict());
    },
    (i, { optimizer }) => {
      if (i === 5) (optimizer as optim.Adam).paramGroups[0]!.amsgrad = true;
    },
    (i, { model }) => {
      if (i === 5) model.registerForwardHook((_, __, result) => (result as Tensor).mul(0.5));
    },
  ];
  for (const change of changes) {
    const { eager, compiled } = bothWays(
      () => {
        const model = mlp();
        return classifier(model, new optim.Adam(model.parameters(), { lr: 0.01 }));
      },
      15,
      batchOf(16),
      change,
    );
    expect(compiled).toEqual(eager);
  }
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
  expect(error?.stack).toMatch(/compile\.test\.ts/);
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

test('a wrong label is the same error at a replay, and the next step goes on', () => {
  const model = mlp();
  const { step } = classifier(model, new optim.Adam(model.parameters(), { lr: 0.01 }));
  const fast = compile(step);
  for (let i = 0; i < 3; i++) fast(...batchOf(4)(i));
  const before = model.parameters()[0]!.tolist();
  expect(() => fast(data.at('0:4'), tensor([0, 1, 9, 2], { dtype: 'int64' }))).toThrow(/label 9 .* is out of range/);
  expect(model.parameters()[0]!.tolist()).toEqual(before);
  expect(fast(...batchOf(4)(0)).item()).toBeGreaterThan(0);
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

test('a setting of an optimizer of one’s own is recorded with the step', () => {
  class Plain extends optim.Optimizer {
    protected update(group: optim.ParamGroup<{ lr: number }>, params: Tensor[], grads: Tensor[]): void {
      noGrad(() => params.forEach((p, i) => p.add_(grads[i]!, { alpha: -group.lr })));
    }
  }
  const { eager, compiled } = bothWays(
    () => {
      const model = mlp();
      return classifier(model, new Plain(model.parameters(), { lr: 0.1 }));
    },
    12,
    batchOf(16),
    (i, { optimizer }) => {
      if (i === 6) optimizer!.paramGroups[0]!.lr = 0.01;
    },
  );
  expect(compiled).toEqual(eager);
});
