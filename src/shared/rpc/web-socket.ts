// A transport over a WebSocket, written against the few members of it that are used, so that the browser's WebSocket and
// the `ws` package's both fit. One binary frame is one message.
import { TransportInbox, type Transport } from './transport.ts';

/** The part of a WebSocket that is used. Browser and `ws` sockets both have it. */
export interface SocketLike {
  binaryType: string;
  readonly readyState: number;
  send(bytes: Uint8Array<ArrayBuffer>): void;
  close(code?: number, reason?: string): void;
  addEventListener(type: 'message', listener: (event: { data: unknown }) => void): void;
  addEventListener(type: 'close', listener: (event: { reason?: string }) => void): void;
  addEventListener(type: 'error' | 'open', listener: () => void): void;
}

const OPEN = 1;
const CLOSING = 2;

/** Waits for the socket to open; rejects when it closes first. */
export function webSocketTransport(socket: SocketLike): Promise<Transport> {
  socket.binaryType = 'arraybuffer';
  const inbox = new TransportInbox();
  const transport: Transport = {
    send(bytes) {
      if (inbox.closed) throw new Error('The connection is closed.');
      socket.send(bytes as Uint8Array<ArrayBuffer>);
    },
    onMessage: (listener) => inbox.setListener(listener),
    onClose: (listener) => inbox.addCloseListener(listener),
    close(reason = 'closed') {
      if (socket.readyState < CLOSING) socket.close(1000, reason.slice(0, 100));
      inbox.close(reason);
    },
  };
  socket.addEventListener('message', ({ data }) => {
    if (data instanceof ArrayBuffer) inbox.deliver(new Uint8Array(data));
    else transport.close('Only binary messages are understood.');
  });
  return new Promise((resolve, reject) => {
    socket.addEventListener('open', () => resolve(transport));
    socket.addEventListener('error', () => {});
    socket.addEventListener('close', (event) => {
      inbox.close(event.reason || 'the connection was lost');
      reject(new Error('The studio could not be reached.'));
    });
    if (socket.readyState === OPEN) resolve(transport);
    else if (socket.readyState >= CLOSING) reject(new Error('The studio could not be reached.'));
  });
}
