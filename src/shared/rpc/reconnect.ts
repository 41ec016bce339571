// A connection that comes back: api and listeners stay, the transport below is opened again with growing pauses. Calls
// made meanwhile wait for the next connection; calls that were under way are rejected, since they may have happened.
import { apiProxy, connect, EventListeners, type Connection, type EventListener, type EventName } from './client.ts';
import type { StudioApi } from '../contract/studio.ts';
import { studioEvents } from '../contract/studio.ts';
import type { Transport } from './transport.ts';
import { disconnected } from './client.ts';

declare function setTimeout(task: () => void, milliseconds: number): unknown;

export type ConnectionState = 'connecting' | 'connected' | 'reconnecting' | 'closed';

export interface LastingConnection {
  readonly api: StudioApi;
  on<Name extends EventName>(event: Name, listener: EventListener<Name>): () => void;
  readonly state: ConnectionState;
  /** Told of every change. After "connected" following "reconnecting", ask again for what is shown. */
  onState(listener: (state: ConnectionState) => void): () => void;
  close(): void;
}

export interface ReconnectOptions {
  /** Milliseconds before the first and the longest pause between attempts; doubled each time. */
  firstPause?: number;
  longestPause?: number;
}

const eventNames = Object.entries(studioEvents).flatMap(([domain, events]) =>
  Object.keys(events).map((name) => `${domain}.${name}` as EventName),
);

/** `open` makes a new transport, as `() => webSocketTransport(new WebSocket(url))`. */
export function connectLasting(open: () => Promise<Transport>, options: ReconnectOptions = {}): LastingConnection {
  const { firstPause = 250, longestPause = 8000 } = options;
  const listeners = new EventListeners();
  const stateListeners = new Set<(state: ConnectionState) => void>();
  const waiting: { resolve: (c: Connection) => void; reject: (e: Error) => void }[] = [];
  let state: ConnectionState = 'connecting';
  let current: Connection | null = null;
  let pause = firstPause;

  const become = (next: ConnectionState) => {
    if (state === next || state === 'closed') return;
    state = next;
    for (const listener of [...stateListeners]) listener(next);
  };
  const tryAgain = () => {
    become(state === 'connecting' ? 'connecting' : 'reconnecting');
    if (state === 'closed') return;
    setTimeout(attempt, pause);
    pause = Math.min(pause * 2, longestPause);
  };
  const attempt = () => {
    if (state === 'closed') return;
    open().then((transport) => {
      if (state === 'closed') return transport.close('closed');
      const connection = connect(transport);
      for (const name of eventNames) connection.on(name, (payload) => listeners.tell(name, payload));
      current = connection;
      pause = firstPause;
      become('connected');
      for (const { resolve } of waiting.splice(0)) resolve(connection);
      void connection.closed.then(() => {
        current = null;
        tryAgain();
      });
    }, tryAgain);
  };
  attempt();

  const ready = () =>
    current
      ? Promise.resolve(current)
      : new Promise<Connection>((resolve, reject) => {
          if (state === 'closed') reject(disconnected('closed'));
          else waiting.push({ resolve, reject });
        });
  type Calls = Record<string, Record<string, (params: unknown) => Promise<unknown>>>;
  const api = apiProxy(async (method, params) => {
    const [domain = '', name = ''] = method.split('.');
    return ((await ready()).api as unknown as Calls)[domain]![name]!(params);
  });
  return {
    api,
    on: (event, listener) => listeners.add(event, listener),
    get state() {
      return state;
    },
    onState(listener) {
      stateListeners.add(listener);
      return () => void stateListeners.delete(listener);
    },
    close() {
      become('closed');
      current?.close();
      for (const { reject } of waiting.splice(0)) reject(disconnected('closed'));
    },
  };
}
