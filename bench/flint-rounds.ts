// Flint's side of a comparison: times a round each time a line arrives, so that both engines take turns on the machine.
import { createInterface } from 'node:readline';
import { manualSeed } from 'flint';
import { himmelblau_adam } from './workloads/himmelblau.ts';
import { lenet_cifar_b128, lenet_cifar_b4 } from './workloads/lenet.ts';
import { mnist_mlp_256_64_b512 } from './workloads/mnist-mlp.ts';

const workloads = { himmelblau_adam, mnist_mlp_256_64_b512, lenet_cifar_b4, lenet_cifar_b128 };

const name = process.argv[2] as keyof typeof workloads;
const workload = workloads[name];
if (!workload) throw new Error(`There is no workload ${name}: choose of ${Object.keys(workloads).join(', ')}.`);
manualSeed(0);
const step = workload.make();
// Compilers, caches and clocks settle within a second, in either engine.
for (const until = Date.now() + 1500; Date.now() < until;) step();
console.log('ready');

for await (const _ of createInterface({ input: process.stdin })) {
  const begun = process.hrtime.bigint();
  for (let i = 0; i < workload.steps; i++) step();
  console.log(Number(process.hrtime.bigint() - begun) / 1000 / workload.steps);
}
