// Test images with what the network says of them, refreshed while it learns. Wrong ones are marked by colour, by a sign and in words.
import { useEffect, useRef, useState } from 'react';
import type { Predictions as Data } from '../../../shared/contract/runs.ts';
import { percent, useMessages } from '../../messages/use-messages.ts';
import { api, useEvent, useQuery } from '../../studio.ts';
import { useWindow } from '../../store.ts';
import { Banner, Empty } from '../../ui/notices.tsx';

/** Draws image `i` of a strip of RGBA images. */
export function Picture({
  pixels,
  width,
  height,
  index,
  name,
}: {
  pixels: Uint8Array;
  width: number;
  height: number;
  index: number;
  name: string;
}) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const bytes = width * height * 4;
    const one = new Uint8ClampedArray(pixels.slice(index * bytes, (index + 1) * bytes));
    if (one.length === bytes) canvas.current!.getContext('2d')!.putImageData(new ImageData(one, width, height), 0, 0);
  }, [pixels, width, height, index]);
  return <canvas ref={canvas} width={width} height={height} role="img" aria-label={name} />;
}

function Cell({ data, index }: { data: Data; index: number }) {
  const m = useMessages();
  const { truth, predicted, confidence } = data.items[index]!;
  const name = (c: number) => data.classes[c] ?? String(c);
  const wrong = truth !== predicted;
  const broken = Number.isNaN(confidence);
  const said = broken ? 'NaN' : name(predicted);
  return (
    <li className={wrong ? 'prediction wrong' : 'prediction'}>
      <Picture
        pixels={data.pixels}
        width={data.width}
        height={data.height}
        index={index}
        name={m.train.predictedAs(name(truth), said, broken ? '–' : percent(confidence))}
      />
      <span aria-hidden>
        {wrong ? `✗ ${said}` : said} {!broken && <small>{Math.round(100 * confidence)}%</small>}
      </span>
      {wrong && (
        <span className="small truth" aria-hidden>
          {name(truth)}
        </span>
      )}
    </li>
  );
}

export function PredictionGrid({ run }: { run: string }) {
  const m = useMessages();
  const project = useWindow((s) => s.project)!.path;
  const query = useQuery(`predictions:${project}:${run}`, () => api.runs.predictions({ project, run }));
  const [onlyWrong, setOnlyWrong] = useState(false);
  useEvent('runs.didPredict', (e) => e.project === project && e.run === run && query.again());
  const last = query.data;
  if (query.error && !last) return <Banner>{query.error.message}</Banner>;
  if (!last) return <Empty text={m.train.noPredictions} />;
  const indices = last.items
    .map((_, i) => i)
    .filter((i) => !onlyWrong || last.items[i]!.truth !== last.items[i]!.predicted);
  const wrong = last.items.filter((i) => i.truth !== i.predicted).length;
  return (
    <div className="predictions">
      <div className="plot-bar">
        <span>{m.train.atStep(last.epoch, last.step)}</span>
        <span className={wrong ? 'badge bad' : 'badge good'}>{m.train.wrong(wrong, last.items.length)}</span>
        <label>
          <input type="checkbox" checked={onlyWrong} onChange={(e) => setOnlyWrong(e.target.checked)} />
          {m.train.onlyWrong}
        </label>
      </div>
      <ul className="prediction-grid" aria-label={m.train.predictions}>
        {indices.map((i) => (
          <Cell key={i} data={last} index={i} />
        ))}
      </ul>
    </div>
  );
}
