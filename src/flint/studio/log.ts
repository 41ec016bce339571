// Numbers over time: what the plots draw and the event files keep.
import { FlintError } from '../errors.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { place } from './progress.ts';
import { currentSink } from './sink.ts';

/**
 * Logs numbers, or tensors of one element, at the current step. A name without a slash is one of training: `loss` is
 * "train/loss". NaN and infinities are logged too; the studio marks their steps.
 */
export function log(
  values: Readonly<Record<string, number | Tensor>>,
  options: { step?: number; epoch?: number } = {},
): void {
  const scalars: Record<string, number> = {};
  for (const [name, value] of Object.entries(values)) {
    const number = typeof value === 'number' ? value : Number(value.item());
    if (typeof number !== 'number') {
      throw new FlintError(`[log] ${name} must be a number or a tensor of one element`, { code: 'type', op: 'log' });
    }
    scalars[name.includes('/') ? name : `train/${name}`] = number;
  }
  currentSink().scalars(scalars, options.step ?? place.step, options.epoch ?? place.epoch);
}
