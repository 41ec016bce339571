// A pipeline as cards: added from a menu, moved by the pointer or by keys, switched, changed, removed. What happens is said.
import { useLayoutEffect, useRef, useState } from 'react';
import type { Preview } from '../../../../shared/contract/augment.ts';
import type { Step } from '../../../../shared/pipeline/code/code-step.ts';
import type { PipelineStep, TransformKind } from '../../../../shared/pipeline/kinds.ts';
import { useMessages } from '../../../messages/use-messages.ts';
import { AddMenu } from './add-menu.tsx';
import './cards.css';
import * as cardsIn from './cards.ts';
import type { Card } from './cards.ts';
import { useReorder } from './reorder.ts';
import { StepCard } from './step-card.tsx';
import { stepName, transformName } from './words.ts';

export interface CardListProps {
  steps: readonly Step[];
  onChange: (steps: Step[]) => void;
  /** What the steps made of one sample. */
  preview?: Preview;
  onGoToLine?: (line: number) => void;
  /** Cards inside of a card: smaller, and without pictures. */
  nested?: boolean;
}

/** The cards of steps that are kept elsewhere. */
function useCards(steps: readonly Step[], onChange: (steps: Step[]) => void): [Card[], (cards: Card[]) => void] {
  const [kept, setKept] = useState(() => cardsIn.cardsOf(steps));
  const cards = cardsIn.reconciled(kept, steps);
  if (cards !== kept) setKept(cards);
  return [
    cards,
    (next) => {
      setKept(next);
      onChange(cardsIn.stepsOf(next));
    },
  ];
}

/** Gives the focus back that a moved element loses, or to a card once it is there. */
function useFocus(): { keep: () => void; later: (find: () => HTMLElement | null | undefined) => void } {
  const wanted = useRef<(() => HTMLElement | null | undefined) | null>(null);
  useLayoutEffect(() => {
    const target = wanted.current?.();
    wanted.current = null;
    if (target && target !== document.activeElement) target.focus();
  });
  return {
    keep: () => {
      const focused = document.activeElement as HTMLElement | null;
      wanted.current = () => focused;
    },
    later: (find) => (wanted.current = find),
  };
}

export function CardList({ steps, onChange, preview, onGoToLine, nested }: CardListProps) {
  const m = useMessages();
  const [cards, change] = useCards(steps, onChange);
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set());
  const [said, setSaid] = useState('');
  const list = useRef<HTMLUListElement>(null);
  const addButton = useRef<HTMLButtonElement>(null);
  const focus = useFocus();
  const nameAt = (at: number) => stepName(m, cards[at]!.step);

  const moveCard = (from: number, to: number) => {
    const next = cardsIn.moved(cards, from, to);
    const place = next.findIndex((c) => c.key === cards[from]!.key);
    if (place === from) return setSaid(m.augment.stayed(nameAt(from)));
    focus.keep();
    change(next);
    setSaid(m.augment.wasMoved(nameAt(from), place + 1, next.length));
  };
  const reorder = useReorder(list, moveCard);
  const add = (kind: TransformKind) => {
    const { cards: next, at } = cardsIn.inserted(cards, kind);
    change(next);
    setOpen(new Set([...open, next[at]!.key]));
    setSaid(m.augment.wasAdded(transformName(m, kind.type), at + 1));
    // After the menu has given its own focus back.
    setTimeout(() => list.current?.children[at]?.querySelector<HTMLElement>('.augment-title')?.focus());
  };
  const remove = (at: number) => {
    const rest = cards.length - 1;
    focus.later(() =>
      rest === 0
        ? addButton.current
        : list.current?.children[Math.min(at, rest - 1)]?.querySelector<HTMLElement>('.augment-handle'),
    );
    setSaid(m.augment.wasRemoved(nameAt(at)));
    change(cardsIn.removed(cards, at));
  };
  const press = (at: number, event: React.KeyboardEvent) => {
    const onHandle = (event.target as HTMLElement).closest('.augment-handle') !== null;
    const by = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (event.key === 'Escape' && reorder.drag) reorder.cancel();
    else if (event.key === 'Delete' && onHandle) remove(at);
    else if (by !== undefined && (event.altKey || onHandle)) moveCard(at, at + by);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  const pictures = new Map(preview?.steps.map((s) => [s.step, s]));
  const before = (at: number) => preview?.steps.findLast((s) => s.step < at) ?? preview?.before;
  return (
    <div className={nested ? 'augment-list nested' : 'augment-list'}>
      {cards.length === 0 && !nested && <p className="muted">{m.augment.empty}</p>}
      <ul ref={list} className="augment-cards" aria-label={m.augment.steps}>
        {cards.map((card, at) => {
          const shift = reorder.shiftOf(at);
          const dragged = reorder.drag?.from === at;
          return (
            <li
              key={card.key}
              className={dragged ? 'dragged' : reorder.drag ? 'yielding' : undefined}
              style={shift === 0 ? undefined : { transform: `translateY(${shift}px)` }}
              onKeyDown={(event) => press(at, event)}
            >
              <StepCard
                step={card.step}
                place={at + 1}
                count={cards.length}
                open={open.has(card.key)}
                before={before(at)}
                after={pictures.get(at)}
                problem={preview?.problem?.step === at ? preview.problem.message : undefined}
                handle={reorder.handle(at)}
                onOpen={() =>
                  setOpen(new Set(open.has(card.key) ? [...open].filter((k) => k !== card.key) : [...open, card.key]))
                }
                onSwitch={() => {
                  setSaid(card.step.off ? m.augment.wasOn(nameAt(at)) : m.augment.wasOff(nameAt(at)));
                  change(cardsIn.switched(cards, at));
                }}
                onDuplicate={() => {
                  setSaid(m.augment.wasAdded(nameAt(at), at + 2));
                  change(cardsIn.duplicated(cards, at));
                }}
                onRemove={() => remove(at)}
                onChange={(step) => change(cardsIn.replaced(cards, at, step))}
                onGoToLine={onGoToLine}
                inside={(inner, onInner) => (
                  <CardList steps={inner} onChange={(next) => onInner(next as PipelineStep[])} nested />
                )}
              />
            </li>
          );
        })}
      </ul>
      <AddMenu onAdd={add} button={addButton} />
      <span className="visually-hidden" aria-live="polite">
        {said}
      </span>
    </div>
  );
}
