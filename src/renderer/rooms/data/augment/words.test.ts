// Every transform, parameter and choice of the cards has its words, in both languages.
import { describe, expect, it } from 'vitest';
import { transformKinds } from '../../../../shared/pipeline/kinds.ts';
import { en } from '../../../messages/en.ts';
import { zh } from '../../../messages/zh.ts';

describe.each([
  ['en', en.augment],
  ['zh', zh.augment],
] as const)('words in %s', (_, words) => {
  it.each(transformKinds.map((kind) => [kind.type, kind] as const))('%s', (type, kind) => {
    expect(words.names).toHaveProperty(type);
    expect(words.does).toHaveProperty(type);
    for (const parameter of kind.parameters) {
      expect(words.parameters).toHaveProperty(parameter.name);
      for (const choice of parameter.choices ?? []) expect(words.choices).toHaveProperty(choice);
    }
  });
  it('and none is for a transform that does not exist', () => {
    const types = transformKinds.map((kind) => kind.type).sort();
    expect(Object.keys(words.names).sort()).toEqual(types);
    expect(Object.keys(words.does).sort()).toEqual(types);
  });
});
