// The gallery's grid: one canvas the size of the view, drawn as it scrolls and outside React, so that a million samples
// cost what a screen costs. Pointer and keys choose; what they chose is told to the owner.
import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { useMessages } from '../../../messages/use-messages.ts';
import { useTheme } from '../../../theme.ts';
import { cornerOf, layoutOf, placeAt, scrollingOf, type Box } from './grid-layout.ts';
import { useBand } from './grid-band.ts';
import { keyAction, type GridKey } from './grid-keys.ts';
import { GridPainter } from './grid-painter.ts';
import type { Selection } from './selection.ts';
import { levelFor, Thumbnails, type Pictures } from './thumbnails.ts';

export interface GridProps {
  order: Uint32Array;
  labels: ArrayLike<number>;
  classes: readonly string[];
  cell: number;
  selection: Selection;
  /** The place with the cursor, or -1. */
  cursor: number;
  /** Asks for pictures; must not change while the data do not. */
  ask: (indices: number[], size: number) => Promise<Pictures>;
  onCursor: (place: number) => void;
  /** After the selection was changed. */
  onSelect: () => void;
  onOpen: (place: number) => void;
}

/** Width and height of an element, from the first layout on. */
export function useViewSize(host: React.RefObject<HTMLElement | null>): { width: number; height: number } {
  const [size, setSize] = useState({ width: 0, height: 0 });
  useLayoutEffect(() => {
    const watch = new ResizeObserver(
      ([entry]) => entry && setSize({ width: entry.contentRect.width, height: entry.contentRect.height }),
    );
    watch.observe(host.current!);
    return () => watch.disconnect();
  }, [host]);
  return size;
}

/** For screen readers: the sample under the cursor, and how many are chosen. */
function Spoken({ cursor, order, labels, classes, selection }: GridProps) {
  const m = useMessages();
  const index = cursor >= 0 ? order[cursor] : undefined;
  return (
    <span id="grid-spoken" className="visually-hidden" aria-live="polite">
      {index !== undefined && `${m.data.sample(index)}: ${classes[labels[index]!] ?? ''} `}
      {selection.count > 0 && m.gallery.chosen(String(selection.count))}
    </span>
  );
}

/** `repaint` calls what `paint` holds in the next frame, once. */
function useRepaint() {
  const paint = useRef<() => void>(() => {});
  const frame = useRef(0);
  const repaint = useCallback(() => {
    if (frame.current !== 0) return;
    frame.current = requestAnimationFrame(() => {
      frame.current = 0;
      paint.current();
    });
  }, []);
  useEffect(() => () => cancelAnimationFrame(frame.current), []);
  return { paint, repaint };
}

/** A wheel on a very long list moves by pixels of rows, not of the bar. */
function useLongWheel(host: React.RefObject<HTMLDivElement | null>, scale: number, scrollBy: (delta: number) => void) {
  useEffect(() => {
    const element = host.current!;
    const wheel = (e: WheelEvent) => {
      if (scale === 1 || e.ctrlKey) return;
      e.preventDefault();
      scrollBy(e.deltaMode === 1 ? e.deltaY * 40 : e.deltaY);
    };
    element.addEventListener('wheel', wheel, { passive: false });
    return () => element.removeEventListener('wheel', wheel);
  });
}

export function Grid(props: GridProps) {
  const { order, labels, classes, cell, selection, cursor, ask, onCursor, onSelect, onOpen } = props;
  const m = useMessages();
  const theme = useTheme();
  const host = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  /** The first pixel of rows in view; of a very long list more exact than the scroll bar. */
  const top = useRef(0);
  const [focused, setFocused] = useState(false);
  const size = useViewSize(host);
  const layout = useMemo(() => layoutOf(order.length, cell, size.width), [order, cell, size.width]);
  const scrolling = useMemo(() => scrollingOf(layout, size.height), [layout, size.height]);
  const { paint, repaint } = useRepaint();
  const level = levelFor(cell * (window.devicePixelRatio || 1));
  const thumbnails = useMemo(() => new Thumbnails(order, level, ask, repaint), [order, level, ask, repaint]);
  useEffect(() => () => thumbnails.close(), [thumbnails]);
  const painter = useRef<GridPainter | null>(null);
  const band = useRef<Box | null>(null);

  useLayoutEffect(() => {
    painter.current ??= new GridPainter(canvas.current!);
    painter.current.forgetColours();
  }, [theme]);
  useLayoutEffect(() => {
    paint.current = () => {
      top.current = Math.min(top.current, scrolling.most);
      const scene = { layout, order, labels, classes, selection, thumbnails, cursor, focused };
      painter.current?.paint(scene, { ...size, top: top.current }, band.current);
    };
    if (size.width > 0) paint.current();
  });

  const scrollBy = (delta: number) => {
    top.current = Math.min(scrolling.most, Math.max(0, top.current + delta));
    host.current!.scrollTop = top.current / scrolling.scale;
    repaint();
  };
  const show = (place: number) => {
    const { y } = cornerOf(layout, place);
    if (y < top.current) scrollBy(y - top.current - 6);
    else if (y + layout.rowHeight > top.current + size.height)
      scrollBy(y + layout.rowHeight - top.current - size.height);
  };
  // What is under the cursor is in view: also after sorting and after another width.
  useEffect(() => {
    if (cursor >= 0 && size.height > 0) show(cursor);
    // eslint-disable-next-line react-hooks/exhaustive-deps -- only when the cursor or the order of things changes
  }, [cursor, layout, size.height]);

  const moveTo = (place: number, how: 'only' | 'extend' | 'toggle') => {
    if (how === 'extend') selection.range(order, selection.anchor, place);
    else {
      if (how === 'toggle') selection.set(order[place]!, !selection.has(order[place]!));
      else selection.clear();
      selection.anchor = place;
    }
    onCursor(place);
    onSelect();
  };
  const { start, move, end } = useBand({
    ...{ host, top, layout, band, selection, order, scrollBy, repaint, onSelect },
    onClick: (place, how) => {
      if (place >= 0) return moveTo(place, how);
      selection.clear();
      onSelect();
    },
  });

  useLongWheel(host, scrolling.scale, scrollBy);
  const onScroll = (e: React.UIEvent<HTMLDivElement>) => {
    const shown = e.currentTarget.scrollTop;
    if (Math.abs(shown - top.current / scrolling.scale) > 1)
      top.current = Math.min(scrolling.most, shown * scrolling.scale);
    repaint();
  };
  const act = (key: GridKey) => {
    if (key.act === 'move') moveTo(key.place, key.extend ? 'extend' : 'only');
    else if (key.act === 'toggle' && cursor >= 0) moveTo(cursor, 'toggle');
    else if (key.act === 'all' || key.act === 'none') {
      if (key.act === 'all') selection.all(order);
      else selection.clear();
      onSelect();
    } else if (key.act === 'open' && cursor >= 0) onOpen(cursor);
  };
  const onKeyDown = (e: React.KeyboardEvent) => {
    const page = Math.max(1, Math.floor(size.height / layout.rowHeight));
    const key = keyAction(e, { cursor, count: order.length, columns: layout.columns, page });
    if (!key) return;
    e.preventDefault();
    act(key);
  };
  return (
    <div
      className="grid-scroll"
      ref={host}
      tabIndex={0}
      role="application"
      aria-label={m.data.samples}
      aria-describedby="grid-spoken"
      onScroll={onScroll}
      onKeyDown={onKeyDown}
      onFocus={() => setFocused(true)}
      onBlur={() => setFocused(false)}
      onPointerDown={start}
      onPointerMove={move}
      onPointerUp={end}
      onDoubleClick={(e) => {
        const box = host.current!.getBoundingClientRect();
        const place = placeAt(layout, e.clientX - box.left, e.clientY - box.top + top.current);
        if (place >= 0) onOpen(place);
      }}
    >
      <div style={{ height: scrolling.shown }}>
        <canvas
          ref={canvas}
          aria-hidden
          style={{ position: 'sticky', top: 0, width: size.width, height: size.height }}
        />
      </div>
      <Spoken {...props} />
    </div>
  );
}
