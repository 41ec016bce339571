// The data of the project: a grid of samples, how many of each class, one sample in large.
import { useMemo, useState } from 'react';
import type { DatasetInfo, DatasetSummary } from '../../../shared/contract/datasets.ts';
import { count, useMessages } from '../../messages/use-messages.ts';
import { api, useEvent, useQuery } from '../../studio.ts';
import { useWindow } from '../../store.ts';
import { Button } from '../../ui/button.tsx';
import { Banner, Empty } from '../../ui/notices.tsx';
import './data.css';
import { Grid } from './grid.tsx';
import { orderOf } from './order.ts';
import { SampleView } from './sample-view.tsx';
import { SourceChoices, SourceDialog } from './source-dialog.tsx';

function ClassList({
  summary,
  only,
  onOnly,
}: {
  summary: DatasetSummary;
  only: number | null;
  onOnly: (c: number | null) => void;
}) {
  const m = useMessages();
  const most = Math.max(1, ...summary.countsPerClass);
  return (
    <nav className="classes" aria-label={m.data.classes}>
      <button type="button" aria-pressed={only === null} onClick={() => onOnly(null)}>
        <strong>{m.data.all}</strong>
        <span>{count(summary.count)}</span>
      </button>
      {summary.classes.map((name, c) => (
        <button key={name} type="button" aria-pressed={only === c} onClick={() => onOnly(only === c ? null : c)}>
          <span>{name}</span>
          <span className="muted">{count(summary.countsPerClass[c] ?? 0)}</span>
          <span className="amount" style={{ transform: `scaleX(${(summary.countsPerClass[c] ?? 0) / most})` }} />
        </button>
      ))}
    </nav>
  );
}

function Gallery({ project, info, split, cell }: { project: string; info: DatasetInfo; split: string; cell: number }) {
  const m = useMessages();
  const at = { project, dataset: info.id, split };
  const key = `${project}:${info.id}:${info.source}:${split}`;
  const summary = useQuery(`summary:${key}`, () => api.datasets.summary(at));
  const labels = useQuery(`labels:${key}`, () => api.datasets.labels(at));
  const [only, setOnly] = useState<number | null>(null);
  const [selected, setSelected] = useState<number | null>(null);
  const sample = useQuery(selected === null ? null : `sample:${key}:${selected}`, () =>
    api.datasets.sample({ ...at, index: selected! }),
  );
  const order = useMemo(() => orderOf(labels.data ?? new Uint8Array(), only), [labels.data, only]);
  const problem = (!summary.data && summary.error) || (!labels.data && labels.error) || (!sample.data && sample.error);
  if (problem)
    return (
      <div className="data-whole padded">
        <Banner>{problem.message}</Banner>
      </div>
    );
  if (!summary.data || !labels.data)
    return (
      <div className="data-whole">
        <Empty text={m.common.loading} />
      </div>
    );
  return (
    <>
      <ClassList summary={summary.data} only={only} onOnly={setOnly} />
      <Grid
        project={project}
        dataset={info.id}
        split={split}
        order={order}
        labels={labels.data}
        classes={summary.data.classes}
        cell={cell}
        selected={selected}
        onSelect={setSelected}
      />
      <aside className="sample-panel" aria-label={selected === null ? m.data.pick : m.data.sample(selected)}>
        {sample.data ? <SampleView sample={sample.data} /> : <p className="muted">{m.data.pick}</p>}
      </aside>
    </>
  );
}

export default function DataRoom() {
  const m = useMessages();
  const project = useWindow((s) => s.project)!.path;
  const list = useQuery(`datasets:${project}`, () => api.datasets.list({ project }));
  const [chosen, setChosen] = useState<string | null>(null);
  const [split, setSplit] = useState<string | null>(null);
  const [cell, setCell] = useState(56);
  const [changing, setChanging] = useState(false);
  useEvent('datasets.didChange', (e) => e.project === project && list.again());
  if (list.error && !list.data)
    return (
      <div className="padded">
        <Banner>{list.error.message}</Banner>
      </div>
    );
  if (!list.data) return <Empty text={m.common.loading} />;
  const info = list.data.find((d) => d.id === chosen) ?? list.data[0];
  if (!info) return <Empty text={m.data.none} />;
  if (info.state !== 'ready') {
    return (
      <div className="empty data-source">
        <h2>{m.data.sourceTitle}</h2>
        <SourceChoices project={project} info={info} onDone={list.again} />
      </div>
    );
  }
  const shown = info.splits.find((s) => s === split) ?? info.splits[0]!;
  return (
    <div className="data">
      <div className="data-bar">
        <label>
          {m.data.dataset}
          <select className="field" value={info.id} onChange={(e) => setChosen(e.target.value)}>
            {list.data.map((d) => (
              <option key={d.id}>{d.id}</option>
            ))}
          </select>
        </label>
        <label>
          {m.data.split}
          <select className="field" value={shown} onChange={(e) => setSplit(e.target.value)}>
            {info.splits.map((s) => (
              <option key={s}>{s}</option>
            ))}
          </select>
        </label>
        {info.source === 'synthetic' ? (
          <span className="badge warn" title={m.data.syntheticHint}>
            {m.data.synthetic}
          </span>
        ) : (
          <span className="muted small">{info.source}</span>
        )}
        <Button look="quiet" onClick={() => setChanging(true)}>
          {m.data.changeSource}
        </Button>
        <span className="spacer" />
        <label>
          {m.data.size}
          <input
            type="range"
            min={28}
            max={160}
            step={4}
            value={cell}
            onChange={(e) => setCell(Number(e.target.value))}
          />
        </label>
      </div>
      <Gallery key={`${info.id}:${info.source}:${shown}`} project={project} info={info} split={shown} cell={cell} />
      {changing && (
        <SourceDialog
          project={project}
          info={info}
          onClose={() => setChanging(false)}
          onDone={() => {
            setChanging(false);
            list.again();
          }}
        />
      )}
    </div>
  );
}
