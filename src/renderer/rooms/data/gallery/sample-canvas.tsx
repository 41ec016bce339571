// A sample's pixels on a canvas; says which pixel is under the pointer.
import { useEffect, useRef } from 'react';
import type { Sample } from '../../../../shared/contract/datasets.ts';
import { useMessages } from '../../../messages/use-messages.ts';
import { toRgba } from './pixels.ts';

export interface PixelAt {
  x: number;
  y: number;
}
interface SampleCanvasProps {
  sample: Sample;
  /** So many screen pixels for one of the image at least make hard edges. */
  onPoint: (at: PixelAt | null) => void;
}

export function SampleCanvas({ sample, onPoint }: SampleCanvasProps) {
  const m = useMessages();
  const canvas = useRef<HTMLCanvasElement>(null);
  const [, height, width] = sample.shape;
  useEffect(() => {
    canvas.current!.getContext('2d')!.putImageData(new ImageData(toRgba(sample), width, height), 0, 0);
  }, [sample, width, height]);
  return (
    <canvas
      ref={canvas}
      width={width}
      height={height}
      style={{ imageRendering: Math.max(width, height) <= 128 ? 'pixelated' : 'auto' }}
      role="img"
      aria-label={`${m.data.sample(sample.index)}: ${sample.className}`}
      onPointerLeave={() => onPoint(null)}
      onPointerMove={(e) => {
        const box = e.currentTarget.getBoundingClientRect();
        const clip = (v: number, n: number) => Math.min(n - 1, Math.max(0, Math.floor(v * n)));
        onPoint({
          x: clip((e.clientX - box.left) / box.width, width),
          y: clip((e.clientY - box.top) / box.height, height),
        });
      }}
    />
  );
}
