// The cards of a pipeline as data: each step with a key of its own, that it keeps while it is moved and changed.
import {
  transformKind,
  transformKinds,
  type PipelineStep,
  type TransformKind,
} from '../../../../shared/pipeline/kinds.ts';
import { isCode, type Step } from '../../../../shared/pipeline/code/code-step.ts';
import { originsOf } from '../../../../shared/pipeline/code/match.ts';

export interface Card {
  key: string;
  step: Step;
}

let lastKey = 0;
const card = (step: Step): Card => ({ key: `card-${(lastKey += 1)}`, step });

export const cardsOf = (steps: readonly Step[]): Card[] => steps.map(card);
export const stepsOf = (cards: readonly Card[]): Step[] => cards.map((c) => c.step);

/** The cards for steps that may have changed elsewhere, in the script: a step that can be recognised keeps its key. */
export function reconciled(cards: readonly Card[], steps: readonly Step[]): Card[] {
  if (cards.length === steps.length && cards.every((c, i) => c.step === steps[i])) return cards as Card[];
  const origins = originsOf(stepsOf(cards), steps);
  return steps.map((step, i) => {
    const origin = origins[i];
    return origin ? { key: cards[origin.from]!.key, step } : card(step);
  });
}

/** Moves the card at `from` to the place `to` among the others; places beyond the ends are the ends. */
export function moved(cards: readonly Card[], from: number, to: number): Card[] {
  const place = Math.min(cards.length - 1, Math.max(0, to));
  const next = cards.slice();
  const [taken] = next.splice(from, 1);
  if (taken) next.splice(place, 0, taken);
  return next;
}

export const removed = (cards: readonly Card[], at: number): Card[] => cards.filter((_, i) => i !== at);

export const replaced = (cards: readonly Card[], at: number, step: Step): Card[] =>
  cards.map((c, i) => (i === at ? { key: c.key, step } : c));

export function switched(cards: readonly Card[], at: number): Card[] {
  const { off, ...rest } = cards[at]!.step;
  return replaced(cards, at, (off ? rest : { ...rest, off: true }) as Step);
}

export function duplicated(cards: readonly Card[], at: number): Card[] {
  const copy = card(structuredClone(cards[at]!.step));
  return [...cards.slice(0, at + 1), copy, ...cards.slice(at + 1)];
}

const isTensorStep = (step: Step): boolean => !isCode(step) && transformKind(step.type)?.stage === 'tensor';

/** Where a new card of a kind belongs: with pixels before what makes or takes the tensor, with tensors at the end. */
export function placeFor(cards: readonly Card[], kind: TransformKind): number {
  if (kind.stage === 'tensor') return cards.length;
  const first = cards.findIndex((c) => isTensorStep(c.step));
  return first < 0 ? cards.length : first;
}

/** A new card's step: each parameter that must be given, and one option that makes it do something where nothing must. */
export function newStep(kind: TransformKind): PipelineStep {
  const needed = kind.parameters.filter((p) => p.positional !== undefined && p.initial !== undefined);
  const given = needed.length > 0 ? needed : kind.parameters.filter((p) => p.initial !== undefined).slice(0, 1);
  return { type: kind.type, ...Object.fromEntries(given.map((p) => [p.name, structuredClone(p.initial)])) };
}

export function inserted(cards: readonly Card[], kind: TransformKind): { cards: Card[]; at: number } {
  const at = placeFor(cards, kind);
  return { cards: [...cards.slice(0, at), card(newStep(kind)), ...cards.slice(at)], at };
}

export type KindGroup = 'geometry' | 'colour' | 'combine' | 'tensor';
const groupOf = (kind: TransformKind): KindGroup => {
  if (kind.parameters.some((p) => p.kind === 'steps')) return 'combine';
  if (kind.stage === 'tensor') return 'tensor';
  return kind.geometric ? 'geometry' : 'colour';
};

/** The kinds for the menu, by group. */
export const kindGroups: readonly { group: KindGroup; kinds: readonly TransformKind[] }[] = (
  ['geometry', 'colour', 'combine', 'tensor'] as const
).map((group) => ({ group, kinds: transformKinds.filter((kind) => groupOf(kind) === group) }));

/** Where a card that is dragged by `shift` would be put: between cards whose middles it has passed. Tops and heights in the list. */
export function dropPlace(boxes: readonly { top: number; height: number }[], from: number, shift: number): number {
  const own = boxes[from]!;
  const [top, bottom] = [own.top + shift, own.top + own.height + shift];
  const middle = (box: { top: number; height: number }) => box.top + box.height / 2;
  const passed = boxes.filter((box, i) => (i < from ? middle(box) < top : i > from && middle(box) < bottom)).length;
  return passed;
}
