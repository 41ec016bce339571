// Files broken in the ways files break, and in those that break readers: the same ones for the same seed.
import { randomFor, type Random } from '../../vision/random.ts';

/** A broken copy, and what was done to it. */
export interface Mutant {
  bytes: Uint8Array;
  how: string;
}
type Mutation = (bytes: Uint8Array, random: Random) => Uint8Array;

/** Lengths that readers get wrong. */
const awkward = [0, 1, 2, 127, 128, 255, 256, 32_767, 65_535, 0x7fff_ffff, 0x8000_0000, 0xffff_fffe, 0xffff_ffff];

/** A place in the file: more often near its start, where headers are, or its end, where directories are. */
function place(length: number, random: Random): number {
  const where = random.below(4);
  if (where === 0) return random.below(Math.min(length, 64));
  if (where === 1) return length - 1 - random.below(Math.min(length, 128));
  return random.below(length);
}
/** A part of the file: from, to. */
function part(length: number, random: Random): [number, number] {
  const from = place(length, random);
  const most = random.below(3) === 0 ? length : 64;
  return [from, Math.min(length, from + 1 + random.below(most))];
}
const joined = (...parts: readonly Uint8Array[]): Uint8Array => new Uint8Array(Buffer.concat(parts));

function editLength(bytes: Uint8Array, random: Random): Uint8Array {
  const out = bytes.slice();
  const view = new DataView(out.buffer);
  const size = ([1, 2, 4, 8] as const)[random.below(4)]!;
  if (out.length < size) return out;
  const at = Math.min(place(out.length, random), out.length - size);
  const kinds = [
    awkward[random.below(awkward.length)]!,
    out.length + random.below(3) - 1,
    Math.floor(random.uniform() * 2 ** 32),
  ];
  const value = kinds[random.below(3)]!;
  const little = random.below(2) === 0;
  if (size === 1) view.setUint8(at, value);
  else if (size === 2) view.setUint16(at, value, little);
  else if (size === 4) view.setUint32(at, value, little);
  else view.setBigUint64(at, BigInt(value) * (random.below(2) === 0 ? 1n : 0x1_0000_0001n), little);
  return out;
}

/** Numbers that are written out in digits, as in headers of text. */
function editDigits(bytes: Uint8Array, random: Random): Uint8Array {
  const digit = (i: number) => bytes[i]! >= 48 && bytes[i]! < 58;
  let at = place(bytes.length, random);
  for (let looked = 0; looked < bytes.length && !digit(at); looked++) at = (at + 1) % bytes.length;
  if (!digit(at)) return editLength(bytes, random);
  let end = at;
  while (end < bytes.length && digit(end)) end++;
  const words = [
    '0',
    '-1',
    '1',
    '99999999999',
    '4294967295',
    '1e308',
    String(random.below(1000)),
    '9'.repeat(end - at),
  ];
  return joined(bytes.subarray(0, at), Buffer.from(words[random.below(words.length)]!), bytes.subarray(end));
}

const mutations: Readonly<Record<string, Mutation>> = {
  'cut off': (bytes, random) =>
    bytes.slice(0, random.below(2) === 0 ? random.below(bytes.length) : place(bytes.length, random)),
  'bits flipped': (bytes, random) => {
    const out = bytes.slice();
    for (let n = 1 + random.below(16); n > 0; n--) out[place(out.length, random)]! ^= 1 << random.below(8);
    return out;
  },
  'bytes overwritten': (bytes, random) => {
    const out = bytes.slice();
    const [from, to] = part(out.length, random);
    const value = [0, 255, -1][random.below(3)]!;
    for (let i = from; i < to; i++) out[i] = value < 0 ? random.below(256) : value;
    return out;
  },
  'blocks swapped': (bytes, random) => {
    const size = 1 + random.below(Math.max(1, Math.min(512, bytes.length >> 1)));
    const [a, b] = [random.below(bytes.length), random.below(bytes.length)];
    const out = bytes.slice();
    out.set(bytes.subarray(a, Math.min(a + size, bytes.length)).subarray(0, bytes.length - b), b);
    out.set(bytes.subarray(b, Math.min(b + size, bytes.length)).subarray(0, bytes.length - a), a);
    return out;
  },
  'a length edited': editLength,
  'digits edited': editDigits,
  'a part doubled': (bytes, random) => {
    const [from, to] = part(bytes.length, random);
    return joined(bytes.subarray(0, to), bytes.subarray(from, to), bytes.subarray(to));
  },
  'a part removed': (bytes, random) => {
    const [from, to] = part(bytes.length, random);
    return joined(bytes.subarray(0, from), bytes.subarray(to));
  },
  'bytes inserted': (bytes, random) => {
    const at = place(bytes.length, random);
    const more = Uint8Array.from({ length: 1 + random.below(32) }, () => random.below(256));
    return joined(bytes.subarray(0, at), more, bytes.subarray(at));
  },
};
const kinds = Object.keys(mutations);

/** Copy `index` of a file, broken in one to three ways: a function of (seed, index) and the file alone. */
export function mutate(bytes: Uint8Array, seed: number, index: number): Mutant {
  const random = randomFor(seed, index, 77);
  let broken: Uint8Array = new Uint8Array(bytes);
  const how: string[] = [];
  for (let n = 1 + Math.floor(3 * random.uniform() ** 2); n > 0 && broken.length > 0; n--) {
    const kind = kinds[random.below(kinds.length)]!;
    broken = mutations[kind]!(broken, random);
    how.push(kind);
  }
  return { bytes: broken, how: how.join(', ') };
}
