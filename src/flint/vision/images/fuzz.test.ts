// Damaged files by the thousand: every one must end as an image or as a FileError, in time and in bounded memory.
// FLINT_FUZZ=10000 tries so many of every kind (minutes); by default there are few. Failures print the seed of their file.
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { zipParts } from '../../io/archive/zip-write.ts';
import { FileError } from '../../io/file-error.ts';
import { randomFor, type Random } from '../random.ts';
import { decodeImage } from './decode.ts';
import { imageFormat, imageHeader, type ImageFormat } from './header.ts';
import { readSource } from './read-source.ts';
import { scanTree } from './scan.ts';
import made from './testdata/made.json' with { type: 'json' };
import { openTree } from './tree.ts';

const count = Number(process.env['FLINT_FUZZ'] ?? 300);
const mostPixels = 20_000_000;
const mostMilliseconds = 10_000;
const awkward = resolve(process.env['FLINT_DATA'] ?? '../shared/data', 'awkward-images');
const folder = mkdtempSync(join(tmpdir(), 'flint-fuzz-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const edges = [0, 1, 0x7f, 0x80, 0xff];
/** Damage as it happens, and as it is made on purpose. */
const mutations: ((bytes: Uint8Array, random: Random) => Uint8Array)[] = [
  (bytes, random) => bytes.subarray(0, random.below(bytes.length)),
  (bytes, random) => {
    for (let i = 1 + random.below(12); i > 0; i--) bytes[random.below(bytes.length)]! ^= 1 << random.below(8);
    return bytes;
  },
  (bytes, random) => bytes.fill(edges[random.below(5)]!, random.below(bytes.length), random.below(bytes.length)),
  (bytes, random) => {
    const size = 1 + random.below(Math.max(1, bytes.length >> 2));
    const [a, b] = [random.below(bytes.length - size), random.below(bytes.length - size)];
    const kept = bytes.slice(a, a + size);
    bytes.copyWithin(a, b, b + size);
    bytes.set(kept, b);
    return bytes;
  },
  // Lengths and sizes lie near the beginning: two or four bytes there become extreme.
  (bytes, random) => {
    const at = random.below(Math.min(bytes.length - 4, 200));
    for (let i = 0, size = 2 + 2 * random.below(2); i < size; i++)
      bytes[at + i] = random.below(3) === 0 ? random.below(256) : edges[random.below(5)]!;
    return bytes;
  },
  (bytes, random) =>
    Buffer.concat([bytes.subarray(0, random.below(bytes.length)), bytes.subarray(random.below(bytes.length))]),
];
/** The file of a seed: one of the originals with one to three kinds of damage. */
function damaged(originals: readonly Uint8Array[], seed: number): Uint8Array {
  const random = randomFor(seed, 77);
  let bytes = Uint8Array.from(originals[random.below(originals.length)]!);
  for (let i = 1 + random.below(3); i > 0; i--)
    if (bytes.length > 8) bytes = Uint8Array.from(mutations[random.below(mutations.length)]!(bytes, random));
  return bytes;
}

const originals = new Map<ImageFormat, Uint8Array[]>();
for (const bytes of [
  ...Object.values(made).map(({ file }) => new Uint8Array(Buffer.from(file, 'base64'))),
  ...(existsSync(awkward) ? readdirSync(awkward).map((name) => new Uint8Array(readFileSync(join(awkward, name)))) : []),
]) {
  const format = imageFormat(bytes);
  if (format && bytes.length < 60_000) originals.set(format, [...(originals.get(format) ?? []), bytes]);
}

/** Whether an attempt succeeded; anything but a FileError fails the test with the seed. */
async function outcome(seed: number, attempt: () => unknown): Promise<boolean> {
  const start = performance.now();
  try {
    await attempt();
    return true;
  } catch (error) {
    if (!(error instanceof FileError)) throw new Error(`seed ${seed}: ${String(error)}`, { cause: error });
    expect(error.problem.length, `seed ${seed}`).toBeLessThan(400);
    return false;
  } finally {
    expect(performance.now() - start, `seed ${seed} took too long`).toBeLessThan(mostMilliseconds);
  }
}

describe('D2 damaged images', () => {
  for (const [format, files] of originals) {
    it(`D2 ${format}: an image or an error that names the file`, { timeout: 3_600_000 }, async () => {
      let [decoded, headers, memory] = [0, 0, 0];
      for (let seed = 0; seed < count; seed++) {
        const bytes = damaged(files, seed);
        if (await outcome(seed, () => imageHeader(bytes, 'f'))) headers++;
        const image = async () => {
          const { width, height, channels, pixels } = await decodeImage(bytes, 'f', { mostPixels });
          if (pixels.length !== width * height * channels) throw new Error('pixels do not fit the size');
        };
        if (await outcome(seed, image)) decoded++;
        if (seed % 50 === 0) memory = Math.max(memory, process.memoryUsage().rss);
      }
      if (count >= 1000)
        console.log(`${format}: ${count} damaged files, ${headers} headers read, ${decoded} decoded, ${count - decoded} refused, at most ${Math.round(memory / 1e6)} MB resident`); // prettier-ignore
      expect(memory).toBeLessThan(2e9);
    });
  }
});

describe('D2 damaged archives of images', () => {
  const entries = Object.entries(made).slice(0, 12).map(([name, { file }], i) => ({ name: `train/c${i % 3}/${name}`, bytes: Buffer.from(file, 'base64') })); // prettier-ignore
  function tar(): Uint8Array {
    const parts = entries.flatMap(({ name, bytes }) => {
      const head = Buffer.alloc(512);
      head.write(name);
      head.write(bytes.length.toString(8).padStart(11, '0') + '\0', 124);
      head.fill(32, 148, 156);
      head.write('0ustar\0', 156);
      head.write(head.reduce((a, b) => a + b, 0).toString(8).padStart(6, '0') + '\0 ', 148); // prettier-ignore
      return [head, bytes, Buffer.alloc((512 - (bytes.length % 512)) % 512)];
    });
    return Buffer.concat([...parts, Buffer.alloc(1024)]);
  }
  const kinds: Record<string, () => Uint8Array> = {
    'a.zip': () => Buffer.concat(zipParts(entries)),
    'b.zip': () => Buffer.concat(zipParts(entries, { deflate: true })),
    'c.tar': tar,
    'd.tar.gz': () => gzipSync(tar()),
  };
  for (const [name, whole] of Object.entries(kinds)) {
    it(`D2 ${name}: a report and readable images, or an error`, { timeout: 3_600_000 }, async () => {
      const path = join(folder, name);
      const bytes = [whole()];
      let [scanned, read] = [0, 0];
      for (let seed = 0; seed < count; seed++) {
        writeFileSync(path, damaged(bytes, seed));
        const all = async () => {
          const tree = openTree(path);
          for (const { images } of scanTree(tree).splits) {
            for (const image of images.slice(0, 3))
              if (await outcome(seed, () => imageHeader(readSource(tree.source(image.path)), image.path))) read++;
          }
        };
        if (await outcome(seed, all)) scanned++;
      }
      if (count >= 1000)
        console.log(`${name}: ${count} damaged archives, ${scanned} indexed, ${read} images in them read`);
      expect(process.memoryUsage().rss).toBeLessThan(2e9);
    });
  }
});
