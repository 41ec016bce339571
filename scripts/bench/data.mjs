// `npm run bench -- data`: images per second of the pipelines in bench/data, in Flint and in torchvision with two workers,
// in alternating rounds; medians and their ratio, and the processor's time an image, as JSON lines.

import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../setup/root.mjs';
import { bundle, median } from './sides.mjs';

const rounds = 3;
const photographs = join(process.env.FLINT_DATA ?? join(root, '../shared/data'), 'hymenoptera_data');
const names = ['cifar', 'mnist', ...(existsSync(photographs) ? ['jpeg'] : [])];

/** Images per second and milliseconds an image, of the last line of a program. */
async function measured(command, args) {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'], cwd: root });
  let printed = '';
  child.stdout.on('data', (text) => (printed += text));
  const code = await new Promise((resolve) => child.on('close', resolve));
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${code}.`);
  const [perSecond, cpu] = printed.trim().split(' ').slice(-2).map(Number);
  return { perSecond, cpu };
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
    const middle = (side, what) => median(rows[side].map((row) => row[what]));
    for (const side of Object.keys(sides)) {
      line[`${side}_images_per_second`] = middle(side, 'perSecond');
      line[`${side}_cpu_ms_an_image`] = middle(side, 'cpu');
    }
    if (python) line.ratio = Number((middle('flint', 'perSecond') / middle('torchvision', 'perSecond')).toFixed(2));
    console.log(JSON.stringify(line));
  }
}
