// The plots of the runs shown: one choice of axis, smoothing and zoom for all of them.
import { useMemo, useState } from 'react';
import { groupTags } from '../../charts/traces.ts';
import { Plot, type PlotSettings, type Range } from '../../charts/plot.tsx';
import { useMessages } from '../../messages/use-messages.ts';
import { useWindow } from '../../store.ts';
import { Empty } from '../../ui/notices.tsx';

const whole: Range = { from: null, to: null };

export function Plots() {
  const m = useMessages();
  const project = useWindow((s) => s.project)!.path;
  const runs = useWindow((s) => s.runs);
  const shown = useWindow((s) => s.shown);
  const [settings, setSettings] = useState<PlotSettings>({ x: 'step', smoothing: 0, logScale: false });
  const [range, setRange] = useState<Range>(whole);
  const groups = useMemo(
    () => groupTags(runs.filter((r) => shown.includes(r.id)).flatMap((r) => r.tags)),
    [runs, shown],
  );
  const change = (part: Partial<PlotSettings>) => setSettings({ ...settings, ...part });
  return (
    <div className="plots">
      <div className="plot-bar">
        <label>
          {m.train.xAxis}
          <select
            className="field"
            value={settings.x}
            onChange={(e) => {
              change({ x: e.target.value as PlotSettings['x'] });
              setRange(whole);
            }}
          >
            <option value="step">{m.train.byStep}</option>
            <option value="epoch">{m.train.byEpoch}</option>
            <option value="time">{m.train.byTime}</option>
          </select>
        </label>
        <label>
          {m.train.smoothing}
          <input
            type="range"
            min={0}
            max={0.99}
            step={0.01}
            value={settings.smoothing}
            onChange={(e) => change({ smoothing: Number(e.target.value) })}
          />
          <output className="small">{settings.smoothing.toFixed(2)}</output>
        </label>
        <label>
          <input type="checkbox" checked={settings.logScale} onChange={(e) => change({ logScale: e.target.checked })} />
          {m.train.logScale}
        </label>
      </div>
      {groups.length === 0 ? (
        <Empty text={m.train.noPlots} />
      ) : (
        <div className="plot-grid">
          {groups.map((g) => (
            <Plot
              key={g.name}
              project={project}
              name={g.name}
              tags={g.tags}
              shown={shown}
              runs={runs}
              settings={settings}
              range={range}
              onRange={setRange}
            />
          ))}
        </div>
      )}
    </div>
  );
}
