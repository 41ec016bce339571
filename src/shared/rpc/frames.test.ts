import { describe, expect, it } from 'vitest';
import { encodeFrame, FrameReader, largestFrame } from './frames.ts';

const messages = [{ type: 'a', value: NaN }, { type: 'b', bytes: new Uint8Array(70_000).fill(7) }, 'x', null];

describe('frames', () => {
  it.each([1, 3, 4, 5, 1000, 1 << 20])('gives every message once, whatever the pieces (%i bytes each)', (size) => {
    const stream = Uint8Array.from(messages.flatMap((message) => [...encodeFrame(message)]));
    const reader = new FrameReader();
    const got: unknown[] = [];
    for (let at = 0; at < stream.length; at += size) got.push(...reader.push(stream.subarray(at, at + size)));
    expect(got).toEqual(messages);
  });
  it('starts a frame with its length, little endian', () => {
    expect([...encodeFrame('x')]).toEqual([2, 0, 0, 0, 0xa1, 0x78]);
  });
  it('keeps typed arrays', () => {
    const [got] = new FrameReader().push(encodeFrame({ x: Float64Array.of(1.5, -0) }));
    expect(got).toEqual({ x: Float64Array.of(1.5, -0) });
  });
  it('refuses a stream that is none', () => {
    expect(() => new FrameReader().push(Uint8Array.from('HTTP/1.1 200', (c) => c.charCodeAt(0)))).toThrow(
      /A frame says/,
    );
    expect(largestFrame).toBeLessThan(0x50545448);
  });
  it('refuses a broken message', () => {
    expect(() => new FrameReader().push(Uint8Array.of(1, 0, 0, 0, 0xc1))).toThrow();
  });
});
