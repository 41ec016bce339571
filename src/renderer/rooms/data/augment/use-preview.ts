// Previews as they are asked for: one request at a time, the newest wish next, what was there stays until it is answered.
import { useEffect, useRef, useState } from 'react';
import type { Preview } from '../../../../shared/contract/augment.ts';
import type { Step } from '../../../../shared/pipeline/code/code-step.ts';
import { api } from '../../../studio.ts';

export interface PreviewWish {
  project: string;
  dataset: string;
  split: string;
  indices: number[];
  draws: number;
  steps: Step[];
  commented: number[];
  seed: number;
  epoch: number;
  everyStep: boolean;
  tensor: boolean;
}
export interface Previews {
  previews: readonly Preview[] | null;
  error: Error | null;
  /** An answer to an older wish is shown. */
  stale: boolean;
}

/** null: nothing is wished for. */
export function usePreviews(wish: PreviewWish | null): Previews {
  const key = wish && JSON.stringify(wish);
  const [answer, setAnswer] = useState<{ key: string; previews: readonly Preview[] | null; error: Error | null }>();
  const state = useRef<{ asking: boolean; next: PreviewWish | null; gone: boolean }>({
    asking: false,
    next: null,
    gone: false,
  });
  const latest = useRef(wish);
  useEffect(() => {
    latest.current = wish;
  });
  useEffect(() => {
    const now = state.current;
    now.gone = false;
    return () => void (now.gone = true);
  }, []);
  useEffect(() => {
    const now = state.current;
    const ask = (wanted: PreviewWish) => {
      now.asking = true;
      const asked = JSON.stringify(wanted);
      api.augment
        .preview(wanted)
        .then(
          (previews) => !now.gone && setAnswer({ key: asked, previews, error: null }),
          (error: Error) =>
            !now.gone && setAnswer((before) => ({ key: asked, previews: before?.previews ?? null, error })),
        )
        .finally(() => {
          now.asking = false;
          const { next } = now;
          now.next = null;
          if (next && !now.gone) ask(next);
        });
    };
    if (!latest.current) return;
    if (now.asking) now.next = latest.current;
    else ask(latest.current);
  }, [key]);
  return {
    previews: answer?.previews ?? null,
    error: answer?.key === key ? (answer?.error ?? null) : null,
    stale: answer?.key !== key,
  };
}
