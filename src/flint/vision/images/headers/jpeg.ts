// JPEG headers: the frame's size, and what the segments before the picture say about orientation and colours.
import { ImageBytes } from '../fault.ts';
import type { ImageHeader } from '../header.ts';
import { exifOrientation } from './tiff.ts';

const Marker = {
  sof0: 0xc0,
  dht: 0xc4,
  jpg: 0xc8,
  dac: 0xcc,
  sof15: 0xcf,
  eoi: 0xd9,
  sos: 0xda,
  app1: 0xe1,
  app14: 0xee,
};
/** Frames that no decoder at hand reads: hierarchical, and lossless with arithmetic coding. */
const unread = new Set([0xc5, 0xc6, 0xc7, 0xcb, 0xcd, 0xce, 0xcf]);

/** Markers that stand alone: fill, TEM, RST0..7, SOI. */
const alone = (marker: number) => marker === 0 || marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8);
const isFrame = (marker: number) =>
  marker >= Marker.sof0 &&
  marker <= Marker.sof15 &&
  marker !== Marker.dht &&
  marker !== Marker.jpg &&
  marker !== Marker.dac;

export function jpegHeader(bytes: Uint8Array, file: string): ImageHeader {
  const data = new ImageBytes(bytes, file, 'the JPEG header');
  let frame: Pick<ImageHeader, 'width' | 'height' | 'channels' | 'bits'> | null = null;
  let orientation: number | null = null;
  let adobe = false;
  for (let at = 2; ;) {
    while (data.u8(at) !== 0xff) at++; // junk between segments: decoders pass over it
    while (data.u8(at) === 0xff) at++;
    const marker = data.u8(at++);
    if (alone(marker)) continue;
    if (marker === Marker.eoi) throw data.fault('the JPEG ends before its picture begins', at);
    if (marker === Marker.sos) break;
    const length = data.u16(at);
    if (length < 2) throw data.fault(`a JPEG segment has the impossible length ${length}`, at);
    if (isFrame(marker)) {
      if (frame) throw data.fault('the JPEG has two frames', at);
      frame = readFrame(data, at, marker);
    } else if (marker === Marker.app1 && orientation === null && length >= 8 && data.tag(at + 2) === 'Exif') {
      orientation = exifOrientation(data.part(at + 8, length - 8));
    } else if (marker === Marker.app14 && length >= 7 && data.tag(at + 2) === 'Adob') {
      adobe = true;
    }
    at += length;
  }
  if (!frame) throw data.fault('the JPEG has a picture but no header that says its size');
  return { format: 'jpeg', ...frame, orientation: orientation ?? 1, inverted: adobe };
}

function readFrame(data: ImageBytes, at: number, marker: number) {
  if (unread.has(marker)) {
    throw data.fault(
      `this kind of JPEG (frame type ${marker - Marker.sof0}) is read by hardly any program`,
      at,
      'Save it as a common JPEG or as PNG.',
    );
  }
  const frame = { bits: data.u8(at + 2), height: data.u16(at + 3), width: data.u16(at + 5), channels: data.u8(at + 7) };
  if (!frame.width || !frame.height)
    throw data.fault(`the JPEG says it is ${frame.width} x ${frame.height} pixels`, at + 3);
  return frame;
}
