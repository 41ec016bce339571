// Starting a Node program of our own: the same in every shell but for the executable's environment.
import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { availableParallelism, setPriority } from 'node:os';
import type { ProcessEnd, ProcessRequest, StartedProcess } from './shell.ts';

/** Of a process that yields: a third of the share of another one that wants the processor as much. */
const yieldingPriority = 5;

/** `env` is added to the studio's own environment, as ELECTRON_RUN_AS_NODE=1 in Electron. */
export function startNodeProcess(request: ProcessRequest, env: Record<string, string> = {}): StartedProcess {
  const output = request.output ? openSync(request.output, 'a') : null;
  // Images are decoded in the runtime's own threads, of which there are four whatever the machine has.
  const threads = { UV_THREADPOOL_SIZE: String(Math.max(4, availableParallelism())) };
  const child = spawn(process.execPath, ['--enable-source-maps', request.program, ...request.args], {
    cwd: request.cwd,
    env: { ...threads, ...process.env, ...env, ...request.env },
    detached: request.detached,
    stdio: ['ignore', output ?? 'ignore', output ?? 'ignore'],
    windowsHide: true,
  });
  if (output !== null) closeSync(output);
  if (request.detached) child.unref();
  if (request.yields && child.pid !== undefined) yieldProcessor(child.pid);

  let end: ProcessEnd | null = null;
  const listeners: ((end: ProcessEnd) => void)[] = [];
  const finish = (with_: ProcessEnd) => {
    if (end) return;
    end = with_;
    for (const listener of listeners) listener(with_);
  };
  child.on('exit', (code, signal) => finish({ code, signal }));
  child.on('error', (error) => finish({ code: null, signal: null, error: error.message }));
  return {
    pid: child.pid ?? -1,
    onExit(listener) {
      if (end) listener(end);
      else listeners.push(listener);
    },
    kill: (signal) => void child.kill(signal),
  };
}

function yieldProcessor(pid: number): void {
  try {
    setPriority(pid, yieldingPriority);
  } catch {
    // It has ended already, or the system forbids it: it runs as all others do.
  }
}

/** Whether a process with this id lives (it may be another program by now: ids are used again). */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
