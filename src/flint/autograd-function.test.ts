import { expect, test } from 'vitest';
import * as autograd from './autograd-namespace.ts';
import { autocast } from './autocast.ts';
import { grad, noGrad } from './autograd.ts';
import * as F from './nn/functional.ts';
import * as nn from './nn/nn.ts';
import { manualSeed, ones, randn, tensor, zeros } from './tensor/creation.ts';
import type { Tensor } from './tensor/tensor.ts';

class Cube extends autograd.Function {
  static forward(context: autograd.FunctionContext, x: Tensor, scale: number): Tensor {
    context.saveForBackward(x);
    context['scale'] = scale;
    return x.pow(3).mul(scale);
  }
  static backward(context: autograd.FunctionContext, g: Tensor): (Tensor | null)[] {
    const [x] = context.savedTensors;
    return [g.mul(x!.square().mul(3 * (context['scale'] as number))), null];
  }
}

test('A10 a function with a derivative in TypeScript, of first and second order', () => {
  const x = tensor([1, -2, 0.5], { dtype: 'float64', requiresGrad: true });
  const y = Cube.apply(x, 2);
  expect(y.tolist()).toEqual([2, -16, 0.25]);
  expect(y.gradFn!.name).toBe('FunctionBackward');
  const [first] = grad(y.sum(), x, { createGraph: true });
  expect(first!.tolist()).toEqual([6, 24, 1.5]);
  const [second] = grad(first!.sum(), x);
  expect(second!.tolist()).toEqual([12, -24, 6]);
  expect(noGrad(() => Cube.apply(x, 2)).requiresGrad).toBe(false);
});

test('A10 several results, a result that is kept, and an argument given back', () => {
  class Two extends autograd.Function {
    static forward(context: autograd.FunctionContext, x: Tensor): Tensor[] {
      const y = x.exp();
      context.saveForBackward(y);
      return [y, x];
    }
    static backward(context: autograd.FunctionContext, a: Tensor, b: Tensor): Tensor {
      return a.mul(context.savedTensors[0]!).add(b);
    }
  }
  const x = tensor([0, 1], { requiresGrad: true });
  const [y, same] = Two.apply<[Tensor], Tensor[]>(x) as [Tensor, Tensor];
  same.mul(3).sum().backward({ retainGraph: true });
  expect(x.grad!.tolist()).toEqual([3, 3]);
  y.sum().backward();
  expect(x.grad!.at(0).item()).toBe(4);
});

test('A10 mistakes in a function are said: a wrong number of gradients, a wrong shape, an exception, a changed value', () => {
  const make = (backward: (g: Tensor, context: autograd.FunctionContext) => unknown): ((x: Tensor) => Tensor) => {
    class Own extends autograd.Function {
      static forward(context: autograd.FunctionContext, x: Tensor): Tensor {
        context.saveForBackward(x);
        return x.mul(2);
      }
      static backward(context: autograd.FunctionContext, g: Tensor): Tensor {
        return backward(g, context) as Tensor;
      }
    }
    return (x) => Own.apply<[Tensor], Tensor>(x);
  };
  const x = ones(2, { requiresGrad: true });
  expect(() =>
    make((g) => [g, g])(x)
      .sum()
      .backward(),
  ).toThrow(/must give 1 values.*gave 2/);
  expect(() =>
    make(() => ones(3))(x)
      .sum()
      .backward(),
  ).toThrow(/shape \[3\] for an argument of shape \[2\]/);
  expect(() =>
    make(() => {
      throw new Error('mine');
    })(x)
      .sum()
      .backward(),
  ).toThrow('mine');
  const y = x.mul(1);
  const z = make((_, context) => context.savedTensors[0])(y);
  y.add_(1);
  expect(() => z.sum().backward()).toThrow(/changed in place after it was saved/);
  make((g) => g)(x)
    .sum()
    .backward();
  expect(x.grad!.tolist()).toEqual([1, 1]);
});

test('A2 hooks of tensors see the gradient and may change it', () => {
  const x = tensor([1, 2], { requiresGrad: true });
  const y = x.mul(3);
  const seen: unknown[] = [];
  const remove = y.registerHook((g) => void seen.push(g.tolist()));
  y.registerHook((g) => g.mul(10));
  const removeLeaf = x.registerHook((g) => g.add(1));
  y.sum().backward();
  expect(seen).toEqual([[1, 1]]);
  expect(x.grad!.tolist()).toEqual([31, 31]);
  remove();
  removeLeaf();
  x.grad = null;
  x.mul(2).sum().backward();
  expect([seen.length, x.grad]).toEqual([1, expect.anything()]);
  expect((x.grad as unknown as Tensor).tolist()).toEqual([2, 2]);
  expect(() => tensor([1]).registerHook(() => undefined)).toThrow(/needs no gradient/);
  expect(() => {
    const z = x.mul(1);
    z.registerHook(() => ones(3));
    z.sum().backward();
  }).toThrow(/shape \[3\] in place of one of \[2\]/);
});

test('N1 hooks of modules see the gradients of arguments and results', () => {
  manualSeed(0);
  const layer = new nn.Linear(3, 2);
  const seen: number[][][] = [];
  const remove = layer.registerFullBackwardHook((_, input, output) => {
    seen.push([input[0]?.shape ?? [], output[0]!.shape]);
    return input.map((g) => g?.mul(0) ?? null);
  });
  const x = randn(4, 3, { requiresGrad: true });
  layer.forward(x).sum().backward();
  expect(seen).toEqual([
    [
      [4, 3],
      [4, 2],
    ],
  ]);
  expect(x.grad!.abs().sum().item()).toBe(0);
  expect(layer.weight.grad!.abs().sum().item()).toBeGreaterThan(0);
  layer.forward(zeros(4, 3)).sum().backward();
  expect(seen[1]).toEqual([[], [4, 2]]);
  remove();
  layer.forward(x).sum().backward();
  expect(seen).toHaveLength(2);
});

test('A10 checkpoint gives the gradients of the part that is made anew, dropout and all', () => {
  const part = new nn.Sequential(new nn.Linear(4, 8), new nn.ReLU(), new nn.Dropout(0.5), new nn.Linear(8, 4));
  const input = randn(3, 4);
  const run = (f: (x: Tensor) => Tensor): number[][] => {
    manualSeed(7);
    part.zeroGrad();
    const x = input.clone().requiresGrad_();
    const first = f(x);
    f(first).square().sum().backward();
    return [x.grad!.toArray(), ...part.parameters().map((p) => p.grad!.toArray())];
  };
  const plain = run((x) => part.forward(x));
  expect(run((x) => autograd.checkpoint((y) => part.forward(y), x))).toEqual(plain);
  part.zeroGrad();
  autograd
    .checkpoint((y) => part.forward(y), input)
    .sum()
    .backward();
  expect(part.parameters()[0]!.grad).not.toBeNull();
});

test('A10 autocast gives products 16-bit results, keeps sums and losses in float32, and gradients with their parameters', () => {
  const layer = new nn.Linear(4, 3);
  const x = randn(5, 4);
  const { out, loss } = autocast('bfloat16', () => {
    const y = layer.forward(x);
    return { out: y, loss: F.crossEntropy(y, tensor([0, 1, 2, 0, 1], { dtype: 'int64' })) };
  });
  expect([out.dtype, loss.dtype]).toEqual(['bfloat16', 'float32']);
  expect(out.float().allclose(layer.forward(x), { atol: 0.05, rtol: 0.02 })).toBe(true);
  loss.backward();
  expect(layer.weight.grad!.dtype).toBe('float32');
  expect(layer.forward(x).dtype).toBe('float32');
  expect(() => autocast('int64', () => 1)).toThrow(/must be bfloat16 or float16/);
});
