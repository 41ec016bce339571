// One plot: its traces, its legend, how much of the data it shows, and what can be done with it.
import { Download, FileDown, RotateCcw } from 'lucide-react';
import { useMemo, useRef, useState } from 'react';
import type { RunSummary } from '../../shared/contract/runs.ts';
import { count, useMessages, value } from '../messages/use-messages.ts';
import { token, useTheme } from '../theme.ts';
import { IconButton } from '../ui/button.tsx';
import { EChart, type ChartHandle } from './echart.tsx';
import { plotOption, type Look } from './options.ts';
import { colourOf, isDashed, toCsv } from './traces.ts';
import { useSeries } from './use-series.ts';
import './plot.css';

export interface PlotSettings {
  x: 'step' | 'epoch' | 'time';
  smoothing: number;
  logScale: boolean;
}
export interface Range {
  from: number | null;
  to: number | null;
}
interface PlotProps {
  project: string;
  name: string;
  tags: string[];
  shown: string[];
  runs: readonly RunSummary[];
  settings: PlotSettings;
  /** Shared by all plots, so that they show the same steps. */
  range: Range;
  onRange: (range: Range) => void;
}

/** Colours are read from the tokens each time the theme changes; `theme` is here to say so. */
function readLook(_theme: string): Look {
  return {
    ink: token('--ink-2'),
    faint: token('--ink-3'),
    line: token('--line'),
    surface: token('--surface'),
    font: token('--font'),
    traces: Array.from({ length: 8 }, (_, i) => token(`--trace-${i + 1}`)),
  };
}

function save(name: string, url: string): void {
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
}

export function Plot({ project, name, tags, shown, runs, settings, range, onRange }: PlotProps) {
  const m = useMessages();
  const theme = useTheme();
  const chart = useRef<ChartHandle>(null);
  const [columns, setColumns] = useState(600);
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set());
  const series = useSeries({
    project,
    runs: shown,
    tags,
    x: settings.x,
    ...range,
    columns,
    smoothing: settings.smoothing,
  });
  const ids = useMemo(() => runs.map((r) => r.id), [runs]);
  const runName = (id: string) => runs.find((r) => r.id === id)?.name ?? id;
  const look = useMemo(() => readLook(theme), [theme]);
  const inputs = series.map((s) => {
    // One run: its traces differ by colour; several: each run has one colour, dashes tell test from train.
    const place = shown.length === 1 ? tags.indexOf(s.tag) : colourOf(s.run, ids);
    return {
      series: s,
      name: shown.length === 1 ? s.tag : `${s.tag} · ${runName(s.run)}`,
      colour: look.traces[place % 8]!,
    };
  });
  const visible = inputs.filter((i) => !hidden.has(`${i.series.run}:${i.series.tag}`));
  const xName = { step: m.train.byStep, epoch: m.train.byEpoch, time: m.train.byTime }[settings.x];
  const option = plotOption(visible, { logScale: settings.logScale, xName, ...range }, look);
  const total = series.reduce((n, s) => n + s.total, 0);
  const drawn = series.reduce((n, s) => n + s.x.length, 0);
  const broken = series.reduce((n, s) => n + s.broken.length, 0);
  const toggle = (key: string) =>
    setHidden((before) => new Set(before.has(key) ? [...before].filter((k) => k !== key) : [...before, key]));
  return (
    <figure className="plot card" aria-label={m.train.plotOf(name)}>
      <figcaption>
        <h3>{name}</h3>
        {broken > 0 && <span className="badge bad">▲ {m.train.notFinite(broken)}</span>}
        <span className="badge">{m.train.points(count(drawn), count(total))}</span>
        <span className="spacer" />
        <IconButton
          name={m.train.resetZoom}
          disabled={range.from === null}
          onClick={() => onRange({ from: null, to: null })}
        >
          <RotateCcw size={14} aria-hidden />
        </IconButton>
        <IconButton
          name={`${m.train.savePng}: ${name}`}
          onClick={() => save(`${name}.png`, chart.current!.picture(look.surface))}
        >
          <Download size={14} aria-hidden />
        </IconButton>
        <IconButton
          name={`${m.train.saveCsv}: ${name}`}
          onClick={() =>
            save(`${name}.csv`, URL.createObjectURL(new Blob([toCsv(series, runName)], { type: 'text/csv' })))
          }
        >
          <FileDown size={14} aria-hidden />
        </IconButton>
      </figcaption>
      <EChart
        ref={chart}
        option={option}
        onWidth={setColumns}
        onRange={(from, to) => onRange({ from, to })}
        onReset={() => onRange({ from: null, to: null })}
      />
      <ul className="legend" aria-label={`${m.train.lastValues}: ${name}`}>
        {inputs.map(({ series: s, name: text, colour }) => {
          const key = `${s.run}:${s.tag}`;
          return (
            <li key={key}>
              <button type="button" aria-pressed={!hidden.has(key)} onClick={() => toggle(key)}>
                <span className={isDashed(s.tag) ? 'swatch dashed' : 'swatch'} style={{ borderColor: colour }} />
                {text} <strong>{value(s.last.at(-1))}</strong>
              </button>
            </li>
          );
        })}
      </ul>
    </figure>
  );
}
