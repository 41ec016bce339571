// Cards keep their keys while they are moved, changed and read back from the script; new ones go where they belong.
import { describe, expect, it } from 'vitest';
import { transformKind, transformKinds, type PipelineStep } from '../../../../shared/pipeline/kinds.ts';
import { findPipelines } from '../../../../shared/pipeline/code/pipelines.ts';
import { pipelineCode } from '../../../../shared/pipeline/code/write.ts';
import * as cards from './cards.ts';
import { problemsOf } from './parameters.ts';

const steps: PipelineStep[] = [
  { type: 'RandomCrop', size: 32 },
  { type: 'RandomHorizontalFlip' },
  { type: 'ToTensor' },
];
const types = (list: readonly cards.Card[]) => list.map((c) => (c.step as PipelineStep).type);
const start = cards.cardsOf(steps);
const [crop, flip, tensor] = start.map((c) => c.key);
const keys = (list: readonly cards.Card[]) => list.map((c) => c.key);

describe('cards', () => {
  it('move, with their keys, and not beyond the ends', () => {
    expect(keys(cards.moved(start, 0, 1))).toEqual([flip, crop, tensor]);
    expect(keys(cards.moved(start, 2, -5))).toEqual([tensor, crop, flip]);
    expect(keys(cards.moved(start, 0, 99))).toEqual([flip, tensor, crop]);
  });

  it('are removed, duplicated, switched and changed one by one', () => {
    expect(keys(cards.removed(start, 1))).toEqual([crop, tensor]);
    const twice = cards.duplicated(start, 0);
    expect(types(twice)).toEqual(['RandomCrop', 'RandomCrop', 'RandomHorizontalFlip', 'ToTensor']);
    expect(new Set(keys(twice)).size).toBe(4);
    const off = cards.switched(start, 1);
    expect(off[1]).toEqual({ key: flip, step: { type: 'RandomHorizontalFlip', off: true } });
    expect(cards.switched(off, 1)).toEqual(start);
    expect(cards.replaced(start, 0, { type: 'RandomCrop', size: 28 })[0]).toEqual({
      key: crop,
      step: { type: 'RandomCrop', size: 28 },
    });
  });

  it('keep their keys when the script changed them', () => {
    expect(cards.reconciled(start, steps)).toBe(start);
    const read = findPipelines(
      `x = ${pipelineCode([steps[2]!, { type: 'RandomCrop', size: 28 }, { type: 'CenterCrop', size: 4 }, steps[1]!])}`,
    )[0]!;
    const next = cards.reconciled(start, read.steps);
    expect(keys(next).filter((key) => keys(start).includes(key))).toEqual([tensor, crop, flip]);
    expect(new Set(keys(next)).size).toBe(4);
  });

  it('are put where their kind belongs', () => {
    const add = (type: string) => cards.inserted(start, transformKind(type)!);
    expect(add('ColorJitter')).toMatchObject({ at: 2 });
    expect(add('Normalize')).toMatchObject({ at: 3 });
    expect(types(add('ColorJitter').cards)).toEqual(['RandomCrop', 'RandomHorizontalFlip', 'ColorJitter', 'ToTensor']);
  });

  it.each(transformKinds.map((kind) => [kind.type, kind] as const))(
    '%s begins in order, and is in one group',
    (_, kind) => {
      expect(problemsOf(cards.newStep(kind))).toEqual([]);
      expect(cards.kindGroups.filter((g) => g.kinds.includes(kind))).toHaveLength(1);
    },
  );

  it('are dropped where their edge has passed the middle of another', () => {
    const boxes = [0, 40, 80, 180].map((top, i) => ({ top, height: [36, 36, 96, 36][i]! }));
    expect([0, 19, 25, 60, 95, 200, 300].map((shift) => cards.dropPlace(boxes, 0, shift))).toEqual([
      0, 0, 1, 1, 2, 3, 3,
    ]);
    expect([-10, -70, -300, 0].map((shift) => cards.dropPlace(boxes, 3, shift))).toEqual([3, 2, 0, 3]);
  });
});
