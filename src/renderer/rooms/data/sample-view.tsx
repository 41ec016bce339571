// One sample in large: its pixels, and the raw value under the pointer.
import { useEffect, useMemo, useRef, useState } from 'react';
import type { Sample } from '../../../shared/contract/datasets.ts';
import { useMessages, value } from '../../messages/use-messages.ts';

/** RGBA of uint8 pixels [channels, height, width]. */
export function toRgba(sample: Pick<Sample, 'shape' | 'pixels'>): Uint8ClampedArray<ArrayBuffer> {
  const [channels, height, width] = sample.shape;
  const plane = height * width;
  const out = new Uint8ClampedArray(plane * 4);
  for (let i = 0; i < plane; i++) {
    for (let c = 0; c < 3; c++) out[i * 4 + c] = sample.pixels[(channels === 3 ? c : 0) * plane + i]!;
    out[i * 4 + 3] = 255;
  }
  return out;
}

function statistics(pixels: Uint8Array): { low: number; high: number; mean: number } {
  let low = 255;
  let high = 0;
  let sum = 0;
  for (const v of pixels) {
    low = Math.min(low, v);
    high = Math.max(high, v);
    sum += v;
  }
  return { low, high, mean: sum / Math.max(1, pixels.length) };
}

function ValueTable({ sample, channel }: { sample: Sample; channel: number }) {
  const [, height, width] = sample.shape;
  const rows = useMemo(() => {
    const from = channel * height * width;
    return Array.from({ length: height }, (_, y) =>
      Array.from(sample.pixels.subarray(from + y * width, from + (y + 1) * width), (v) => String(v).padStart(3)).join(
        ' ',
      ),
    );
  }, [sample, channel, height, width]);
  return (
    <pre className="values" tabIndex={0} role="region" aria-label="values">
      {rows.join('\n')}
    </pre>
  );
}

export function SampleView({ sample }: { sample: Sample }) {
  const m = useMessages();
  const canvas = useRef<HTMLCanvasElement>(null);
  const [at, setAt] = useState<{ x: number; y: number } | null>(null);
  const [channel, setChannel] = useState(0);
  const [channels, height, width] = sample.shape;
  useEffect(() => {
    canvas.current!.getContext('2d')!.putImageData(new ImageData(toRgba(sample), width, height), 0, 0);
  }, [sample, width, height]);
  const stats = useMemo(() => statistics(sample.pixels), [sample]);
  const under = at
    ? Array.from({ length: channels }, (_, c) => sample.pixels[c * height * width + at.y * width + at.x]).join(', ')
    : '';
  return (
    <div className="sample">
      <canvas
        ref={canvas}
        width={width}
        height={height}
        role="img"
        aria-label={`${m.data.sample(sample.index)}: ${sample.className}`}
        onPointerLeave={() => setAt(null)}
        onPointerMove={(e) => {
          const box = e.currentTarget.getBoundingClientRect();
          const clip = (v: number, n: number) => Math.min(n - 1, Math.max(0, Math.floor(v * n)));
          setAt({
            x: clip((e.clientX - box.left) / box.width, width),
            y: clip((e.clientY - box.top) / box.height, height),
          });
        }}
      />
      <p className="small muted pixel">{at ? `${m.data.pixel(at.x, at.y)}: ${under}` : m.data.hover}</p>
      <dl>
        <dt>{m.data.label}</dt>
        <dd>
          {sample.className} ({sample.label})
        </dd>
        <dt>{m.data.shape}</dt>
        <dd>[{sample.shape.join(', ')}]</dd>
        <dt>{m.data.range}</dt>
        <dd>
          {stats.low} – {stats.high}
        </dd>
        <dt>{m.data.mean}</dt>
        <dd>{value(stats.mean)}</dd>
      </dl>
      <h2>{m.data.values}</h2>
      {channels > 1 && (
        <select
          className="field"
          aria-label={m.data.values}
          value={channel}
          onChange={(e) => setChannel(Number(e.target.value))}
        >
          {Array.from({ length: channels }, (_, c) => (
            <option key={c} value={c}>
              {m.data.channel(c)}
            </option>
          ))}
        </select>
      )}
      <ValueTable sample={sample} channel={Math.min(channel, channels - 1)} />
    </div>
  );
}
