// Messages in a stream of bytes: a 4-byte little-endian length before each. For local sockets, which know no messages.
import { decodeMessage, encodeMessage } from './codec.ts';

const headBytes = 4;
/** Beyond this a length is taken for a broken stream. */
export const largestFrame = 256 * 1024 * 1024;

export function encodeFrame(message: unknown): Uint8Array {
  const body = encodeMessage(message);
  const frame = new Uint8Array(headBytes + body.length);
  new DataView(frame.buffer).setUint32(0, body.length, true);
  frame.set(body, headBytes);
  return frame;
}

/** Takes chunks as they come and gives whole messages. Throws on a length or message that cannot be. */
export class FrameReader {
  private parts: Uint8Array[] = [];
  private have = 0;

  push(chunk: Uint8Array): unknown[] {
    this.parts.push(chunk);
    this.have += chunk.length;
    const messages: unknown[] = [];
    for (;;) {
      if (this.have < headBytes) return messages;
      const head = this.join(headBytes);
      const length = new DataView(head.buffer, head.byteOffset).getUint32(0, true);
      if (length > largestFrame)
        throw new Error(`A frame says it has ${length} bytes; at most ${largestFrame} can be.`);
      if (this.have < headBytes + length) return messages;
      const all = this.join(headBytes + length);
      messages.push(decodeMessage(new Uint8Array(all.subarray(headBytes, headBytes + length))));
      const rest = all.subarray(headBytes + length);
      this.parts = rest.length ? [rest, ...this.parts.slice(1)] : this.parts.slice(1);
      this.have -= headBytes + length;
    }
  }

  /** Makes the first part at least `bytes` long. */
  private join(bytes: number): Uint8Array {
    if (this.parts[0]!.length >= bytes) return this.parts[0]!;
    const whole = new Uint8Array(this.have);
    let at = 0;
    for (const part of this.parts) {
      whole.set(part, at);
      at += part.length;
    }
    this.parts = [whole];
    return whole;
  }
}
