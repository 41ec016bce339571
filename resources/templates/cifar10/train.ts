// P7: a small convolutional network on CIFAR-10, as in PyTorch's first tutorial: batch 4, two epochs, per-class accuracy.
import { compile, F, nn, noGrad, optim, type Tensor } from 'flint';
import { DataLoader } from 'flint/data';
import { checkpoint, config, log, restore, showPredictions, track, viz } from 'flint/studio';
import { datasets } from 'flint/vision';

const settings = config({ data: 'synthetic', epochs: 2, batchSize: 4, lr: 0.001, momentum: 0.9 });

const normalize = { mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] };
const trainSet = new datasets.CIFAR10(settings.data, { train: true, normalize });
const testSet = new datasets.CIFAR10(settings.data, { train: false, normalize });
const loader = new DataLoader(trainSet, { batchSize: settings.batchSize, shuffle: true });
const testLoader = new DataLoader(testSet, { batchSize: 100 });

class Net extends nn.Module {
  conv1 = new nn.Conv2d(3, 6, 5);
  pool = new nn.MaxPool2d(2, 2);
  conv2 = new nn.Conv2d(6, 16, 5);
  fc1 = new nn.Linear(16 * 5 * 5, 120);
  fc2 = new nn.Linear(120, 84);
  fc3 = new nn.Linear(84, 10);

  forward(x: Tensor): Tensor {
    x = this.pool.forward(F.relu(this.conv1.forward(x)));
    x = this.pool.forward(F.relu(this.conv2.forward(x)));
    x = x.flatten(1);
    x = F.relu(this.fc1.forward(x));
    x = F.relu(this.fc2.forward(x));
    return this.fc3.forward(x);
  }
}

const net = new Net();
const criterion = new nn.CrossEntropyLoss();
const optimizer = new optim.SGD(net.parameters(), { lr: settings.lr, momentum: settings.momentum });
const restored = restore({ model: net, optimizer });

/** Recorded once, then replayed by the engine: with batches of 4 most of the time would go into the single operations. */
const step = compile((x: Tensor, y: Tensor) => {
  const loss = criterion.forward(net.forward(x), y);
  optimizer.zeroGrad();
  loss.backward();
  optimizer.step();
  return loss;
});

const [samples, truths] = testSet.batch(0, 64);
viz.images('training images', trainSet.batch(0, 16, { normalize: false })[0], {
  columns: 8,
  captions: trainSet
    .batch(0, 16)[1]
    .toArray()
    .map((label) => trainSet.classes[Number(label)]!),
});

function test(): void {
  const correct = new Array<number>(10).fill(0);
  const total = new Array<number>(10).fill(0);
  let loss = 0;
  noGrad(() => {
    for (const [x, y] of testLoader) {
      const logits = net.forward(x);
      loss += criterion.forward(logits, y).item() * y.numel();
      const predicted = logits.argmax(1).toArray();
      y.toArray().forEach((label, i) => {
        total[Number(label)]! += 1;
        if (predicted[i] === label) correct[Number(label)]! += 1;
      });
    }
  });
  const sum = (values: number[]): number => values.reduce((a, b) => a + b, 0);
  log({ 'test/loss': loss / testSet.length, 'test/accuracy': sum(correct) / sum(total) });
  const rows = testSet.classes.map(
    (name, c) => `${name.padEnd(11)} ${((100 * correct[c]!) / Math.max(1, total[c]!)).toFixed(1).padStart(5)} %`,
  );
  console.log(rows.join('\n'));
  viz.text('accuracy per class', rows.join('\n'));
}

for (const epoch of track.epochs(settings.epochs, { from: restored?.epoch ?? 0 })) {
  let running = 0;
  let count = 0;
  for (const [x, y] of track.steps(loader)) {
    const loss = step(x, y);
    running += loss.item();
    count += 1;
    if (count % 50 === 0) log({ 'train/loss': loss });
    if (count % 2000 === 0) {
      console.log(`[${epoch + 1}, ${count}] loss: ${(running / 2000).toFixed(3)}`);
      log({ 'train/running_loss': running / 2000 });
      running = 0;
      showPredictions(
        samples,
        noGrad(() => net.forward(samples)),
        truths,
        { classes: testSet.classes, normalize },
      );
    }
  }
  test();
  showPredictions(
    samples,
    noGrad(() => net.forward(samples)),
    truths,
    { classes: testSet.classes, normalize },
  );
  checkpoint({ model: net, optimizer, example: samples, labels: truths });
}
