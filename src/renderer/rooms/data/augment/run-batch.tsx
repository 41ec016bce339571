// What a step of a past run saw: its batch, made again of the run's files, with the exact tensor of the image that is picked.
import { useState } from 'react';
import type { RunBatch } from '../../../../shared/contract/augment.ts';
import { count, useMessages } from '../../../messages/use-messages.ts';
import { api, useQuery } from '../../../studio.ts';
import { useWindow } from '../../../store.ts';
import { Banner } from '../../../ui/notices.tsx';
import './augment.css';
import './sheet.css';
import { NumberField } from './number-field.tsx';
import { PictureCanvas } from './picture-canvas.tsx';
import { TensorView } from './tensor-view.tsx';

interface RunBatchProps {
  project: string;
}

export function RunBatchView({ project }: RunBatchProps) {
  const m = useMessages();
  const runs = useWindow((s) => s.runs);
  const [chosen, setChosen] = useState<string | null>(null);
  const [step, setStep] = useState(1);
  const [sample, setSample] = useState(0);
  const run = runs.find((r) => r.id === chosen) ?? runs[0];
  const batch = useQuery(run ? `batch:${project}:${run.id}:${step}:${sample}` : null, () =>
    api.augment.batch({ project, run: run!.id, step, sample }),
  );
  if (!run) return <p className="muted">{m.augment.noRuns}</p>;
  return (
    <div className="augment-run">
      <div className="augment-run-bar">
        <label>
          {m.augment.run}
          <select
            className="field"
            value={run.id}
            onChange={(e) => {
              setChosen(e.target.value);
              setSample(0);
            }}
          >
            {runs.map((r) => (
              <option key={r.id} value={r.id}>
                {r.name}
              </option>
            ))}
          </select>
        </label>
        <label>
          {m.augment.step}
          <NumberField
            name={m.augment.step}
            value={step}
            min={1}
            onChange={(to) => setStep(Math.max(1, Math.round(to)))}
          />
        </label>
      </div>
      {batch.error ? (
        <Banner look="warn">{batch.error.message}</Banner>
      ) : batch.data ? (
        <Batch batch={batch.data} sample={sample} onPick={setSample} />
      ) : (
        <p className="muted">{m.common.loading}</p>
      )}
    </div>
  );
}

interface BatchProps {
  batch: RunBatch;
  sample: number;
  onPick: (sample: number) => void;
}

function Batch({ batch, sample, onPick }: BatchProps) {
  const m = useMessages();
  const { pictures, labels, classNames, indices } = batch;
  const area = pictures.width * pictures.height * 4;
  const name = (i: number) => `${classNames[i]} · ${count(indices[i]!)}`;
  return (
    <>
      <p className="muted small">
        {m.augment.batchOf(batch.batch, batch.epoch, batch.seed)} [{batch.shape.join(', ')}]
      </p>
      <ul className="augment-sheet" style={{ '--cell': '84px' } as React.CSSProperties} aria-label={m.augment.batch}>
        {Array.from({ length: pictures.count }, (_, i) => (
          <li key={i}>
            <button type="button" aria-pressed={i === sample} onClick={() => onPick(i)}>
              <PictureCanvas
                picture={{
                  width: pictures.width,
                  height: pictures.height,
                  pixels: pictures.pixels.subarray(i * area, (i + 1) * area),
                }}
              />
              <span className="augment-caption">
                <span className="small">{name(i)}</span>
              </span>
            </button>
          </li>
        ))}
      </ul>
      {batch.tensor && (
        <>
          <h2>{name(Math.min(sample, labels.length - 1))}</h2>
          <TensorView tensor={batch.tensor} />
        </>
      )}
    </>
  );
}
