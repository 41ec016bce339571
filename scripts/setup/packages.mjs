// npm packages: installed from the lock file when it changed since the last time.
import { existsSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fingerprint, isFresh, stamp } from './fingerprint.mjs';
import { root } from './root.mjs';
import { step } from './say.mjs';
import { run } from './shell.mjs';

/** Makes `npx flint` find the project's own command, which npm links only for packages that depend on it. */
function linkCommand() {
  const link = join(root, 'node_modules', '.bin', 'flint');
  rmSync(link, { force: true });
  if (process.platform !== 'win32') symlinkSync(join('..', '..', 'bin', 'flint.mjs'), link);
}

export async function ensurePackages() {
  const print = fingerprint(['package-lock.json', 'package.json', '.npmrc'], [process.version]);
  if (existsSync(join(root, 'node_modules')) && isFresh('packages', print)) return;
  await step('Installing npm packages (about 800 MB on disk)', () =>
    run(process.platform === 'win32' ? 'npm.cmd' : 'npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
      cwd: root,
    }),
  );
  linkCommand();
  stamp('packages', print);
}
