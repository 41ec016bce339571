#!/usr/bin/env node
// `npm run bench -- [--eager] [names]`: Flint and PyTorch in alternating rounds on this machine; medians as JSON lines.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { bundle, median, start } from './bench/sides.mjs';
import { data } from './bench/data.mjs';
import { scaling } from './bench/scaling.mjs';
import { ensureNative } from './setup/native.mjs';
import { root } from './setup/root.mjs';
import { say, warn } from './setup/say.mjs';
import { run } from './setup/shell.mjs';
import { ensureWindow } from './setup/window.mjs';

const all = [
  'himmelblau_adam',
  'linreg_b10',
  'mnist_mlp_256_64_b512',
  'mnist_mlp_200_200_b200',
  'lenet_cifar_b4',
  'lenet_cifar_b128',
  'char_rnn_names_b1',
  'rnn_text_b32',
  'gru_text_b32',
  'lstm_text_b32',
  'resnet18_64px_b1',
  'resnet18_64px_b16',
  'transformer_chars_b16',
];
/** Programs that are timed from their start to their exit. */
const wholes = ['mnist_epoch', 'first_step'];
/** Programs that measure by themselves. */
const programs = {
  equal: 'losses of compiled steps beside plain ones, 200 steps of every workload',
  memory: '200,000 steps of 30 tensors of 64 KiB',
  'small-op': 'where the nanoseconds of a small operation go',
  scaling: 'time per step against batch, width and depth, into docs/scaling.svg',
  data: 'images per second through transforms, beside torchvision with two workers',
  window: 'frames while images scroll and a million points are drawn',
};
const rounds = 7;
// Long enough that a processor which was idle while the other engine had its turn has come up again.
const roundMilliseconds = 400;

async function compare(name, program, eager) {
  const python = process.env.FLINT_PEER_PYTHON;
  const peer = (...how) => start(python, [join(root, 'bench/torch_rounds.py'), name, ...how]);
  const sides = {
    flint: await start(process.execPath, [program, name]),
    flint_compiled: await start(process.execPath, [program, name, 'compile']),
  };
  if (python) sides.torch = await peer();
  if (python && !eager) sides.torch_compile = await peer('compile');
  const rows = Object.fromEntries(Object.keys(sides).map((side) => [side, []]));
  for (let i = 0; i < rounds; i++) {
    for (const [side, process] of Object.entries(sides)) rows[side].push(await process.round(roundMilliseconds));
  }
  for (const process of Object.values(sides)) process.end();
  const us = Object.fromEntries(Object.entries(rows).map(([side, list]) => [side, median(list.map((r) => r.us))]));
  const mb = Object.fromEntries(Object.entries(rows).map(([side, list]) => [side, Math.max(...list.map((r) => r.mb))]));
  const row = { name };
  for (const side of Object.keys(sides)) row[`${side}_us`] = Number(us[side].toFixed(1));
  const fastest = (side) => Math.min(us[side], us[side === 'flint' ? 'flint_compiled' : 'torch_compile'] ?? Infinity);
  if (python) row.ratio = Number((fastest('torch') / fastest('flint')).toFixed(2));
  for (const side of Object.keys(sides)) row[`${side}_mb`] = mb[side];
  console.log(JSON.stringify(row));
}

/** Milliseconds of a process, and the number in its last line. */
async function whole(command, args) {
  const begun = performance.now();
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'], cwd: root });
  let printed = '';
  child.stdout.on('data', (text) => (printed += text));
  const code = await new Promise((resolve) => child.on('close', resolve));
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${code}.`);
  return { ms: performance.now() - begun, printed: Number(printed.trim().split('\n').at(-1)) };
}

async function compareWhole(name, program) {
  const sides = { flint: [process.execPath, [program]] };
  if (process.env.FLINT_PEER_PYTHON) sides.torch = [process.env.FLINT_PEER_PYTHON, [join(root, `bench/${name}.py`)]];
  const rows = Object.fromEntries(Object.keys(sides).map((side) => [side, []]));
  for (let i = 0; i < rounds; i++) {
    for (const [side, [command, args]] of Object.entries(sides)) rows[side].push(await whole(command, args));
  }
  const ms = Object.fromEntries(Object.entries(rows).map(([side, list]) => [side, median(list.map((r) => r.ms))]));
  const row = { name };
  for (const side of Object.keys(sides)) row[`${side}_ms`] = Math.round(ms[side]);
  if (sides.torch) row.ratio = Number((ms.torch / ms.flint).toFixed(2));
  for (const side of Object.keys(sides)) row[`${side}_printed`] = rows[side].at(-1).printed;
  console.log(JSON.stringify(row));
}

async function main() {
  const eager = process.argv.includes('--eager');
  const asked = process.argv.slice(2).filter((word) => word !== '--eager');
  const known = [...all, ...wholes, ...Object.keys(programs)];
  const names = asked.length > 0 ? asked : known;
  const unknown = names.filter((name) => !known.includes(name));
  if (unknown.length > 0) throw new Error(`There is no workload ${unknown.join(', ')}: choose of ${known.join(', ')}.`);
  await ensureNative();
  await ensureWindow();
  if (!process.env.FLINT_PEER_PYTHON) warn('FLINT_PEER_PYTHON names no Python with torch, so only Flint is timed.');
  const program = await bundle('flint-rounds');
  for (const name of names.filter((n) => all.includes(n))) await compare(name, program, eager);
  for (const name of names.filter((n) => wholes.includes(n))) await compareWhole(name, await bundle(name));
  for (const name of names.filter((n) => n in programs)) {
    say(`${name}: ${programs[name]}`);
    if (name === 'scaling') await scaling(program);
    else if (name === 'data') await data();
    else await run(process.execPath, [await bundle(name)], { cwd: root, inherit: true });
  }
}

main().catch((error) => {
  console.error(error.message);
  process.exit(1);
});
