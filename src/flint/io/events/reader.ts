// Reads event files as they grow. Each `read` takes up where the last one ended; a record that is not whole yet waits
// for the next time, a broken tail (a killed process, a cut file) ends the file without an error.
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { fileSystemError } from '../file-error.ts';
import { EventDecoder, EventFormatError, type EventHandler } from './event.ts';
import { scanRecords } from './records.ts';

export interface ReadResult {
  /** Bytes of whole records taken in this time. */
  bytes: number;
  records: number;
  /** The file became shorter than what had been read: it was read again from its start, and what came before is void. */
  restarted: boolean;
}

const chunkBytes = 1 << 20;

export class EventFileReader {
  readonly path: string;
  /** Records left out because their data did not fit the checksum or were no event. */
  skipped = 0;
  /** Position at which the file is broken for good; reading ends there until the file is replaced. */
  brokenAt: number | null = null;
  private offset = 0;
  private readonly decoder = new EventDecoder();

  constructor(path: string) {
    this.path = path;
  }

  /** Hands everything new to `handler`. Throws a FileError when the file cannot be opened. */
  read(handler: EventHandler): ReadResult {
    const file = this.open();
    try {
      const { size } = fstatSync(file);
      const restarted = size < this.offset;
      if (restarted) {
        this.offset = 0;
        this.skipped = 0;
        this.brokenAt = null;
      }
      return { ...this.readTo(file, size, handler), restarted };
    } finally {
      closeSync(file);
    }
  }

  private readTo(file: number, size: number, handler: EventHandler): { bytes: number; records: number } {
    const start = this.offset;
    let records = 0;
    let block = Buffer.allocUnsafe(Math.min(chunkBytes, Math.max(64, size - this.offset)));
    while (this.offset < size && this.brokenAt === null) {
      const got = readSync(file, block, 0, Math.min(block.length, size - this.offset), this.offset);
      if (got === 0) break;
      const view = new DataView(block.buffer, block.byteOffset, block.length);
      const result = scanRecords(block, view, 0, got, (from, to) => {
        records++;
        this.decode(block, view, from, to, handler);
      });
      this.skipped += result.skipped;
      if (result.brokenAt !== null) this.brokenAt = this.offset + result.brokenAt;
      this.offset += result.end;
      if (result.end > 0) continue;
      if (result.needed <= got || this.offset + result.needed > size) break; // not whole yet
      block = Buffer.allocUnsafe(result.needed);
    }
    return { bytes: this.offset - start, records };
  }

  private decode(bytes: Uint8Array, view: DataView, from: number, to: number, handler: EventHandler): void {
    try {
      this.decoder.decode(bytes, view, from, to, handler);
    } catch (error) {
      if (!(error instanceof EventFormatError)) throw error;
      this.skipped++;
    }
  }

  private open(): number {
    try {
      return openSync(this.path, 'r');
    } catch (error) {
      throw fileSystemError(this.path, error, 'open the event file');
    }
  }
}

/** Whether a file in a run's folder is an event file. */
export function isEventFile(name: string): boolean {
  return name.startsWith('events.out.tfevents.');
}
