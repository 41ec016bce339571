// Everything in TypeScript: the library and the processes for Node, the window for the browser, the bundled types.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fingerprint, isFresh, stamp } from './fingerprint.mjs';
import { root } from './root.mjs';
import { step } from './say.mjs';
import { run } from './shell.mjs';

const sources = [
  'src',
  'docs/reference/reference.json',
  'package-lock.json',
  'electron.vite.config.ts',
  'tsconfig.base.json',
  'scripts/build-types.mjs',
];

export async function ensureWindow() {
  const print = fingerprint(sources, [process.version]);
  if (existsSync(join(root, 'out', 'renderer', 'index.html')) && isFresh('window', print)) return;
  await step('Building the studio', () =>
    run(
      process.execPath,
      [join(root, 'node_modules/electron-vite/bin/electron-vite.js'), 'build', '--logLevel', 'warn'],
      { cwd: root, env: { NODE_OPTIONS: '--max-old-space-size=4096' } },
    ),
  );
  await step('Bundling the declarations that the editor shows', () =>
    run(process.execPath, [join(root, 'scripts/build-types.mjs')], { cwd: root }),
  );
  stamp('window', print);
}
