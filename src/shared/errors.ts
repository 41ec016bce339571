// The one error that crosses between window, main and trainer: a code for programs, a sentence for people.

/** Says what happened, where, and what to do. `code` is stable ("untrusted", "not-found"); `details` is plain data. */
export class StudioError extends Error {
  readonly code: string;
  readonly details: unknown;
  constructor(code: string, message: string, details?: unknown) {
    super(message);
    this.name = 'StudioError';
    this.code = code;
    this.details = details;
  }
}

/** Any thrown thing as it crosses the wire. */
export interface PlainError {
  code: string;
  message: string;
  details?: unknown;
}

/** Keeps code and message of whatever was thrown; the stack stays on the side where it happened. */
export function plainError(thrown: unknown): PlainError {
  if (thrown instanceof StudioError) {
    return { code: thrown.code, message: thrown.message, details: thrown.details };
  }
  if (thrown instanceof Error) {
    const code = (thrown as { code?: unknown }).code;
    return { code: typeof code === 'string' ? code : 'internal', message: thrown.message };
  }
  return { code: 'internal', message: String(thrown) };
}
