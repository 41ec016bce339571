// Where the nanoseconds of a small eager operation go: `a.add(b)` of one float32 each, without a graph.
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { compile, noGrad, tensor, type Tensor } from 'flint';

type Handle = object;
interface Addon {
  ops: { add: (a: Handle, b: Handle, alpha: number) => Handle };
  dim: (t: Handle) => number;
  withoutHistory: (t: Handle) => Handle;
  fromBytes: (bytes: Float32Array, shape: number[], dtype: string) => Handle;
}
const addon = createRequire(import.meta.url)(
  process.env['FLINT_NATIVE'] ?? join(process.cwd(), 'build/native/flint.node'),
) as Addon;

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as (options: { type: 'minor' }) => void;

const calls = 200_000;
const between = 1000; // calls after which dropped handles are collected, as the library does
/** Nanoseconds a call: the least of several rounds, since what comes on top is other programs' work. */
function nanoseconds(work: () => unknown, perCall = 1): number {
  let least = Infinity;
  for (let round = 0; round < 9; round++) {
    const begun = performance.now();
    for (let i = 1; i <= calls / perCall; i++) {
      work();
      if (i % between === 0) collect({ type: 'minor' });
    }
    least = Math.min(least, ((performance.now() - begun) * 1e6) / calls);
  }
  return Math.round(least * 10) / 10;
}

const [a, b] = [tensor([1]), tensor([2])];
const [x, y] = [new Float32Array([1]), new Float32Array([2])].map((v) => addon.fromBytes(v, [1], 'float32')) as [
  Handle,
  Handle,
];
const chain = compile((t: Tensor) => {
  for (let i = 0; i < 1000; i++) t = t.add(b);
  return t;
});
noGrad(() => {
  const whole = nanoseconds(() => a.add(b));
  const bound = nanoseconds(() => addon.ops.add(x, y, 1));
  const call = nanoseconds(() => addon.dim(x));
  const view = nanoseconds(() => addon.withoutHistory(x));
  for (let i = 0; i < 3; i++) chain(a);
  const launch = nanoseconds(() => chain(a), 1000);
  console.log(
    JSON.stringify({
      name: 'small_op',
      whole_ns: whole,
      javascript_ns: Math.round((whole - bound) * 10) / 10,
      binding_ns: view, // a call with one argument that gives a handle, and the handle's end
      binding_call_ns: call,
      dispatch_ns: Math.round((bound - view - launch) * 10) / 10,
      kernel_ns: launch,
    }),
  );
});
