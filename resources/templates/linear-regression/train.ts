// P1: linear regression twice: written out by hand, then with nn.Linear. The data are made here, so nothing is needed.
import { F, nn, noGrad, optim, randn, randperm, tensor, zeros, type Tensor } from 'flint';
import { checkpoint, config, log, track, viz } from 'flint/studio';

const settings = config({ samples: 1000, batchSize: 10, lr: 0.03, epochs: 3 });

// y = 2·x1 - 3.4·x2 + 4.2 + noise
const trueWeight = tensor([[2], [-3.4]]);
const features = randn([settings.samples, 2]);
const labels = features
  .matmul(trueWeight)
  .add(4.2)
  .add(randn([settings.samples, 1]).mul(0.01));

/** Mini-batches in random order. */
function* dataIter(): Generator<[Tensor, Tensor]> {
  const order = randperm(settings.samples);
  for (let i = 0; i < settings.samples; i += settings.batchSize) {
    const batch = order.at(`${i}:${Math.min(i + settings.batchSize, settings.samples)}`);
    yield [features.indexSelect(0, batch), labels.indexSelect(0, batch)];
  }
}

// By hand: two tensors, a formula, and a step against the gradient.
const w = randn([2, 1]).mul(0.01).requiresGrad_();
const b = zeros([1]).requiresGrad_();
for (let epoch = 1; epoch <= settings.epochs; epoch++) {
  for (const [x, y] of dataIter()) {
    const loss = x.matmul(w).add(b).sub(y).pow(2).mean();
    loss.backward();
    noGrad(() => {
      for (const p of [w, b]) {
        p.sub_(p.grad!.mul(settings.lr));
        p.grad!.zero_();
      }
    });
  }
  const loss = noGrad(() => F.mseLoss(features.matmul(w).add(b), labels));
  console.log(`by hand, epoch ${epoch}: loss ${loss.item().toExponential(2)}`);
}
console.log('by hand:   w =', w.detach().flatten().toArray(), ' b =', b.item());

// The same with a layer and an optimizer.
const net = new nn.Sequential(new nn.Linear(2, 1));
const optimizer = new optim.SGD(net.parameters(), { lr: settings.lr });
for (const _ of track.epochs(settings.epochs)) {
  for (const [x, y] of track.steps(dataIter(), { total: Math.ceil(settings.samples / settings.batchSize) })) {
    const loss = F.mseLoss(net.forward(x), y);
    optimizer.zeroGrad();
    loss.backward();
    optimizer.step();
    log({ 'train/loss': loss });
  }
  log({ 'test/loss': noGrad(() => F.mseLoss(net.forward(features), labels)) });
}
const [weight, bias] = net.parameters();
console.log('nn.Linear: w =', weight!.detach().flatten().toArray(), ' b =', bias!.item());
log({ 'final/w1': weight!.at(0, 0), 'final/w2': weight!.at(0, 1), 'final/b': bias!.at(0) });
viz.text(
  'learned',
  `y = ${weight!.at(0, 0).item().toFixed(3)}·x1 + ${weight!.at(0, 1).item().toFixed(3)}·x2 + ${bias!.item().toFixed(3)}`,
);
checkpoint({ model: net, optimizer, example: features.at('0:64') });
