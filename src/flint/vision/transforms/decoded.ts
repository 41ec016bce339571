// Images that were decoded from files, each of its own size, through a pipeline into one batch.
import type { Moment } from '../../data/dataset.ts';
import { tensorFromBytes } from '../../tensor/bytes.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import type { Compose } from './compose.ts';
import type { Images } from './run.ts';

/** An image as bytes, channels inside: [height, width, channels]. */
export interface DecodedPixels {
  width: number;
  height: number;
  channels: number;
  pixels: Uint8Array;
}

function imagesOfDecoded(images: readonly DecodedPixels[], indices: readonly number[]): Images {
  const tensors = images.map(({ height, width, channels, pixels }) =>
    tensorFromBytes(pixels, [height, width, channels], 'uint8'),
  );
  return { images: tensors, rows: [], keys: indices, interleaved: true };
}

/**
 * A batch float32 [n, channels, height, width] of decoded images. `indices` are the samples' in their data set, which random
 * choices depend on. Throws where sizes differ after the pipeline, and says of which sample.
 */
export function transformDecoded(
  images: readonly DecodedPixels[],
  indices: readonly number[],
  transform: Compose,
  at: Moment,
): Tensor {
  return transform.batch(imagesOfDecoded(images, indices), at);
}

/** {@link transformDecoded} begun by `threads` other threads of the engine; the function it gives back waits for it. */
export function beginTransformDecoded(
  images: readonly DecodedPixels[],
  indices: readonly number[],
  transform: Compose,
  at: Moment,
  threads = 1,
): () => Tensor {
  return transform.begin(imagesOfDecoded(images, indices), at, threads);
}
