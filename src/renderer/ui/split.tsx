// Two panes side by side with a bar between them that the pointer drags and the arrow keys move; where it stood is kept.
import { useRef, useState } from 'react';

const least = 0.25;
const most = 0.75;
const step = 0.02;
const limited = (share: number): number => Math.min(most, Math.max(least, share));

function remembered(key: string, initial: number): number {
  try {
    const kept = Number(localStorage.getItem(key));
    return kept >= least && kept <= most ? kept : initial;
  } catch {
    return initial;
  }
}
function remember(key: string, share: number): void {
  try {
    localStorage.setItem(key, String(share));
  } catch {
    // A storage that is full or forbidden costs the place of the bar, no more.
  }
}

interface SplitProps {
  /** Under which name the place of the bar is kept. */
  id: string;
  /** What the bar is called for screen readers. */
  name: string;
  /** The share of the first pane at the beginning. */
  initial: number;
  first: React.ReactNode;
  second: React.ReactNode;
}

export function Split({ id, name, initial, first, second }: SplitProps) {
  const key = `flint.split.${id}`;
  const box = useRef<HTMLDivElement>(null);
  const [share, setShare] = useState(() => remembered(key, initial));
  const move = (to: number) => {
    setShare(limited(to));
    remember(key, limited(to));
  };
  const drag = (event: React.PointerEvent) => {
    if (!event.currentTarget.hasPointerCapture(event.pointerId)) return;
    const { left, width } = box.current!.getBoundingClientRect();
    move((event.clientX - left) / width);
  };
  const press = (event: React.KeyboardEvent) => {
    const to = { ArrowLeft: share - step, ArrowRight: share + step, Home: least, End: most }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    move(to);
  };
  return (
    <div className="split" ref={box} style={{ gridTemplateColumns: `${share}fr 1px ${1 - share}fr` }}>
      {first}
      <div
        className="split-bar"
        role="separator"
        aria-orientation="vertical"
        aria-label={name}
        aria-valuemin={least * 100}
        aria-valuemax={most * 100}
        aria-valuenow={Math.round(share * 100)}
        tabIndex={0}
        onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
        onPointerMove={drag}
        onDoubleClick={() => move(initial)}
        onKeyDown={press}
      />
      {second}
    </div>
  );
}
