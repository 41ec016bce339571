// `npm run bench -- data`: images per second of the pipelines in bench/data, in Flint and in torchvision with two workers,
// in alternating rounds; medians and their ratio as JSON lines.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { root } from '../setup/root.mjs';
import { bundle, median } from './sides.mjs';

const rounds = 3;
const names = ['cifar', 'mnist'];

/** The number in the last line of a program. */
async function measured(command, args) {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'], cwd: root });
  let printed = '';
  child.stdout.on('data', (text) => (printed += text));
  const code = await new Promise((resolve) => child.on('close', resolve));
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${code}.`);
  return Number(printed.trim().split(' ').at(-1));
}

/** Each pipeline in both, one line for each. */
export async function data() {
  const sides = { flint: [process.execPath, await bundle('data/transforms')] };
  const python = process.env.FLINT_PEER_PYTHON;
  if (python) sides.torchvision = [python, join(root, 'bench/data/torchvision.py')];
  for (const name of names) {
    const rows = Object.fromEntries(Object.keys(sides).map((side) => [side, []]));
    for (let i = 0; i < rounds; i++)
      for (const [side, [command, program]] of Object.entries(sides))
        rows[side].push(await measured(command, [program, name]));
    const line = { name: `data_${name}` };
    for (const side of Object.keys(sides)) line[`${side}_images_per_second`] = median(rows[side]);
    if (python) line.ratio = Number((median(rows.flint) / median(rows.torchvision)).toFixed(1));
    console.log(JSON.stringify(line));
  }
}
