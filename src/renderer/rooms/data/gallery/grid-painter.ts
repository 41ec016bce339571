// Draws the part of the grid that is in view onto one canvas of the view's size. Nothing here depends on how many samples
// there are.
import { token } from '../../../theme.ts';
import { CAPTION, cornerOf, type Box, type GridLayout } from './grid-layout.ts';
import type { Selection } from './selection.ts';
import type { Thumbnail, Thumbnails } from './thumbnails.ts';

export interface Scene {
  layout: GridLayout;
  order: Uint32Array;
  labels: ArrayLike<number>;
  classes: readonly string[];
  selection: Selection;
  thumbnails: Thumbnails;
  /** The place with the cursor, or -1. */
  cursor: number;
  focused: boolean;
}
interface Colours {
  ink: string;
  blank: string;
  accent: string;
  soft: string;
  bad: string;
  font: string;
}

export class GridPainter {
  private readonly canvas: HTMLCanvasElement;
  private readonly captions = new Map<string, string>();
  private captionCell = 0;
  private colours: Colours | null = null;

  constructor(canvas: HTMLCanvasElement) {
    this.canvas = canvas;
  }

  /** After a change of theme. */
  forgetColours(): void {
    this.colours = null;
  }

  paint(scene: Scene, view: { width: number; height: number; top: number }, band: Box | null): void {
    const { width, height, top } = view;
    const g = this.prepared(width, height);
    const { layout } = scene;
    const first = Math.max(0, Math.floor(top / layout.rowHeight)) * layout.columns;
    const last = Math.min(layout.count, Math.ceil((top + height) / layout.rowHeight) * layout.columns) - 1;
    scene.thumbnails.want(first, last);
    let pictures = 0;
    for (let place = first; place <= last; place++) if (this.cell(g, scene, place, top)) pictures++;
    // For whoever waits for the first pictures: a test, a measurement.
    this.canvas.dataset.pictures = String(pictures);
    if (band) this.band(g, band, top);
  }

  private prepared(width: number, height: number): CanvasRenderingContext2D {
    const c = this.canvas;
    const ratio = window.devicePixelRatio || 1;
    const [w, h] = [Math.max(1, Math.round(width * ratio)), Math.max(1, Math.round(height * ratio))];
    const g = c.getContext('2d')!;
    if (c.width !== w || c.height !== h) {
      c.width = w;
      c.height = h;
    }
    this.colours ??= {
      ink: token('--ink-2'),
      blank: token('--hover'),
      accent: token('--accent'),
      soft: token('--accent-soft'),
      bad: token('--bad'),
      font: `11px ${token('--font') || 'sans-serif'}`,
    };
    g.setTransform(ratio, 0, 0, ratio, 0, 0);
    g.clearRect(0, 0, width, height);
    g.font = this.colours.font;
    g.textBaseline = 'middle';
    return g;
  }

  /** Says whether its picture was there. */
  private cell(g: CanvasRenderingContext2D, scene: Scene, place: number, top: number): boolean {
    const { layout, order, labels, classes, selection } = scene;
    const { cell } = layout;
    const { ink, blank, accent, soft } = this.colours!;
    const corner = cornerOf(layout, place);
    const [x, y] = [corner.x, corner.y - top];
    const index = order[place]!;
    const chosen = selection.has(index);
    if (chosen) {
      g.fillStyle = soft;
      g.fillRect(x - 3, y - 3, cell + 6, cell + CAPTION + 4);
    }
    const thumbnail = scene.thumbnails.at(place);
    if (thumbnail === 'broken') this.broken(g, x, y, cell);
    else if (thumbnail) picture(g, thumbnail, x, y, cell);
    else {
      g.fillStyle = blank;
      g.fillRect(x, y, cell, cell);
    }
    if (chosen || place === scene.cursor) {
      g.strokeStyle = accent;
      g.lineWidth = place === scene.cursor && scene.focused ? 3 : 2;
      g.strokeRect(x - 1, y - 1, cell + 2, cell + 2);
    }
    const label = labels[index];
    g.fillStyle = ink;
    if (label !== undefined)
      g.fillText(this.caption(g, classes[label] ?? String(label), cell), x, y + cell + CAPTION / 2 + 1);
    return thumbnail !== null;
  }

  private broken(g: CanvasRenderingContext2D, x: number, y: number, cell: number): void {
    const { blank, bad } = this.colours!;
    g.fillStyle = blank;
    g.fillRect(x, y, cell, cell);
    g.strokeStyle = bad;
    g.lineWidth = 2;
    g.beginPath();
    for (const [from, to] of [
      [0.35, 0.65],
      [0.65, 0.35],
    ] as const) {
      g.moveTo(x + cell * from, y + cell * 0.35);
      g.lineTo(x + cell * to, y + cell * 0.65);
    }
    g.stroke();
  }

  /** Cut to the width of a cell; measured once for each class. */
  private caption(g: CanvasRenderingContext2D, text: string, cell: number): string {
    if (this.captionCell !== cell) this.captions.clear();
    this.captionCell = cell;
    const known = this.captions.get(text);
    if (known !== undefined) return known;
    let cut = text;
    while (cut.length > 1 && g.measureText(cut === text ? cut : `${cut}…`).width > cell) cut = cut.slice(0, -1);
    const shown = cut === text ? text : `${cut}…`;
    this.captions.set(text, shown);
    return shown;
  }

  private band(g: CanvasRenderingContext2D, { left, top, right, bottom }: Box, scrolled: number): void {
    g.globalAlpha = 0.25;
    g.fillStyle = this.colours!.accent;
    g.fillRect(left, top - scrolled, right - left, bottom - top);
    g.globalAlpha = 1;
    g.strokeStyle = this.colours!.accent;
    g.lineWidth = 1;
    g.strokeRect(left + 0.5, top - scrolled + 0.5, right - left, bottom - top);
  }
}

/** Fitted into the cell, small ones with hard edges: pixels are what is looked at. */
function picture(g: CanvasRenderingContext2D, t: Thumbnail, x: number, y: number, cell: number): void {
  const scale = cell / Math.max(t.width, t.height);
  const [w, h] = [t.width * scale, t.height * scale];
  g.imageSmoothingEnabled = scale < 1;
  g.drawImage(t.source, 0, t.y, t.width, t.height, x + (cell - w) / 2, y + (cell - h) / 2, w, h);
}
