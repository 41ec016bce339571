// The gallery: classes at the left, the grid, the sample under the cursor at the right, and what can be done with those chosen.
import { useCallback, useEffect, useMemo, useState } from 'react';
import type { Twin } from '../../../../shared/contract/dataset-inspection.ts';
import { count, useMessages } from '../../../messages/use-messages.ts';
import { api, useQuery } from '../../../studio.ts';
import { complain, toast } from '../../../store.ts';
import { Button } from '../../../ui/button.tsx';
import { Banner, Empty } from '../../../ui/notices.tsx';
import type { TabProps } from '../tabs.ts';
import { plainQuery, type ViewControl } from '../view.ts';
import { useWork, WorkBar } from '../work-bar.tsx';
import { ClassList } from './class-list.tsx';
import './gallery.css';
import { GalleryBar } from './gallery-bar.tsx';
import { Grid } from './grid.tsx';
import { SampleLarge } from './sample-large.tsx';
import { SampleView } from './sample-view.tsx';
import { Selection } from './selection.ts';
import { useSamples, type Place, type Samples } from './use-samples.ts';

export default function Gallery({ project, info, split, view, change }: TabProps) {
  const m = useMessages();
  const at = useMemo(() => ({ project, dataset: info.id, split }), [project, info.id, split]);
  const key = `${project}:${info.id}:${info.kind}:${info.source}:${split}`;
  const [turn, setTurn] = useState(0);
  const inspection = useQuery(`inspection:${key}`, () => api.datasets.inspection({ ...at, start: false }));
  useWork(at, 'inspect', (p) => p.state === 'done' && inspection.again());
  const indexing = useWork(at, 'index', (p) => p.total > 0 && setTurn((n) => n + 1));
  useEffect(() => void api.datasets.index({ project: at.project, dataset: at.dataset }).catch(complain), [at, key]);
  const { samples, error } = useSamples(at, key, view.query, turn);
  return (
    <div className="gallery view-grid">
      <GalleryBar
        splits={info.splits}
        split={split}
        onSplit={(next) => change({ split: next, sample: null, large: false })}
        query={view.query}
        onQuery={(to) => change({ query: { ...view.query, ...to } })}
        cell={view.cell}
        onCell={(cell) => change({ cell })}
        inspected={Boolean(inspection.data)}
      />
      {error ? (
        <div className="data-whole padded">
          <Banner>{error.message}</Banner>
        </div>
      ) : samples ? (
        <Body key={key} at={at} samples={samples} view={view} change={change} />
      ) : (
        <div className="data-whole">
          <Empty text={m.common.loading} />
        </div>
      )}
      {indexing && <WorkBar progress={indexing} text={m.gallery.indexing} />}
    </div>
  );
}

interface BodyProps extends ViewControl {
  at: Place;
  samples: Samples;
}

/** Where a sample stands in an order, -1 when it does not. */
function usePlaceOf(order: Uint32Array, sample: number | null): number {
  return useMemo(() => (sample === null ? -1 : order.indexOf(sample)), [order, sample]);
}

function Body({ at, samples, view, change }: BodyProps) {
  const { summary, labels, order } = samples;
  const [selection] = useState(() => new Selection(summary.count));
  const [, setVersion] = useState(0);
  const cursor = usePlaceOf(order, view.sample);
  const ask = useCallback((indices: number[], size: number) => api.datasets.thumbnails({ ...at, indices, size }), [at]);
  const sampleKey = view.sample === null ? null : `sample:${at.project}:${at.dataset}:${at.split}:${view.sample}`;
  const sample = useQuery(sampleKey, () => api.datasets.sample({ ...at, index: view.sample! }));
  const twins = useQuery(sampleKey && `twins:${sampleKey}`, () => api.datasets.twins({ ...at, index: view.sample! }));
  const moveTo = (place: number) => change({ sample: order[place] ?? null });
  const toTwin = (twin: Twin) => change({ split: twin.split, sample: twin.index, query: plainQuery });
  const m = useMessages();
  return (
    <>
      <ClassList
        summary={summary}
        only={view.query.label}
        onOnly={(label) => change({ query: { ...view.query, label } })}
      />
      <div className="grid-area">
        {order.length === 0 ? (
          <Empty text={m.gallery.nothing}>
            <Button onClick={() => change({ query: plainQuery })}>{m.gallery.showAll}</Button>
          </Empty>
        ) : (
          <Grid
            order={order}
            labels={labels}
            classes={summary.classes}
            cell={view.cell}
            selection={selection}
            cursor={cursor}
            ask={ask}
            onCursor={moveTo}
            onSelect={() => setVersion(selection.version)}
            onOpen={(place) => change({ sample: order[place] ?? null, large: true })}
          />
        )}
        {view.large && cursor >= 0 && (
          <SampleLarge
            sample={sample.data}
            problem={sample.error?.message}
            place={cursor}
            places={order.length}
            onPlace={moveTo}
            onClose={() => change({ large: false })}
          />
        )}
        <ShownBar
          shown={order.length}
          total={summary.count}
          selection={selection}
          onClear={() => {
            selection.clear();
            setVersion(selection.version);
          }}
          onSplit={() => change({ tab: 'splits', chosen: selection.indices() })}
        />
      </div>
      <aside className="sample-panel" aria-label={view.sample === null ? m.data.pick : m.data.sample(view.sample)}>
        {sample.error && <Banner>{sample.error.message}</Banner>}
        {sample.data ? (
          <SampleView sample={sample.data} twins={twins.data ?? []} picture={!view.large} onTwin={toTwin} />
        ) : (
          !sample.error && <p className="muted">{m.data.pick}</p>
        )}
      </aside>
    </>
  );
}

interface ShownBarProps {
  shown: number;
  total: number;
  selection: Selection;
  onClear: () => void;
  onSplit: () => void;
}

function ShownBar({ shown, total, selection, onClear, onSplit }: ShownBarProps) {
  const m = useMessages();
  const copy = () => {
    const text = selection.indices().join('\n');
    navigator.clipboard.writeText(text).then(() => toast(m.gallery.copiedIndices(count(selection.count))), complain);
  };
  return (
    <div className="shown-bar">
      <span className="muted">
        {shown === total ? m.data.count(count(total)) : m.gallery.shown(count(shown), count(total))}
      </span>
      <span className="spacer" />
      {selection.count > 0 && (
        <>
          <strong>{m.gallery.chosen(count(selection.count))}</strong>
          <Button look="quiet" onClick={copy}>
            {m.gallery.copyIndices}
          </Button>
          <Button look="quiet" onClick={onSplit}>
            {m.gallery.splitChosen}
          </Button>
          <Button look="quiet" onClick={onClear}>
            {m.gallery.clear}
          </Button>
        </>
      )}
    </div>
  );
}
