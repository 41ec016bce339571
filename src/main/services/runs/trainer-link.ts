// Main's end of a trainer's socket. One socket a run: whoever listens has the run; the trainer knocks until it is let in.
import { rmSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { FromTrainer, type ToTrainer } from '../../../shared/contract/trainer.ts';
import { encodeFrame, FrameReader } from '../../../shared/rpc/frames.ts';

export interface TrainerLink {
  send(message: ToTrainer): boolean;
  readonly connected: boolean;
  close(): void;
}

/** Null when another studio listens there already. */
export async function listenForTrainer(
  socket: string,
  onMessage: (message: FromTrainer) => void,
): Promise<TrainerLink | null> {
  if (await answers(socket)) return null;
  if (process.platform !== 'win32') rmSync(socket, { force: true });
  let current: Socket | null = null;
  const server = createServer((connection) => {
    const reader = new FrameReader();
    connection.on('data', (chunk) => {
      try {
        for (const bytes of reader.push(chunk)) {
          const message = FromTrainer.parse(bytes);
          // Only who speaks takes the place: another studio knocks just to see whether somebody is here.
          if (current !== connection) current?.destroy();
          current = connection;
          onMessage(message);
        }
      } catch {
        // What follows cannot be trusted; the trainer connects again and says hello.
        connection.destroy();
      }
    });
    connection.on('error', () => connection.destroy());
    connection.on('close', () => {
      if (current === connection) current = null;
    });
  });
  await listening(server, socket);
  return {
    send(message) {
      if (!current) return false;
      current.write(encodeFrame(message));
      return true;
    },
    get connected() {
      return current !== null;
    },
    close() {
      current?.destroy();
      server.close();
    },
  };
}

function listening(server: Server, socket: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(socket, () => {
      server.off('error', reject);
      server.on('error', () => {});
      resolve();
    });
  });
}

function answers(socket: string): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = connect(socket);
    const end = (answer: boolean) => {
      probe.destroy();
      resolve(answer);
    };
    probe.on('connect', () => end(true));
    probe.on('error', () => end(false));
  });
}
