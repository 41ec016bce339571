// The list of transforms that the window shows (src/shared) and the classes that scripts use (src/flint) are two: here
// they are compared, since this layer may see both.
import { describe, expect, test } from 'vitest';
import { transformClasses } from '../flint/vision/transforms/registry.ts';
import { Compose } from '../flint/vision/transforms/compose.ts';
import { tensor } from '../flint/tensor/creation.ts';
import { transformKinds, type ParameterKind, type PipelineStep, type TransformKind } from '../shared/pipeline/kinds.ts';

/** What a new card of this kind is. */
function fresh(kind: TransformKind): PipelineStep {
  const given = kind.parameters.map((p): [string, unknown] => [p.name, p.initial ?? p.default]);
  const step: PipelineStep = { type: kind.type };
  for (const [name, value] of given) if (value !== null && value !== undefined) step[name] = value;
  return step;
}
/** Whether the class itself insists on the bounds; a size, say, may be larger than any slider goes. */
const bounded = (p: ParameterKind): boolean => ['p', 'bits', 'distortionScale', 'threshold'].includes(p.name);

test('the window knows the classes of the library, and no others', () => {
  expect(transformKinds.map((kind) => kind.type).sort()).toEqual(Object.keys(transformClasses).sort());
});

describe.each(transformKinds.map((kind) => [kind.type, kind] as const))('%s', (type, kind) => {
  const { positional, options } = transformClasses[type]!.signature;

  test('has its parameters in their places', () => {
    const places = kind.parameters.filter((p) => p.positional !== undefined);
    expect(places.sort((a, b) => a.positional! - b.positional!).map((p) => p.name)).toEqual([...positional]);
    const rest = kind.parameters.filter((p) => p.positional === undefined).map((p) => p.name);
    expect(rest.sort()).toEqual([...options].sort());
  });

  test('has the defaults of the class', () => {
    const required = Object.fromEntries(
      kind.parameters.filter((p) => !('default' in p) || p.name === 'degrees').map((p) => [p.name, p.initial]),
    );
    const [made] = Compose.fromJSON([{ type, ...required }]).toJSON();
    for (const p of kind.parameters) {
      if (p.name in required) continue;
      expect([p.name, made![p.name] ?? null]).toEqual([p.name, p.default ?? null]);
    }
  });

  test('is a card that works, as it is and at the ends of each slider', () => {
    const image = tensor(
      Array.from({ length: 64 }, (_, y) => Array.from({ length: 64 }, (_, x) => (x * y) % 256)),
      {
        dtype: 'uint8',
      },
    ).unsqueeze(0);
    const step = fresh(kind);
    const before = type === 'Normalize' ? [{ type: 'ToTensor' }] : [];
    const at = { seed: 0, epoch: 0, index: 0 };
    expect(
      Compose.fromJSON([...before, step])
        .forward(image, at)
        .dim(),
    ).toBe(3);
    for (const p of kind.parameters.filter((q) => q.kind === 'integer' || q.kind === 'number'))
      for (const value of [p.min!, p.max!].filter((v) => p.name !== 'maxSize' || v > 32))
        Compose.fromJSON([{ ...step, ...(p.name === 'maxSize' ? { size: 32 } : {}), [p.name]: value }]);
    for (const p of kind.parameters.filter(bounded)) {
      for (const value of [p.min! - 1, p.max! + 1])
        expect(() => Compose.fromJSON([{ ...step, [p.name]: value }])).toThrow(/must be/);
    }
    for (const p of kind.parameters.filter((q) => q.kind === 'choice'))
      for (const value of p.choices!) Compose.fromJSON([{ ...step, [p.name]: value }]);
  });
});
