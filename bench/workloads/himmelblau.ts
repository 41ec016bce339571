// A9: Adam on Himmelblau's function, two numbers.
import { optim, tensor } from 'flint';
import type { Workload } from '../workload.ts';

export const himmelblau_adam: Workload = (prepare) => {
  const x = tensor([-4, 0], { requiresGrad: true });
  const optimizer = new optim.Adam([x], { lr: 1e-3 });
  const step = prepare(() => {
    const a = x.at(0).pow(2).add(x.at(1)).sub(11).pow(2);
    const b = x.at(0).add(x.at(1).pow(2)).sub(7).pow(2);
    const loss = a.add(b);
    optimizer.zeroGrad();
    loss.backward();
    optimizer.step();
    return loss;
  });
  return () => step().item();
};
