#!/usr/bin/env node
// `npm run bench -- [names]`: Flint and PyTorch in alternating rounds on this machine; medians as JSON lines.
import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { build } from 'esbuild';
import { ensureNative } from './setup/native.mjs';
import { root } from './setup/root.mjs';
import { say, warn } from './setup/say.mjs';
import { run } from './setup/shell.mjs';
import { ensureWindow } from './setup/window.mjs';

const all = ['mnist_mlp_256_64_b512', 'lenet_cifar_b4', 'lenet_cifar_b128', 'himmelblau_adam'];
/** Programs that measure by themselves. */
const programs = {
  memory: '200,000 steps of 30 tensors of 64 KiB',
  window: 'frames while images scroll and a million points are drawn',
};
const rounds = 7;
const folder = join(root, 'build', 'bench');

const flintDoors = {
  name: 'flint',
  setup: (bundler) =>
    bundler.onResolve({ filter: /^flint(\/|$)/ }, ({ path }) => ({
      path: join(root, 'out/node', `${path.replace('/', '-')}.js`),
      external: true,
    })),
};

async function bundle(name) {
  const outfile = join(folder, `${name}.mjs`);
  await build({
    entryPoints: [join(root, 'bench', `${name}.ts`)],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    plugins: [flintDoors],
    logLevel: 'error',
  });
  return outfile;
}

/** A process that is ready after its warm-up, and times one round whenever asked. */
async function start(command, args) {
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async () => {
    const { value, done } = await lines.next();
    if (done) throw new Error(`${command} ${args.join(' ')} ended before its round.`);
    return value;
  };
  if ((await next()) !== 'ready') throw new Error(`${command} ${args.join(' ')} did not get ready.`);
  return {
    round: async () => {
      child.stdin.write('\n');
      return Number(await next());
    },
    end: () => child.stdin.end(),
  };
}

const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1];

async function compare(name, program) {
  const python = process.env.FLINT_PEER_PYTHON;
  const flint = await start(process.execPath, [program, name]);
  const torch = python ? await start(python, [join(root, 'bench/torch_rounds.py'), name]) : null;
  const times = { flint: [], torch: [] };
  for (let i = 0; i < rounds; i++) {
    times.flint.push(await flint.round());
    if (torch) times.torch.push(await torch.round());
  }
  flint.end();
  torch?.end();
  const row = { name, flint_us: Number(median(times.flint).toFixed(1)) };
  if (torch)
    Object.assign(row, {
      torch_us: Number(median(times.torch).toFixed(1)),
      ratio: Number((median(times.torch) / median(times.flint)).toFixed(2)),
    });
  console.log(JSON.stringify(row));
}

async function main() {
  const asked = process.argv.slice(2);
  const names = asked.length > 0 ? asked : [...all, ...Object.keys(programs)];
  const unknown = names.filter((name) => !all.includes(name) && !(name in programs));
  if (unknown.length > 0)
    throw new Error(
      `There is no workload ${unknown.join(', ')}: choose of ${[...all, ...Object.keys(programs)].join(', ')}.`,
    );
  await ensureNative();
  await ensureWindow();
  mkdirSync(folder, { recursive: true });
  if (!process.env.FLINT_PEER_PYTHON) warn('FLINT_PEER_PYTHON names no Python with torch, so only Flint is timed.');
  const program = await bundle('flint-rounds');
  for (const name of names.filter((n) => all.includes(n))) await compare(name, program);
  for (const name of names.filter((n) => n in programs)) {
    say(`${name}: ${programs[name]}`);
    await run(process.execPath, [await bundle(name)], { cwd: root, inherit: true });
  }
}

main().catch((error) => {
  console.error(error.message);
  process.exit(1);
});
