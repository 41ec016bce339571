// Writes pickles of protocol 2, as PyTorch's files need them: plain values, and tensors that name a storage.
import { FileError } from './file-error.ts';

const opcode = (letter: string): number => letter.charCodeAt(0);

/** Collects the bytes of one pickle. */
export class PickleWriter {
  private readonly parts: number[] = [0x80, 2];

  private op(letter: string): this {
    this.parts.push(opcode(letter));
    return this;
  }
  private uint32(value: number): void {
    this.parts.push(value & 0xff, (value >>> 8) & 0xff, (value >>> 16) & 0xff, (value >>> 24) & 0xff);
  }
  /** A class or function by its module and name. */
  global(module: string, name: string): this {
    this.op('c');
    this.parts.push(...new TextEncoder().encode(`${module}\n${name}\n`));
    return this;
  }
  text(value: string): this {
    const bytes = new TextEncoder().encode(value);
    this.op('X').uint32(bytes.length);
    for (const b of bytes) this.parts.push(b);
    return this;
  }
  number(value: number): this {
    if (Number.isInteger(value) && !Object.is(value, -0) && Math.abs(value) < 2 ** 31) {
      this.op('J').uint32(value);
    } else if (Number.isSafeInteger(value)) {
      const bytes = new DataView(new ArrayBuffer(8));
      bytes.setBigInt64(0, BigInt(value), true);
      this.parts.push(0x8a, 8, ...new Uint8Array(bytes.buffer));
    } else {
      const bytes = new DataView(new ArrayBuffer(8));
      bytes.setFloat64(0, value, false);
      this.op('G').parts.push(...new Uint8Array(bytes.buffer));
    }
    return this;
  }
  none(): this {
    return this.op('N');
  }
  bool(value: boolean): this {
    this.parts.push(value ? 0x88 : 0x89);
    return this;
  }
  /** The items as a tuple; each writes itself. */
  tuple(...items: (() => void)[]): this {
    this.op('(');
    for (const item of items) item();
    return this.op('t');
  }
  list(items: readonly (() => void)[]): this {
    this.op(']').op('(');
    for (const item of items) item();
    return this.op('e');
  }
  /** Pairs as a dictionary, or as an OrderedDict. */
  dictionary(pairs: readonly (readonly [key: () => void, value: () => void])[], ordered: boolean): this {
    if (ordered) this.global('collections', 'OrderedDict').op(')').op('R');
    else this.op('}');
    this.op('(');
    for (const [key, value] of pairs) {
      key();
      value();
    }
    return this.op('u');
  }
  /** Calls what is below the arguments on the stack. */
  reduce(): this {
    return this.op('R');
  }
  persistent(): this {
    return this.op('Q');
  }
  /** The finished pickle. */
  finish(): Uint8Array {
    this.op('.');
    return new Uint8Array(this.parts);
  }
}

/** The error for a value that cannot be written. */
export function notPicklable(value: unknown): FileError {
  const kind = typeof value === 'object' ? (value?.constructor.name ?? 'null') : typeof value;
  return new FileError('no-pickle', {
    file: 'checkpoint',
    problem: `a ${kind} cannot be saved for PyTorch`,
    hint: 'Save tensors, numbers, strings, booleans, null, arrays, maps and plain objects of them.',
  });
}
