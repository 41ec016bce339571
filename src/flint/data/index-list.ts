// Long lists of indices as short text: the differences from one to the next, in as few bytes as each takes, compressed.
import { createHash } from 'node:crypto';
import { deflateRawSync, inflateRawSync } from 'node:zlib';

const known = new WeakMap<readonly number[], string>();

/** The same for the same indices in the same order. */
export function hashOfIndices(indices: readonly number[]): string {
  const before = known.get(indices);
  if (before !== undefined) return before;
  const hash = createHash('sha1').update(Float64Array.from(indices)).digest('hex').slice(0, 20);
  if (Object.isFrozen(indices)) known.set(indices, hash);
  return hash;
}

/** Whole numbers from 0 as text. */
export function encodeIndices(indices: readonly number[]): string {
  const bytes = new Uint8Array(indices.length * 8);
  let end = 0;
  let before = 0;
  for (const index of indices) {
    const step = index - before;
    before = index;
    // Seven bits a byte, the sign in the lowest: small steps in either direction are short.
    let rest = step < 0 ? -2 * step - 1 : 2 * step;
    for (; rest >= 128; rest = Math.floor(rest / 128)) bytes[end++] = 128 + (rest % 128);
    bytes[end++] = rest;
  }
  return deflateRawSync(bytes.subarray(0, end)).toString('base64');
}

/** The numbers of {@link encodeIndices}. Throws where the text is none of its. */
export function decodeIndices(text: string): number[] {
  const indices: number[] = [];
  let [before, rest, scale] = [0, 0, 1];
  for (const byte of inflateRawSync(Buffer.from(text, 'base64'))) {
    rest += (byte % 128) * scale;
    scale *= 128;
    if (byte >= 128) continue;
    before += rest % 2 === 1 ? -(rest + 1) / 2 : rest / 2;
    indices.push(before);
    [rest, scale] = [0, 1];
  }
  return indices;
}
