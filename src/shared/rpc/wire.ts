// What both ends check of a message before birpc sees it: bytes from outside become values here. birpc matches
// requests and answers by id; errors cross as plain data and are StudioErrors again on the other side.
import type { ChannelOptions } from 'birpc';
import { z } from 'zod';
import { plainError, StudioError } from '../errors.ts';
import { decodeMessage, encodeMessage } from './codec.ts';
import type { Transport } from './transport.ts';

/** The one function that the client offers to the server: an event and its payload. */
export const EVENT = 'event';

const Request = z.object({
  t: z.literal('q'),
  i: z.string().optional(),
  m: z.string(),
  a: z.array(z.unknown()).max(2),
});
const Answer = z.object({
  t: z.literal('s'),
  i: z.string(),
  r: z.unknown().optional(),
  e: z.object({ code: z.string(), message: z.string(), details: z.unknown().optional() }).optional(),
});
const Message = z.discriminatedUnion('t', [Request, Answer]);

/** birpc's view of a transport. A message that is not understood closes the connection: nothing after it can be trusted. */
export function channel(transport: Transport): ChannelOptions {
  return {
    post: (message: unknown) => transport.send(encodeMessage(message)),
    serialize: (message: { t: string; e?: unknown }) =>
      message.t === 's' && message.e !== undefined ? { ...message, e: plainError(message.e) } : message,
    on: (receive) => {
      transport.onMessage((bytes) => {
        const message = understand(bytes);
        if (!message) transport.close('A message was not understood.');
        else receive(message);
      });
    },
    deserialize: (message: z.infer<typeof Message>) =>
      message.t === 's' && message.e
        ? { ...message, e: new StudioError(message.e.code, message.e.message, message.e.details) }
        : message,
  };
}

function understand(bytes: Uint8Array): z.infer<typeof Message> | null {
  try {
    return Message.parse(decodeMessage(bytes));
  } catch {
    return null;
  }
}
