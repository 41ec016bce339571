// P5: the network of P4 on digits that are flipped, turned and shifted anew in each epoch. The Data room shows them as the
// network sees them: open its tab "Augment".
import { nn, noGrad, optim } from 'flint';
import { DataLoader } from 'flint/data';
import { checkpoint, config, log, restore, showPredictions, track, viz } from 'flint/studio';
import { datasets, transforms } from 'flint/vision';

const settings = config({ data: 'synthetic', epochs: 10, batchSize: 200, lr: 0.05, momentum: 0.9 });

const augment = new transforms.Compose([
  new transforms.RandomHorizontalFlip(),
  new transforms.RandomVerticalFlip(),
  new transforms.RandomRotation(15),
  new transforms.RandomRotation(null, { choices: [90, 180, 270] }),
  new transforms.Resize([32, 32]),
  new transforms.RandomCrop(28),
  new transforms.ToTensor(),
  new transforms.Normalize([0.1307], [0.3081]),
]);
const trainSet = new datasets.MNIST(settings.data, { train: true, transform: augment });
/** The same test twice: on digits as they are, and on digits turned as those of the training. */
const normalize = { mean: [0.1307], std: [0.3081] };
const testSet = new datasets.MNIST(settings.data, { train: false, normalize });
const turnedSet = new datasets.MNIST(settings.data, { train: false, transform: augment });

const loader = new DataLoader(trainSet, { batchSize: settings.batchSize, shuffle: true });
const net = new nn.Sequential(
  new nn.Flatten(),
  new nn.Linear(784, 200),
  new nn.LeakyReLU(0.01),
  new nn.Linear(200, 200),
  new nn.LeakyReLU(0.01),
  new nn.Linear(200, 10),
);
const optimizer = new optim.SGD(net.parameters(), { lr: settings.lr, momentum: settings.momentum });
const criterion = new nn.CrossEntropyLoss();
const restored = restore({ model: net, optimizer });

const [samples, truths] = turnedSet.batch(0, 64);
viz.images('digits as they are', testSet.batch(0, 32, { normalize: false })[0], { columns: 16 });

function accuracy(set: typeof testSet): number {
  let correct = 0;
  noGrad(() => {
    for (const [x, y] of new DataLoader(set, { batchSize: 500 }))
      correct += net.forward(x).argmax(1).eq(y).sum().item();
  });
  return correct / set.length;
}

for (const _ of track.epochs(settings.epochs, { from: restored?.epoch ?? 0 })) {
  for (const [x, y] of track.steps(loader)) {
    const loss = criterion.forward(net.forward(x), y);
    optimizer.zeroGrad();
    loss.backward();
    optimizer.step();
    log({ 'train/loss': loss });
  }
  log({ 'test/accuracy': accuracy(testSet), 'test/turned_accuracy': accuracy(turnedSet) });
  const logits = noGrad(() => net.forward(samples));
  showPredictions(samples, logits, truths, { classes: testSet.classes, normalize });
  checkpoint({ model: net, optimizer, example: samples, labels: truths });
}
