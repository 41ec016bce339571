// What is thrown for an image that cannot be used, and reading numbers out of bytes that may end too early.
import { FileError } from '../../io/file-error.ts';

const replaceIt = 'Replace or remove this image.';

/** A FileError with the code "bad-image". */
export function imageFault(
  file: string,
  problem: string,
  more: { byte?: number; hint?: string; cause?: unknown } = {},
) {
  return new FileError('bad-image', { file, problem, hint: replaceIt, ...more });
}

/** The bytes end before what was to be read: an error of the file, unless they are only its beginning. */
export class CutOff extends FileError {
  constructor(file: string, length: number, wanted: string) {
    super('bad-image', {
      file,
      byte: length,
      problem: `the file ends too early: ${wanted} is missing`,
      hint: 'It may have been cut off while it was copied or downloaded; get it again, or remove it.',
    });
  }
}

/** Numbers at positions of a file. Every read beyond its end throws {@link CutOff}. */
export class ImageBytes {
  readonly bytes: Uint8Array;
  readonly file: string;
  private readonly view: DataView;
  /** What is being read, for errors: "the JPEG header". */
  private readonly what: string;

  constructor(bytes: Uint8Array, file: string, what: string) {
    this.bytes = bytes;
    this.file = file;
    this.what = what;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }
  get length(): number {
    return this.bytes.length;
  }
  /** Throws unless `count` bytes lie at `at`. */
  need(at: number, count: number, wanted = this.what): void {
    if (at < 0 || at + count > this.bytes.length) throw new CutOff(this.file, this.bytes.length, wanted);
  }
  u8(at: number): number {
    this.need(at, 1);
    return this.bytes[at]!;
  }
  u16(at: number, little = false): number {
    this.need(at, 2);
    return this.view.getUint16(at, little);
  }
  u32(at: number, little = false): number {
    this.need(at, 4);
    return this.view.getUint32(at, little);
  }
  i32(at: number, little = false): number {
    this.need(at, 4);
    return this.view.getInt32(at, little);
  }
  /** As a number; positions beyond 2^53 lie beyond every file. */
  u64(at: number, little = false): number {
    this.need(at, 8);
    return Number(this.view.getBigUint64(at, little));
  }
  /** Four letters, as boxes and chunks are named. */
  tag(at: number): string {
    this.need(at, 4);
    return String.fromCharCode(...this.bytes.subarray(at, at + 4));
  }
  part(at: number, count: number, wanted?: string): Uint8Array {
    this.need(at, count, wanted);
    return this.bytes.subarray(at, at + count);
  }
  fault(problem: string, byte?: number, hint?: string): FileError {
    return imageFault(this.file, problem, { ...(byte === undefined ? {} : { byte }), ...(hint ? { hint } : {}) });
  }
}
