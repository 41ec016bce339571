// Models traced, replayed, written as ONNX and run by onnxruntime: all three must agree.
import { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { cat, F, manualSeed, nn, randn, tensor, type Tensor } from '../../index.ts';
import { Graph } from '../../graph/graph.ts';
import { runGraph } from '../../graph/run.ts';
import { trace } from '../../graph/trace.ts';
import { toOnnx } from './to-onnx.ts';

class LeNet extends nn.Module {
  conv1 = new nn.Conv2d(1, 6, 5);
  conv2 = new nn.Conv2d(6, 16, 5);
  fc1 = new nn.Linear(400, 120);
  fc2 = new nn.Linear(120, 10);
  forward(x: Tensor): Tensor {
    x = F.maxPool2d(F.relu(this.conv1.forward(x)), 2);
    x = F.maxPool2d(F.relu(this.conv2.forward(x)), 2);
    return this.fc2.forward(F.relu(this.fc1.forward(x.view(x.shape[0]!, 400))));
  }
}
const models: [string, () => nn.Module, number[]][] = [
  [
    'P2 an MLP',
    () => new nn.Sequential(new nn.Flatten(), new nn.Linear(784, 32), new nn.ReLU(), new nn.Linear(32, 10)),
    [1, 28, 28],
  ],
  [
    'P4 LeakyReLU in place',
    () =>
      new nn.Sequential(
        new nn.Linear(20, 16),
        new nn.LeakyReLU(0.01, { inplace: true }),
        new nn.Linear(16, 4),
        new nn.Softmax(1),
      ),
    [20],
  ],
  ['P6 LeNet with a view that names the batch', () => new LeNet(), [1, 32, 32]],
  [
    'BatchNorm, Dropout, GELU, pooling',
    () =>
      new nn.Sequential(
        new nn.Conv2d(3, 8, 3, { padding: 1 }),
        new nn.BatchNorm2d(8),
        new nn.GELU(),
        new nn.Dropout(0.5),
        new nn.AvgPool2d(2),
        new nn.AdaptiveAvgPool2d(1),
        new nn.Flatten(),
        new nn.LayerNorm([8]),
        new nn.Linear(8, 5),
        new nn.LogSoftmax(1),
      ),
    [3, 16, 16],
  ],
];

/** One operation each; `w` is a parameter [last size, 3]. */
const singles: [string, (x: Tensor, w: Tensor) => Tensor, number[]][] = [
  ['mm', (x, w) => x.mm(w), [5]],
  ['cat', (x) => cat([x, x.mul(2)], 1), [5]],
  ['permute', (x) => x.permute(0, 2, 1), [4, 5]],
  ['squeeze', (x) => x.squeeze(1), [1, 5]],
  ['squeeze of all', (x) => x.unsqueeze(1).squeeze(), [5]],
  ['sum', (x) => x.sum(1), [4, 5]],
  ['sum that keeps its dimension', (x) => x.sum(-1, { keepdim: true }), [4, 5]],
  ['mean', (x) => x.mean([1, 2]), [4, 5]],
  ['silu', (x) => F.silu(x), [5]],
  ['elu', (x) => F.elu(x, 0.7), [5]],
  ['softplus', (x) => F.softplus(x), [5]],
  ['hardtanh', (x) => F.hardtanh(x, -0.5, 0.5), [5]],
  ['clamp from below', (x) => x.clamp(0.1), [5]],
  ['arithmetic', (x) => x.mul(2).sub(x.square(), { alpha: 0.5 }).rsub(1).div(3).pow(2).add(x.abs().sqrt()), [5]],
  ['functions', (x) => x.exp().log().sin().cos().erf().floor().add(x.tanh().sigmoid().ceil()).maximum(x), [5]],
  ['transpose', (x) => x.transpose(1, 2), [4, 5]],
  ['t of a parameter', (x, w) => x.mm(w.t().t()), [5]],
  [
    'view to rows',
    (x) =>
      x
        .view(x.shape[0]! * 4, 5)
        .mul(2)
        .view(x.shape[0]!, 20),
    [4, 5],
  ],
  ['reshape with a size left open', (x) => x.reshape(-1, 2, 10), [4, 5]],
];

async function runOnnx(bytes: Uint8Array, input: Tensor): Promise<number[]> {
  const session = await InferenceSession.create(bytes);
  const feeds = { input: new OrtTensor('float32', Float32Array.from(input.toArray()), [...input.shape]) };
  return Array.from((await session.run(feeds)).output!.data as Float32Array);
}
const worst = (a: number[], b: number[]) => a.reduce((w, v, i) => Math.max(w, Math.abs(v - b[i]!)), 0);

describe('onnx', () => {
  it.each(models)('%s: graph and ONNX equal forward, at any batch', async (_name, make, shape) => {
    manualSeed(3);
    const model = make();
    const graph = Graph.parse(JSON.parse(JSON.stringify(trace(model, randn([4, ...shape])))));
    const state = model.stateDict();
    const bytes = toOnnx(graph, state, { classes: ['a', 'b'] });
    expect(model.training).toBe(true);
    model.eval();
    for (const batch of [4, 1, 3]) {
      const x = randn([batch, ...shape]);
      const wanted = (model.forward(x) as Tensor).toArray();
      expect(runGraph(graph, state, x).toArray()).toEqual(wanted);
      const found = await runOnnx(bytes, x);
      expect(found.length).toBe(wanted.length);
      expect(worst(found, wanted)).toBeLessThan(1e-4);
    }
  });

  it.each(singles)('%s', async (_name, forward, shape) => {
    manualSeed(5);
    class One extends nn.Module {
      w = new nn.Parameter(randn([shape.at(-1)!, 3]));
      forward(x: Tensor): Tensor {
        return forward(x, this.w);
      }
    }
    const model = new One();
    const graph = Graph.parse(JSON.parse(JSON.stringify(trace(model, randn([4, ...shape])))));
    const bytes = toOnnx(graph, model.stateDict());
    for (const batch of [4, 1, 3]) {
      const x = randn([batch, ...shape]);
      const wanted = model.forward(x);
      expect(runGraph(graph, model.stateDict(), x).equal(wanted)).toBe(true);
      expect(worst(await runOnnx(bytes, x), wanted.toArray())).toBeLessThan(1e-5);
    }
  });

  it('takes class numbers as input, and an embedding', async () => {
    manualSeed(6);
    const model = new nn.Sequential(new nn.Embedding(11, 6), new nn.Flatten(), new nn.Linear(18, 2));
    const words = tensor([1, 10, 0, 3, 3, 7], { dtype: 'int64' }).view(2, 3);
    const graph = Graph.parse(JSON.parse(JSON.stringify(trace(model, words))));
    expect([graph.inputType, graph.outputType]).toEqual(['int64', 'float32']);
    const session = await InferenceSession.create(toOnnx(graph, model.stateDict()));
    const feeds = { input: new OrtTensor('int64', BigInt64Array.from(words.toArray(), BigInt), [2, 3]) };
    const found = Array.from((await session.run(feeds)).output!.data as Float32Array);
    expect(worst(found, model.forward(words).toArray())).toBeLessThan(1e-5);
  });

  it('keeps infinities and buffers that no checkpoint holds', async () => {
    class Masked extends nn.Module {
      mask = new nn.Buffer(tensor([0, -Infinity, 0]), { persistent: false });
      forward(x: Tensor): Tensor {
        return x.add(this.mask).softmax(1).clamp(0, Infinity);
      }
    }
    const model = new Masked();
    const graph = Graph.parse(JSON.parse(JSON.stringify(trace(model, randn([2, 3])))));
    expect(graph.parameters).toEqual({});
    const x = randn([2, 3]);
    expect(runGraph(graph, model.stateDict(), x).equal(model.forward(x))).toBe(true);
    expect(worst(await runOnnx(toOnnx(graph, model.stateDict()), x), model.forward(x).toArray())).toBeLessThan(1e-6);
  });

  it('refuses a tensor whose memory was changed through a view, and takes one changed by its own name', () => {
    class Hidden extends nn.Module {
      forward(x: Tensor): Tensor {
        const y = x.mul(2);
        y.at(':', 0).fill_(0);
        return y;
      }
    }
    expect(() => trace(new Hidden(), randn([2, 3]))).toThrow(/fill_ had changed through a view.*cat\(\) or where\(\)/s);
    class Open extends nn.Module {
      forward(x: Tensor): Tensor {
        return x.mul(2).add_(1);
      }
    }
    const x = randn([2, 3]);
    const graph = trace(new Open(), x);
    expect(runGraph(graph, new Map(), x).equal(x.mul(2).add(1))).toBe(true);
  });

  it('names the operation and the module that cannot be exported', () => {
    class Odd extends nn.Module {
      forward(x: Tensor): Tensor {
        return x.cumsum(1);
      }
    }
    const model = new nn.Sequential(new nn.Linear(3, 3), new Odd());
    const graph = trace(model, randn([2, 3]));
    expect(() => toOnnx(graph, model.stateDict())).toThrow(/cumsum in 1 cannot be exported/);
  });

  it('refuses a graph file that is not one', () => {
    expect(() => Graph.parse({ version: 2 })).toThrow();
  });
});
