import { expect, onTestFinished, test } from 'vitest';
import {
  compile,
  F,
  getNumThreads,
  manualSeed,
  nn,
  noGrad,
  optim,
  randint,
  randn,
  setNumThreads,
  tensor,
  type Tensor,
} from '../index.ts';

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

test.each([1, 2, 3])('what %i threads made of some images is gone on with by them, with the same bits', (threads) => {
  const before = getNumThreads();
  onTestFinished(() => setNumThreads(before));
  setNumThreads(threads);
  const images = randn([5, 3, 32, 32]); // no multiple of the threads
  const { eager, compiled } = bothWays(
    () => {
      const model = new nn.Sequential(
        new nn.Conv2d(3, 6, 5),
        new nn.ReLU(),
        new nn.MaxPool2d(2),
        new nn.Conv2d(6, 16, 5),
        new nn.Tanh(),
        new nn.Flatten(),
        new nn.Linear(1600, 4),
      );
      return classifier(model, new optim.SGD(model.parameters(), { lr: 0.05 }));
    },
    10,
    (i) => [images, labels.at(`${i}:${i + 5}`)],
  );
  expect(compiled).toEqual(eager);
});

test.each([
  ['SGD', (p: nn.Parameter[]) => new optim.SGD(p, { lr: 0.1, momentum: 0.9 })],
  ['Adam', (p: nn.Parameter[]) => new optim.Adam(p, { lr: 0.01 })],
  ['Adagrad', (p: nn.Parameter[]) => new optim.Adagrad(p, { lr: 0.01 })],
] as const)('large parameters, which a replay updates while it goes back: %s', (_name, optimizer) => {
  const images = randn([8, 300]);
  const { eager, compiled } = bothWays(
    () => {
      // The second layer twice: its gradient is complete only when the first of the two has added to it.
      const twice = new nn.Linear(300, 300);
      const model = new nn.Sequential(new nn.Linear(300, 300), twice, new nn.Tanh(), twice, new nn.Linear(300, 4));
      return classifier(model, optimizer(model.parameters()));
    },
    10,
    (i) => [images, labels.at(`${i}:${i + 8}`)],
  );
  expect(compiled).toEqual(eager);
});

test('no parameter is changed before a check that the plain step makes first', () => {
  const layer = new nn.Linear(300, 300);
  const optimizer = new optim.SGD(layer.parameters(), { lr: 0.1 });
  const x = randn([8, 300]);
  const step = compile((y: Tensor) => {
    optimizer.zeroGrad();
    layer.forward(x).square().mean().backward();
    const loss = noGrad(() => F.crossEntropy(x, y));
    optimizer.step();
    return loss;
  });
  const right = tensor([0, 1, 2, 3, 4, 5, 6, 7], { dtype: 'int64' });
  for (let i = 0; i < 4; i++) step(right);
  const before = layer.weight.tolist();
  expect(() => step(tensor([0, 1, 2, 3, 4, 5, 6, 700], { dtype: 'int64' }))).toThrow(/700/);
  expect(layer.weight.tolist()).toEqual(before);
  step(right);
  expect(layer.weight.tolist()).not.toEqual(before);
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
