#!/usr/bin/env node
// `npm start`: sets up what is missing, then opens the studio: in Electron, or in the browser where that cannot be had.
import { existsSync } from 'node:fs';
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { ensureNative } from './setup/native.mjs';
import { ensurePackages } from './setup/packages.mjs';
import { root } from './setup/root.mjs';
import { SetupError, say, warn } from './setup/say.mjs';
import { run } from './setup/shell.mjs';
import { ensureSystem } from './setup/system.mjs';
import { ensureWindow } from './setup/window.mjs';

const hasDisplay = () => process.platform !== 'linux' || Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY);

/** The Electron program, fetched once when it is not there yet; null with the reason printed when it cannot be had. */
async function electronProgram() {
  const home = join(root, 'node_modules', 'electron');
  const binary =
    { darwin: 'dist/Electron.app/Contents/MacOS/Electron', win32: 'dist/electron.exe' }[process.platform] ??
    'dist/electron';
  const program = join(home, binary);
  if (existsSync(program)) return program;
  say('Fetching Electron (about 110 MB, once) …');
  try {
    await run(process.execPath, [join(home, 'install.js')], { cwd: home });
  } catch {
    warn(
      "Electron's binary could not be downloaded, so the studio opens in the browser instead. It is the same studio.",
    );
  }
  return existsSync(program) ? program : null;
}

function open(command, args) {
  const child = spawn(command, args, { stdio: 'inherit', cwd: root });
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => process.exit(signal ? 0 : (code ?? 0)));
}

async function main() {
  const begun = Date.now();
  const args = process.argv.slice(2);
  await ensureSystem();
  await ensurePackages();
  await ensureNative();
  await ensureWindow();
  say(`Ready after ${((Date.now() - begun) / 1000).toFixed(1)} s.`);
  const web = args.includes('--web');
  const program = !web && hasDisplay() ? await electronProgram() : null;
  if (program) {
    // Chromium's sandbox refuses to run as root, and a studio that starts is worth a word about it.
    const asRoot = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
    return open(program, [...asRoot, join(root, 'out/node/electron.js')]);
  }
  if (!web && !hasDisplay())
    warn('No display was found, so the studio is served to a browser: open the address below.');
  open(process.execPath, [
    join(root, 'out/node/cli.js'),
    'serve',
    ...(hasDisplay() ? ['--open'] : []),
    ...args.filter((a) => a !== '--web'),
  ]);
}

main().catch((error) => {
  console.error(error instanceof SetupError ? `\n${error.message}` : error);
  process.exit(1);
});
