import { describe, expect, it } from 'vitest';
import { describeProgress, duration, fractionDone, ProgressBar } from './progress-bar.ts';

const progress = { epoch: 1, epochs: 3, step: 59, steps: 118, samplesPerSecond: 61234.4, secondsLeft: 75 };

describe('the progress bar', () => {
  it('says epoch, step, loss, speed and time left', () => {
    expect(describeProgress(progress, 0.123456)).toBe(
      'epoch 2/3  step 59/118  loss 0.1235  61,234 samples/s  1 min 15 s left',
    );
    expect(describeProgress({ ...progress, epochs: 0, steps: 0, secondsLeft: null, samplesPerSecond: 0 }, NaN)).toBe(
      'step 59  loss NaN',
    );
    expect(fractionDone(progress)).toBe(0.5);
    expect([5.4, 60, 3600, 7812].map(duration)).toEqual(['5 s', '1 min 00 s', '1 h 00 min', '2 h 10 min']);
  });
  it('stays below what is printed, no wider than the terminal', () => {
    const text: string[] = [];
    const out = { write: (t: string) => text.push(t), isTTY: true, columns: 40 };
    const bar = new ProgressBar(out);
    bar.update(progress, 1, 1000);
    bar.update(progress, 1, 1001);
    expect(text).toHaveLength(1);
    expect(text[0]).toBe(`\r\x1b[2K${'█'.repeat(10)}${'░'.repeat(10)} epoch 2/3  step 59`.slice(0, 5 + 39));
    bar.print(out, 'hello');
    expect(text.slice(1)).toEqual(['\r\x1b[2K', 'hello\n', text[0]!.slice(5)]);
  });
  it('is plain lines, now and then, where there is no terminal', () => {
    const text: string[] = [];
    const bar = new ProgressBar({ write: (t) => text.push(t) });
    bar.update(progress, 1, 1000);
    bar.update(progress, 1, 2000);
    bar.update({ ...progress, epoch: 2 }, 1, 2100);
    bar.update(progress, 1, 60_000);
    expect(text).toHaveLength(3);
    expect(text.join('')).not.toMatch(/[\r\x1b]/);
  });
});
