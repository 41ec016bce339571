// Moving cards by the pointer: the card follows it, the others make room, and it is put down where they made it.
import { useRef, useState } from 'react';
import { dropPlace } from './cards.ts';

interface Drag {
  from: number;
  to: number;
  shift: number;
  /** How far the others move to make room. */
  room: number;
}

export interface Reorder {
  drag: Drag | null;
  /** For the handle of the card at a place. */
  handle(at: number): {
    onPointerDown: (event: React.PointerEvent) => void;
    onPointerMove: (event: React.PointerEvent) => void;
    onPointerUp: () => void;
    onPointerCancel: () => void;
  };
  cancel(): void;
  /** How far the card at a place is moved now. */
  shiftOf(at: number): number;
}

/** `list`: the element whose children are the cards. */
export function useReorder(
  list: React.RefObject<HTMLElement | null>,
  onDrop: (from: number, to: number) => void,
): Reorder {
  const [drag, setDrag] = useState<Drag | null>(null);
  const start = useRef({ y: 0, listTop: 0, boxes: [] as { top: number; height: number }[] });
  const top = () => list.current?.getBoundingClientRect().top ?? 0;
  const begin = (at: number, event: React.PointerEvent) => {
    if (event.button !== 0 || !list.current) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    const boxes = Array.from(list.current.children, (child) => {
      const { offsetTop, offsetHeight } = child as HTMLElement;
      return { top: offsetTop, height: offsetHeight };
    });
    start.current = { y: event.clientY, listTop: top(), boxes };
    const own = boxes[at]!;
    const neighbour = boxes[at + 1] ?? boxes[at - 1];
    const gap = !neighbour
      ? 0
      : at + 1 < boxes.length
        ? neighbour.top - own.top - own.height
        : own.top - neighbour.top - neighbour.height;
    setDrag({ from: at, to: at, shift: 0, room: own.height + gap });
  };
  const follow = (event: React.PointerEvent) => {
    if (!drag) return;
    // The list may be scrolled under the pointer.
    const shift = event.clientY - start.current.y - (top() - start.current.listTop);
    setDrag({ ...drag, shift, to: dropPlace(start.current.boxes, drag.from, shift) });
  };
  const drop = () => {
    if (drag && drag.to !== drag.from) onDrop(drag.from, drag.to);
    setDrag(null);
  };
  const shiftOf = (at: number): number => {
    if (!drag) return 0;
    if (at === drag.from) return drag.shift;
    if (at > drag.from && at <= drag.to) return -drag.room;
    return at < drag.from && at >= drag.to ? drag.room : 0;
  };
  return {
    drag,
    handle: (at) => ({
      onPointerDown: (event) => begin(at, event),
      onPointerMove: follow,
      onPointerUp: drop,
      onPointerCancel: () => setDrag(null),
    }),
    cancel: () => setDrag(null),
    shiftOf,
  };
}
