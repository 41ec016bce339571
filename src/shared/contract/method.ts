// How a contract is written: each method is its parameters' schema and its result's type. main checks the parameters
// where they enter; the renderer calls through a proxy typed from the same object.
import type { z } from 'zod';

declare const resultOf: unique symbol;
declare const payloadOf: unique symbol;

export interface Method<Params extends z.ZodType, Result> {
  readonly params: Params;
  readonly [resultOf]?: Result;
}

export interface Event<Payload> {
  readonly [payloadOf]?: Payload;
}

/** A method whose parameters are checked by `params`; its result type is given by the second call. */
export function method<Params extends z.ZodType>(params: Params) {
  return { returns: <Result>(): Method<Params, Result> => ({ params }) };
}

export function event<Payload>(): Event<Payload> {
  return {};
}

export type Methods = Record<string, Method<z.ZodType, unknown>>;
export type Events = Record<string, Event<unknown>>;

/** The interface that main implements and the renderer calls. */
export type ServiceOf<M extends Methods> = {
  [K in keyof M]: M[K] extends Method<infer P, infer R> ? (params: z.infer<P>) => Promise<R> : never;
};
export type PayloadOf<E> = E extends Event<infer P> ? P : never;
