// Gzipped files piece by piece: whole, cut off, damaged, left early, and such as unpack to far more than they are.
import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, expect, it } from 'vitest';
import { readTable } from '../../data/index.ts';
import { readLines, readText } from '../../text/index.ts';
import { gunzipPieces } from './gunzip-pieces.ts';

const folder = mkdtempSync(join(tmpdir(), 'flint-gunzip-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let files = 0;
const write = (content: Uint8Array): string => {
  const path = join(folder, `${files++}.gz`);
  writeFileSync(path, content);
  return path;
};
const hash = (pieces: Iterable<Uint8Array>): string => {
  const sum = createHash('sha256');
  for (const piece of pieces) sum.update(piece);
  return sum.digest('hex');
};
const noise = randomBytes(3 << 20);
const packed = gzipSync(noise);

it('gives what was packed, of several members too', () => {
  expect(hash(gunzipPieces(write(packed)))).toBe(hash([noise]));
  expect(hash(gunzipPieces(write(Buffer.concat([packed, gzipSync('end')]))))).toBe(hash([noise, Buffer.from('end')]));
  expect(hash(gunzipPieces(write(gzipSync('small'))))).toBe(hash([Buffer.from('small')]));
  const lines = Array.from({ length: 200_000 }, (_, i) => `${i} ${i * 7919}`);
  const path = write(gzipSync(lines.join('\n')));
  expect([...readLines(path)]).toEqual(lines);
  expect(readText(path)).toBe(lines.join('\n'));
});

it('names the file that is cut off or damaged', () => {
  const cut = write(packed.subarray(0, -1000));
  expect(() => hash(gunzipPieces(cut))).toThrow(/\.gz, byte \d+: the compressed file ends too early/);
  const bad = Buffer.from(packed);
  bad.fill(0xff, 1_000_000, 1_000_100);
  bad[bad.length - 6]! ^= 1;
  expect(() => hash(gunzipPieces(write(bad)))).toThrow(/\.gz, byte \d+: the compressed data are damaged/);
});

it('holds a piece at a time, however much there is', () => {
  // 300 MB of lines, and 100 MB without any line end, as files of less than a MB.
  const path = write(gzipSync(Buffer.alloc(300 << 20, 'line\n'), { level: 1 }));
  const before = process.memoryUsage().rss;
  const first = readLines(path);
  expect([first.next().value, first.next().value]).toEqual(['line', 'line']);
  first.return(undefined);
  let bytes = 0;
  for (const piece of gunzipPieces(path)) bytes += piece.length;
  expect(bytes).toBe(300 << 20);
  expect(process.memoryUsage().rss - before).toBeLessThan(200 << 20);
  const endless = write(gzipSync(Buffer.alloc(100 << 20, 'x'), { level: 1 }));
  expect(() => readTable(endless)).toThrow(/line 1 is longer than \d+ characters/);
  expect(() => [...readLines(endless)]).toThrow(/line 1 is longer than \d+ characters/);
}, 60_000);
