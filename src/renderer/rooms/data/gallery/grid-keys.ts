// What a key means in the grid.

export type GridKey =
  | { act: 'move'; place: number; extend: boolean }
  | { act: 'toggle' }
  | { act: 'all' }
  | { act: 'none' }
  | { act: 'open' };

interface Pressed {
  key: string;
  shiftKey: boolean;
  ctrlKey: boolean;
  metaKey: boolean;
}
interface Standing {
  cursor: number;
  count: number;
  columns: number;
  /** Rows in view. */
  page: number;
}

/** Null for a key that is not the grid's. */
export function keyAction(pressed: Pressed, { cursor, count, columns, page }: Standing): GridKey | null {
  const command = pressed.ctrlKey || pressed.metaKey;
  if (command) return pressed.key.toLowerCase() === 'a' && !pressed.shiftKey ? { act: 'all' } : null;
  if (pressed.key === ' ') return { act: 'toggle' };
  if (pressed.key === 'Enter') return { act: 'open' };
  if (pressed.key === 'Escape') return { act: 'none' };
  const steps: Record<string, number> = {
    ArrowLeft: -1,
    ArrowRight: 1,
    ArrowUp: -columns,
    ArrowDown: columns,
    PageUp: -columns * page,
    PageDown: columns * page,
    Home: -count,
    End: count,
  };
  const step = steps[pressed.key];
  if (step === undefined || count === 0) return null;
  const from = cursor < 0 && step !== count ? -step : cursor;
  const place = Math.min(count - 1, Math.max(0, from + step));
  return { act: 'move', place, extend: pressed.shiftKey && cursor >= 0 };
}
