// Values to bytes and back: msgpack, with one extension so that typed arrays cross as bytes and come back as what they
// were. NaN and infinities survive; undefined members are left out.
import { decode, encode, ExtensionCodec } from '@msgpack/msgpack';

type TypedArray =
  | Float64Array
  | Float32Array
  | Int32Array
  | Uint32Array
  | Int16Array
  | Uint16Array
  | Int8Array
  | Uint8ClampedArray
  | BigInt64Array;

/** Their place in this list is the first byte of the extension: append only. Uint8Array is msgpack's own. */
const arrayTypes = [
  Float64Array,
  Float32Array,
  Int32Array,
  Uint32Array,
  Int16Array,
  Uint16Array,
  Int8Array,
  Uint8ClampedArray,
  BigInt64Array,
] as const;
const TYPED_ARRAY = 1;

const extensions = new ExtensionCodec();
extensions.register({
  type: TYPED_ARRAY,
  encode(value: unknown): Uint8Array | null {
    const kind = arrayTypes.findIndex((type) => value instanceof type);
    if (kind < 0) return null;
    const array = value as TypedArray;
    const bytes = new Uint8Array(array.byteLength + 1);
    bytes[0] = kind;
    bytes.set(new Uint8Array(array.buffer, array.byteOffset, array.byteLength), 1);
    return bytes;
  },
  decode(data: Uint8Array): TypedArray {
    const type = arrayTypes[data[0] ?? -1];
    if (!type || (data.length - 1) % type.BYTES_PER_ELEMENT !== 0) {
      throw new Error(`A message holds an array of unknown kind ${data[0]} with ${data.length - 1} bytes.`);
    }
    // Not slice(): in Node the bytes may be a Buffer, whose slice is no copy but a view of a larger store.
    return new type(new Uint8Array(data.subarray(1)).buffer);
  },
});

const options = { extensionCodec: extensions, ignoreUndefined: true, maxDepth: 64 };

/** Throws on functions, symbols and cycles. */
export function encodeMessage(value: unknown): Uint8Array {
  return encode(value, options);
}

/** Throws on bytes that are no message. */
export function decodeMessage(bytes: Uint8Array): unknown {
  return decode(bytes, { extensionCodec: extensions });
}
