// Whether compiled steps give the losses of the plain ones: 200 steps of each workload from one seed, bit for bit.
import { compile, manualSeed } from 'flint';
import type { Prepare } from './workload.ts';
import { workloads } from './workloads.ts';

const steps = 200;

function losses(name: string, prepare: Prepare): number[] {
  manualSeed(0);
  const step = workloads[name]!(prepare);
  return Array.from({ length: steps }, step);
}

let all = true;
for (const name of Object.keys(workloads)) {
  const plain = losses(name, (step) => step);
  const compiled = losses(name, compile);
  const different = plain.filter((loss, i) => !Object.is(loss, compiled[i])).length;
  const worst = Math.max(...plain.map((loss, i) => Math.abs(loss - compiled[i]!)));
  console.log(JSON.stringify({ name, steps, different, worst, first: plain[0], last: plain.at(-1) }));
  all &&= different === 0;
}
process.exitCode = all ? 0 : 1;
