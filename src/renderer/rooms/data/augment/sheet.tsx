// A sheet of draws that asks for itself: one image in several epochs, or several images in one.
import { useState } from 'react';
import type { Preview } from '../../../../shared/contract/augment.ts';
import { useMessages } from '../../../messages/use-messages.ts';
import { Banner } from '../../../ui/notices.tsx';
import { DrawSheet } from './draw-sheet.tsx';
import { usePreviews, type PreviewWish } from './use-preview.ts';
import './sheet.css';

interface SheetProps {
  wish: Omit<PreviewWish, 'indices' | 'draws' | 'everyStep' | 'tensor'>;
  by: 'epoch' | 'sample';
  index: number;
  samples: number;
  onPick: (preview: Preview) => void;
}

const counts = [12, 24, 48, 96];

export function Sheet({ wish, by, index, samples, onPick }: SheetProps) {
  const m = useMessages();
  const [count, setCount] = useState(24);
  const many = Math.min(count, samples - index);
  const indices = by === 'epoch' ? [index] : Array.from({ length: Math.max(1, many) }, (_, i) => index + i);
  const { previews, error, stale } = usePreviews(
    samples === 0 ? null : { ...wish, indices, draws: by === 'epoch' ? count : 1, everyStep: false, tensor: false },
  );
  return (
    <div className="augment-sheet-view" aria-busy={stale}>
      <label className="augment-count">
        {m.augment.howMany}
        <select className="field" value={count} onChange={(e) => setCount(Number(e.target.value))}>
          {counts.map((n) => (
            <option key={n}>{n}</option>
          ))}
        </select>
        <span className="muted small">{by === 'epoch' ? m.augment.epochHint : m.augment.sampleHint}</span>
      </label>
      {error && <Banner>{error.message}</Banner>}
      <DrawSheet previews={previews ?? []} by={by} cell={112} onPick={onPick} />
    </div>
  );
}
