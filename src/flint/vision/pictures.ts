// Tensors as pictures: what windows and prediction grids show.
import { noGrad } from '../autograd.ts';
import { FlintError } from '../errors.ts';
import type { Tensor } from '../tensor/tensor.ts';
import type { Normalization } from './datasets.ts';

export interface Pictures {
  count: number;
  width: number;
  height: number;
  /** RGBA, one image after another. */
  pixels: Uint8Array;
}

/** [n, c, h, w] with 1 or 3 channels from [n, c, h, w], [n, h, w], [c, h, w] or [h, w]. */
function asBatch(images: Tensor): Tensor {
  const { shape } = images;
  if (shape.length === 2) return images.unsqueeze(0).unsqueeze(0);
  if (shape.length === 3) return shape[0] === 3 || shape[0] === 1 ? images.unsqueeze(0) : images.unsqueeze(1);
  if (shape.length === 4 && (shape[1] === 1 || shape[1] === 3)) return images;
  throw new FlintError(
    `[images] a tensor of shape [${shape.join(', ')}] is no picture: wanted [n, channels, height, width] with 1 or 3 channels, [n, height, width] or [height, width]`,
    { code: 'shape', op: 'images' },
  );
}

/**
 * The first `most` images as RGBA. Floats are taken as 0..1, after undoing `normalize`, or of a list that of each image; bytes
 * as they are.
 */
export function toPictures(
  images: Tensor,
  options: { normalize?: Normalization | null | readonly (Normalization | null)[]; most?: number } = {},
): Pictures {
  return noGrad(() => {
    const batch = asBatch(images.detach());
    const [total, channels, height, width] = batch.shape as [number, number, number, number];
    const count = Math.min(total, options.most ?? 256);
    const bytes = String(batch.dtype) === 'uint8';
    const flat = batch.at(`0:${count}`).float().toArray();
    const area = height * width;
    const pixels = new Uint8Array(count * area * 4);
    const { normalize } = options;
    for (let n = 0; n < count; n++) {
      const undo = Array.isArray(normalize)
        ? (normalize as readonly (Normalization | null)[])[n]
        : (normalize as Normalization | null | undefined);
      for (let c = 0; c < 3; c++) {
        const own = channels === 3 ? c : 0;
        const scale = bytes ? 1 : 255 * (undo?.std[own] ?? 1);
        const shift = bytes ? 0 : 255 * (undo?.mean[own] ?? 0);
        const from = (n * channels + own) * area;
        for (let i = 0; i < area; i++) {
          pixels[(n * area + i) * 4 + c] = Math.min(255, Math.max(0, Math.round(flat[from + i]! * scale + shift)));
        }
      }
      for (let i = 0; i < area; i++) pixels[(n * area + i) * 4 + 3] = 255;
    }
    return { count, width, height, pixels };
  });
}
