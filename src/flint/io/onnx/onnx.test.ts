// Models traced, replayed, written as ONNX and run by onnxruntime: all three must agree.
import { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { F, manualSeed, nn, randn, type Tensor } from '../../index.ts';
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
