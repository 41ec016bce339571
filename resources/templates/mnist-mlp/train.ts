// P2: handwritten digits with a small network: 784 inputs, two hidden layers, ten outputs, MSE against one-hot.
import { F, nn, noGrad, optim, type Tensor } from 'flint';
import { DataLoader } from 'flint/data';
import { checkpoint, config, log, restore, showPredictions, track } from 'flint/studio';
import { datasets } from 'flint/vision';

const settings = config({ data: 'synthetic', epochs: 3, batchSize: 512, lr: 0.01, momentum: 0.9 });

const normalize = { mean: [0.1307], std: [0.3081] };
const trainSet = new datasets.MNIST(settings.data, { train: true, normalize });
const testSet = new datasets.MNIST(settings.data, { train: false, normalize });
const loader = new DataLoader(trainSet, { batchSize: settings.batchSize, shuffle: true });
const testLoader = new DataLoader(testSet, { batchSize: 1000 });

class Net extends nn.Module {
  fc1 = new nn.Linear(28 * 28, 256);
  fc2 = new nn.Linear(256, 64);
  fc3 = new nn.Linear(64, 10);

  forward(x: Tensor): Tensor {
    x = F.relu(this.fc1.forward(x.flatten(1)));
    x = F.relu(this.fc2.forward(x));
    return this.fc3.forward(x);
  }
}

const net = new Net();
console.log(String(net));
const optimizer = new optim.SGD(net.parameters(), { lr: settings.lr, momentum: settings.momentum });
const restored = restore({ model: net, optimizer });

function test(): void {
  let correct = 0;
  let loss = 0;
  noGrad(() => {
    for (const [x, y] of testLoader) {
      const out = net.forward(x);
      loss += F.mseLoss(out, F.oneHot(y, 10).float()).item() * y.numel();
      correct += out.argmax(1).eq(y).sum().item();
    }
  });
  log({ 'test/loss': loss / testSet.length, 'test/accuracy': correct / testSet.length });
}

/** The first test digits, and what the network says of them now. */
const [samples, truths] = testSet.batch(0, 64);

for (const _ of track.epochs(settings.epochs, { from: restored?.epoch ?? 0 })) {
  for (const [x, y] of track.steps(loader)) {
    const loss = F.mseLoss(net.forward(x), F.oneHot(y, 10).float());
    optimizer.zeroGrad();
    loss.backward();
    optimizer.step();
    log({ 'train/loss': loss });
    track.every(20, () =>
      showPredictions(
        samples,
        noGrad(() => net.forward(samples)),
        truths,
        { classes: testSet.classes, normalize, confidence: 'value' },
      ),
    );
  }
  test();
  showPredictions(
    samples,
    noGrad(() => net.forward(samples)),
    truths,
    { classes: testSet.classes, normalize, confidence: 'value' },
  );
  checkpoint({ model: net, optimizer, example: samples, labels: truths });
}
