// Networks of any size, to see how time grows: `mlp_b64_w256_d2` has 2 hidden layers of width 256 and batches of 64.
import { F, nn, optim, randint, randn } from 'flint';
import type { Workload } from '../workload.ts';

/** The workload of such a name; undefined for another name. */
export function scaled(name: string): Workload | undefined {
  const found = /^mlp_b(\d+)_w(\d+)_d(\d+)$/.exec(name);
  if (!found) return undefined;
  const [batch, width, depth] = found.slice(1).map(Number) as [number, number, number];
  return (prepare) => {
    const hidden = Array.from({ length: depth }, () => [new nn.Linear(width, width), new nn.ReLU()]).flat();
    const net = new nn.Sequential(...hidden, new nn.Linear(width, 10));
    const optimizer = new optim.SGD(net.parameters(), { lr: 1e-3 });
    const x = randn([batch, width]);
    const y = randint(0, 10, [batch]);
    const step = prepare(() => {
      const loss = F.crossEntropy(net.forward(x), y);
      optimizer.zeroGrad();
      loss.backward();
      optimizer.step();
      return loss;
    });
    return () => step().item();
  };
}
