// The two sides of a comparison: programs that time a round whenever they are asked.
import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { build } from 'esbuild';
import { root } from '../setup/root.mjs';

const folder = join(root, 'build', 'bench');

const flintDoors = {
  name: 'flint',
  setup: (bundler) =>
    bundler.onResolve({ filter: /^flint(\/|$)/ }, ({ path }) => ({
      path: join(root, 'out/node', `${path.replace('/', '-')}.js`),
      external: true,
    })),
};

/** Makes a program of bench/ that node runs; gives its path. */
export async function bundle(name) {
  mkdirSync(folder, { recursive: true });
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
export async function start(command, args) {
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async () => {
    const { value, done } = await lines.next();
    if (done) throw new Error(`${command} ${args.join(' ')} ended before its round.`);
    return value;
  };
  if ((await next()) !== 'ready') throw new Error(`${command} ${args.join(' ')} did not get ready.`);
  return {
    round: async (milliseconds) => {
      child.stdin.write(`${milliseconds}\n`);
      const [us, mb] = (await next()).split(' ').map(Number);
      return { us, mb };
    },
    end: () => child.stdin.end(),
  };
}

/** The middle one. */
export const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1];
