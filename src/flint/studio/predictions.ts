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
  /**
   * What the outputs say of the confidence: `softmax` (the default) for logits, `value` for a network trained against
   * one-hot targets, whose outputs are shares themselves; they are limited to 0..1.
   */
  confidence?: 'softmax' | 'value';
}

/**
 * Shows images [n, c, h, w] with the class that `logits` [n, classes] predict, and with what confidence, beside the true
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
  const shares = noGrad(() => {
    const outputs = logits.detach();
    return (options.confidence === 'value' ? outputs.clamp(0, 1) : outputs.softmax(1)).toArray();
  });
  const raw = logits.toArray();
  const truths = labels.toArray();
  const items = Array.from({ length: count }, (_, i) => {
    const first = i * classes!;
    let best = 0;
    for (let c = 1; c < classes!; c++) if (raw[first + c]! > raw[first + best]!) best = c;
    const confidence = shares[first + best]!;
    // A model that has become NaN predicts nothing.
    return { truth: Number(truths[i]), predicted: Number.isNaN(confidence) ? -1 : best, confidence };
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
