// A reader of Python pickles that runs nothing: it knows plain values and numpy arrays, and what else a vocabulary names;
// every other global is refused by name. A pickle is a program; of its power to call anything, only the few constructors
// listed below are left.
import { FileError } from './file-error.ts';

/** A numpy array: raw bytes in the stated order. */
export class NumpyArray {
  shape: number[] = [];
  /** numpy's name: "|u1", "<i8", "<f4". */
  dtype = '';
  fortran = false;
  bytes: Uint8Array = new Uint8Array();
}
class NumpyType {
  name: string;
  order = '|';
  constructor(name: string) {
    this.name = name;
  }
}
class Global {
  readonly name: string;
  constructor(name: string) {
    this.name = name;
  }
}

/** Lists and tuples are arrays, dictionaries are maps with string keys (bytes read as Latin-1), Python 2 strings are bytes. */
export type PickleValue =
  null | boolean | number | bigint | string | Uint8Array | NumpyArray | PickleValue[] | Map<string, PickleValue>;
type Item = PickleValue | NumpyType | Global | Item[] | object;

const latin1 = (bytes: Uint8Array) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');

const isText = (item: unknown): item is string | Uint8Array => typeof item === 'string' || item instanceof Uint8Array;
const textOf = (item: string | Uint8Array): string => (typeof item === 'string' ? item : latin1(item));
const isShape = (item: unknown): item is number[] =>
  Array.isArray(item) && item.every((size) => Number.isSafeInteger(size) && (size as number) >= 0);

/** What the pickles of one kind of file may name besides. */
export interface Vocabulary {
  /** What calling a global makes; null where the arguments are wrong. */
  constructors: Readonly<Record<string, (args: unknown[]) => unknown>>;
  /** What a global that is not called stands for. */
  values: Readonly<Record<string, unknown>>;
  /** What a persistent id stands for; undefined where it is wrong. */
  persistent: (id: unknown) => object | undefined;
}
const noWords: Vocabulary = { constructors: {}, values: {}, persistent: () => undefined };

/** What a global may be, and what calling it makes. */
const constructors: Record<string, (args: Item[]) => Item | null> = {
  'numpy.core.multiarray._reconstruct': () => new NumpyArray(),
  'numpy.dtype': ([name]) => (isText(name) ? new NumpyType(textOf(name)) : null),
  '_codecs.encode': ([text, encoding]) =>
    typeof text === 'string' && encoding === 'latin1' ? new Uint8Array(Buffer.from(text, 'latin1')) : null,
  'numpy.core.numeric._frombuffer': ([bytes, type, shape, order]) =>
    bytes instanceof Uint8Array && type instanceof NumpyType && isShape(shape)
      ? Object.assign(new NumpyArray(), { bytes, dtype: type.order + type.name, shape, fortran: order === 'F' })
      : null,
  'numpy.ndarray': () => null,
};

/** Reads the one value of a pickle (protocols 0 to 5). Throws a FileError naming the byte and what is wrong. */
export function readPickle(bytes: Uint8Array, file = 'pickle', words = noWords): PickleValue {
  return new PickleReader(bytes, file, words).run();
}
/** Reads `count` pickles that follow one another, and says where the last ends. */
export function readPickles(
  bytes: Uint8Array,
  count: number,
  file: string,
  words: Vocabulary,
): { values: PickleValue[]; end: number } {
  const reader = new PickleReader(bytes, file, words);
  const values = Array.from({ length: count }, () => reader.run());
  return { values, end: reader.position };
}

class PickleReader {
  private readonly bytes: Uint8Array;
  private readonly view: DataView;
  private readonly file: string;
  private readonly words: Vocabulary;
  private at = 0;
  private start = 0;
  private stack: Item[] = [];
  private readonly marks: Item[][] = [];
  private readonly memo = new Map<number, Item>();

  constructor(bytes: Uint8Array, file: string, words: Vocabulary) {
    this.words = words;
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    this.file = file;
  }

  get position(): number {
    return this.at;
  }

  run(): PickleValue {
    this.memo.clear();
    for (;;) {
      this.start = this.at;
      const code = this.take(1)[0]!;
      if (code === 0x2e) {
        const value = this.pop();
        if (value instanceof Global || value instanceof NumpyType) throw this.fault('the pickle holds no value');
        return value as PickleValue;
      }
      const step = opcodes[code];
      if (!step)
        throw this.fault(`opcode 0x${code.toString(16)} is not known: this is no pickle of plain values and arrays`);
      step(this);
    }
  }

  fault(problem: string, hint?: string): FileError {
    return new FileError('bad-pickle', { file: this.file, byte: this.start, problem, ...(hint ? { hint } : {}) });
  }
  take(count: number): Uint8Array {
    if (count < 0 || this.at + count > this.bytes.length) {
      this.start = this.bytes.length;
      const missing = this.at + count - this.bytes.length;
      throw this.fault(
        `the pickle ends too early: ${missing} more bytes were expected`,
        'The file may have been cut off while it was copied or downloaded; get it again.',
      );
    }
    return this.bytes.subarray(this.at, (this.at += count));
  }
  line(): string {
    const end = this.bytes.indexOf(10, this.at);
    return latin1(this.take((end < 0 ? this.bytes.length : end) + 1 - this.at)).slice(0, -1);
  }
  number(size: 1 | 2 | 4 | 8): number {
    const at = this.at;
    this.take(size);
    if (size === 1) return this.view.getUint8(at);
    if (size === 2) return this.view.getUint16(at, true);
    if (size === 4) return this.view.getUint32(at, true);
    const value = this.view.getBigUint64(at, true);
    if (value > BigInt(this.bytes.length)) throw this.fault(`a length of ${value} bytes is longer than the file`);
    return Number(value);
  }
  double(): number {
    const at = this.at;
    this.take(8);
    return this.view.getFloat64(at, false);
  }
  push(item: Item): void {
    this.stack.push(item);
  }
  pop(): Item {
    if (this.stack.length === 0) throw this.fault('the pickle takes from an empty stack');
    return this.stack.pop()!;
  }
  top(): Item {
    if (this.stack.length === 0) throw this.fault('the pickle takes from an empty stack');
    return this.stack.at(-1)!;
  }
  mark(): void {
    this.marks.push(this.stack);
    this.stack = [];
  }
  popMark(): Item[] {
    const items = this.stack;
    const below = this.marks.pop();
    if (!below) throw this.fault('the pickle lacks a mark');
    this.stack = below;
    return items;
  }
  popMany(count: number): Item[] {
    return Array.from({ length: count }, () => this.pop()).reverse();
  }
  remember(slot = this.memo.size): void {
    this.memo.set(slot, this.top());
  }
  recall(slot: number): void {
    const item = this.memo.get(slot);
    if (item === undefined) throw this.fault(`the pickle recalls slot ${slot}, which was never filled`);
    this.push(item);
  }
  append(items: Item[]): void {
    const list = this.top();
    if (!Array.isArray(list)) throw this.fault('the pickle appends to something that is no list');
    for (const item of items) (list as Item[]).push(item);
  }
  setItems(items: Item[]): void {
    const map = this.top();
    if (!(map instanceof Map)) throw this.fault('the pickle sets an item of something that is no dictionary');
    for (let i = 0; i + 1 < items.length; i += 2) {
      const key = items[i]!;
      if (typeof key === 'object' && key !== null && !isText(key)) {
        throw this.fault('the pickle has a dictionary whose keys are no plain values');
      }
      map.set(isText(key) ? textOf(key) : String(key), items[i + 1] as PickleValue);
    }
  }
  global(module: Item, name: Item): void {
    if (!isText(module) || !isText(name)) throw this.fault('the pickle names something without its name');
    const full = `${textOf(module)}.${textOf(name)}`.replace('numpy._core.', 'numpy.core.');
    if (Object.hasOwn(this.words.values, full)) return this.push(this.words.values[full] as object);
    if (!Object.hasOwn(constructors, full) && !Object.hasOwn(this.words.constructors, full)) {
      throw this.fault(
        `the pickle asks for "${textOf(module)}.${textOf(name)}"`,
        'A pickle can run code when Python loads it; Flint runs none and reads only plain values and numpy arrays.',
      );
    }
    this.push(new Global(full));
  }
  reduce(): void {
    const args = this.pop();
    const fn = this.pop();
    const make = fn instanceof Global ? (constructors[fn.name] ?? this.words.constructors[fn.name]) : undefined;
    const made = make && Array.isArray(args) ? (make(args as Item[]) as Item | null) : null;
    if (made === null) throw this.fault('the pickle calls something that Flint does not run');
    this.push(made);
  }
  persistent(): void {
    const found = this.words.persistent(this.pop());
    if (found === undefined) throw this.fault('the pickle names something outside of it that is not known');
    this.push(found);
  }
  build(): void {
    const state = this.pop();
    const target = this.top();
    if (target instanceof Map) return; // attributes of a dictionary: PyTorch's version numbers of modules
    if (target instanceof NumpyType && Array.isArray(state)) {
      const order: unknown = state[1];
      if (!isText(order)) throw this.fault('the state of a numpy type is not as numpy writes it');
      target.order = textOf(order);
    } else if (target instanceof NumpyArray && Array.isArray(state) && state.length === 5) {
      const [, shape, type, fortran, data] = state as [Item, number[], NumpyType, Item, Uint8Array];
      if (!isShape(shape) || !(type instanceof NumpyType) || !(data instanceof Uint8Array)) {
        throw this.fault('the state of a numpy array is not as numpy writes it');
      }
      Object.assign(target, {
        shape,
        dtype: type.order + type.name,
        fortran: fortran === true || fortran === 1,
        bytes: data,
      });
    } else throw this.fault('the pickle sets the state of something that is no numpy array');
  }
}

type Step = (r: PickleReader) => void;
const code = (letter: string) => letter.charCodeAt(0);
const quoted = (text: string) =>
  new Uint8Array(
    Buffer.from(
      text
        .slice(1, -1)
        .replace(/\\(x([0-9a-f]{2})|.)/g, (_, all: string, hex?: string) =>
          hex
            ? String.fromCharCode(parseInt(hex, 16))
            : (({ n: '\n', r: '\r', t: '\t' } as Record<string, string>)[all] ?? all),
        ),
      'latin1',
    ),
  );
/** Python refuses integers of more digits, too. */
const mostDigits = 4300;
const integer = (r: PickleReader, text: string): Item => {
  if (text === '00' || text === '01') return text === '01';
  if (text.length > mostDigits || !/^-?\d+L?$/.test(text)) {
    throw r.fault(`"${text.slice(0, 40)}" is no integer`);
  }
  const value = BigInt(text.replace(/L$/, ''));
  return Number.isSafeInteger(Number(value)) ? Number(value) : value;
};
const long = (r: PickleReader, bytes: Uint8Array): Item => {
  if (bytes.length > mostDigits) throw r.fault(`an integer of ${bytes.length} bytes is none that is read`);
  let value = 0n;
  for (let i = bytes.length - 1; i >= 0; i--) value = (value << 8n) | BigInt(bytes[i]!);
  value = BigInt.asIntN(Math.max(8, bytes.length * 8), value);
  return Number.isSafeInteger(Number(value)) ? Number(value) : value;
};
const utf8 = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
const unescape = (text: string) =>
  text.replace(/\\u([0-9a-f]{4})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));

const opcodes: Record<number, Step> = {
  0x80: (r) => void r.take(1), // PROTO
  0x95: (r) => void r.take(8), // FRAME
  [code('(')]: (r) => r.mark(),
  [code('0')]: (r) => void r.pop(),
  [code('1')]: (r) => void r.popMark(),
  [code('2')]: (r) => r.push(r.top()),
  [code('N')]: (r) => r.push(null),
  0x88: (r) => r.push(true),
  0x89: (r) => r.push(false),
  [code('I')]: (r) => r.push(integer(r, r.line())),
  [code('L')]: (r) => r.push(integer(r, r.line())),
  [code('J')]: (r) => r.push(r.number(4) | 0),
  [code('K')]: (r) => r.push(r.number(1)),
  [code('M')]: (r) => r.push(r.number(2)),
  0x8a: (r) => r.push(long(r, r.take(r.number(1)))),
  0x8b: (r) => r.push(long(r, r.take(r.number(4)))),
  [code('F')]: (r) => r.push(Number(r.line())),
  [code('G')]: (r) => r.push(r.double()),
  [code('S')]: (r) => r.push(quoted(r.line())),
  [code('T')]: (r) => r.push(r.take(r.number(4))),
  [code('U')]: (r) => r.push(r.take(r.number(1))),
  [code('B')]: (r) => r.push(r.take(r.number(4))),
  [code('C')]: (r) => r.push(r.take(r.number(1))),
  0x8e: (r) => r.push(r.take(r.number(8))),
  0x96: (r) => r.push(r.take(r.number(8))),
  [code('V')]: (r) => r.push(unescape(r.line())),
  [code('X')]: (r) => r.push(utf8(r.take(r.number(4)))),
  0x8c: (r) => r.push(utf8(r.take(r.number(1)))),
  0x8d: (r) => r.push(utf8(r.take(r.number(8)))),
  [code(']')]: (r) => r.push([]),
  [code('l')]: (r) => r.push(r.popMark()),
  [code('a')]: (r) => r.append([r.pop()]),
  [code('e')]: (r) => r.append(r.popMark()),
  [code(')')]: (r) => r.push([]),
  [code('t')]: (r) => r.push(r.popMark()),
  0x85: (r) => r.push(r.popMany(1)),
  0x86: (r) => r.push(r.popMany(2)),
  0x87: (r) => r.push(r.popMany(3)),
  [code('}')]: (r) => r.push(new Map()),
  [code('d')]: (r) => {
    const items = r.popMark();
    r.push(new Map());
    r.setItems(items);
  },
  [code('s')]: (r) => r.setItems(r.popMany(2)),
  [code('u')]: (r) => r.setItems(r.popMark()),
  [code('p')]: (r) => r.remember(Number(r.line())),
  [code('q')]: (r) => r.remember(r.number(1)),
  [code('r')]: (r) => r.remember(r.number(4)),
  0x94: (r) => r.remember(),
  [code('g')]: (r) => r.recall(Number(r.line())),
  [code('h')]: (r) => r.recall(r.number(1)),
  [code('j')]: (r) => r.recall(r.number(4)),
  [code('c')]: (r) => r.global(r.line(), r.line()),
  0x93: (r) => {
    const [module, name] = r.popMany(2);
    r.global(module!, name!);
  },
  [code('Q')]: (r) => r.persistent(),
  [code('R')]: (r) => r.reduce(),
  [code('b')]: (r) => r.build(),
};
