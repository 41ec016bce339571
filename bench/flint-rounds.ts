// Flint's side of a comparison: times a round each time a line arrives, so that both engines take turns on the machine.
import { createInterface } from 'node:readline';
import { compile, manualSeed } from 'flint';
import { scaled } from './workloads/mlp.ts';
import { workloads } from './workloads.ts';

const name = process.argv[2] ?? '';
const workload = workloads[name] ?? scaled(name);
if (!workload) throw new Error(`There is no workload ${name}: choose of ${Object.keys(workloads).join(', ')}.`);
manualSeed(0);
const compiled = process.argv[3] === 'compile';
const step = workload(compiled ? compile : (step) => step);

/** Microseconds a step, of steps that fill so many milliseconds. */
function round(milliseconds: number): number {
  const begun = performance.now();
  let steps = 0;
  for (; performance.now() - begun < milliseconds; steps++) step();
  return ((performance.now() - begun) * 1000) / steps;
}

// Compilers, caches and clocks settle within a second, in either engine.
round(1500);
console.log('ready');
for await (const line of createInterface({ input: process.stdin }))
  console.log(`${round(Number(line))} ${Math.floor(process.resourceUsage().maxRSS / 1024)}`);
