// Where the cells of the grid lie: plain arithmetic, so that a million cost what one costs.

export const GAP = 6;
export const CAPTION = 16;

export interface GridLayout {
  count: number;
  cell: number;
  columns: number;
  rowHeight: number;
  rows: number;
  /** Of all rows, in pixels. */
  height: number;
}
export interface Box {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

export function layoutOf(count: number, cell: number, width: number): GridLayout {
  const columns = Math.max(1, Math.floor((width - GAP) / (cell + GAP)));
  const rowHeight = cell + CAPTION + GAP;
  const rows = Math.ceil(count / columns);
  return { count, cell, columns, rowHeight, rows, height: rows * rowHeight + GAP };
}

/** The left upper corner of a cell, counted from the top of all rows. */
export function cornerOf({ columns, cell, rowHeight }: GridLayout, place: number): { x: number; y: number } {
  return { x: GAP + (place % columns) * (cell + GAP), y: GAP + Math.floor(place / columns) * rowHeight };
}

/** The place at a point, or -1 between and beside the cells. */
export function placeAt(layout: GridLayout, x: number, y: number): number {
  const { columns, cell, rowHeight, count } = layout;
  const column = Math.floor((x - GAP) / (cell + GAP));
  const row = Math.floor((y - GAP) / rowHeight);
  const place = row * columns + column;
  const outside = column < 0 || column >= columns || row < 0 || place >= count;
  if (outside || x - GAP - column * (cell + GAP) > cell) return -1;
  return place;
}

/** Calls `act` with every place whose cell meets the box. */
export function eachIn(layout: GridLayout, box: Box, act: (place: number) => void): void {
  const { columns, cell, rowHeight, rows, count } = layout;
  const within = (v: number, most: number) => Math.min(most, Math.max(0, v));
  const firstRow = within(Math.ceil((box.top - GAP - rowHeight + GAP) / rowHeight), rows - 1);
  const lastRow = within(Math.floor((box.bottom - GAP) / rowHeight), rows - 1);
  const firstColumn = within(Math.ceil((box.left - GAP - cell) / (cell + GAP)), columns);
  const lastColumn = Math.min(columns - 1, Math.floor((box.right - GAP) / (cell + GAP)));
  for (let row = firstRow; row <= lastRow; row++) {
    for (let column = firstColumn; column <= lastColumn; column++) {
      const place = row * columns + column;
      if (place < count) act(place);
    }
  }
}

/** Browsers stop at about 33 million pixels of height; a longer list scrolls in proportion. */
const TALLEST = 15_000_000;

export interface Scrolling {
  /** Height of the element that scrolls. */
  shown: number;
  /** Pixels of rows for a pixel of the bar. */
  scale: number;
  /** The last top row position. */
  most: number;
}

export function scrollingOf({ height }: GridLayout, viewHeight: number): Scrolling {
  const most = Math.max(0, height - viewHeight);
  if (height <= TALLEST) return { shown: height, scale: 1, most };
  return { shown: TALLEST, scale: most / (TALLEST - viewHeight), most };
}
