// TensorBoard's Event message: what is written (with protobufjs's writer) and what is read. Scalars, by far the most
// frequent, are decoded by hand without making an object for each; everything else goes through protobufjs's reader.
import protobuf from 'protobufjs/minimal.js';

const { Writer, Reader } = protobuf;
type Reading = InstanceType<typeof Reader>;

export interface ImageValue {
  width: number;
  height: number;
  /** 1 grey, 2 grey and alpha, 3 RGB, 4 RGBA: what the encoded file holds. */
  channels: number;
  /** A PNG (or other image) file. */
  encoded: Uint8Array;
}
export interface HistogramValue {
  min: number;
  max: number;
  count: number;
  sum: number;
  sumOfSquares: number;
  /** Upper edge of each bucket. */
  limits: readonly number[];
  counts: readonly number[];
}

/** Called for each value found in an event. All are optional: what is not asked for is skipped without being decoded. */
export interface EventHandler {
  onScalar?(tag: string, step: number, wallTime: number, value: number): void;
  onText?(tag: string, step: number, wallTime: number, text: string): void;
  onImage?(tag: string, step: number, wallTime: number, image: ImageValue): void;
  onHistogram?(tag: string, step: number, wallTime: number, histogram: HistogramValue): void;
  /** "brain.Event:2", the first record of a file. */
  onVersion?(version: string): void;
}

/** The bytes handed to the decoder are no Event. */
export class EventFormatError extends Error {}

/** The first record of every event file. */
export const fileVersion = 'brain.Event:2';

/** Event { wall_time = 1; step = 2; file_version = 3 | summary = 5 }. Wall time in seconds. */
export function encodeVersion(wallTime: number): Uint8Array {
  return new Writer().uint32(9).double(wallTime).uint32(26).string(fileVersion).finish();
}

export function encodeScalars(values: Readonly<Record<string, number>>, step: number, wallTime: number): Uint8Array {
  const writer = startSummary(step, wallTime);
  for (const [tag, value] of Object.entries(values)) {
    writer.uint32(10).fork().uint32(10).string(tag).uint32(21).float(value).ldelim();
  }
  return writer.ldelim().finish();
}

/** Text as TensorBoard's text plugin wants it: a string tensor of shape [1] marked with the plugin's name. */
export function encodeText(tag: string, text: string, step: number, wallTime: number): Uint8Array {
  const writer = startSummary(step, wallTime).uint32(10).fork().uint32(10).string(tag);
  writer.uint32(66).fork().uint32(8).int32(7); // tensor { dtype = DT_STRING
  writer.uint32(18).fork().uint32(18).fork().uint32(8).int32(1).ldelim().ldelim(); // tensor_shape { dim { size = 1 } }
  writer.uint32(66).bytes(new TextEncoder().encode(text)).ldelim(); // string_val }
  writer.uint32(74).fork().uint32(10).fork().uint32(10).string('text').ldelim().ldelim(); // metadata.plugin_data
  return writer.ldelim().ldelim().finish();
}

export function encodeImage(tag: string, image: ImageValue, step: number, wallTime: number): Uint8Array {
  const writer = startSummary(step, wallTime).uint32(10).fork().uint32(10).string(tag);
  writer.uint32(34).fork().uint32(8).int32(image.height).uint32(16).int32(image.width);
  writer.uint32(24).int32(image.channels).uint32(34).bytes(image.encoded).ldelim();
  return writer.ldelim().ldelim().finish();
}

export function encodeHistogram(tag: string, h: HistogramValue, step: number, wallTime: number): Uint8Array {
  const writer = startSummary(step, wallTime).uint32(10).fork().uint32(10).string(tag).uint32(42).fork();
  writer.uint32(9).double(h.min).uint32(17).double(h.max).uint32(25).double(h.count);
  writer.uint32(33).double(h.sum).uint32(41).double(h.sumOfSquares);
  writer.uint32(50).fork();
  for (const limit of h.limits) writer.double(limit);
  writer.ldelim().uint32(58).fork();
  for (const count of h.counts) writer.double(count);
  return writer.ldelim().ldelim().ldelim().ldelim().finish();
}

function startSummary(step: number, wallTime: number) {
  return new Writer().uint32(9).double(wallTime).uint32(16).int64(step).uint32(42).fork();
}

/**
 * Decodes events one after another. Keeps the tags it has seen, so that a million points of one tag make one string.
 * Throws when the bytes are no Event message.
 */
export class EventDecoder {
  private readonly tags = new Map<number, { bytes: Uint8Array; text: string }[]>();

  /** Calls `handler` for each value of the event in bytes[from, to). */
  decode(bytes: Uint8Array, view: DataView, from: number, to: number, handler: EventHandler): void {
    if (!this.decodeScalars(bytes, view, from, to, handler)) this.decodeAny(bytes.subarray(from, to), handler);
  }

  /** The common form: wall_time, step, one summary whose values are tag and simple_value. False: it is another form. */
  private decodeScalars(bytes: Uint8Array, view: DataView, from: number, to: number, handler: EventHandler): boolean {
    if (to - from < 12 || bytes[from] !== 9) return false;
    const wallTime = view.getFloat64(from + 1, true);
    let at = from + 9;
    let step = 0;
    if (bytes[at] === 16) {
      let scale = 1;
      let byte: number;
      do {
        byte = bytes[++at]!;
        step += (byte & 127) * scale;
        scale *= 128;
      } while (byte > 127 && at < to);
      if (step > Number.MAX_SAFE_INTEGER) return false;
      at++;
    }
    if (bytes[at] !== 42) return false;
    const summary = this.length(bytes, at + 1);
    at = this.after;
    if (summary < 0 || at + summary !== to) return false;
    for (let pass = 0, start = at; pass < 2; pass++) {
      // First look whether all values have the common form, then report: nothing must be reported twice.
      for (at = start; at < to;) {
        if (bytes[at] !== 10) return false;
        const length = this.length(bytes, at + 1);
        const value = this.after;
        const end = value + length;
        if (length < 0 || end > to || bytes[value] !== 10) return false;
        const tagLength = this.length(bytes, value + 1);
        const tag = this.after;
        if (tagLength < 0 || tag + tagLength + 5 !== end || bytes[tag + tagLength] !== 21) return false;
        if (pass === 1) {
          handler.onScalar?.(this.tag(bytes, tag, tag + tagLength), step, wallTime, view.getFloat32(end - 4, true));
        }
        at = end;
      }
    }
    return true;
  }

  private after = 0;
  /** A length of at most three bytes; -1 for longer ones. Where it ends is left in `after`. */
  private length(bytes: Uint8Array, at: number): number {
    const a = bytes[at]!;
    if (a < 128) return ((this.after = at + 1), a);
    const b = bytes[at + 1]!;
    if (b < 128) return ((this.after = at + 2), (a & 127) | (b << 7));
    const c = bytes[at + 2]!;
    if (c < 128) return ((this.after = at + 3), (a & 127) | ((b & 127) << 7) | (c << 14));
    return ((this.after = at + 3), -1);
  }

  private tag(bytes: Uint8Array, from: number, to: number): string {
    let hash = to - from;
    for (let i = from; i < to; i++) hash = (hash * 31 + bytes[i]!) | 0;
    const known = this.tags.get(hash) ?? [];
    next: for (const { bytes: other, text } of known) {
      if (other.length !== to - from) continue;
      for (let i = 0; i < other.length; i++) if (other[i] !== bytes[from + i]) continue next;
      return text;
    }
    const copy = bytes.slice(from, to);
    const text = new TextDecoder().decode(copy);
    this.tags.set(hash, [...known, { bytes: copy, text }]);
    return text;
  }

  private decodeAny(bytes: Uint8Array, handler: EventHandler): void {
    let reports: (() => void)[];
    try {
      reports = parseEvent(bytes, handler);
    } catch (error) {
      throw new EventFormatError('The bytes are no Event message.', { cause: error });
    }
    for (const report of reports) report();
  }
}

/** What to tell the handler about an event of any form; nothing is told before the whole event was understood. */
function parseEvent(bytes: Uint8Array, handler: EventHandler): (() => void)[] {
  const reader = Reader.create(bytes);
  const reports: (() => void)[] = [];
  const at = { step: 0, wallTime: 0 };
  while (reader.pos < reader.len) {
    const field = reader.uint32();
    if (field === 9) at.wallTime = reader.double();
    else if (field === 16) at.step = Number(reader.int64());
    else if (field === 26) {
      const version = reader.string();
      reports.push(() => handler.onVersion?.(version));
    } else if (field === 42) {
      const values = Reader.create(reader.bytes());
      while (values.pos < values.len) {
        const inner = values.uint32();
        if (inner === 10) reports.push(parseValue(values.bytes(), at, handler));
        else values.skipType(inner & 7);
      }
    } else reader.skipType(field & 7);
  }
  return reports;
}

function parseValue(bytes: Uint8Array, at: { step: number; wallTime: number }, handler: EventHandler): () => void {
  const reader = Reader.create(bytes);
  let tag = '';
  let report = () => {};
  while (reader.pos < reader.len) {
    const field = reader.uint32();
    if (field === 10) tag = reader.string();
    else if (field === 21) {
      const value = reader.float();
      report = () => handler.onScalar?.(tag, at.step, at.wallTime, value);
    } else if (field === 34 && handler.onImage) {
      const image = decodeImage(reader.bytes());
      report = () => handler.onImage?.(tag, at.step, at.wallTime, image);
    } else if (field === 42 && handler.onHistogram) {
      const histogram = decodeHistogram(reader.bytes());
      report = () => handler.onHistogram?.(tag, at.step, at.wallTime, histogram);
    } else if (field === 66) {
      const value = decodeTensor(reader.bytes());
      if (typeof value === 'string') report = () => handler.onText?.(tag, at.step, at.wallTime, value);
      else if (value !== null) report = () => handler.onScalar?.(tag, at.step, at.wallTime, value);
    } else reader.skipType(field & 7);
  }
  return () => report();
}

function decodeImage(bytes: Uint8Array): ImageValue {
  const reader = Reader.create(bytes);
  const image: ImageValue = { width: 0, height: 0, channels: 0, encoded: new Uint8Array() };
  while (reader.pos < reader.len) {
    const field = reader.uint32();
    if (field === 8) image.height = reader.int32();
    else if (field === 16) image.width = reader.int32();
    else if (field === 24) image.channels = reader.int32();
    else if (field === 34) image.encoded = reader.bytes();
    else reader.skipType(field & 7);
  }
  return image;
}

function decodeHistogram(bytes: Uint8Array): HistogramValue {
  const reader = Reader.create(bytes);
  const scalars = [0, 0, 0, 0, 0];
  const limits: number[] = [];
  const counts: number[] = [];
  while (reader.pos < reader.len) {
    const field = reader.uint32();
    if ((field & 7) === 1 && field >>> 3 <= 5) scalars[(field >>> 3) - 1] = reader.double();
    else if (field === 50) readDoubles(reader, limits);
    else if (field === 58) readDoubles(reader, counts);
    else reader.skipType(field & 7);
  }
  const [min, max, count, sum, sumOfSquares] = scalars as [number, number, number, number, number];
  return { min, max, count, sum, sumOfSquares, limits, counts };
}

function readDoubles(reader: Reading, into: number[]): void {
  const end = reader.uint32() + reader.pos;
  while (reader.pos < end) into.push(reader.double());
}

/** A text (DT_STRING) or a single number (DT_FLOAT), as newer writers store them; null for other tensors. */
function decodeTensor(bytes: Uint8Array): string | number | null {
  const reader = Reader.create(bytes);
  let dtype = 0;
  const texts: string[] = [];
  let number: number | null = null;
  while (reader.pos < reader.len) {
    const field = reader.uint32();
    if (field === 8) dtype = reader.int32();
    else if (field === 66) texts.push(reader.string());
    else if (field === 34) {
      const content = reader.bytes();
      if (content.length === 4) number = new DataView(content.buffer, content.byteOffset).getFloat32(0, true);
    } else if (field === 42) {
      if (reader.uint32() === 4) number = reader.float();
      else return null;
    } else if (field === 45) number = reader.float();
    else reader.skipType(field & 7);
  }
  if (dtype === 7) return texts.join('\n');
  return dtype === 1 ? number : null;
}
