// A sample over the whole grid: previous and next by buttons and keys, Escape leads back.
import { ChevronLeft, ChevronRight, X } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import type { Sample } from '../../../../shared/contract/datasets.ts';
import { count, useMessages } from '../../../messages/use-messages.ts';
import { IconButton } from '../../../ui/button.tsx';
import { Banner } from '../../../ui/notices.tsx';
import { SampleCanvas, type PixelAt } from './sample-canvas.tsx';
import { pixelWords } from './sample-view.tsx';

interface SampleLargeProps {
  sample: Sample | undefined;
  problem: string | undefined;
  place: number;
  places: number;
  onPlace: (place: number) => void;
  onClose: () => void;
}

export function SampleLarge({ sample, problem, place, places, onPlace, onClose }: SampleLargeProps) {
  const m = useMessages();
  const box = useRef<HTMLDivElement>(null);
  const [at, setAt] = useState<PixelAt | null>(null);
  useEffect(() => box.current?.focus(), []);
  const go = (to: number) => onPlace(Math.min(places - 1, Math.max(0, to)));
  const onKeyDown = (e: React.KeyboardEvent) => {
    const acts: Record<string, () => void> = {
      ArrowLeft: () => go(place - 1),
      ArrowUp: () => go(place - 1),
      ArrowRight: () => go(place + 1),
      ArrowDown: () => go(place + 1),
      Home: () => go(0),
      End: () => go(places - 1),
      Escape: onClose,
    };
    const act = acts[e.key];
    if (!act || e.ctrlKey || e.metaKey) return;
    e.preventDefault();
    act();
  };
  return (
    <div
      className="sample-large"
      ref={box}
      tabIndex={-1}
      role="region"
      aria-label={m.gallery.large}
      onKeyDown={onKeyDown}
    >
      <div className="large-bar">
        <IconButton name={m.gallery.previous} disabled={place <= 0} onClick={() => go(place - 1)}>
          <ChevronLeft size={16} aria-hidden />
        </IconButton>
        <IconButton name={m.gallery.next} disabled={place >= places - 1} onClick={() => go(place + 1)}>
          <ChevronRight size={16} aria-hidden />
        </IconButton>
        <strong>{sample ? sample.name : ''}</strong>
        <span className="muted">{m.gallery.placeOf(count(place + 1), count(places))}</span>
        <span className="spacer" />
        <span className="muted small pixel">
          {sample && at ? pixelWords(m.data.pixel(at.x, at.y), sample, at) : m.data.hover}
        </span>
        <IconButton name={m.gallery.back} onClick={onClose}>
          <X size={16} aria-hidden />
        </IconButton>
      </div>
      <div className="large-picture">
        {problem ? <Banner>{problem}</Banner> : sample && <SampleCanvas sample={sample} onPoint={setAt} />}
      </div>
    </div>
  );
}
