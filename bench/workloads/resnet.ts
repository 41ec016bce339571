// P8: ResNet18 on pictures of 64 by 64.
import { F, optim, randint, randn } from 'flint';
import { models } from 'flint/vision';
import type { Workload } from '../workload.ts';

const resnet =
  (batch: number): Workload =>
  (prepare) => {
    const net = models.resnet18();
    const optimizer = new optim.SGD(net.parameters(), { lr: 0.01, momentum: 0.9 });
    const x = randn([batch, 3, 64, 64]);
    const y = randint(0, 1000, [batch]);
    const step = prepare(() => {
      optimizer.zeroGrad();
      const loss = F.crossEntropy(net.forward(x), y);
      loss.backward();
      optimizer.step();
      return loss;
    });
    return () => step().item();
  };

export const resnet18_64px_b1 = resnet(1);
export const resnet18_64px_b16 = resnet(16);
