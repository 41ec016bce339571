// Transforms of whole batches that mix each sample with its neighbour, and the labels with them.
import { noGrad } from '../../autograd.ts';
import type { BatchMoment } from '../../data/dataset.ts';
import { fail } from '../../errors.ts';
import { native } from '../../native.ts';
import { oneHot } from '../../nn/functional/embedding.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { numberOf, wholeOf } from './parameters.ts';
import { freshMoment } from './run.ts';

export interface MixOptions {
  /** Both parameters of the Beta distribution that the share is drawn from; 1 when left out. */
  alpha?: number;
  /** How many classes there are; may be left out where labels are probabilities `[n, classes]` already. */
  classes?: number;
}

/** Numbers in [0, 1) for one batch, as many as are asked for. */
function uniforms(name: string, at: BatchMoment): () => number {
  let numbers: number[] = [];
  let used = 0;
  return () => {
    if (used === numbers.length) numbers = native.cardDraws(name, at.seed, at.epoch, at.batch, 64 + 2 * numbers.length);
    return numbers[used++]!;
  };
}

/** A gamma variate with scale 1 (Marsaglia and Tsang 2000). */
function gamma(shape: number, uniform: () => number): number {
  if (shape < 1) return gamma(shape + 1, uniform) * Math.pow(1 - uniform(), 1 / shape);
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
    const v = Math.pow(1 + c * x, 3);
    if (v > 0 && Math.log(1 - uniform()) < 0.5 * x * x + d - d * v + d * Math.log(v)) return d * v;
  }
}

/** A number from the Beta distribution with both parameters `alpha`. */
function beta(alpha: number, uniform: () => number): number {
  const a = gamma(alpha, uniform);
  const b = gamma(alpha, uniform);
  return a + b > 0 ? a / (a + b) : 0.5;
}

abstract class Mix {
  readonly alpha: number;
  readonly classes: number | null;
  protected constructor(
    readonly type: string,
    options: MixOptions,
  ) {
    this.alpha = numberOf(type, 'alpha', options.alpha ?? 1, 1e-3);
    this.classes = options.classes === undefined ? null : wholeOf(type, 'classes', options.classes, 1, 1e7);
  }

  /**
   * A batch `[images, labels]` mixed with the same batch moved on by one: images float32 `[n, channels, height, width]`,
   * labels int64 `[n]` or probabilities `[n, classes]`. The labels become probabilities `[n, classes]`, which
   * `F.crossEntropy` takes. What is drawn depends on `at` alone, or is new each time.
   */
  forward(batch: readonly [Tensor, Tensor], at?: BatchMoment): [Tensor, Tensor] {
    const [images, labels] = batch;
    if (images.dim() !== 4 || !images.isFloatingPoint())
      fail(
        this.type,
        `images must be floats [n, channels, height, width], got ${images.dtype} [${images.shape.join(', ')}]`,
      );
    const uniform = uniforms(`${this.type}#0`, at ?? { ...freshMoment(), batch: 0 });
    return noGrad(() => {
      const soft = this.soft(labels, images.shape[0]!);
      const [mixed, share] = this.mix(images, beta(this.alpha, uniform), uniform);
      return [mixed, soft.mul(share).add(soft.roll(1, 0).mul(1 - share))];
    });
  }

  private soft(labels: Tensor, count: number): Tensor {
    if (labels.shape[0] !== count || labels.dim() > 2)
      fail(this.type, `labels must be [${count}] or [${count}, classes], got [${labels.shape.join(', ')}]`);
    if (labels.dim() === 2) {
      if (this.classes !== null && labels.shape[1] !== this.classes)
        fail(this.type, `labels have ${labels.shape[1]} classes, but ${this.classes} were named`);
      return labels.float();
    }
    if (this.classes === null)
      fail(this.type, 'labels are class numbers: say how many classes there are, { classes: 10 }');
    return oneHot(labels, this.classes).float();
  }

  /** The images mixed, and the share that each has of itself. */
  protected abstract mix(images: Tensor, share: number, uniform: () => number): [Tensor, number];
}

/** Each image is mixed with its neighbour, `share` to `1 - share` (Zhang et al. 2017, "mixup"). */
export class MixUp extends Mix {
  constructor(options: MixOptions = {}) {
    super('MixUp', options);
  }
  protected mix(images: Tensor, share: number): [Tensor, number] {
    return [images.mul(share).add(images.roll(1, 0).mul(1 - share)), share];
  }
}

/** A rectangle of each image is its neighbour's (Yun et al. 2019, "CutMix"). */
export class CutMix extends Mix {
  constructor(options: MixOptions = {}) {
    super('CutMix', options);
  }
  protected mix(images: Tensor, share: number, uniform: () => number): [Tensor, number] {
    const [height, width] = images.shape.slice(-2) as [number, number];
    const [x, y] = [Math.floor(uniform() * width), Math.floor(uniform() * height)];
    const half = 0.5 * Math.sqrt(1 - share);
    const [halfWidth, halfHeight] = [Math.trunc(half * width), Math.trunc(half * height)];
    const [left, right] = [Math.max(0, x - halfWidth), Math.min(width, x + halfWidth)];
    const [top, bottom] = [Math.max(0, y - halfHeight), Math.min(height, y + halfHeight)];
    if (right <= left || bottom <= top) return [images.clone(), 1];
    const out = images.clone();
    const place = [':', ':', `${top}:${bottom}`, `${left}:${right}`] as const;
    out.at(...place).copy_(images.roll(1, 0).at(...place));
    return [out, 1 - ((right - left) * (bottom - top)) / (width * height)];
  }
}
