// Many draws side by side: one image as several epochs draw it, or several images in one.
import { useRef, useState } from 'react';
import type { Picture, Preview } from '../../../../shared/contract/augment.ts';
import { count, useMessages } from '../../../messages/use-messages.ts';
import './augment.css';
import './sheet.css';
import { drawnWords } from './drawn.ts';
import { PictureCanvas } from './picture-canvas.tsx';

interface DrawSheetProps {
  previews: readonly Preview[];
  /** What differs from draw to draw, and is written below each. */
  by: 'epoch' | 'sample';
  /** The side of a picture on the screen. */
  cell: number;
  selected?: Preview | null;
  onPick?: (preview: Preview) => void;
}

const lastOf = (preview: Preview): Picture => preview.steps.at(-1) ?? preview.before;

/** Where an arrow key leads from the focused draw, by where the pictures stand. */
function nextPlace(key: string, at: number, cells: HTMLCollection): number {
  const tops = Array.from(cells, (cell) => (cell as HTMLElement).offsetTop);
  const columns = Math.max(1, tops.filter((top) => top === tops[0]).length);
  const by = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns, ArrowDown: columns }[key];
  const to = key === 'Home' ? 0 : key === 'End' ? cells.length - 1 : by === undefined ? at : at + by;
  return to >= 0 && to < cells.length ? to : at;
}

export function DrawSheet({ previews, by, cell, selected, onPick }: DrawSheetProps) {
  const m = useMessages();
  const list = useRef<HTMLUListElement>(null);
  const [at, setAt] = useState(0);
  if (previews.length === 0) return <p className="muted padded">{m.augment.sheetEmpty}</p>;
  const here = Math.min(at, previews.length - 1);
  const press = (event: React.KeyboardEvent) => {
    const to = nextPlace(event.key, here, list.current!.children);
    if (to === here) return;
    event.preventDefault();
    setAt(to);
    list.current!.children[to]!.querySelector('button')!.focus();
  };
  return (
    <ul
      ref={list}
      className="augment-sheet"
      aria-label={m.augment.sheet}
      style={{ '--cell': `${cell}px` } as React.CSSProperties}
      onKeyDown={press}
    >
      {previews.map((preview, i) => {
        const drawn = preview.steps.flatMap((step) => drawnWords(m, step.drawn));
        return (
          <li key={`${preview.index}:${preview.epoch}`}>
            <button
              type="button"
              tabIndex={i === here ? 0 : -1}
              aria-pressed={selected === preview}
              title={drawn.join(', ')}
              onFocus={() => setAt(i)}
              onClick={() => onPick?.(preview)}
            >
              <PictureCanvas picture={lastOf(preview)} />
              <span className="augment-caption">
                <strong>
                  {by === 'epoch'
                    ? `${m.augment.epoch} ${preview.epoch}`
                    : `${m.augment.sample} ${count(preview.index)}`}
                </strong>
                <span className={preview.problem ? 'small augment-problem' : 'small muted'}>
                  {preview.problem?.message ?? drawn.join(', ')}
                </span>
              </span>
            </button>
          </li>
        );
      })}
    </ul>
  );
}
