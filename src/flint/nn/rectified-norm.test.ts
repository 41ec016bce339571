// A rectifier after batch normalisation leaves its part of the backward pass to it: the same bits as one after the other.
import { expect, test } from 'vitest';
import { autograd, F, manualSeed, nn, randn, type Tensor } from '../index.ts';

const shapes = { 'images, channels last in memory': [6, 16, 9, 7], rows: [50, 24] };

function gradients(shape: number[], rectify: (x: Tensor) => Tensor, watched: boolean): Tensor[] {
  manualSeed(3);
  const norm = shape.length === 4 ? new nn.BatchNorm2d(shape[1]!) : new nn.BatchNorm1d(shape[1]!);
  const x = randn(shape).requiresGrad_();
  const by = randn(shape);
  // A convolution gives images whose channels lie innermost, for which the layer has loops of its own.
  const conv = shape.length === 4 ? new nn.Conv2d(shape[1]!, shape[1]!, 1) : null;
  const normed = norm.forward(conv ? conv.forward(x) : x);
  if (watched) normed.retainGrad(); // somebody looks at what passes between the two
  rectify(normed).mul(by).sum().backward();
  return [x.grad!, norm.weight!.grad!, norm.bias!.grad!];
}

for (const [name, shape] of Object.entries(shapes)) {
  for (const [form, rectify] of [
    ['relu', (x: Tensor) => F.relu(x)],
    ['relu_', (x: Tensor) => x.relu_()],
  ] as const) {
    test(`${form} after batch normalisation of ${name}`, () => {
      const together = gradients(shape, rectify, false);
      const apart = form === 'relu' ? gradients(shape, rectify, true) : gradients(shape, (x) => F.relu(x), true);
      together.forEach((grad, i) => expect(grad.equal(apart[i]!), `gradient ${i}`).toBe(true));
    });
  }
}

test('a result that is used twice gets both gradients, and second derivatives follow', () => {
  manualSeed(1);
  const norm = new nn.BatchNorm1d(5);
  const x = randn([8, 5]).requiresGrad_();
  const of = (twice: (y: Tensor) => Tensor): Tensor => autograd.grad(twice(norm.forward(x)).sum(), [x])[0]!;
  const weights = randn([8, 5]);
  const both = of((y) => F.relu(y).mul(weights).add(y.mul(weights)));
  const separate = of((y) => F.relu(y).mul(weights)).add(of((y) => y.mul(weights)));
  expect(both.sub(separate).abs().max().item()).toBeLessThan(1e-5);
  const [first] = autograd.grad(F.relu(norm.forward(x)).mul(weights).sum(), [x], { createGraph: true });
  const [plain] = autograd.grad(F.relu(norm.forward(x)).mul(weights).sum(), [x]);
  expect(first!.sub(plain!).abs().max().item()).toBeLessThan(1e-5);
  const [second] = autograd.grad(first!.square().sum(), [x]);
  expect(second!.isfinite().all().item()).toBe(true);
});

test('a gradient that is asked for between the two is the rectified one', () => {
  const norm = new nn.BatchNorm1d(4);
  const x = randn([10, 4]);
  const y = norm.forward(x);
  const [between] = autograd.grad(F.relu(y).sum(), [y]);
  expect(between!.equal(y.gt(0).float())).toBe(true);
});
