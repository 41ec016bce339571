// The reporter's connection to whoever started the run. It comes and goes; the run does not care.
import { connect, type Socket } from 'node:net';
import { ToTrainer, type FromTrainer } from '../../shared/contract/trainer.ts';
import { encodeFrame, FrameReader } from '../../shared/rpc/frames.ts';

const retryMs = 1000;
/** More unread bytes than this: the other side hangs. It reads the files when it is back. */
const mostUnread = 1 << 26;

export interface LinkListener {
  /** About to be connected (again): files are flushed here, so that the other side can read them. */
  connecting(): void;
  /** Connected: the first messages are sent here. */
  connected(): void;
  told(message: ToTrainer): void;
}

export class Link {
  private readonly path: string;
  private readonly listener: LinkListener;
  private socket: Socket | null = null;
  private up = false;
  /** Somebody listened at least once. */
  wasUp = false;
  private closed = false;

  constructor(path: string, listener: LinkListener) {
    this.path = path;
    this.listener = listener;
    if (path) this.open();
  }

  /** Lost when nobody listens: the files have it. */
  send(message: FromTrainer): void {
    if (!this.socket || !this.up) return;
    this.socket.write(encodeFrame(message));
    if (this.socket.writableLength > mostUnread) this.socket.destroy();
  }

  /** Resolves when the first try to connect has ended, or after `ms`: a script may be quicker than the socket. */
  async settled(ms: number): Promise<void> {
    for (const end = Date.now() + ms; this.socket?.connecting && Date.now() < end;) {
      await new Promise((next) => setTimeout(next, 5));
    }
  }

  /** Resolves when everything sent has left, or after `ms`. */
  close(ms: number): Promise<void> {
    this.closed = true;
    const { socket } = this;
    if (!socket || !this.up) {
      socket?.destroy();
      return Promise.resolve();
    }
    return new Promise((resolve) => {
      const timer = setTimeout(() => socket.destroy(), ms);
      socket.once('close', () => {
        clearTimeout(timer);
        resolve();
      });
      // The other side closes when it has read everything.
      socket.end();
    });
  }

  private open(): void {
    if (this.closed) return;
    const socket = (this.socket = connect(this.path));
    const reader = new FrameReader();
    socket.on('connect', () => {
      this.listener.connecting();
      this.up = this.wasUp = true;
      this.listener.connected();
    });
    socket.on('data', (piece) => {
      try {
        for (const message of reader.push(piece)) this.listener.told(ToTrainer.parse(message));
      } catch {
        // Not one of ours; start anew.
        socket.destroy();
      }
    });
    socket.on('error', () => {});
    socket.on('close', () => {
      this.up = false;
      if (this.socket === socket) this.socket = null;
      if (!this.closed) setTimeout(() => this.open(), retryMs).unref();
    });
  }
}
