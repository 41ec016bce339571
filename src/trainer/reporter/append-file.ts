// A text file that grows by whole lines. Lines that the disk refuses wait in memory, the oldest go first when they are
// too many; a half-written line is cut off again.
import { closeSync, fstatSync, ftruncateSync, openSync, writeSync } from 'node:fs';
import { fileSystemError } from '../../flint/io/file-error.ts';

/** The calls of the file system used here; tests give one whose disk is full. */
export interface AppendCalls {
  openSync: (path: string, flags: string) => number;
  writeSync: (file: number, bytes: Uint8Array, offset: number, length: number, position: number) => number;
}
const realCalls: AppendCalls = { openSync, writeSync };
const mostWaiting = 100_000;

export class AppendFile {
  private readonly path: string;
  private readonly calls: AppendCalls;
  private handle: number | null = null;
  private length = 0;
  private waiting: string[] = [];
  /** Lines given up because the disk refused them for too long. */
  dropped = 0;

  constructor(path: string, calls: AppendCalls = realCalls) {
    this.path = path;
    this.calls = calls;
  }

  add(line: string): void {
    this.waiting.push(line);
    if (this.waiting.length <= mostWaiting) return;
    this.waiting.shift();
    this.dropped++;
  }
  get waits(): boolean {
    return this.waiting.length > 0;
  }

  /** Writes what waits. Throws a FileError when the disk refuses; everything is kept for the next call. */
  flush(): void {
    if (this.waiting.length === 0) return;
    const bytes = Buffer.from(`${this.waiting.join('\n')}\n`);
    try {
      if (this.handle === null) {
        this.handle = this.calls.openSync(this.path, 'a+');
        this.length = fstatSync(this.handle).size;
      }
      for (let at = 0; at < bytes.length;) {
        at += this.calls.writeSync(this.handle, bytes, at, bytes.length - at, this.length + at);
      }
    } catch (error) {
      if (this.handle !== null) ftruncateSync(this.handle, this.length);
      throw fileSystemError(this.path, error, 'append to the file');
    }
    this.length += bytes.length;
    this.waiting = [];
  }

  close(): void {
    if (this.handle !== null) closeSync(this.handle);
    this.handle = null;
  }
}
