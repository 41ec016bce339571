// A transport carries whole messages of bytes, in order, and knows nothing of what they mean. Everything between the
// window and main passes through one; the shells differ only in which.

export interface Transport {
  /** Throws when the transport is closed. */
  send(bytes: Uint8Array): void;
  /** One listener; messages that came before it was set are kept for it. */
  onMessage(listener: (bytes: Uint8Array) => void): void;
  /** Called once, also when the transport was closed before the listener was set. */
  onClose(listener: (reason: string) => void): void;
  close(reason?: string): void;
}

declare function queueMicrotask(task: () => void): void;

/** What every transport needs at its receiving end: early messages are kept, closing happens once. */
export class TransportInbox {
  private listener: ((bytes: Uint8Array) => void) | null = null;
  private early: Uint8Array[] = [];
  private closeListeners: ((reason: string) => void)[] = [];
  private reason: string | null = null;

  get closed(): boolean {
    return this.reason !== null;
  }
  deliver(bytes: Uint8Array): void {
    if (this.reason !== null) return;
    if (this.listener) this.listener(bytes);
    else this.early.push(bytes);
  }
  setListener(listener: (bytes: Uint8Array) => void): void {
    this.listener = listener;
    const early = this.early;
    this.early = [];
    for (const bytes of early) listener(bytes);
  }
  addCloseListener(listener: (reason: string) => void): void {
    const reason = this.reason;
    if (reason !== null) queueMicrotask(() => listener(reason));
    else this.closeListeners.push(listener);
  }
  close(reason: string): void {
    if (this.reason !== null) return;
    this.reason = reason;
    const listeners = this.closeListeners;
    this.closeListeners = [];
    for (const listener of listeners) listener(reason);
  }
}

class MemoryTransport implements Transport {
  readonly inbox = new TransportInbox();
  other: MemoryTransport | null = null;

  send(bytes: Uint8Array): void {
    if (this.inbox.closed) throw new Error('The connection is closed.');
    const copy = bytes.slice();
    queueMicrotask(() => this.other?.inbox.deliver(copy));
  }
  onMessage(listener: (bytes: Uint8Array) => void): void {
    this.inbox.setListener(listener);
  }
  onClose(listener: (reason: string) => void): void {
    this.inbox.addCloseListener(listener);
  }
  close(reason = 'closed'): void {
    this.inbox.close(reason);
    this.other?.inbox.close(reason);
  }
}

/** Two ends of one connection inside one process, bytes copied as a wire would. */
export function memoryPair(): [Transport, Transport] {
  const a = new MemoryTransport();
  const b = new MemoryTransport();
  a.other = b;
  b.other = a;
  return [a, b];
}
