// Numbers as typed, what is wrong with a value, and what a slider spans.
import { describe, expect, it } from 'vitest';
import { transformKind, type ParameterKind } from '../../../../shared/pipeline/kinds.ts';
import {
  givenParameters,
  initialOf,
  numberText,
  parseNumber,
  problemsOf,
  sliderSpan,
  valueOf,
  valueText,
  withValue,
} from './parameters.ts';

const parameter = (type: string, name: string): ParameterKind =>
  transformKind(type)!.parameters.find((p) => p.name === name)!;

describe('parameters', () => {
  it.each([
    ['0.5', 0.5],
    [' 0,5 ', 0.5],
    ['−7', -7],
    ['+3', 3],
    ['1/4', 0.25],
    ['1e-3', 0.001],
    ['.5', 0.5],
    ['5.', 5],
    ['50%', 0.5],
    ['', null],
    ['abc', null],
    ['1/0', null],
    ['1,000,5', null],
    ['1/2/3', null],
    ['--1', null],
    ['1e999', null],
    ['%', null],
  ])('reads %j as %j', (text, value) => expect(parseNumber(text)).toBe(value));

  it('writes numbers that read back', () => {
    expect(numberText(0.1 + 0.2)).toBe('0.3');
    expect(numberText(-7.25)).toBe('−7.25');
    expect(parseNumber(numberText(-1e-7))).toBe(-1e-7);
  });

  it.each([
    [{ type: 'RandomCrop' }, [{ parameter: 'size', is: 'missing' }]],
    [{ type: 'RandomCrop', size: 0 }, [{ parameter: 'size', is: 'below', limit: 1 }]],
    [{ type: 'RandomCrop', size: [3, 2.5] }, [{ parameter: 'size', is: 'whole' }]],
    [{ type: 'RandomCrop', size: [1, 2, 3] }, [{ parameter: 'size', is: 'length', limit: 2 }]],
    [{ type: 'RandomCrop', size: 3, padding: [1, 2, 3] }, [{ parameter: 'padding', is: 'length', limit: 4 }]],
    [{ type: 'RandomCrop', size: 3, padding: null, padIfNeeded: 1 }, [{ parameter: 'padIfNeeded', is: 'truth' }]],
    [
      { type: 'RandomCrop', size: 'big', paddingMode: 'mirror' },
      [
        { parameter: 'size', is: 'number' },
        { parameter: 'paddingMode', is: 'choice' },
      ],
    ],
    [{ type: 'RandomHorizontalFlip', p: 1.5 }, [{ parameter: 'p', is: 'above', limit: 1 }]],
    [{ type: 'RandomHorizontalFlip', p: NaN }, [{ parameter: 'p', is: 'number' }]],
    [{ type: 'RandomResizedCrop', size: 8, scale: [0.9, 0.2] }, [{ parameter: 'scale', is: 'order' }]],
    [{ type: 'RandomResizedCrop', size: 8, scale: 0.5 }, [{ parameter: 'scale', is: 'number' }]],
    [{ type: 'RandomRotation', degrees: -3 }, [{ parameter: 'degrees', is: 'below', limit: 0 }]],
    [{ type: 'RandomRotation', degrees: [-10, 20] }, []],
    [{ type: 'ColorJitter', hue: 0.6 }, [{ parameter: 'hue', is: 'above', limit: 0.5 }]],
    [{ type: 'ColorJitter', brightness: 1.5 }, []],
    [{ type: 'GaussianBlur', kernelSize: 4 }, [{ parameter: 'kernelSize', is: 'odd' }]],
    [
      { type: 'Normalize', mean: [], std: [0] },
      [
        { parameter: 'mean', is: 'length', limit: 1 },
        { parameter: 'std', is: 'below', limit: 0.0001 },
      ],
    ],
    [{ type: 'RandomApply', transforms: [{ type: 'CenterCrop' }] }, [{ parameter: 'transforms', is: 'inside' }]],
    [{ type: 'Normalize', mean: 0.5, std: [0.5] }, []],
    [{ type: 'GaussianBlur', kernelSize: 3, sigma: 0.001 }, [{ parameter: 'sigma', is: 'below', limit: 0.01 }]],
    [{ type: 'ToTensor' }, []],
  ])('finds what is wrong with %j', (step, problems) => expect(problemsOf(step)).toEqual(problems));

  it('leaves out what is at its default', () => {
    const p = parameter('RandomHorizontalFlip', 'p');
    expect(withValue({ type: 'RandomHorizontalFlip' }, p, 0.7)).toEqual({ type: 'RandomHorizontalFlip', p: 0.7 });
    expect(withValue({ type: 'RandomHorizontalFlip', p: 0.7, off: true }, p, 0.5)).toEqual({
      type: 'RandomHorizontalFlip',
      off: true,
    });
    expect(valueOf({ type: 'RandomHorizontalFlip' }, p)).toBe(0.5);
    const size = parameter('CenterCrop', 'size');
    expect(withValue({ type: 'CenterCrop', size: 4 }, size, 28)).toEqual({ type: 'CenterCrop', size: 28 });
    expect(givenParameters({ type: 'RandomCrop', size: 4, fill: 3 }).map((p) => p.name)).toEqual(['size', 'fill']);
  });

  it('gives one of degrees and choices', () => {
    const [degrees, choices] = [parameter('RandomRotation', 'degrees'), parameter('RandomRotation', 'choices')];
    const listed = withValue({ type: 'RandomRotation', degrees: 15, expand: true }, choices, [90]);
    expect(listed).toEqual({ type: 'RandomRotation', choices: [90], expand: true });
    expect(withValue(listed, choices, null)).toEqual({ type: 'RandomRotation', degrees: 15, expand: true });
    expect(withValue(listed, degrees, 3)).toEqual({ type: 'RandomRotation', degrees: 3, expand: true });
    expect(problemsOf({ type: 'RandomRotation' })).toEqual([{ parameter: 'degrees', is: 'missing' }]);
    expect(problemsOf({ ...listed, degrees: 3 })).toEqual([{ parameter: 'choices', is: 'either' }]);
  });

  it('gives optional parameters a first value that is in order', () => {
    for (const [type, name] of [
      ['RandomCrop', 'padding'],
      ['RandomRotation', 'choices'],
      ['RandomRotation', 'center'],
      ['RandomAffine', 'shear'],
      ['RandomAffine', 'scale'],
      ['Resize', 'maxSize'],
    ] as const) {
      const value = initialOf(parameter(type, name));
      expect(problemsOf({ type, size: 4, ...(name === 'choices' ? {} : { degrees: 3 }), [name]: value })).toEqual([]);
    }
  });

  it('spans what can be aimed at', () => {
    expect(sliderSpan(parameter('RandomHorizontalFlip', 'p'), [0.5])).toEqual({ min: 0, max: 1, step: 0.05 });
    expect(sliderSpan(parameter('CenterCrop', 'size'), [28])).toEqual({ min: 1, max: 64, step: 1 });
    expect(sliderSpan(parameter('CenterCrop', 'size'), [224])).toEqual({ min: 1, max: 512, step: 1 });
    expect(sliderSpan(parameter('CenterCrop', 'size'), [4096])).toEqual({ min: 1, max: 4096, step: 1 });
    expect(sliderSpan(parameter('RandomRotation', 'degrees'), [15, -15])).toEqual({ min: -64, max: 64, step: 1 });
    expect(sliderSpan(parameter('ColorJitter', 'brightness'), [0.2])).toEqual({ min: 0, max: 1, step: 0.01 });
  });

  it('says values in few characters', () => {
    expect(valueText([32, 28], parameter('RandomCrop', 'size'))).toBe('32 × 28');
    expect(valueText(15, parameter('RandomRotation', 'degrees'))).toBe('± 15');
    expect(valueText([-5, 10], parameter('RandomRotation', 'degrees'))).toBe('−5 … 10');
    expect(valueText(null, parameter('RandomCrop', 'padding'))).toBe('–');
    expect(valueText([{ type: 'ToTensor' }], parameter('RandomApply', 'transforms'))).toBe('1');
  });
});
