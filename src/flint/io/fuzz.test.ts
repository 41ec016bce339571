// Every reader on broken files: each gives a result or an error with a message that names the file; none crashes, hangs, or
// takes memory that the file's size does not warrant. FLINT_FUZZ says how many broken files a reader gets, FLINT_FUZZ_SEED which.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { FlintError } from '../errors.ts';
import { FileError } from './file-error.ts';
import { mutate } from './testing/mutate.ts';
import { readerCases, type ReaderCase } from './testing/readers.ts';

const count = Number(process.env['FLINT_FUZZ'] ?? 150);
const seed = Number(process.env['FLINT_FUZZ_SEED'] ?? 1);
/** A broken file of some kilobytes is done with long before. */
const mostMilliseconds = 3000;
/** Of all broken files of a reader together, above what the process had. */
const mostBytes = 1 << 30;

const folder = mkdtempSync(join(tmpdir(), 'flint-fuzz-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The most memory the process has had, in bytes: in use since the last {@link forgetPeak}, and asked for (Linux alone). */
function peak(): { resident: number; asked: number } {
  try {
    const status = readFileSync('/proc/self/status', 'utf8');
    const kilobytes = (name: string) => Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)?.[1] ?? 0);
    return { resident: kilobytes('VmHWM') * 1024, asked: kilobytes('VmPeak') * 1024 };
  } catch {
    return { resident: process.resourceUsage().maxRSS * 1024, asked: 0 };
  }
}
function forgetPeak(): void {
  try {
    writeFileSync('/proc/self/clear_refs', '5');
  } catch {
    // Elsewhere the peak is that of the process since it began.
  }
}

interface Outcome {
  sound: number;
  refused: number;
  faults: string[];
  slowest: number;
}

function attempt(reader: ReaderCase, index: number, outcome: Outcome): void {
  const original = reader.seeds[index % reader.seeds.length]!;
  const mutant = mutate(original, seed, index);
  const bytes = reader.repair && index % 2 === 1 ? reader.repair(mutant.bytes) : mutant.bytes;
  const path = join(folder, reader.file);
  writeFileSync(path, bytes);
  const start = performance.now();
  try {
    reader.read(bytes, path);
    outcome.sound++;
  } catch (error) {
    outcome.refused++;
    const known = error instanceof FileError || error instanceof FlintError;
    const said = error instanceof Error ? error.message : String(error);
    if (!known || said.length < 10) {
      const where = error instanceof Error ? (error.stack?.split('\n').slice(0, 4).join(' ') ?? said) : said;
      outcome.faults.push(`${reader.name} ${index} (${mutant.how}, ${bytes.length} bytes): ${where}`);
    }
  }
  const took = performance.now() - start;
  outcome.slowest = Math.max(outcome.slowest, took);
  if (took > mostMilliseconds)
    outcome.faults.push(`${reader.name} ${index} (${mutant.how}): took ${Math.round(took)} ms`);
}

describe('D2 broken files', () => {
  it.each(readerCases)(
    `D2 $name: ${count} of them give a result or a message`,
    (reader) => {
      for (const bytes of reader.seeds) {
        writeFileSync(join(folder, reader.file), bytes);
        expect(() => reader.read(bytes, join(folder, reader.file)), 'the sound file').not.toThrow();
      }
      forgetPeak();
      const before = peak();
      const outcome: Outcome = { sound: 0, refused: 0, faults: [], slowest: 0 };
      for (let index = 0; index < count; index++) attempt(reader, index, outcome);
      const after = peak();
      const grown = (after.resident - before.resident) / 2 ** 20;
      if (count > 1000) {
        console.log(
          `${reader.name}: ${outcome.sound} read, ${outcome.refused} refused, ${outcome.faults.length} faults, slowest ${outcome.slowest.toFixed(1)} ms, peak memory +${grown.toFixed(0)} MiB`,
        );
      }
      expect(outcome.faults.slice(0, 5)).toEqual([]);
      if (!reader.tolerant) expect(outcome.refused).toBeGreaterThan(0);
      expect(after.resident - before.resident).toBeLessThan(mostBytes);
      expect(after.asked - before.asked).toBeLessThan(4 * mostBytes);
    },
    600_000,
  );

  it('D2 the same seed breaks files in the same way', () => {
    const bytes = Uint8Array.from({ length: 300 }, (_, i) => i);
    const all = Array.from({ length: 200 }, (_, i) => mutate(bytes, 5, i));
    expect(all.map((m) => Buffer.from(m.bytes).toString('hex'))).toEqual(
      Array.from({ length: 200 }, (_, i) => Buffer.from(mutate(bytes, 5, i).bytes).toString('hex')),
    );
    const changed = all.filter((m) => !Buffer.from(m.bytes).equals(Buffer.from(bytes)));
    expect(changed.length).toBeGreaterThan(190);
    expect(new Set(all.flatMap((m) => m.how.split(', '))).size).toBe(9);
  });
});
