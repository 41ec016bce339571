// The window's line to the studio: the same calls through Electron's bridge or the web shell's socket.
import { useEffect, useRef, useState, useSyncExternalStore } from 'react';
import { bridgeTransport, type Bridge } from '../shared/rpc/bridge.ts';
import { connectLasting, type ConnectionState, type LastingConnection } from '../shared/rpc/reconnect.ts';
import type { EventName, EventListener } from '../shared/rpc/client.ts';
import { webSocketTransport } from '../shared/rpc/web-socket.ts';

function open(): LastingConnection {
  const bridge = (window as { flintBridge?: Bridge }).flintBridge;
  if (bridge) return connectLasting(() => Promise.resolve(bridgeTransport(bridge)));
  const url = new URL('/rpc', window.location.href);
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  return connectLasting(() => webSocketTransport(new WebSocket(url)));
}

export const connection = open();
export const api = connection.api;

export function useConnectionState(): ConnectionState {
  return useSyncExternalStore(
    (listener) => connection.onState(listener),
    () => connection.state,
  );
}

const reconnectedListeners = new Set<() => void>();
let stateBefore: ConnectionState = connection.state;
connection.onState((state) => {
  if (state === 'connected' && stateBefore === 'reconnecting')
    for (const listener of [...reconnectedListeners]) listener();
  stateBefore = state;
});

/** Told when a lost connection is there again: what is shown should be asked for anew. In the order of adding. */
export function onReconnected(listener: () => void): () => void {
  reconnectedListeners.add(listener);
  return () => void reconnectedListeners.delete(listener);
}

/** Listens to an event of the studio while the component is shown. */
export function useEvent<Name extends EventName>(name: Name, listener: EventListener<Name>): void {
  const latest = useRef(listener);
  useEffect(() => {
    latest.current = listener;
  });
  useEffect(() => connection.on(name, ((payload: never) => latest.current(payload)) as EventListener<Name>), [name]);
}

export interface Query<T> {
  data: T | undefined;
  error: Error | undefined;
  again: () => void;
}

/** Asks main whenever `key` changes, `again` is called or the connection comes back; a late answer to an old key is dropped. What was there stays when asking again fails. */
export function useQuery<T>(key: string | null, ask: () => Promise<T>): Query<T> {
  const [state, setState] = useState<{ key: string | null; data?: T; error?: Error }>({ key: null });
  const [turn, setTurn] = useState(0);
  const latest = useRef(ask);
  useEffect(() => {
    latest.current = ask;
  });
  useEffect(() => {
    if (key === null) return;
    let current = true;
    latest.current().then(
      (data) => current && setState({ key, data }),
      (error: Error) =>
        current && setState((before) => ({ key, error, ...(before.key === key ? { data: before.data } : {}) })),
    );
    return () => {
      current = false;
    };
  }, [key, turn]);
  useEffect(() => onReconnected(() => setTurn((n) => n + 1)), []);
  const fits = state.key === key;
  return {
    data: fits ? state.data : undefined,
    error: fits ? state.error : undefined,
    again: () => setTurn((n) => n + 1),
  };
}
