// Running other programs: quietly when they succeed, with all they said when they fail.
import { spawn, spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { SetupError } from './say.mjs';

/** Runs a command; rejects with its last output when it fails. `inherit` shows the output as it comes. */
export function run(command, args, { cwd, env, inherit = false } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd,
      env: { ...process.env, ...env },
      stdio: inherit ? 'inherit' : ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    child.stdout?.on('data', (bytes) => (output += bytes));
    child.stderr?.on('data', (bytes) => (output += bytes));
    child.on('error', (error) => reject(new SetupError(`${command} could not be started: ${error.message}`)));
    child.on('close', (code, signal) => {
      if (code === 0) return resolve(output);
      const tail = output.split('\n').slice(-60).join('\n');
      reject(new SetupError(`${command} ${args.join(' ')} ended with ${signal ?? `code ${code}`}\n${tail}`));
    });
  });
}

/** Whether a program is on the PATH. */
export function has(program) {
  return (process.env.PATH ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

export const isRoot = () => process.getuid?.() === 0;
export const quiet = (command, args) => spawnSync(command, args, { stdio: 'ignore' }).status === 0;
