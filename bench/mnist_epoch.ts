// P2 as a whole process: read MNIST, one epoch of batches of 512, the accuracy on the test images. FLINT_DATA has the files.
import { F, manualSeed, nn, noGrad, optim } from 'flint';
import { DataLoader } from 'flint/data';
import { datasets } from 'flint/vision';

manualSeed(0);
const folder = `${process.env['FLINT_DATA'] ?? '../shared/data'}/mnist`;
const normalize = { mean: [0.1307], std: [0.3081] };
const train = new DataLoader(new datasets.MNIST(folder, { train: true, normalize }), { batchSize: 512, shuffle: true });
const test = new DataLoader(new datasets.MNIST(folder, { train: false, normalize }), { batchSize: 1000 });
const net = new nn.Sequential(
  new nn.Flatten(),
  new nn.Linear(784, 256),
  new nn.ReLU(),
  new nn.Linear(256, 64),
  new nn.ReLU(),
  new nn.Linear(64, 10),
);
const optimizer = new optim.SGD(net.parameters(), { lr: 0.01, momentum: 0.9 });
for (const [x, y] of train) {
  const loss = F.mseLoss(net.forward(x), F.oneHot(y, 10).float());
  optimizer.zeroGrad();
  loss.backward();
  optimizer.step();
  loss.item();
}
let correct = 0;
noGrad(() => {
  for (const [x, y] of test) correct += net.forward(x).argmax(1).eq(y).sum().item();
});
console.log(correct / 10000);
