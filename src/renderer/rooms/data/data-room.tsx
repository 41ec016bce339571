// The data of the project: which data sets it has, and the views of the one in front.
import { Database, FolderInput } from 'lucide-react';
import { Tabs } from 'radix-ui';
import { Suspense, useState } from 'react';
import { viewOf, type DatasetInfo } from '../../../shared/contract/datasets.ts';
import { useMessages } from '../../messages/use-messages.ts';
import { api, useEvent, useQuery } from '../../studio.ts';
import { useWindow } from '../../store.ts';
import { Button } from '../../ui/button.tsx';
import { Banner, Empty } from '../../ui/notices.tsx';
import { pathEnd } from '../../ui/paths.ts';
import './data.css';
import { openData } from './open/open-state.ts';
import { ScriptCode } from './script-code.tsx';
import { SourceChoices, SourceDialog } from './source-dialog.tsx';
import { tabs } from './tabs.ts';
import { useChosenDataset, useDataView } from './view.ts';

export default function DataRoom() {
  const m = useMessages();
  const project = useWindow((s) => s.project)!.path;
  const list = useQuery(`datasets:${project}`, () => api.datasets.list({ project }));
  const [chosen, choose] = useChosenDataset(project);
  useEvent('datasets.didChange', (e) => e.project === project && list.again());
  if (list.error && !list.data)
    return (
      <div className="padded">
        <Banner>{list.error.message}</Banner>
      </div>
    );
  if (!list.data) return <Empty text={m.common.loading} />;
  const entry = list.data.find((d) => d.id === chosen) ?? list.data[0];
  if (!entry)
    return (
      <Empty icon={<Database size={32} strokeWidth={1.4} aria-hidden />} text={m.data.none}>
        <Button look="primary" onClick={() => openData()}>
          <FolderInput size={15} aria-hidden /> {m.open.openData}
        </Button>
        <p className="muted small">{m.open.dropHint}</p>
      </Empty>
    );
  return (
    <Dataset key={entry.id} project={project} list={list.data} entry={entry} onChoose={choose} onChanged={list.again} />
  );
}

interface DatasetProps {
  project: string;
  list: readonly DatasetInfo[];
  entry: DatasetInfo;
  onChoose: (dataset: string) => void;
  onChanged: () => void;
}

function Dataset({ project, list, entry, onChoose, onChanged }: DatasetProps) {
  const m = useMessages();
  const checked = useQuery(`info:${project}:${JSON.stringify(entry)}`, () =>
    api.datasets.info({ project, dataset: entry.id }),
  );
  const info = checked.data ?? entry;
  const { view, change } = useDataView(project, info.id);
  const [changing, setChanging] = useState(false);
  const own = tabs.filter((tab) => tab.of === viewOf(info.kind));
  const tab = own.find(({ id }) => id === view.tab) ?? own[0]!;
  const opening = !checked.data && !checked.error;
  const ready = info.state === 'ready' && !opening;
  return (
    <Tabs.Root className="data" value={tab.id} onValueChange={(id) => change({ tab: id })}>
      <div className="data-bar inline-fields">
        <label>
          {m.data.dataset}
          <select className="field" value={info.id} onChange={(e) => onChoose(e.target.value)}>
            {list.map((d) => (
              <option key={d.id}>{d.id}</option>
            ))}
          </select>
        </label>
        <SourceBadge info={info} />
        {ready && (
          <Button look="quiet" onClick={() => setChanging(true)}>
            {m.data.changeSource}
          </Button>
        )}
        {ready && (
          <Tabs.List className="data-tabs" aria-label={m.data.views}>
            {own.map(({ id, title }) => (
              <Tabs.Trigger key={id} value={id}>
                {title(m)}
              </Tabs.Trigger>
            ))}
          </Tabs.List>
        )}
        <span className="spacer" />
        {ready && <ScriptCode project={project} info={info} />}
        <Button onClick={() => openData()}>
          <FolderInput size={15} aria-hidden /> {m.open.openData}
        </Button>
      </div>
      {opening ? (
        <Empty text={m.common.loading} />
      ) : ready ? (
        <Tabs.Content className="data-content" value={tab.id} tabIndex={-1}>
          <Suspense fallback={<Empty text={m.common.loading} />}>
            <tab.view
              project={project}
              info={info}
              split={info.splits.find((s) => s === view.split) ?? info.splits[0] ?? ''}
              view={view}
              change={change}
            />
          </Suspense>
        </Tabs.Content>
      ) : (
        <div className="empty data-source">
          <h2>{m.data.sourceTitle}</h2>
          <SourceChoices project={project} info={info} onDone={onChanged} />
        </div>
      )}
      {changing && (
        <SourceDialog
          project={project}
          info={info}
          onClose={() => setChanging(false)}
          onDone={() => {
            setChanging(false);
            onChanged();
          }}
        />
      )}
    </Tabs.Root>
  );
}

function SourceBadge({ info }: { info: DatasetInfo }) {
  const m = useMessages();
  if (info.source === 'synthetic')
    return (
      <span className="badge warn" title={m.data.syntheticHint}>
        {m.data.synthetic}
      </span>
    );
  return (
    <>
      <span className="badge">{m.data.kinds[info.kind]}</span>
      <span className="muted small source" title={info.source}>
        {pathEnd(info.source)}
      </span>
    </>
  );
}
