// TFRecord framing: length (8 bytes), masked CRC-32C of the length, data, masked CRC-32C of the data.
import { maskedCrc32c } from '../crc32c.ts';

/** Bytes that a record takes besides its data. */
export const frameBytes = 16;

/** One record, framed. */
export function frameRecord(data: Uint8Array): Uint8Array {
  const record = new Uint8Array(data.length + frameBytes);
  const view = new DataView(record.buffer);
  view.setUint32(0, data.length, true);
  view.setUint32(4, Math.floor(data.length / 2 ** 32), true);
  view.setUint32(8, maskedCrc32c(record, 0, 8), true);
  record.set(data, 12);
  view.setUint32(12 + data.length, maskedCrc32c(data), true);
  return record;
}

export interface ScanResult {
  /** First byte after the last whole record. */
  end: number;
  /** Whole records whose data did not fit their checksum; they were left out. */
  skipped: number;
  /** Where the framing itself is broken: nothing after it can be read. */
  brokenAt: number | null;
  /** Bytes that the record which begins at `end` takes as a whole; 0 when not known yet. */
  needed: number;
}

/** Calls `each` with the range of the data of every whole and sound record in bytes[from, to). */
export function scanRecords(
  bytes: Uint8Array,
  view: DataView,
  from: number,
  to: number,
  each: (from: number, to: number) => void,
): ScanResult {
  let at = from;
  let skipped = 0;
  while (at + 12 <= to) {
    if (view.getUint32(at + 8, true) !== maskedCrc32c(bytes, at, at + 8)) {
      return { end: at, skipped, brokenAt: at, needed: 0 };
    }
    const length = view.getUint32(at, true) + view.getUint32(at + 4, true) * 2 ** 32;
    const end = at + 12 + length;
    if (end + 4 > to) return { end: at, skipped, brokenAt: null, needed: length + frameBytes };
    if (view.getUint32(end, true) === maskedCrc32c(bytes, at + 12, end)) each(at + 12, end);
    else skipped++;
    at = end + 4;
  }
  return { end: at, skipped, brokenAt: null, needed: 0 };
}
