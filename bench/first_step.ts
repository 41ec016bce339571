// From the start of the process to the end of the first training step of P2, on made-up data.
import { F, nn, optim, randint, randn } from 'flint';

const net = new nn.Sequential(
  new nn.Linear(784, 256),
  new nn.ReLU(),
  new nn.Linear(256, 64),
  new nn.ReLU(),
  new nn.Linear(64, 10),
);
const optimizer = new optim.SGD(net.parameters(), { lr: 0.01, momentum: 0.9 });
const loss = F.mseLoss(net.forward(randn([512, 784])), F.oneHot(randint(0, 10, [512]), 10).float());
loss.backward();
optimizer.step();
console.log(loss.item());
