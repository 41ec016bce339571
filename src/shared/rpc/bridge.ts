// The transport over the preload's bridge in an Electron window: the bridge carries bytes and nothing else.
import { TransportInbox, type Transport } from './transport.ts';

/** The names under which bytes cross between page and main. */
export const bridgeChannels = {
  connect: 'flint:connect',
  toMain: 'flint:to-main',
  toPage: 'flint:to-page',
  closed: 'flint:closed',
} as const;

/** What the preload puts into the window as `flintBridge`. */
export interface Bridge {
  send(bytes: Uint8Array): void;
  onMessage(listener: (bytes: Uint8Array) => void): void;
  onClose(listener: () => void): void;
  /** The path of a file that was dropped on the window; "" when it has none. */
  pathOf(file: object): string;
}

/** Call once for a page: the bridge keeps one listener. */
export function bridgeTransport(bridge: Bridge): Transport {
  const inbox = new TransportInbox();
  bridge.onMessage((bytes) => inbox.deliver(bytes));
  bridge.onClose(() => inbox.close('the studio was closed'));
  return {
    send(bytes) {
      if (inbox.closed) throw new Error('The connection is closed.');
      bridge.send(bytes);
    },
    onMessage: (listener) => inbox.setListener(listener),
    onClose: (listener) => inbox.addCloseListener(listener),
    close: (reason = 'closed') => inbox.close(reason),
  };
}
