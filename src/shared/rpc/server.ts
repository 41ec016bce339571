// main's end: one server, any number of clients. Parameters are checked by the contract's schemas before a service sees
// them; whatever a service throws crosses as {code, message, details}.
import { createBirpc } from 'birpc';
import type { z } from 'zod';
import { studioMethods, type StudioApi, type StudioEventPayloads } from '../contract/studio.ts';
import { StudioError } from '../errors.ts';
import type { Transport } from './transport.ts';
import { channel, EVENT } from './wire.ts';

export type EventName = keyof StudioEventPayloads & string;
/** How services tell every window what happened. */
export type Emit = <Name extends EventName>(event: Name, payload: StudioEventPayloads[Name]) => void;

export interface RpcServer {
  /** Serves a client until its transport closes. */
  attach(transport: Transport): void;
  /** To every client. */
  emit: Emit;
  readonly clientCount: number;
  close(): void;
}

interface Client {
  transport: Transport;
  tell(event: string, payload: unknown): void;
}
type Handler = (params: unknown) => Promise<unknown>;

export function createServer(api: StudioApi): RpcServer {
  const handlers = checkedHandlers(api);
  const clients = new Set<Client>();
  return {
    attach(transport) {
      const rpc = createBirpc<Record<string, (...args: unknown[]) => unknown>, object, false>(
        {},
        {
          ...channel(transport),
          timeout: -1,
          proxify: false,
          resolver: (name: string) => handlers.get(name) ?? unknownMethod(name),
          onGeneralError: () => true,
        },
      );
      const client: Client = {
        transport,
        tell: (event, payload) => void rpc.$callEvent(EVENT, event, payload).catch(() => {}),
      };
      clients.add(client);
      transport.onClose(() => {
        clients.delete(client);
        if (!rpc.$closed) rpc.$close();
      });
    },
    emit(event, payload) {
      for (const client of clients) client.tell(event, payload);
    },
    get clientCount() {
      return clients.size;
    },
    close() {
      for (const client of [...clients]) client.transport.close('The studio was closed.');
    },
  };
}

function unknownMethod(name: string): Handler {
  return () => Promise.reject(new StudioError('unknown-method', `The studio has no method "${name}".`));
}

function checkedHandlers(api: StudioApi): Map<string, Handler> {
  const handlers = new Map<string, Handler>();
  for (const [domain, methods] of Object.entries(studioMethods)) {
    const service = api[domain as keyof StudioApi] as Record<string, Handler>;
    for (const [name, contract] of Object.entries(methods)) {
      const full = `${domain}.${name}`;
      handlers.set(full, async (params) => {
        const call = service[name];
        if (!call) throw new StudioError('unknown-method', `The studio has no method "${full}".`);
        return call.call(service, checked(full, contract.params, params));
      });
    }
  }
  return handlers;
}

function checked(method: string, schema: z.ZodType, params: unknown): unknown {
  const result = schema.safeParse(params ?? {});
  if (result.success) return result.data;
  const issues = result.error.issues.map((i) => ({ path: i.path.map(String).join('.'), message: i.message }));
  const words = issues.map((i) => (i.path ? `${i.path}: ${i.message}` : i.message)).join('; ');
  throw new StudioError('bad-params', `${method} was called with parameters that do not fit: ${words}.`, { issues });
}
