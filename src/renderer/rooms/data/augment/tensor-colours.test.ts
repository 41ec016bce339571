// The colours of a tensor say its values: darkest the least, lightest the greatest, or the image as it was.
import { describe, expect, it } from 'vitest';
import type { PreviewTensor } from '../../../../shared/contract/augment.ts';
import { tensorColours, valueAt } from './tensor-colours.ts';

const numbers = (min: number, max: number) => ({ min, max, mean: 0, std: 1 });
const grey: PreviewTensor = {
  shape: [1, 1, 3],
  values: Float32Array.of(-1, 0, 1),
  perChannel: [numbers(-1, 1)],
  undo: { scale: [0.5], shift: [0.5] },
};
const colour: PreviewTensor = {
  shape: [3, 1, 2],
  values: Float32Array.of(-2, 0, 0, 1, 2, 2),
  perChannel: [numbers(-2, 0), numbers(0, 1), numbers(2, 2)],
};

describe('tensorColours', () => {
  it('spreads the values over their range', () => {
    const { pixels, low, high } = tensorColours(grey, { restored: false, channel: null });
    expect([...pixels]).toEqual([0, 0, 0, 255, 128, 128, 128, 255, 255, 255, 255, 255]);
    expect([low, high]).toEqual([-1, 1]);
  });

  it('brings them back to the image', () => {
    const dim = { ...grey, values: Float32Array.of(-0.5, 0, 0.5), perChannel: [numbers(-0.5, 0.5)] };
    const { pixels, low, high } = tensorColours(dim, { restored: true, channel: null });
    expect([pixels[0], pixels[4], pixels[8]]).toEqual([64, 128, 191]);
    expect([low, high]).toEqual([0, 1]);
    expect(valueAt(dim, 0, 0, 2, true)).toBe(0.75);
    expect(valueAt(dim, 0, 0, 2, false)).toBe(0.5);
  });

  it('shows three channels together over one range, or one of them', () => {
    expect([...tensorColours(colour, { restored: true, channel: null }).pixels.slice(0, 3)]).toEqual([0, 128, 255]);
    const one = tensorColours(colour, { restored: false, channel: 1 });
    expect([...one.pixels.slice(0, 8)]).toEqual([0, 0, 0, 255, 255, 255, 255, 255]);
    expect([one.low, one.high]).toEqual([0, 1]);
    // A channel of one value has no range to spread.
    expect([...tensorColours(colour, { restored: false, channel: 2 }).pixels.slice(0, 4)]).toEqual([0, 0, 0, 255]);
  });
});
