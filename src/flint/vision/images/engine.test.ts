// The engine's decoder beside sharp's: every JPEG that the engine takes has the same pixels there, to the last bit, and every
// file that it takes is one that sharp decodes. FLINT_FUZZ=10000 tries so many damaged files.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { FileError } from '../../io/file-error.ts';
import { native } from '../../native.ts';
import { randomFor } from '../random.ts';
import type { ColourMode, DecodedImage } from './colour.ts';
import { decodeImage } from './decode.ts';
import { beginInEngine, mayBeJpeg } from './engine.ts';
import { imageFormat, imageHeader } from './header.ts';
import made from './testdata/made.json' with { type: 'json' };

const data = resolve(process.env['FLINT_DATA'] ?? '../shared/data');
const awkward = join(data, 'awkward-images');
const modes: ColourMode[] = ['rgb', 'grey'];
const withDecoder = it.skipIf(!native.decodesJpeg());

const inEngine = (files: readonly Uint8Array[], mode: ColourMode, mostPixels = 20_000_000) =>
  beginInEngine(
    files.map((bytes) => ({ name: 'f.jpg', bytes })),
    { mode, mostPixels },
    2,
  )();

async function expectSame(name: string, bytes: Uint8Array, image: DecodedImage, mode: ColourMode): Promise<void> {
  const wanted = await decodeImage(bytes, name, { mode });
  expect([name, image.width, image.height, image.channels]).toEqual([
    name,
    wanted.width,
    wanted.height,
    wanted.channels,
  ]);
  expect(Buffer.compare(image.pixels, wanted.pixels), `${name}, ${mode}`).toBe(0);
}

/** A picture with edges and noise, encoded in many ways. */
async function drawn(): Promise<Record<string, Uint8Array>> {
  const files: Record<string, Uint8Array> = {};
  const random = randomFor(5, 5);
  for (const [width, height] of [
    [67, 45],
    [16, 16],
    [1, 1],
    [130, 9],
  ] as const) {
    const pixels = Uint8Array.from(
      { length: width * height * 3 },
      (_, i) => (((Math.floor(i / 21) ^ Math.floor(i / (width * 24))) * 37) % 190) + random.below(60),
    );
    for (const chromaSubsampling of ['4:4:4', '4:2:0'])
      for (const progressive of [false, true])
        for (const grey of [false, true]) {
          const image = sharp(pixels, { raw: { width, height, channels: 3 } });
          const name = `${width}x${height} ${chromaSubsampling}${progressive ? ' progressive' : ''}${grey ? ' grey' : ''}`;
          const encoded = (grey ? image.toColourspace('b-w') : image).jpeg({ quality: 88, chromaSubsampling, progressive, mozjpeg: false }); // prettier-ignore
          files[name] = await encoded.toBuffer();
          for (let orientation = 1; orientation <= 8; orientation++)
            if (!grey) files[`${name} turned ${orientation}`] = await encoded.clone().withMetadata({ orientation }).toBuffer(); // prettier-ignore
        }
  }
  return files;
}

function kept(): Record<string, Uint8Array> {
  const files = Object.entries(made).map(([name, { file }]) => [name, Buffer.from(file, 'base64')] as const);
  const real = existsSync(awkward)
    ? readdirSync(awkward).map((name) => [name, readFileSync(join(awkward, name))] as const)
    : [];
  return Object.fromEntries([...files, ...real].filter(([, bytes]) => imageFormat(bytes) === 'jpeg'));
}

describe('D2 JPEG in the engine', () => {
  withDecoder("D2 has sharp's pixels", async () => {
    const files = { ...(await drawn()), ...kept() };
    for (const mode of modes) {
      const images = inEngine(Object.values(files), mode, 100_000_000);
      const left: string[] = [];
      for (const [i, [name, bytes]] of Object.entries(files).entries()) {
        const image = images[i];
        if (image) await expectSame(name, bytes, image, mode);
        else left.push(name);
      }
      // What is left to sharp: inks, lossless and damaged files.
      for (const name of left) expect(name).toMatch(/cmyk|ycck|ink|testimgl|corrupt|trunc|inverted|broken/i);
      expect(images.filter((image) => image !== null).length).toBeGreaterThan(100);
    }
  });

  withDecoder("D2 photographs have sharp's pixels", async (context) => {
    const folder = join(data, 'hymenoptera_data/train/ants');
    if (!existsSync(folder)) return context.skip(`no ${folder}`);
    const names = readdirSync(folder).slice(0, 12);
    const files = names.map((name) => readFileSync(join(folder, name)));
    const images = inEngine(files, 'rgb');
    for (const [i, name] of names.entries()) await expectSame(name, files[i]!, images[i]!, 'rgb');
  });

  withDecoder('D2 leaves alone what is no JPEG, too large, or in a compressed part of an archive', () => {
    const png = Buffer.from(made['bits.png'].file, 'base64');
    const jpeg = Buffer.from(made['turned1.jpg'].file, 'base64');
    expect(inEngine([png, jpeg.subarray(0, 40), new Uint8Array(0)], 'rgb')).toEqual([null, null, null]);
    const { width, height } = imageHeader(jpeg, 'f');
    expect(inEngine([jpeg], 'rgb', width * height)[0]).not.toBeNull();
    expect(inEngine([jpeg], 'rgb', width * height - 1)[0]).toBeNull();
    const missing = [{ name: 'no.jpg', path: '/nowhere/no.jpg' }];
    expect(beginInEngine(missing, {}, 1)()).toEqual([null]);
    const part = { name: 'a.jpg', path: 'a.zip', from: 3, length: 5 };
    expect([mayBeJpeg(part), mayBeJpeg({ ...part, deflated: true }), mayBeJpeg({ ...part, name: 'a.png' })]).toEqual([
      true,
      false,
      false,
    ]);
  });

  withDecoder('D2 large images wait for each other, also after one that is damaged', async () => {
    const flat = { width: 4100, height: 4100, channels: 3 as const, background: '#102030' };
    const large = await sharp({ create: flat }).jpeg().toBuffer();
    const small = Buffer.from(made['turned1.jpg'].file, 'base64');
    const images = inEngine([large, large.subarray(0, -5000), large, small, large], 'grey', 100_000_000);
    expect(images.map((image) => image?.pixels.length ?? 0)).toEqual([4100 ** 2, 0, 4100 ** 2, 77, 4100 ** 2]);
  });

  withDecoder('D2 damaged files: what the engine decodes, sharp decodes alike', { timeout: 3_600_000 }, async () => {
    const originals = [
      ...Object.values(await drawn()),
      ...Object.values(kept()).filter(({ length }) => length < 60_000),
    ];
    const count = Number(process.env['FLINT_FUZZ'] ?? 400);
    let [taken, engineAlone] = [0, 0];
    for (let seed = 0; seed < count; seed++) {
      const random = randomFor(seed, 78);
      let bytes = Uint8Array.from(originals[random.below(originals.length)]!);
      for (let i = 1 + random.below(4); i > 0; i--) {
        const at = random.below(3) === 0 ? random.below(bytes.length) : random.below(Math.min(bytes.length, 700));
        if (random.below(6) === 0) bytes = bytes.slice(0, Math.max(20, bytes.length - random.below(200)));
        else if (at < bytes.length) bytes[at] = random.below(3) === 0 ? 0xff : random.below(256);
      }
      const [image] = inEngine([bytes], 'rgb', 2_000_000);
      if (!image) continue;
      taken++;
      try {
        await expectSame(`seed ${seed}`, bytes, image, 'rgb');
      } catch (error) {
        if (!(error instanceof FileError)) throw error;
        engineAlone++;
      }
    }
    if (count >= 1000)
      console.log(`${count} damaged files: the engine decodes ${taken}, ${engineAlone} of which sharp refuses`);
    expect(taken).toBeGreaterThan(count / 10);
    // The libjpeg in sharp refuses some damaged progressive files that libjpeg-turbo, and Pillow with it, decodes.
    expect(engineAlone).toBeLessThanOrEqual(count / 1000);
  });
});
