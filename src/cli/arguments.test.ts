import { describe, expect, it } from 'vitest';
import { distance, parseCommand, parseSettings, suggest, UsageError, wholeNumber } from './arguments.ts';

const options = { seed: { type: 'string' }, json: { type: 'boolean' } } as const;

describe('the command line', () => {
  it('gives options and words', () => {
    expect(parseCommand(['p', '--seed', '3', '--json'], options)).toEqual({
      values: expect.objectContaining({ seed: '3', json: true }) as unknown,
      words: ['p'],
    });
  });
  it('suggests the nearest option for one it does not have', () => {
    expect(() => parseCommand(['--sed', '3'], options)).toThrow('There is no option --sed. Did you mean --seed?');
    expect(() => parseCommand(['--completely-else'], options)).toThrow(/^There is no option --completely-else\.$/);
  });
  it('wants a value where an option takes one', () => {
    expect(() => parseCommand(['--seed'], options)).toThrow(UsageError);
  });
  it('reads settings by what they look like', () => {
    expect(parseSettings(['lr=1e-3', 'n=5', 'on=true', 'data=../x=y', 'empty=', 'inf=Infinity'])).toEqual({
      ...{ lr: 0.001, n: 5, on: true, data: '../x=y', empty: '', inf: 'Infinity' },
    });
    expect(() => parseSettings(['lr'])).toThrow(/key=value/);
    expect(() => parseSettings(['=3'])).toThrow(UsageError);
  });
  it('checks numbers', () => {
    expect(wholeNumber('port', '0', 0, 65535)).toBe(0);
    for (const bad of ['-1', '1.5', 'x', '', '65536'])
      expect(() => wholeNumber('port', bad, 0, 65535)).toThrow(/--port takes/);
  });
  it('counts changed letters', () => {
    expect(distance('run', 'run')).toBe(0);
    expect(distance('rnu', 'run')).toBe(2);
    expect(suggest('exprot', ['run', 'export'])).toBe(' Did you mean export?');
  });
});
