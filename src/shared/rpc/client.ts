// The window's end: `api.runs.start({...})` as if main were here, and events. When the connection ends, calls that wait
// are rejected with code "disconnected"; none is left hanging.
import { createBirpc } from 'birpc';
import { z } from 'zod';
import type { StudioApi, StudioEventPayloads } from '../contract/studio.ts';
import { StudioError } from '../errors.ts';
import type { EventName } from './server.ts';
import type { Transport } from './transport.ts';
import { channel, EVENT } from './wire.ts';

export type { EventName } from './server.ts';

// zod would try to compile its checks, which the window's content security policy forbids and reports.
z.config({ jitless: true });

export type EventListener<Name extends EventName> = (payload: StudioEventPayloads[Name]) => void;

export interface Connection {
  readonly api: StudioApi;
  /** Listens until the returned function is called. */
  on<Name extends EventName>(event: Name, listener: EventListener<Name>): () => void;
  /** Resolves with the reason when the connection ends; never rejects. */
  readonly closed: Promise<string>;
  close(): void;
}

/** Talks to the studio over one transport. */
export function connect(transport: Transport): Connection {
  const listeners = new EventListeners();
  let ended: string | null = null;
  const rpc = createBirpc<Record<string, (...args: unknown[]) => unknown>, object, false>(
    {},
    {
      ...channel(transport),
      timeout: -1,
      proxify: false,
      resolver: (name: string) =>
        name === EVENT ? (event: string, payload: unknown) => listeners.tell(event, payload) : undefined,
    },
  );
  const closed = new Promise<string>((resolve) => {
    transport.onClose((reason) => {
      ended = reason;
      rpc.$close(disconnected(reason));
      resolve(reason);
    });
  });
  const call = async (method: string, params: unknown) => {
    if (ended !== null) throw disconnected(ended);
    return rpc.$call(method, params ?? {});
  };
  return { api: apiProxy(call), on: (e, l) => listeners.add(e, l), closed, close: () => transport.close('closed') };
}

export function disconnected(reason: string): StudioError {
  return new StudioError(
    'disconnected',
    `The connection to the studio ended (${reason}). It is tried again by itself.`,
  );
}

/** `api.domain.method(params)` -> `call('domain.method', params)`. */
export function apiProxy(call: (method: string, params: unknown) => Promise<unknown>): StudioApi {
  const byName = <T>(make: (name: string) => T): Record<string, T> => {
    const made = new Map<string, T>();
    return new Proxy(Object.create(null) as Record<string, T>, {
      get(_, name) {
        if (typeof name !== 'string' || name === 'then') return undefined;
        let value = made.get(name);
        if (value === undefined) made.set(name, (value = make(name)));
        return value;
      },
    });
  };
  return byName((domain) =>
    byName((method) => (params: unknown) => call(`${domain}.${method}`, params)),
  ) as unknown as StudioApi;
}

/** Who wants to hear of what. A listener that throws does not keep the others from hearing. */
export class EventListeners {
  private readonly byEvent = new Map<string, Set<(payload: never) => void>>();

  add<Name extends EventName>(event: Name, listener: EventListener<Name>): () => void {
    const own = (payload: StudioEventPayloads[Name]) => listener(payload);
    const set = this.byEvent.get(event) ?? new Set();
    this.byEvent.set(event, set.add(own));
    return () => void set.delete(own);
  }
  tell(event: string, payload: unknown): void {
    let failure: unknown;
    for (const listener of [...(this.byEvent.get(event) ?? [])]) {
      try {
        (listener as (payload: unknown) => void)(payload);
      } catch (thrown) {
        failure ??= thrown;
      }
    }
    if (failure !== undefined) throw failure;
  }
}
