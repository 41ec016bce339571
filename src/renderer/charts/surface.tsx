// A surface that can be turned: heights over a plane, and a way over it.
import { useEffect, useRef, useState, type KeyboardEvent, type PointerEvent } from 'react';
import type { VizWindow } from '../../shared/contract/runs.ts';
import { useMessages } from '../messages/use-messages.ts';
import { token, useTheme } from '../theme.ts';
import { cellsOf, project, wayOf, type Seen, type View } from './projection.ts';

type Surface = Extract<VizWindow, { kind: 'surface' }>;
const start: View = { azimuth: 0.7, elevation: 0.55 };
const keys: Record<string, [azimuth: number, elevation: number]> = {
  ArrowLeft: [-0.1, 0],
  ArrowRight: [0.1, 0],
  ArrowUp: [0, 0.1],
  ArrowDown: [0, -0.1],
};
const turned = (view: View, azimuth: number, elevation: number): View => ({
  azimuth: view.azimuth + azimuth,
  elevation: Math.min(1.5, Math.max(0.05, view.elevation + elevation)),
});
const short = (v: number): string => String(Number(v.toPrecision(3)));

function draw(canvas: HTMLCanvasElement, s: Surface, view: View): void {
  const box = canvas.getBoundingClientRect();
  const ratio = window.devicePixelRatio || 1;
  canvas.width = Math.max(1, Math.round(box.width * ratio));
  canvas.height = Math.max(1, Math.round(box.height * ratio));
  const c = canvas.getContext('2d')!;
  c.scale(ratio, ratio);
  const size = Math.min(box.width / 2, box.height / 1.7);
  const at = ([x, y]: Seen): [number, number] => [box.width / 2 + x * size * 0.95, box.height / 2 + y * size * 0.95];
  const line = (points: Seen[]): void => {
    c.beginPath();
    points.forEach((p, i) => (i === 0 ? c.moveTo(...at(p)) : c.lineTo(...at(p))));
  };

  c.strokeStyle = token('--line-strong');
  const corner = (x: number, y: number): Seen => project([x, y, -1], view);
  line([corner(-1, -1), corner(1, -1), corner(1, 1), corner(-1, 1), corner(-1, -1)]);
  c.stroke();

  c.lineWidth = 0.5;
  const [low, high] = [token('--trace-1'), token('--trace-2')];
  for (const cell of cellsOf(s.x, s.y, s.z, view)) {
    line(cell.corners);
    c.closePath();
    c.fillStyle = `color-mix(in oklab, ${high} ${Math.round(cell.height * 100)}%, ${low})`;
    c.fill();
    c.strokeStyle = token('--surface');
    c.stroke();
  }

  const way = wayOf(s.x, s.y, s.z, s.path, view);
  if (way.length > 0) {
    c.lineWidth = 2;
    c.strokeStyle = c.fillStyle = token('--ink');
    line(way);
    c.stroke();
    for (const [point, radius] of [
      [way[0]!, 3],
      [way.at(-1)!, 5],
    ] as const) {
      c.beginPath();
      c.arc(...at(point), radius, 0, 2 * Math.PI);
      c.fill();
    }
  }

  c.fillStyle = token('--ink-2');
  c.font = '11px system-ui, sans-serif';
  c.textAlign = 'center';
  const label = (text: string, x: number, y: number): void => c.fillText(text, ...at(project([x, y, -1.25], view)));
  const range = (name: string, values: Float64Array): string =>
    `${name}: ${short(values[0]!)} … ${short(values.at(-1)!)}`;
  label(range(s.labels[0], s.x), 0, -1.15);
  label(range(s.labels[1], s.y), -1.15, 0);
  const heights = s.z.filter(Number.isFinite).sort();
  if (heights.length > 0) {
    c.textAlign = 'left';
    c.fillText(range(s.labels[2], heights), 4, 14);
  }
}

/** Draws the surface; dragging and the arrow keys turn it. */
export function SurfaceView({ surface }: { surface: Surface }) {
  const m = useMessages();
  const theme = useTheme();
  const canvas = useRef<HTMLCanvasElement>(null);
  const [view, setView] = useState(start);
  useEffect(() => {
    const element = canvas.current!;
    const paint = (): void => draw(element, surface, view);
    paint();
    const observer = new ResizeObserver(paint);
    observer.observe(element);
    return () => observer.disconnect();
  }, [surface, view, theme]);
  const drag = (e: PointerEvent): void => {
    if (e.buttons === 1) setView((v) => turned(v, e.movementX * 0.01, e.movementY * 0.01));
  };
  const press = (e: KeyboardEvent): void => {
    const step = keys[e.key];
    if (!step) return;
    e.preventDefault();
    setView((v) => turned(v, ...step));
  };
  return (
    <canvas
      ref={canvas}
      className="viz-surface"
      role="img"
      tabIndex={0}
      aria-label={m.train.turnSurface(surface.title)}
      data-azimuth={view.azimuth.toFixed(2)}
      onPointerDown={(e) => e.currentTarget.setPointerCapture(e.pointerId)}
      onPointerMove={drag}
      onKeyDown={press}
    />
  );
}
