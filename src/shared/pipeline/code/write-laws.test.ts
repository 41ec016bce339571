// What holds for any steps that are written, whatever the script.
import fc from 'fast-check';
import * as prettier from 'prettier';
import { describe, expect, it } from 'vitest';
import { transformKinds, type ParameterKind, type PipelineStep } from '../kinds.ts';
import type { Step } from './code-step.ts';
import { findPipelines } from './pipelines.ts';
import { essential } from './print.ts';
import { copied, list, script, steps, unplaced } from './testing/script.ts';
import { writePipeline } from './write.ts';

/** As in .prettierrc.json. */
const house = { singleQuote: true, printWidth: 120, trailingComma: 'all', parser: 'typescript' } as const;

// Steps of every kind with values of every shape.
const amount = fc.oneof(
  fc.integer({ min: -400, max: 400 }),
  fc.double({ noNaN: true, min: -1e9, max: 1e9 }),
  fc.constantFrom(1e-9, 1e21, 1.5e300, 0.1),
);
const numbers = (least: number, most: number) => fc.array(amount, { minLength: least, maxLength: most });
function valueOf(p: ParameterKind): fc.Arbitrary<unknown> {
  if (p.kind === 'boolean') return fc.boolean();
  if (p.kind === 'choice') return fc.oneof(fc.constantFrom(...p.choices!), fc.string());
  if (p.kind === 'steps')
    return fc.array(fc.oneof(step('ToTensor'), step('ColorJitter'), step('CenterCrop')), { maxLength: 4 });
  if (p.kind === 'integer' || p.kind === 'number') return fc.oneof(amount, fc.constant(null));
  return fc.oneof(amount, numbers(p.length ?? 1, p.length ?? 4), fc.constant(null));
}
function step(type: string): fc.Arbitrary<PipelineStep> {
  const kind = transformKinds.find((k) => k.type === type)!;
  const parameters = kind.parameters.map((p): [string, fc.Arbitrary<unknown>] => [
    p.name,
    'default' in p ? fc.option(valueOf(p), { nil: undefined }) : valueOf(p),
  ]);
  return fc
    .record({ ...Object.fromEntries(parameters), off: fc.boolean() })
    .map((values) => essential({ type, ...values }));
}
const anyStep = fc.oneof(...transformKinds.map((k) => step(k.type)));
const anySteps = fc.array(anyStep, { maxLength: 7 });
const holders = [
  'const t = new transforms.Compose([]);\n',
  script,
  'export class A {\n    make() {\n        return f({ a: 1, t: new transforms.Compose([new transforms.ToTensor(), x]) }); // end\n    }\n}\n',
  'x = new transforms.Compose([\r\n\tnew transforms.ToTensor()\r\n\t, // odd\r\n /* more */ ]\r\n);',
];
const law = <T extends [unknown, ...unknown[]]>(
  arbitraries: { [K in keyof T]: fc.Arbitrary<T[K]> },
  holds: (...values: T) => void,
) => fc.assert(fc.property<T>(...arbitraries, holds), { numRuns: 400, seed: 4 });

describe('for any steps', () => {
  it('reads back what it wrote, and writes only the list', () => {
    law([fc.constantFrom(...holders), anySteps], (source, wanted) => {
      const text = writePipeline(source, 0, wanted);
      // What holds anyway stays where it was written out.
      expect(steps(text).map((s) => essential(s as PipelineStep))).toEqual(wanted);
      const [before, after] = [findPipelines(source)[0]!, findPipelines(text)[0]!];
      expect(text.slice(0, after.start)).toBe(source.slice(0, before.start));
      expect(text.slice(after.end)).toBe(source.slice(before.end));
      expect(writePipeline(text, 0, copied(wanted))).toBe(text);
    });
  });

  it('loses no comment and no code when steps are shuffled and switched', () => {
    const shuffled = fc.shuffledSubarray([0, 1, 2, 3, 4], { minLength: 5 });
    law([shuffled, fc.array(fc.boolean(), { minLength: 5, maxLength: 5 })], (order, off) => {
      const old = steps(script);
      const text = writePipeline(
        script,
        0,
        order.map((i) => {
          const { off: _, ...on } = old[i]!;
          return (off[i] ? { ...on, off: true } : on) as Step;
        }),
      );
      for (const kept of [
        '// Shifted by',
        '// as in the paper',
        '/* colours */',
        '// the end',
        'return x;',
        'Flip( .5 )',
      ])
        expect(text.split(kept)).toHaveLength(2);
      const back = writePipeline(text, 0, old);
      expect(unplaced(steps(back))).toEqual(unplaced(old));
      // What was a comment and is switched on and off again is no comment any more.
      const comment = '// new transforms.ColorJitter({ brightness: 0.4 }),';
      const now = 'transforms.off(new transforms.ColorJitter({ brightness: 0.4 })),';
      const expected = off[2] ? list(script) : list(script).replace(comment, now);
      // The empty line between two groups is the one thing that is dropped when its step was first for a while.
      expect(list(back).replace('\n\n', '\n')).toBe(expected.replace('\n\n', '\n'));
    });
  });

  it('is formatted as prettier formats it', async () => {
    const source = 'const augment = new transforms.Compose([]);\n';
    await fc.assert(
      fc.asyncProperty(anySteps, async (wanted) => {
        // Prettier writes short lists of numbers, so that 1e-9 stays as it is, and long ones in its own way.
        const text = writePipeline(source, 0, wanted);
        expect(text).toBe(await prettier.format(text, house));
      }),
      { numRuns: 150, seed: 5 },
    );
  });

  it('never throws on any text', () => {
    const piece = fc.constantFrom(
      'new transforms.Compose([',
      '])',
      'new transforms.CenterCrop(3)',
      ',',
      '// off: x',
      '\n',
      '`',
      '${',
      '}',
      "'",
      '/',
      '/*',
      '*/',
      '(',
      '{',
      ' ',
      '// new transforms.ToTensor(',
      '//)',
      'const a =',
      'import {',
      "} from 'flint/vision'",
    );
    law(
      [
        fc.oneof(
          fc.array(piece, { maxLength: 40 }).map((p) => p.join('')),
          fc.string({ unit: 'binary', maxLength: 200 }),
        ),
      ],
      (text) => {
        const found = findPipelines(text);
        found.forEach((pipeline, i) => {
          if (pipeline.notAList) return;
          expect(writePipeline(text, i, pipeline.steps)).toBe(text);
          expect(text[pipeline.start]).toBe('[');
        });
      },
    );
  });
});
