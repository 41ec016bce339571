// The pointer in the grid: a click chooses one, with Ctrl one more, with Shift a range; a drag chooses all that its rectangle
// meets, and scrolls at the edges.
import { useRef } from 'react';
import { eachIn, placeAt, type Box, type GridLayout } from './grid-layout.ts';
import type { Selection } from './selection.ts';

interface BandOptions {
  host: React.RefObject<HTMLDivElement | null>;
  top: React.RefObject<number>;
  layout: GridLayout;
  band: React.RefObject<Box | null>;
  selection: Selection;
  order: Uint32Array;
  scrollBy: (delta: number) => void;
  repaint: () => void;
  onSelect: () => void;
  onClick: (place: number, how: 'only' | 'extend' | 'toggle') => void;
}
interface Drag {
  x: number;
  y: number;
  clientX: number;
  clientY: number;
  /** What was chosen before, when the drag adds to it. */
  before: { mask: Uint8Array; count: number } | null;
  moved: boolean;
}

/** Pixels before a press becomes a drag. */
const slack = 6;

export function useBand({
  host,
  top,
  layout,
  band,
  selection,
  order,
  scrollBy,
  repaint,
  onSelect,
  onClick,
}: BandOptions) {
  const drag = useRef<Drag | null>(null);
  const timer = useRef(0);
  const point = (e: { clientX: number; clientY: number }) => {
    const box = host.current!.getBoundingClientRect();
    return { x: e.clientX - box.left, y: e.clientY - box.top + top.current };
  };
  const choose = () => {
    const d = drag.current;
    if (!d) return;
    const { x, y } = point(d);
    const box = {
      left: Math.min(x, d.x),
      right: Math.max(x, d.x),
      top: Math.min(y, d.y),
      bottom: Math.max(y, d.y),
    };
    band.current = box;
    if (d.before) selection.restore(d.before.mask, d.before.count);
    else selection.clear();
    eachIn(layout, box, (place) => selection.set(order[place]!, true));
    repaint();
  };
  const atEdges = () => {
    timer.current = 0;
    const d = drag.current;
    if (!d?.moved) return;
    const box = host.current!.getBoundingClientRect();
    const above = box.top - d.clientY;
    const below = d.clientY - box.bottom;
    if (above > 0 || below > 0) {
      scrollBy(above > 0 ? -above / 2 : below / 2);
      choose();
      timer.current = requestAnimationFrame(atEdges);
    }
  };
  return {
    start(e: React.PointerEvent) {
      const { width } = host.current!.getBoundingClientRect();
      const onBar = e.clientX - host.current!.getBoundingClientRect().left > Math.min(width, host.current!.clientWidth);
      if (e.button !== 0 || onBar) return;
      const adds = e.ctrlKey || e.metaKey || e.shiftKey;
      const before = adds ? { mask: selection.mask.slice(), count: selection.count } : null;
      drag.current = { ...point(e), clientX: e.clientX, clientY: e.clientY, before, moved: false };
      host.current!.setPointerCapture(e.pointerId);
    },
    move(e: React.PointerEvent) {
      const d = drag.current;
      if (!d) return;
      const { x, y } = point(e);
      if (!d.moved && Math.hypot(x - d.x, y - d.y) < slack) return;
      d.moved = true;
      d.clientX = e.clientX;
      d.clientY = e.clientY;
      choose();
      if (timer.current === 0) timer.current = requestAnimationFrame(atEdges);
    },
    end(e: React.PointerEvent) {
      const d = drag.current;
      drag.current = null;
      band.current = null;
      if (!d) return;
      if (d.moved) onSelect();
      else onClick(placeAt(layout, d.x, d.y), e.shiftKey ? 'extend' : e.ctrlKey || e.metaKey ? 'toggle' : 'only');
      repaint();
    },
  };
}
