// The few desktop acts that the web shell has: opening the browser, and asking systemd to keep the machine awake.
import { spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** A program on the PATH, or null. */
export function findProgram(name: string, path = process.env.PATH ?? ''): string | null {
  for (const folder of path.split(delimiter)) {
    const program = join(folder || '.', name);
    try {
      accessSync(program, constants.X_OK);
      return program;
    } catch {
      // Not in this folder.
    }
  }
  return null;
}

export function hasDisplay(env: NodeJS.ProcessEnv = process.env): boolean {
  return process.platform !== 'linux' || Boolean(env.DISPLAY || env.WAYLAND_DISPLAY);
}

/** Opens the address in the person's browser; false when there is no display or no program for it. */
export function openBrowser(url: string): boolean {
  if (!hasDisplay()) return false;
  const openers: Partial<Record<NodeJS.Platform, string[]>> = {
    darwin: ['open', url],
    win32: ['rundll32', 'url.dll,FileProtocolHandler', url],
  };
  const [program, ...args] = openers[process.platform] ?? ['xdg-open', url];
  if (process.platform === 'linux' && !findProgram(program!)) return false;
  const child = spawn(program!, args, { stdio: 'ignore', detached: true });
  child.on('error', () => {});
  child.unref();
  return true;
}

/** Present only where systemd runs the machine: without it the capability is absent. */
export function systemdKeepAwake(
  program = process.platform === 'linux' && isSystemd() ? findProgram('systemd-inhibit') : null,
): ((reason: string) => () => void) | undefined {
  if (!program) return undefined;
  return (reason) => {
    // The lock lasts as long as the command, and the command as long as the studio, even one that is killed.
    const until = ['tail', `--pid=${process.pid}`, '--follow', '/dev/null'];
    const args = ['--what=idle:sleep', '--who=Flint', `--why=${reason}`, '--mode=block', ...until];
    const child = spawn(program, args, { stdio: 'ignore' });
    child.on('error', () => {});
    child.unref();
    return () => void child.kill();
  };
}

function isSystemd(): boolean {
  try {
    accessSync('/run/systemd/system');
    return true;
  } catch {
    return false;
  }
}
