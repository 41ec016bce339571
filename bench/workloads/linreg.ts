// P1: linear regression of two inputs with nn.Linear, ten random samples a step.
import { F, nn, optim, randn, randperm, tensor } from 'flint';
import type { Workload } from '../workload.ts';

export const linreg_b10: Workload = (prepare) => {
  const x = randn([1000, 2]);
  const y = x.matmul(tensor([[2], [-3.4]])).add(4.2);
  const net = new nn.Linear(2, 1);
  const optimizer = new optim.SGD(net.parameters(), { lr: 0.03 });
  const step = prepare(() => {
    const batch = randperm(1000).at(':10');
    const loss = F.mseLoss(net.forward(x.indexSelect(0, batch)), y.indexSelect(0, batch));
    optimizer.zeroGrad();
    loss.backward();
    optimizer.step();
    return loss;
  });
  return () => step().item();
};
