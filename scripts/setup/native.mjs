// The engine: the addon for the studio, and on request its native tests, in one CMake build folder.
import { existsSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { fingerprint, isFresh, stamp } from './fingerprint.mjs';
import { root } from './root.mjs';
import { step } from './say.mjs';
import { run } from './shell.mjs';

const folder = join(root, 'build', 'native');
const cmakeJs = join(root, 'node_modules', 'cmake-js', 'bin', 'cmake-js');

/** Every source of the engine but its tests when only the addon is wanted. */
const print = (tests) =>
  fingerprint(
    ['native'],
    [
      process.version,
      String(tests),
      String(existsSync('/usr/include/dnnl.hpp') || existsSync('/usr/include/oneapi/dnnl/dnnl.hpp')),
      String(existsSync('/usr/include/eigen3/Eigen/Dense')),
      String(existsSync('/usr/include/jpeglib.h')),
    ],
  );

async function cmake(target, tests) {
  const options = [
    '-d',
    'native',
    '-O',
    folder,
    '-l',
    'error',
    '--CDFLINT_NODE=ON',
    `--CDFLINT_TESTS=${tests ? 'ON' : 'OFF'}`,
  ];
  // Configured each time: `build` alone would keep the options of the time before.
  await run(process.execPath, [cmakeJs, 'configure', ...options], { cwd: root });
  await run(process.execPath, [cmakeJs, 'build', ...options, '-T', target, '-p', String(Math.max(2, cpus().length))], {
    cwd: root,
  });
}

/** Builds build/native/flint.node when a source changed. With `tests`, the native tests too. */
export async function ensureNative({ tests = false } = {}) {
  const addon = join(folder, 'flint.node');
  const wanted = print(tests);
  const fresh = existsSync(addon) && (isFresh('native', wanted) || (!tests && isFresh('native', print(true))));
  if (fresh) return;
  await step('Building the engine (a few minutes the first time)', () => cmake(tests ? 'all' : 'flint_node', tests));
  stamp('native', wanted);
}

export const nativeFolder = folder;
