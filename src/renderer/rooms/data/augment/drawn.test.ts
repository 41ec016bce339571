import { describe, expect, it } from 'vitest';
import { en } from '../../../messages/en.ts';
import { zh } from '../../../messages/zh.ts';
import { drawnWords } from './drawn.ts';

describe('drawnWords', () => {
  it.each([
    [{ angle: -7.3456 }, ['angle −7.35°']],
    [{ top: 3, left: 1 }, ['top 3', 'left 1']],
    [{ flipped: false }, ['not flipped']],
    [{ flipped: true }, ['flipped']],
    [{ erased: false, top: 3 }, ['not erased']],
    [{ erased: true, top: 3, left: 4, height: 5, width: 12 }, ['erased', 'top 3', 'left 4', 'height 5', 'width 12']],
    [{ brightness: 1.18342, hue: -0.0312, order: [0, 1, 2, 3] }, ['brightness 1.18', 'hue −0.0312']],
    [
      { angle: 3, translate: [2, -1], scale: 1, shear: [0, 0.5] },
      ['angle 3°', 'shift 2, −1', 'scale 1', 'shear 0°, 0.5°'],
    ],
    [{ own: 'x', more: true }, ['own x', 'more ✓']],
    [{}, []],
  ])('%j', (drawn, phrases) => expect(drawnWords(en, drawn)).toEqual(phrases));

  it('speaks both languages', () => expect(drawnWords(zh, { flipped: false })).toEqual(['未翻转']));
});
