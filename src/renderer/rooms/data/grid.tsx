// A grid of thumbnails: one canvas the size of the view is drawn as it scrolls, so a million samples cost what a screen costs.
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { useMessages } from '../../messages/use-messages.ts';
import { token, useTheme } from '../../theme.ts';
import { Thumbnails } from './thumbnails.ts';

interface GridProps {
  project: string;
  dataset: string;
  split: string;
  order: Uint32Array;
  labels: Uint8Array;
  classes: string[];
  cell: number;
  selected: number | null;
  onSelect: (index: number) => void;
}

const GAP = 6;
const CAPTION = 16;
/** Browsers stop at about 33 million pixels of height; a longer list scrolls proportionally. */
const TALLEST = 15_000_000;

function useViewSize(host: React.RefObject<HTMLDivElement | null>): { width: number; height: number } {
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

export function Grid({ project, dataset, split, order, labels, classes, cell, selected, onSelect }: GridProps) {
  const m = useMessages();
  const theme = useTheme();
  const host = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const [top, setTop] = useState(0);
  const [turn, setTurn] = useState(0);
  const size = useViewSize(host);
  const columns = Math.max(1, Math.floor((size.width - GAP) / (cell + GAP)));
  const rowHeight = cell + CAPTION + GAP;
  const rows = Math.ceil(order.length / columns);
  const height = rows * rowHeight + GAP;
  const scale = height > TALLEST ? height / TALLEST : 1;
  const shownTop = scale === 1 ? top : Math.min(top * scale, height - size.height);
  const thumbnails = useMemo(
    () => new Thumbnails(project, dataset, split, order, () => setTurn((n) => n + 1)),
    [project, dataset, split, order],
  );
  useEffect(() => () => thumbnails.close(), [thumbnails]);

  useLayoutEffect(() => {
    const c = canvas.current!;
    const ratio = window.devicePixelRatio || 1;
    c.width = Math.max(1, Math.round(size.width * ratio));
    c.height = Math.max(1, Math.round(size.height * ratio));
    const g = c.getContext('2d')!;
    g.scale(ratio, ratio);
    g.imageSmoothingEnabled = false;
    g.font = `11px ${token('--font') || 'sans-serif'}`;
    g.textBaseline = 'middle';
    const ink = token('--ink-2');
    const blank = token('--hover');
    const first = Math.max(0, Math.floor(shownTop / rowHeight));
    const last = Math.min(rows - 1, Math.floor((shownTop + size.height) / rowHeight));
    for (let row = first; row <= last; row++) {
      for (let column = 0; column < columns; column++) {
        const place = row * columns + column;
        if (place >= order.length) break;
        const x = GAP + column * (cell + GAP);
        const y = GAP + row * rowHeight - shownTop;
        const thumbnail = thumbnails.at(place);
        if (thumbnail)
          g.drawImage(thumbnail.source, 0, thumbnail.y, thumbnail.width, thumbnail.height, x, y, cell, cell);
        else {
          g.fillStyle = blank;
          g.fillRect(x, y, cell, cell);
        }
        const index = order[place]!;
        if (index === selected) {
          g.strokeStyle = token('--accent');
          g.lineWidth = 3;
          g.strokeRect(x - 1.5, y - 1.5, cell + 3, cell + 3);
        }
        g.fillStyle = ink;
        g.fillText(classes[labels[index]!] ?? String(labels[index]), x, y + cell + CAPTION / 2, cell);
      }
    }
  }, [size, shownTop, columns, rows, rowHeight, cell, order, labels, classes, selected, thumbnails, turn, theme]);

  const scrollTo = (place: number) => {
    const y = Math.floor(place / columns) * rowHeight;
    if (y < shownTop) host.current!.scrollTop = y / scale;
    else if (y + rowHeight > shownTop + size.height)
      host.current!.scrollTop = (y + rowHeight + GAP - size.height) / scale;
  };
  const onKey = (e: React.KeyboardEvent) => {
    const steps: Record<string, number> = {
      ArrowLeft: -1,
      ArrowRight: 1,
      ArrowUp: -columns,
      ArrowDown: columns,
      PageDown: columns * 5,
      PageUp: -columns * 5,
      Home: -order.length,
      End: order.length,
    };
    const step = steps[e.key];
    if (step === undefined || order.length === 0) return;
    e.preventDefault();
    const place = selected === null ? -1 : order.indexOf(selected);
    const next = Math.min(order.length - 1, Math.max(0, place < 0 ? 0 : place + step));
    onSelect(order[next]!);
    scrollTo(next);
  };
  const onClick = (e: React.MouseEvent) => {
    const box = host.current!.getBoundingClientRect();
    const column = Math.floor((e.clientX - box.left - GAP) / (cell + GAP));
    const row = Math.floor((e.clientY - box.top + shownTop - GAP) / rowHeight);
    const place = row * columns + column;
    if (column >= 0 && column < columns && place < order.length && place >= 0) onSelect(order[place]!);
  };
  const spoken = selected === null ? '' : `${m.data.sample(selected)}: ${classes[labels[selected]!] ?? ''}`;
  return (
    <div
      className="grid-scroll"
      ref={host}
      tabIndex={0}
      role="application"
      aria-label={m.data.samples}
      aria-describedby="grid-spoken"
      onScroll={(e) => setTop(e.currentTarget.scrollTop)}
      onKeyDown={onKey}
      onClick={onClick}
    >
      <div style={{ height: Math.min(height, TALLEST) }}>
        <canvas
          ref={canvas}
          aria-hidden
          style={{ position: 'sticky', top: 0, width: size.width, height: size.height }}
        />
      </div>
      <span id="grid-spoken" className="visually-hidden" aria-live="polite">
        {spoken}
      </span>
    </div>
  );
}
