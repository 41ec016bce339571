import { describe, expect, it } from 'vitest';
import { matchOf } from './search.ts';

const rotate = ['RandomRotation', 'Rotate', 'Turns the image by a random angle.'];
describe('matchOf', () => {
  it('finds words in name, class and sentence, wherever they begin', () => {
    expect(matchOf('rot', rotate)).toBe(1);
    expect(matchOf('rand ROT', rotate)).toBe(1);
    expect(matchOf('angle', rotate)).toBeCloseTo(1 / 3);
    expect(matchOf('otat', rotate)).toBe(0.5);
    expect(matchOf('旋', ['RandomRotation', '旋转'])).toBe(0.5);
    expect(matchOf('', rotate)).toBe(1);
  });
  it('and nothing else', () => {
    expect(matchOf('rte', rotate)).toBe(0);
    expect(matchOf('rot blur', rotate)).toBe(0);
  });
});
