// Windows that the script draws itself with viz: lines, images, surfaces, points, text.
import type { VizWindow } from '../../../shared/contract/runs.ts';
import { EChart } from '../../charts/echart.tsx';
import { useMessages } from '../../messages/use-messages.ts';
import { api, useEvent, useQuery } from '../../studio.ts';
import { useWindow } from '../../store.ts';
import { token, useTheme } from '../../theme.ts';
import { ScatterView } from '../../charts/scatter.tsx';
import { SurfaceView } from '../../charts/surface.tsx';
import { Banner, Empty } from '../../ui/notices.tsx';
import { Picture } from './predictions.tsx';

function lineOption(w: Extract<VizWindow, { kind: 'line' }>): Record<string, unknown> {
  const ink = token('--ink-2');
  const line = token('--line');
  const axis = {
    axisLine: { lineStyle: { color: line } },
    axisLabel: { color: ink, fontSize: 11 },
    nameTextStyle: { color: ink },
    splitLine: { lineStyle: { color: line } },
    scale: true,
  };
  return {
    animation: false,
    grid: { left: 54, right: 14, top: 10, bottom: 34 },
    tooltip: { trigger: 'axis', confine: true },
    xAxis: { ...axis, type: 'value', name: w.xLabel, nameLocation: 'middle', nameGap: 20 },
    yAxis: { ...axis, type: 'value', name: w.yLabel },
    series: w.traces.map((t, i) => ({
      type: 'line',
      name: t.name,
      symbol: t.x.length < 40 ? 'circle' : 'none',
      symbolSize: 5,
      animation: false,
      color: token(`--trace-${(i % 8) + 1}`),
      // Far more points than pixels: the extremes of each pixel are what must be seen.
      sampling: 'minmax',
      data: Array.from(t.x, (x, k) => [x, t.y[k]]),
    })),
  };
}

const nothing = () => {};

function Content({ window: w }: { window: VizWindow }) {
  useTheme();
  if (w.kind === 'text') return <pre className="viz-text">{w.text}</pre>;
  if (w.kind === 'surface') return <SurfaceView surface={w} />;
  if (w.kind === 'scatter') return <ScatterView scatter={w} />;
  if (w.kind === 'line') {
    return (
      <>
        <EChart option={lineOption(w)} onWidth={nothing} onRange={nothing} onReset={nothing} />
        <ul className="legend">
          {w.traces.map((t, i) => (
            <li key={t.name}>
              <span
                className="swatch"
                style={{ borderColor: `var(--trace-${(i % 8) + 1})`, display: 'inline-block', verticalAlign: 'middle' }}
              />{' '}
              {t.name}
            </li>
          ))}
        </ul>
      </>
    );
  }
  return (
    <ul className="viz-images" style={{ gridTemplateColumns: `repeat(${Math.max(1, w.columns)}, minmax(0, 1fr))` }}>
      {Array.from({ length: w.count }, (_, i) => (
        <li key={i}>
          <Picture
            pixels={w.pixels}
            width={w.width}
            height={w.height}
            index={i}
            name={w.captions[i] ?? `${w.title} ${i + 1}`}
          />
          {w.captions[i] && <span className="small">{w.captions[i]}</span>}
        </li>
      ))}
    </ul>
  );
}

export function VizWindows({ run }: { run: string }) {
  const m = useMessages();
  const project = useWindow((s) => s.project)!.path;
  const query = useQuery(`windows:${project}:${run}`, () => api.runs.windows({ project, run }));
  useEvent('runs.didDraw', (e) => e.project === project && e.run === run && query.again());
  const shown = query.data ?? [];
  if (query.error && !query.data) return <Banner>{query.error.message}</Banner>;
  if (shown.length === 0) return <Empty text={m.train.noWindows} />;
  return (
    <div className="viz-grid">
      {shown.map((w) => (
        <section key={w.name} className="card viz" aria-label={w.title}>
          <h3>{w.title}</h3>
          <Content window={w} />
        </section>
      ))}
    </div>
  );
}
