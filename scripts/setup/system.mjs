// What the system must bring: compilers to build the engine, oneDNN to make it fast, and for the tests a browser.
// As root the missing packages are installed; otherwise the one command to type is printed.
import { existsSync } from 'node:fs';
import { SetupError, step, warn } from './say.mjs';
import { has, isRoot, quiet, run } from './shell.mjs';

const anyFile = (paths) => paths.some((path) => existsSync(path));

/** `needed` ends the set-up when it cannot be had; the others have a fall-back, named in `without`. */
const forStudio = [
  { apt: 'g++', present: () => has('g++') || has('clang++'), needed: true },
  { apt: 'cmake', present: () => has('cmake'), needed: true },
  { apt: 'make', present: () => has('make') || has('ninja'), needed: true },
  {
    apt: 'libdnnl-dev',
    present: () =>
      anyFile([
        '/usr/include/dnnl.hpp',
        '/usr/include/oneapi/dnnl/dnnl.hpp',
        '/usr/local/include/oneapi/dnnl/dnnl.hpp',
      ]),
    needed: false,
    without: 'without oneDNN the engine uses its built-in kernels: everything works, large networks train slower',
  },
  {
    apt: 'libeigen3-dev',
    present: () => anyFile(['/usr/include/eigen3/Eigen/Dense', '/usr/local/include/eigen3/Eigen/Dense']),
    needed: false,
    without: 'without Eigen the engine has no matrix decompositions (linalg)',
  },
  {
    apt: 'libjpeg62-turbo-dev',
    present: () => anyFile(['/usr/include/jpeglib.h', '/usr/local/include/jpeglib.h']),
    needed: false,
    without: 'without libjpeg-turbo folders of JPEG files load several times slower; everything works',
  },
];
const forTests = [
  {
    apt: 'libgtest-dev',
    present: () => anyFile(['/usr/include/gtest/gtest.h', '/usr/local/include/gtest/gtest.h']),
    needed: true,
  },
  { apt: 'clang-format', present: () => has('clang-format'), needed: true },
  { apt: 'chromium', present: () => findChromium() !== null, needed: true },
];

/** The Chromium that the end-to-end tests drive. */
export function findChromium() {
  const candidates = [
    process.env.FLINT_CHROMIUM,
    '/usr/bin/chromium',
    '/usr/bin/chromium-browser',
    '/usr/bin/google-chrome',
  ];
  return candidates.find((path) => path && existsSync(path)) ?? null;
}

async function install(names) {
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  const aptInstall = () => run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...names], { env });
  if (!quiet('apt-get', ['install', '-s', '-qq', ...names])) await run('apt-get', ['update', '-qq'], { env });
  await aptInstall();
}

export async function ensureSystem({ tests = false } = {}) {
  const missing = [...forStudio, ...(tests ? forTests : [])].filter((part) => !part.present());
  if (missing.length === 0) return;
  const names = missing.map((part) => part.apt);
  const command = `sudo apt-get update && sudo apt-get install -y ${names.join(' ')}`;
  if (isRoot() && has('apt-get')) {
    try {
      await step(`Installing ${names.join(', ')}`, () => install(names));
    } catch (error) {
      warn(`The system packages could not be installed: ${error.message}`);
    }
  }
  for (const part of missing.filter((p) => !p.present())) {
    if (part.needed) throw new SetupError(`${part.apt} is missing. Type this, then try again:\n\n    ${command}\n`);
    warn(`${part.apt} is missing: ${part.without}. To add it: ${command}`);
  }
}
