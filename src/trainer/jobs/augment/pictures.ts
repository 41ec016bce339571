// What the engine has made, for a canvas, and the numbers of a tensor.
import type { ChannelNumbers, Picture, PreviewTensor } from '../../../shared/contract/augment.ts';
import type { Tensor } from '../../../flint/tensor/tensor.ts';
import { tensorToBytes } from '../../../flint/tensor/bytes.ts';
import { Resize } from '../../../flint/vision/transforms/framing.ts';

/** RGBA of an image uint8 [height, width, channels]; one with a longer side than `most` is shown smaller. */
export function pictureOf(image: Tensor, most: number): Picture {
  const [height, width, channels] = smaller(image, most).shape as [number, number, number];
  const bytes = tensorToBytes(smaller(image, most).contiguous());
  const pixels = new Uint8Array(width * height * 4);
  for (let i = 0; i < width * height; i++) {
    for (let c = 0; c < 3; c++) pixels[i * 4 + c] = bytes[i * channels + (channels >= 3 ? c : 0)]!;
    pixels[i * 4 + 3] = 255;
  }
  return { width, height, channels, pixels };
}

function smaller(image: Tensor, most: number): Tensor {
  const [height, width] = image.shape as [number, number];
  const longest = Math.max(height, width);
  if (longest <= most) return image;
  const side = (length: number) => Math.max(1, Math.round((length * most) / longest));
  const resize = new Resize([side(height), side(width)]);
  return resize
    .forward(image.permute(2, 0, 1).contiguous())
    .permute(1, 2, 0)
    .contiguous();
}

/** Floats of a tensor, a copy. */
export function floatsOf(tensor: Tensor): Float32Array {
  const bytes = tensorToBytes(tensor.float().contiguous());
  return new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4).slice();
}

/** The numbers of each channel of [channels, height, width]; of NaN and infinities those that are numbers. */
export function channelNumbers(values: Float32Array, channels: number): ChannelNumbers[] {
  const area = values.length / channels;
  return Array.from({ length: channels }, (_, c) => {
    let [min, max, sum, squares, count] = [Infinity, -Infinity, 0, 0, 0];
    for (let i = c * area; i < (c + 1) * area; i++) {
      const v = values[i]!;
      if (!Number.isFinite(v)) continue;
      min = Math.min(min, v);
      max = Math.max(max, v);
      sum += v;
      squares += v * v;
      count++;
    }
    const mean = sum / count;
    return { min, max, mean, std: Math.sqrt(Math.max(0, squares / count - mean * mean)) };
  });
}

/** A tensor [channels, height, width] with its numbers; `undo` brings it back to 0..1. */
export function tensorOf(tensor: Tensor, undo?: PreviewTensor['undo']): PreviewTensor {
  const shape = tensor.shape as [number, number, number];
  const values = floatsOf(tensor);
  return { shape, values, perChannel: channelNumbers(values, shape[0]), ...(undo ? { undo } : {}) };
}
