// AVIF headers: the properties of the primary item in the file's boxes (ISO/IEC 23008-12, AV1 Image File Format).
import { ImageBytes } from '../fault.ts';
import type { ImageHeader } from '../header.ts';

interface Box {
  type: string;
  /** Of the content. */
  from: number;
  to: number;
}

function* boxes(data: ImageBytes, from: number, to: number): Generator<Box> {
  for (let at = from; at + 8 <= to;) {
    let size = data.u32(at);
    let head = 8;
    if (size === 1) {
      size = data.u64(at + 8);
      head = 16;
    } else if (size === 0) size = to - at;
    if (size < head) throw data.fault(`a box of the AVIF has the impossible size ${size}`, at);
    yield { type: data.tag(at + 4), from: at + head, to: Math.min(at + size, to) };
    at += size;
  }
}
function find(data: ImageBytes, from: number, to: number, type: string): Box {
  for (const box of boxes(data, from, to)) if (box.type === type) return box;
  throw data.fault(`the AVIF has no box "${type}"`, from);
}

/** Size as shown: turned by the primary item's own rotation, which decoders apply. */
export function avifHeader(bytes: Uint8Array, file: string): ImageHeader {
  const data = new ImageBytes(bytes, file, 'the AVIF header');
  const meta = find(data, 0, Number.MAX_SAFE_INTEGER, 'meta');
  data.need(meta.from, meta.to - meta.from);
  const [from, to] = [meta.from + 4, meta.to];
  const primaryBox = find(data, from, to, 'pitm');
  const primary = data.u8(primaryBox.from) === 0 ? data.u16(primaryBox.from + 4) : data.u32(primaryBox.from + 4);
  const properties = find(data, from, to, 'iprp');
  const container = find(data, properties.from, properties.to, 'ipco');
  const all = [...boxes(data, container.from, container.to)];
  const own = associations(data, find(data, properties.from, properties.to, 'ipma'), primary).map((i) => all[i - 1]);
  const extent = own.find((box) => box?.type === 'ispe');
  if (!extent) throw data.fault('the AVIF does not say how large its picture is');
  const size = [data.u32(extent.from + 4), data.u32(extent.from + 8)] as const;
  if (size[0] === 0 || size[1] === 0)
    throw data.fault(`the AVIF says it is ${size[0]} x ${size[1]} pixels`, extent.from);
  const turn = own.find((box) => box?.type === 'irot');
  const turned = turn !== undefined && data.u8(turn.from) % 2 === 1;
  const codec = own.find((box) => box?.type === 'av1C');
  const flags = codec ? data.u8(codec.from + 2) : 0;
  const bits = flags & 0x40 ? (flags & 0x20 ? 12 : 10) : 8;
  const channels = flags & 0x10 ? 1 : 3;
  const [width, height] = turned ? [size[1], size[0]] : size;
  return { format: 'avif', width, height, channels, bits, orientation: 1 };
}

/** Numbers of the properties of one item, counted from 1. */
function associations(data: ImageBytes, box: Box, item: number): number[] {
  const version = data.u8(box.from);
  const wide = (data.u8(box.from + 3) & 1) === 1;
  const count = data.u32(box.from + 4);
  let at = box.from + 8;
  for (let i = 0; i < count && at < box.to; i++) {
    const id = version < 1 ? data.u16(at) : data.u32(at);
    at += version < 1 ? 2 : 4;
    const uses = data.u8(at++);
    const step = wide ? 2 : 1;
    if (id === item) {
      return Array.from({ length: uses }, (_, k) => (wide ? data.u16(at + 2 * k) & 0x7fff : data.u8(at + k) & 0x7f));
    }
    at += uses * step;
  }
  return [];
}
