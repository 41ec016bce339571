// console.jsonl by line number: the places of lines are kept, so that the tail of a long log is read without the rest.
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { z } from 'zod';
import type { ConsoleLine } from '../../../shared/contract/runs.ts';
import { GrowingArray } from './growing-array.ts';

const Line = z.object({ at: z.number(), stream: z.enum(['out', 'error', 'studio']), text: z.string() });
const newline = 10;
const chunkBytes = 1 << 20;

export class ConsoleFile {
  private readonly path: string;
  /** Where each whole line starts; one more than there are lines. */
  private starts = new GrowingArray();
  private scanned = 0;

  constructor(path: string) {
    this.path = path;
    this.starts.push(0);
  }

  /** Lines from `from` on; a negative `from` counts from the end. */
  read(from: number, limit: number): { lines: ConsoleLine[]; total: number } {
    let file: number;
    try {
      file = openSync(this.path, 'r');
    } catch {
      return { lines: [], total: 0 };
    }
    try {
      this.scan(file);
      const total = this.starts.length - 1;
      const first = Math.min(total, from < 0 ? Math.max(0, total + from) : from);
      const end = Math.min(total, first + limit);
      return { lines: this.parse(file, first, end), total };
    } finally {
      closeSync(file);
    }
  }

  private scan(file: number): void {
    const { size } = fstatSync(file);
    if (size < this.scanned) {
      this.starts = new GrowingArray();
      this.starts.push(0);
      this.scanned = 0;
    }
    const chunk = Buffer.allocUnsafe(Math.min(chunkBytes, Math.max(1, size - this.scanned)));
    while (this.scanned < size) {
      const got = readSync(file, chunk, 0, Math.min(chunk.length, size - this.scanned), this.scanned);
      if (got === 0) return;
      for (let at = chunk.indexOf(newline); at >= 0 && at < got; at = chunk.indexOf(newline, at + 1)) {
        this.starts.push(this.scanned + at + 1);
      }
      this.scanned += got;
    }
  }

  private parse(file: number, first: number, end: number): ConsoleLine[] {
    if (end <= first) return [];
    const begin = this.starts.at(first);
    const bytes = Buffer.allocUnsafe(this.starts.at(end) - begin);
    const got = readSync(file, bytes, 0, bytes.length, begin);
    const texts = bytes
      .toString('utf8', 0, got)
      .split('\n')
      .slice(0, end - first);
    return texts.map((text, i) => ({ index: first + i, ...parseLine(text) }));
  }
}

function parseLine(text: string): z.infer<typeof Line> {
  try {
    return Line.parse(JSON.parse(text));
  } catch {
    return { at: 0, stream: 'studio', text };
  }
}
