// P4: a Sequential network with LeakyReLU and cross-entropy, and windows that the script draws itself while it trains.
import { device, nn, noGrad, optim } from 'flint';
import { DataLoader } from 'flint/data';
import { checkpoint, config, log, restore, showPredictions, track, viz } from 'flint/studio';
import { datasets } from 'flint/vision';

const settings = config({ data: 'synthetic', device: 'cpu', epochs: 10, batchSize: 200, lr: 0.01 });
const where = device(settings.device);

const normalize = { mean: [0.1307], std: [0.3081] };
const trainSet = new datasets.MNIST(settings.data, { train: true, normalize });
const testSet = new datasets.MNIST(settings.data, { train: false, normalize });
const loader = new DataLoader(trainSet, { batchSize: settings.batchSize, shuffle: true });
const testLoader = new DataLoader(testSet, { batchSize: settings.batchSize });

const net = new nn.Sequential(
  new nn.Flatten(),
  new nn.Linear(784, 200),
  new nn.LeakyReLU(0.01, { inplace: true }),
  new nn.Linear(200, 200),
  new nn.LeakyReLU(0.01, { inplace: true }),
  new nn.Linear(200, 10),
  new nn.LeakyReLU(0.01, { inplace: true }),
).to(where);
const optimizer = new optim.SGD(net.parameters(), { lr: settings.lr });
const criterion = new nn.CrossEntropyLoss();
const restored = restore({ model: net, optimizer });

const [samples, truths] = testSet.batch(0, 64);
viz.images('test digits', testSet.batch(0, 64, { normalize: false })[0], { columns: 16 });

function test(): { loss: number; accuracy: number } {
  let loss = 0;
  let correct = 0;
  noGrad(() => {
    for (const [x, y] of testLoader) {
      const logits = net.forward(x.to(where));
      loss += criterion.forward(logits, y).item() * y.numel();
      correct += logits.argmax(1).eq(y).sum().item();
    }
  });
  return { loss: loss / testSet.length, accuracy: correct / testSet.length };
}

let step = 0;
for (const epoch of track.epochs(settings.epochs, { from: restored?.epoch ?? 0 })) {
  for (const [x, y] of track.steps(loader)) {
    const loss = criterion.forward(net.forward(x.to(where)), y);
    optimizer.zeroGrad();
    loss.backward();
    optimizer.step();
    log({ 'train/loss': loss });
    step += 1;
    if (step % 10 === 0) viz.line('progress', { 'train loss': [[step, loss.item()]] }, { xLabel: 'step' });
  }
  const { loss, accuracy } = test();
  log({ 'test/loss': loss, 'test/accuracy': accuracy });
  viz.line('progress', { 'test loss': [[step, loss]], 'test accuracy': [[step, accuracy]] });
  const logits = noGrad(() => net.forward(samples));
  viz.text('predictions', `epoch ${epoch + 1}: ${logits.argmax(1).toArray().join(' ')}`);
  showPredictions(samples, logits, truths, { classes: testSet.classes, normalize });
  checkpoint({ model: net, optimizer, example: samples, labels: truths });
}
