// Test images with what the model says of them.
import { noGrad } from '../autograd.ts';
import { FlintError } from '../errors.ts';
import type { Tensor } from '../tensor/tensor.ts';
import type { Normalization } from '../vision/datasets.ts';
import { toPictures } from '../vision/pictures.ts';
import { place } from './progress.ts';
import { currentSink } from './sink.ts';

export interface PredictionOptions {
  /** Names of the classes; their numbers by default. */
  classes?: readonly string[];
  /** The normalisation of the images, to be undone for the picture. */
  normalize?: Normalization | null;
  /** How many to show; 64 by default. */
  most?: number;
}

/**
 * Shows images [n, c, h, w] with the class that `logits` [n, classes] predict (confidence by softmax) beside the true
 * `labels` [n].
 */
export function showPredictions(images: Tensor, logits: Tensor, labels: Tensor, options: PredictionOptions = {}): void {
  const [n, classes] = logits.shape;
  if (logits.shape.length !== 2 || n !== images.shape[0] || n !== labels.shape[0]) {
    throw new FlintError(
      `[showPredictions] images [${images.shape.join(', ')}], logits [${logits.shape.join(', ')}] and labels [${labels.shape.join(', ')}] do not fit: wanted [n, c, h, w], [n, classes] and [n]`,
      { code: 'shape', op: 'showPredictions' },
    );
  }
  const { count, width, height, pixels } = toPictures(images, {
    normalize: options.normalize ?? null,
    most: options.most ?? 64,
  });
  const shares = noGrad(() => logits.detach().softmax(1).toArray());
  const truths = labels.toArray();
  const items = Array.from({ length: count }, (_, i) => {
    const row = shares.slice(i * classes!, (i + 1) * classes!);
    let best = 0;
    for (let c = 1; c < classes!; c++) if (row[c]! > row[best]!) best = c;
    // A model that has become NaN is sure of nothing.
    return { truth: Number(truths[i]), predicted: best, confidence: Number.isFinite(row[best]) ? row[best]! : 0 };
  });
  const names = options.classes ?? Array.from({ length: classes! }, (_, c) => String(c));
  currentSink().predictions({
    step: place.step,
    epoch: place.epoch,
    width,
    height,
    pixels,
    items,
    classes: [...names],
  });
}
