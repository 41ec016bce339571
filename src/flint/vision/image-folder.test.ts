// Image folders as data sets: values, labels, batches, bad images, archives.
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import sharp from 'sharp';
import { afterAll, describe, expect, it } from 'vitest';
import { DataLoader } from '../data/loader.ts';
import { zipParts } from '../io/archive/zip-write.ts';
import { ImageFolder } from './image-folder.ts';
import { stopDecoders } from './images/decoders.ts';
import pillow from './images/testdata/pillow.json' with { type: 'json' };

const base = mkdtempSync(join(tmpdir(), 'flint-folder-'));
afterAll(async () => {
  await stopDecoders();
  rmSync(base, { recursive: true, force: true });
});

const pgm = (value: number, width = 4, height = 3) =>
  Buffer.concat([Buffer.from(`P5 ${width} ${height} 255\n`), Buffer.alloc(width * height, value)]);
let made = 0;
function folder(files: Record<string, Uint8Array>): string {
  const root = join(base, String(made++));
  for (const [path, bytes] of Object.entries(files)) {
    mkdirSync(join(root, dirname(path)), { recursive: true });
    writeFileSync(join(root, path), bytes);
  }
  return root;
}
const four = () => ({ 'a/1.pgm': pgm(10), 'a/2.pgm': pgm(20), 'b/3.pgm': pgm(30), 'b/4.pgm': pgm(40) });

describe('ImageFolder', () => {
  it('D2 samples are [c, h, w] in 0..1 with their labels', () => {
    const set = new ImageFolder(folder(four()));
    expect([set.length, set.classes, set.classToIndex, set.targets]).toEqual([
      4,
      ['a', 'b'],
      { a: 0, b: 1 },
      [0, 0, 1, 1],
    ]);
    const [image, label] = set.get(2);
    expect([image.shape, String(image.dtype), label.shape, String(label.dtype)]).toEqual([
      [3, 3, 4],
      'float32',
      [],
      'int64',
    ]);
    expect(image.at(1, 2, 3).item()).toBe(Math.fround(30 / 255));
    expect(Number(label.item())).toBe(1);
    expect(new ImageFolder(folder(four()), { mode: 'grey' }).get(0)[0].shape).toEqual([1, 3, 4]);
    expect(() => set.get(4)).toThrow('[ImageFolder] there is no sample 4: there are 4, counted from 0');
  });

  it('D2 channels come apart from interleaved files', () => {
    const ppm = Buffer.concat([Buffer.from('P6 2 1 255\n'), Buffer.from([1, 2, 3, 4, 5, 6])]);
    const [image] = new ImageFolder(folder({ 'a/1.ppm': ppm })).get(0);
    expect([...image.mul(255).round().flatten().toArray()]).toEqual([1, 4, 2, 5, 3, 6]);
  });

  it('D2 a DataLoader gets whole batches, one ahead', () => {
    const set = new ImageFolder(folder(four()));
    const batches = [...new DataLoader(set, { batchSize: 3 })].map(([x, y]) => [x.shape, [...y.toArray()].map(Number)]);
    expect(batches).toEqual([
      [[3, 3, 3, 4], [0, 0, 1]],
      [[1, 3, 3, 4], [1]],
    ]); // prettier-ignore
    const seen = [...new DataLoader(set, { batchSize: 2, shuffle: true, seed: 3 })].flatMap(([x]) => [
      ...x.at(':', 0, 0, 0).mul(255).round().toArray(),
    ]);
    expect(seen.sort((a, b) => a - b)).toEqual([10, 20, 30, 40]);
  });

  it('D2 decode gives bytes of every size; a batch of different sizes says what to do', () => {
    const set = new ImageFolder(folder({ 'a/1.pgm': pgm(1), 'a/2.pgm': pgm(2, 6, 5) }), { mode: 'grey' });
    const images = set.decode([1, 0]);
    expect(
      images.map(({ index, width, height, channels, pixels }) => [index, width, height, channels, pixels.length]),
    ).toEqual([
      [1, 6, 5, 1, 30],
      [0, 4, 3, 1, 12],
    ]);
    expect(() => set.getBatch([0, 1])).toThrow(
      '[ImageFolder] images of one batch need one size: a/1.pgm is 4 x 3, a/2.pgm is 6 x 5; bring them to one size with a transform, or use batchSize 1',
    );
  });

  it('D2 splits are asked for by name or by what they are', () => {
    const root = folder({ 'train/a/1.pgm': pgm(1), 'valid/a/2.pgm': pgm(2), 'valid/a/3.pgm': pgm(3) });
    expect(new ImageFolder(root, { split: 'train' }).length).toBe(1);
    expect(new ImageFolder(root, { split: 'val' }).length).toBe(2);
    expect(() => new ImageFolder(root)).toThrow("has the splits train, valid: give { split: 'train' }");
    expect(() => new ImageFolder(root, { split: 'test' })).toThrow('has no split "test", but train, valid');
    expect(() => new ImageFolder(folder(four()), { split: 'train' })).toThrow(/has no splits, only classes/);
  });

  it('D2 a class without images is an error unless it is allowed', () => {
    const root = folder({ 'a/1.pgm': pgm(1), 'b/notes.txt': pgm(2) });
    expect(() => new ImageFolder(root)).toThrow(/no images for the class b \(all\)\. Add images, remove the folders/);
    expect(new ImageFolder(root, { allowEmpty: true }).classes).toEqual(['a', 'b']);
    expect(() => new ImageFolder(folder({ 'x.pgm': pgm(1) }))).toThrow(
      /expected a folder of images for each class, found no/,
    );
  });
});

describe('bad images', () => {
  const cut = pgm(30).subarray(0, 15);
  const noHeader = Buffer.from('no image');
  const files = { 'a/1.pgm': pgm(10), 'a/2.pgm': noHeader, 'b/3.pgm': cut, 'b/4.pgm': pgm(40) };

  it('D2 are an error that names the file', () => {
    const root = folder(files);
    const set = new ImageFolder(root);
    expect(set.length).toBe(4);
    expect(() => set.get(1)).toThrow(new RegExp(`^${root}/a/2\\.pgm, byte 0: this is no JPEG`));
    expect(() => set.getBatch([0, 2])).toThrow(/3\.pgm, byte 15: the file ends too early: a part of the 4 x 3 pixels/);
  });

  it('D2 are left out by their headers, and stood in for when only their pixels are bad', () => {
    const set = new ImageFolder(folder(files), { onBadImage: 'skip' });
    expect([set.length, set.targets]).toEqual([3, [0, 1, 1]]);
    expect(set.badImages.map(({ path }) => path)).toEqual(['a/2.pgm']);
    for (let i = 0; i < 2; i++) {
      const [x, y] = set.getBatch([1, 0]);
      expect([...x.at(':', 0, 0, 0).mul(255).round().toArray()]).toEqual([40, 10]);
      expect([...y.toArray()].map(Number)).toEqual([1, 0]);
    }
    expect(set.decode([1])[0]!.index).toBe(2);
    expect(set.badImages.map(({ path, why }) => [path, /cut|early|no JPEG/.test(why)])).toEqual([
      ['a/2.pgm', true],
      ['b/3.pgm', true],
    ]);
    const hopeless = new ImageFolder(folder({ 'a/1.pgm': cut, 'a/2.pgm': cut }), { onBadImage: 'skip' });
    expect(() => hopeless.get(0)).toThrow(/none of the 2 images can be decoded\. Choose another folder/);
  });
});

describe('archives', () => {
  const inside = () =>
    Object.entries({ 'pets/train/a/1.pgm': pgm(10), 'pets/train/b/2.pgm': pgm(20), 'pets/val/a/3.pgm': pgm(30), '__MACOSX/pets/._1.pgm': pgm(0), 'pets/README': pgm(0) }); // prettier-ignore

  /** A tar with plain headers, but the first name as a pax record, as long names come. */
  function tar(): Buffer {
    const entry = (name: string, bytes: Uint8Array, type: string) => {
      const head = Buffer.alloc(512);
      head.write(name.slice(0, 99));
      head.write(bytes.length.toString(8).padStart(11, '0') + '\0', 124);
      head.fill(32, 148, 156);
      head.write(`${type}ustar\0`, 156);
      head[156] = type.charCodeAt(0);
      head.write(head.reduce((a, b) => a + b, 0).toString(8).padStart(6, '0') + '\0 ', 148); // prettier-ignore
      return [head, bytes, Buffer.alloc((512 - (bytes.length % 512)) % 512)];
    };
    const parts = inside().flatMap(([name, bytes], i) => {
      const record = `path=${name}\n`;
      const length = record.length + 3;
      return [
        ...(i === 0 ? entry('pax', Buffer.from(`${length} ${record}`), 'x') : []),
        ...entry(i === 0 ? 'cut' : name, bytes, '0'),
      ];
    });
    return Buffer.concat([...parts, Buffer.alloc(1024)]);
  }
  const archives: Record<string, () => Uint8Array> = {
    'stored.zip': () => Buffer.concat(zipParts(inside().map(([name, bytes]) => ({ name, bytes })))),
    'deflated.zip': () => Buffer.concat(zipParts(inside().map(([name, bytes]) => ({ name, bytes })), { deflate: true })), // prettier-ignore
    'pets.tar': tar,
    'pets.tar.gz': () => gzipSync(tar()),
  };

  for (const [name, bytes] of Object.entries(archives)) {
    it(`D2 ${name} is read in place, without the folder that holds everything`, () => {
      const path = join(base, name);
      writeFileSync(path, bytes());
      const set = new ImageFolder(path, { split: 'train' });
      expect([set.report.inside, set.classes, set.length]).toEqual(['pets', ['a', 'b'], 2]);
      expect(set.samples.map((sample) => sample.path)).toEqual(['pets/train/a/1.pgm', 'pets/train/b/2.pgm']);
      expect([...set.getBatch([0, 1])[0].at(':', 0, 0, 0).mul(255).round().toArray()]).toEqual([10, 20]);
      expect(set.report.skipped.map((each) => each.path).sort()).toEqual(['__MACOSX', 'pets/README']);
    });
  }

  it('D2 a bad image in an archive is named with both', () => {
    const path = join(base, 'bad.zip');
    writeFileSync(path, Buffer.concat(zipParts([{ name: 'a/1.pgm', bytes: pgm(1) }, { name: 'b/2.jpg', bytes: Buffer.from('nothing') }]))); // prettier-ignore
    expect(() => new ImageFolder(path).get(1)).toThrow(`${path}:b/2.jpg, byte 0: this is no JPEG`);
    writeFileSync(path, readFileSync(path).subarray(0, -30));
    expect(() => new ImageFolder(path)).toThrow(
      /bad\.zip, byte \d+: a zip archive ends with a directory, but there is none/,
    );
  });
});

describe('hymenoptera_data', () => {
  const root = resolve(process.env['FLINT_DATA'] ?? '../shared/data', 'hymenoptera_data');
  it.skipIf(!existsSync(root))(`D2 photographs have Pillow's pixels (needs ${root})`, async () => {
    const set = new ImageFolder(root, { split: 'train' });
    expect([set.length, new ImageFolder(root, { split: 'val' }).length]).toEqual([244, 153]);
    const { width, height, rgb } = pillow.hymenoptera_data['train/ants/0013035.jpg'];
    const [image, label] = set.get(0);
    expect([image.shape, Number(label.item())]).toEqual([[3, height, width], 0]);
    const expected = Buffer.from(rgb, 'base64');
    const values = image.flatten().toArray();
    for (let k = 0; k < 400; k++) {
      const at = (k * 2654435761 + 12345) % (width * height);
      for (let c = 0; c < 3; c++)
        expect(Math.abs(values[c * width * height + at]! * 255 - expected[k * 3 + c]!)).toBeLessThan(1.01);
    }
    const sizes = set.decode([0, 50, 100, 200]).map((each) => [each.width, each.height]);
    for (const [i, index] of [0, 50, 100, 200].entries()) {
      const { width: w, height: h } = await sharp(join(root, set.samples[index]!.path)).metadata();
      expect(sizes[i]).toEqual([w, h]);
    }
  });
});
