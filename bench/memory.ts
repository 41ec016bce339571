// A synchronous loop that makes 30 tensors of 64 KiB a step and disposes of none: does resident memory stay flat?
import { zeros } from 'flint';

const steps = Number(process.argv[2] ?? 200_000);
const perStep = 30;
const warmUp = Math.min(2000, steps / 10);
let afterWarmUp = 0;
let most = 0;
const begun = process.hrtime.bigint();
for (let step = 0; step < steps; step++) {
  for (let i = 0; i < perStep; i++) zeros([128, 128]);
  if (step % 500 === 0) {
    const resident = process.memoryUsage.rss();
    if (step >= warmUp) {
      afterWarmUp ||= resident;
      most = Math.max(most, resident);
    }
  }
}
const nanoseconds = Number(process.hrtime.bigint() - begun) / (steps * perStep);
console.log(
  JSON.stringify({
    name: 'memory',
    steps,
    tensors: steps * perStep,
    ns_per_tensor: Math.round(nanoseconds),
    rss_after_warm_up_mb: Math.round(afterWarmUp / 2 ** 20),
    rss_max_mb: Math.round(most / 2 ** 20),
    ratio: Number((most / afterWarmUp).toFixed(3)),
  }),
);
