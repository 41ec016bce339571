// P2: 784-256-64-10, batch 512, MSE against one-hot, SGD with momentum; P4: 784-200-200-10, batch 200, LeakyReLU.
import { F, nn, optim, randint, randn } from 'flint';
import type { Workload } from '../workload.ts';

export const mnist_mlp_256_64_b512: Workload = (prepare) => {
  const net = new nn.Sequential(
    new nn.Linear(784, 256),
    new nn.ReLU(),
    new nn.Linear(256, 64),
    new nn.ReLU(),
    new nn.Linear(64, 10),
  );
  const optimizer = new optim.SGD(net.parameters(), { lr: 0.01, momentum: 0.9 });
  const x = randn([512, 784]);
  const target = F.oneHot(randint(0, 10, [512]), 10).float();
  const step = prepare(() => {
    const loss = F.mseLoss(net.forward(x), target);
    optimizer.zeroGrad();
    loss.backward();
    optimizer.step();
    return loss;
  });
  return () => step().item();
};

export const mnist_mlp_200_200_b200: Workload = (prepare) => {
  const net = new nn.Sequential(
    new nn.Linear(784, 200),
    new nn.LeakyReLU(0.01, { inplace: true }),
    new nn.Linear(200, 200),
    new nn.LeakyReLU(0.01, { inplace: true }),
    new nn.Linear(200, 10),
    new nn.LeakyReLU(0.01, { inplace: true }),
  );
  const optimizer = new optim.SGD(net.parameters(), { lr: 0.01 });
  const x = randn([200, 784]);
  const y = randint(0, 10, [200]);
  const step = prepare(() => {
    const loss = F.crossEntropy(net.forward(x), y);
    optimizer.zeroGrad();
    loss.backward();
    optimizer.step();
    return loss;
  });
  return () => step().item();
};
