// A tensor as colours: its values spread over the range that they have, or brought back to the image's 0..1.
import type { PreviewTensor } from '../../../../shared/contract/augment.ts';

export interface TensorColours {
  width: number;
  height: number;
  /** RGBA. */
  pixels: Uint8ClampedArray<ArrayBuffer>;
  /** What is shown darkest and lightest. */
  low: number;
  high: number;
}

export interface TensorLook {
  /** Undo the normalisation. */
  restored: boolean;
  /** One channel in grey; null for all of them, as red, green and blue where there are three. */
  channel: number | null;
}

/** The value of an element, normalised as the model gets it or brought back. */
export function valueAt(
  { shape, values, undo }: PreviewTensor,
  c: number,
  y: number,
  x: number,
  restored: boolean,
): number {
  const value = values[(c * shape[1] + y) * shape[2] + x]!;
  return restored && undo ? value * undo.scale[c]! + undo.shift[c]! : value;
}

const channelsShown = ({ shape }: PreviewTensor, channel: number | null): number[] => {
  if (channel !== null && channel < shape[0]) return [channel, channel, channel];
  return shape[0] === 3 ? [0, 1, 2] : [0, 0, 0];
};

/** Restored values keep 0 black and 1 white; normalised ones are spread from the least to the greatest. */
export function tensorColours(tensor: PreviewTensor, { restored, channel }: TensorLook): TensorColours {
  const [, height, width] = tensor.shape;
  const shown = channelsShown(tensor, channel);
  let [low, high] = [0, 1];
  if (!(restored && tensor.undo)) {
    [low, high] = [Infinity, -Infinity];
    for (const c of new Set(shown)) {
      low = Math.min(low, tensor.perChannel[c]!.min);
      high = Math.max(high, tensor.perChannel[c]!.max);
    }
  }
  const scale = high > low ? 255 / (high - low) : 0;
  const pixels = new Uint8ClampedArray(width * height * 4);
  const plane = width * height;
  for (let k = 0; k < 3; k++) {
    const c = shown[k]!;
    const factor = restored && tensor.undo ? tensor.undo.scale[c]! : 1;
    const shift = restored && tensor.undo ? tensor.undo.shift[c]! : 0;
    for (let i = 0; i < plane; i++)
      pixels[i * 4 + k] = Math.round((tensor.values[c * plane + i]! * factor + shift - low) * scale);
  }
  for (let i = 0; i < plane; i++) pixels[i * 4 + 3] = 255;
  return { width, height, pixels, low, high };
}
