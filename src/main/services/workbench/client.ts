// The workbench process as a function call: started when first needed, started again after it died. Requests that were
// under way when it died are rejected with a message that says so; the studio goes on.
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import {
  FromWorkbench,
  type ToWorkbench,
  type WorkbenchJobName,
  type WorkbenchParams,
} from '../../../shared/contract/trainer.ts';
import { StudioError } from '../../../shared/errors.ts';
import { encodeFrame, FrameReader } from '../../../shared/rpc/frames.ts';
import { packageRoot } from '../../../flint/package-root.ts';
import type { ProcessEnd, Shell, StartedProcess } from '../../shells/shell.ts';

export interface WorkbenchOptions {
  shell: Shell;
  /** Another program than the built workbench, for tests. */
  program?: string;
  /** Milliseconds that it has to start. */
  patience?: number;
}
export interface RequestOptions {
  onProgress?: (value: unknown) => void;
  signal?: AbortSignal;
}

interface Pending {
  resolve(result: unknown): void;
  reject(error: Error): void;
  onProgress: ((value: unknown) => void) | undefined;
}
interface Session {
  socket: Socket;
  process: StartedProcess;
}

let serial = 0;

export class WorkbenchClient {
  private readonly options: WorkbenchOptions;
  private readonly pending = new Map<number, Pending>();
  private session: Promise<Session> | null = null;
  private started: StartedProcess | null = null;
  private server: Server | null = null;
  private nextId = 1;

  constructor(options: WorkbenchOptions) {
    this.options = options;
  }

  /** What the job gives; the caller says its type, as in the table of jobs. */
  async request<Result>(
    job: WorkbenchJobName,
    params: WorkbenchParams<WorkbenchJobName>,
    options: RequestOptions = {},
  ): Promise<Result> {
    this.session ??= this.start();
    const { socket } = await this.session;
    const id = this.nextId++;
    const send = (message: ToWorkbench) => void socket.write(encodeFrame(message));
    return new Promise<Result>((resolve, reject) => {
      const onProgress = options.onProgress;
      this.pending.set(id, { resolve: (result) => resolve(result as Result), reject, onProgress });
      options.signal?.addEventListener('abort', () => send({ type: 'cancel', id }), { once: true });
      send({ type: 'request', id, job, params });
    });
  }

  /** Starts the process before the first request; one that cannot start is told by that request. */
  warm(): void {
    this.session ??= this.start();
    this.session.catch(() => {});
  }

  /** Ends the process; requests under way are rejected. */
  close(): void {
    this.started?.kill('SIGTERM');
    this.drop({ code: 0, signal: null });
  }

  private async start(): Promise<Session> {
    const program = this.options.program ?? join(packageRoot(), 'out/node/workbench.js');
    try {
      if (!existsSync(program)) throw notBuilt(program);
      const socketPath = this.socketPath();
      const connection = this.accept(socketPath);
      await listening(this.server!, socketPath);
      const home = this.options.shell.appPaths.home;
      const args = [JSON.stringify({ socket: socketPath })];
      const output = join(home, 'workbench.log');
      const child = this.options.shell.startProcess({
        ...{ program, args, cwd: home, output },
        ...{ detached: false, yields: true },
      });
      this.started = child;
      const died = new Promise<never>((_, reject) => {
        child.onExit((end) => {
          if (this.started === child) this.drop(end);
          reject(diedError(end));
        });
      });
      died.catch(() => {});
      const socket = await Promise.race([connection, died, this.tooLate()]);
      return { socket, process: child };
    } catch (error) {
      this.started?.kill('SIGKILL');
      this.drop({ code: null, signal: null });
      throw error;
    }
  }

  private accept(socketPath: string): Promise<Socket> {
    mkdirSync(dirname(socketPath), { recursive: true, mode: 0o700 });
    if (process.platform !== 'win32') rmSync(socketPath, { force: true });
    return new Promise((resolve) => {
      this.server = createServer((socket) => {
        const reader = new FrameReader();
        socket.on('data', (chunk) => {
          try {
            for (const message of reader.push(chunk)) this.receive(FromWorkbench.parse(message));
          } catch {
            // It speaks nonsense: end it, so that the next request starts a whole one.
            this.started?.kill('SIGKILL');
          }
        });
        socket.on('error', () => socket.destroy());
        resolve(socket);
      });
    });
  }

  private receive(message: FromWorkbench): void {
    if (message.type === 'hello') return;
    const request = this.pending.get(message.id);
    if (!request) return;
    if (message.type === 'progress') return request.onProgress?.(message.value);
    this.pending.delete(message.id);
    if (message.type === 'done') request.resolve(message.result);
    else request.reject(new StudioError(message.error.code, message.error.message, message.error.details));
  }

  private drop(end: ProcessEnd): void {
    this.session = null;
    this.started = null;
    this.server?.close();
    this.server = null;
    const waiting = [...this.pending.values()];
    this.pending.clear();
    for (const { reject } of waiting) reject(diedError(end));
  }

  private tooLate(): Promise<never> {
    const patience = this.options.patience ?? 30_000;
    return new Promise((_, reject) => {
      const message = `The workbench did not answer within ${Math.round(patience / 1000)} s of its start. Try again.`;
      setTimeout(() => reject(new StudioError('workbench-silent', message)), patience).unref();
    });
  }

  private socketPath(): string {
    const name = `workbench-${process.pid}-${serial++}`;
    if (process.platform === 'win32') return `\\\\.\\pipe\\flint-${name}`;
    const inHome = join(this.options.shell.appPaths.home, 'sockets', `${name}.sock`);
    return Buffer.byteLength(inHome) < 100 ? inHome : join(tmpdir(), `flint-${userInfo().uid}`, `${name}.sock`);
  }
}

function listening(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, () => resolve());
  });
}

const notBuilt = (program: string) =>
  new StudioError('not-built', `The workbench is not built: ${program} is missing. Run "npm start".`);

function diedError(end: ProcessEnd): StudioError {
  const how = end.error ?? (end.signal ? `signal ${end.signal}` : `code ${end.code ?? '?'}`);
  return new StudioError(
    'workbench-died',
    `The process that reads data and checks exports ended (${how}). It starts again with the next request.`,
  );
}
