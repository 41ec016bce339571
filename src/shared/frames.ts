// Messages on a byte stream: 4 bytes of length, little endian, then msgpack. The reader takes pieces as they come.
import { decodeMessage, encodeMessage } from './rpc/codec.ts';

/** A frame longer than this is taken for noise: no message of ours comes near it. */
export const maxFrameBytes = 1 << 28;

/** One message as the bytes of one frame. */
export function encodeFrame(message: unknown): Uint8Array {
  const body = encodeMessage(message);
  if (body.length > maxFrameBytes) {
    throw new RangeError(`A message of ${body.length} bytes was to be sent; a frame holds at most ${maxFrameBytes}.`);
  }
  const frame = new Uint8Array(4 + body.length);
  new DataView(frame.buffer).setUint32(0, body.length, true);
  frame.set(body, 4);
  return frame;
}

/** Puts frames together again. One for each stream: it holds the piece that is still incomplete. */
export class FrameReader {
  private pieces: Uint8Array[] = [];
  private bytes = 0;

  /** The messages that `piece` completes. Throws when the stream holds no frames; it is then of no more use. */
  push(piece: Uint8Array): unknown[] {
    // A plain view: Buffer's slice would not copy.
    this.pieces.push(new Uint8Array(piece.buffer, piece.byteOffset, piece.length));
    this.bytes += piece.length;
    const messages: unknown[] = [];
    for (let need = this.nextFrame(); need !== null && this.bytes >= need; need = this.nextFrame()) {
      const all = this.joined();
      messages.push(decodeMessage(all.slice(4, need)));
      this.pieces = need < all.length ? [all.subarray(need)] : [];
      this.bytes -= need;
    }
    return messages;
  }

  /** Length of the next frame with its head, or null when the head is not there yet. */
  private nextFrame(): number | null {
    if (this.bytes < 4) return null;
    const head = this.pieces[0]!.length >= 4 ? this.pieces[0]! : this.joined();
    const length = new DataView(head.buffer, head.byteOffset, 4).getUint32(0, true);
    if (length > maxFrameBytes) throw new Error(`The stream holds no frames: a length of ${length} bytes was read.`);
    return 4 + length;
  }

  private joined(): Uint8Array {
    if (this.pieces.length === 1) return this.pieces[0]!;
    const all = new Uint8Array(this.bytes);
    let at = 0;
    for (const piece of this.pieces) {
      all.set(piece, at);
      at += piece.length;
    }
    this.pieces = [all];
    return all;
  }
}
