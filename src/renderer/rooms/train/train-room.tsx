// Training, live: the runs, the one in focus, its plots, predictions, windows and words.
import { Tabs } from 'radix-ui';
import { useMessages } from '../../messages/use-messages.ts';
import { useWindow } from '../../store.ts';
import { Split } from '../../ui/split.tsx';
import { Compare } from './compare.tsx';
import { Console } from './console.tsx';
import { Plots } from './plots.tsx';
import { PredictionGrid } from './predictions.tsx';
import { RunHead } from './run-head.tsx';
import { RunList } from './run-list.tsx';
import { SettingsPanel } from './settings-panel.tsx';
import './train.css';
import { VizWindows } from './viz-windows.tsx';

interface TabItem {
  id: string;
  title: string;
  view: React.ReactNode;
}
function TabGroup({ items, name, first }: { items: TabItem[]; name: string; first: string }) {
  return (
    <Tabs.Root className="tab-group" defaultValue={first}>
      <Tabs.List className="tab-list" aria-label={name}>
        {items.map((t) => (
          <Tabs.Trigger key={t.id} value={t.id} className="tab-trigger">
            {t.title}
          </Tabs.Trigger>
        ))}
      </Tabs.List>
      {items.map((t) => (
        <Tabs.Content key={t.id} value={t.id} className="tab-content">
          {t.view}
        </Tabs.Content>
      ))}
    </Tabs.Root>
  );
}

export default function TrainRoom() {
  const m = useMessages();
  const run = useWindow((s) => s.runs.find((r) => r.id === s.run));
  const nothing = <p className="muted pad">{m.train.noRuns}</p>;
  return (
    <div className="train">
      <aside className="train-side">
        <RunList />
        <details className="settings-box">
          <summary>{m.train.settings}</summary>
          <SettingsPanel />
        </details>
      </aside>
      <section className="train-main" aria-label={run?.name ?? m.rooms.train}>
        <RunHead run={run} />
        <Split
          id="train"
          name={m.train.split}
          initial={0.6}
          first={
            <TabGroup
              name={m.train.plots}
              first="plots"
              items={[
                { id: 'plots', title: m.train.plots, view: <Plots /> },
                {
                  id: 'windows',
                  title: m.train.windows,
                  view: run ? <VizWindows key={run.id} run={run.id} /> : nothing,
                },
                { id: 'compare', title: m.train.compare, view: <Compare /> },
              ]}
            />
          }
          second={
            <TabGroup
              name={m.train.predictions}
              first="predictions"
              items={[
                {
                  id: 'predictions',
                  title: m.train.predictions,
                  view: run ? <PredictionGrid key={run.id} run={run.id} /> : nothing,
                },
                { id: 'console', title: m.train.console, view: run ? <Console key={run.id} run={run.id} /> : nothing },
              ]}
            />
          }
        />
      </section>
    </div>
  );
}
