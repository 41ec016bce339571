// Series as ECharts draws them: a band from minimum to maximum of each pixel column, the raw line, the smooth line over it.
import type { Series } from '../../shared/contract/runs.ts';
import { hasBand, isDashed, linePoints } from './traces.ts';

export interface Look {
  ink: string;
  faint: string;
  line: string;
  surface: string;
  font: string;
  traces: string[];
}
export interface TraceInput {
  series: Series;
  name: string;
  colour: string;
}
export interface PlotChoices {
  logScale: boolean;
  xName: string;
  /** The x shown; null = all. */
  from: number | null;
  to: number | null;
}

const short = (n: number): string => {
  const size = Math.abs(n);
  if (size >= 1e6) return `${Number((n / 1e6).toPrecision(3))}M`;
  if (size >= 1e4) return `${Number((n / 1e3).toPrecision(3))}k`;
  if (size !== 0 && size < 1e-3) return n.toExponential(0);
  return String(Number(n.toPrecision(4)));
};

/** The band is two stacked lines: the minimum, unseen, and the height above it, filled. A log axis cannot stack, so it has none. */
function band({ series, colour }: TraceInput) {
  const base = {
    type: 'line',
    stack: `${series.run}:${series.tag}`,
    symbol: 'none',
    lineStyle: { opacity: 0 },
    silent: true,
    animation: false,
    tooltip: { show: false },
    stackStrategy: 'all',
  };
  return [
    { ...base, data: Array.from(series.x, (x, i) => [x, series.min[i]]) },
    {
      ...base,
      data: Array.from(series.x, (x, i) => [x, series.max[i]! - series.min[i]!]),
      areaStyle: { color: colour, opacity: 0.16 },
    },
  ];
}

function lines(input: TraceInput, logScale: boolean) {
  const { series, name, colour } = input;
  const smooth = series.smooth.length > 0;
  const base = {
    type: 'line',
    symbol: 'none',
    animation: false,
    showSymbol: series.x.length === 1,
    connectNulls: false,
    emphasis: { disabled: true },
  };
  const dash = isDashed(series.tag) ? 'dashed' : 'solid';
  const raw = {
    ...base,
    name: smooth ? `${name} (raw)` : name,
    ...(series.x.length <= 1 ? { symbol: 'circle', symbolSize: 6 } : {}),
    color: colour,
    lineStyle: { color: colour, width: smooth ? 1 : 1.6, opacity: smooth ? 0.3 : 1, type: dash },
    data: linePoints(series.x, series.last, series.broken),
  };
  const bands = !logScale && hasBand(series) ? band(input) : [];
  if (!smooth) return [...bands, raw];
  return [
    ...bands,
    raw,
    {
      ...base,
      name,
      color: colour,
      lineStyle: { color: colour, width: 2, type: dash },
      data: linePoints(series.x, series.smooth, series.broken),
    },
  ];
}

/** Triangles on the axis where a step was NaN or infinite. */
function brokenMarks(inputs: readonly TraceInput[], low: number) {
  const points = inputs.flatMap(({ series, colour, name }) =>
    Array.from(series.broken, (x) => ({ value: [x, low], itemStyle: { color: colour }, name })),
  );
  return points.length === 0
    ? []
    : [{ type: 'scatter', name: 'NaN', symbol: 'triangle', symbolSize: 9, data: points, animation: false, z: 5 }];
}

function lowest(inputs: readonly TraceInput[]): number {
  let low = Infinity;
  for (const { series } of inputs) for (const v of series.min) low = Math.min(low, v);
  return Number.isFinite(low) ? low : 0;
}

export function plotOption(inputs: readonly TraceInput[], choices: PlotChoices, look: Look): Record<string, unknown> {
  const axis = {
    axisLine: { lineStyle: { color: look.line } },
    axisTick: { show: false },
    axisLabel: { color: look.ink, fontFamily: look.font, fontSize: 11, formatter: short, hideOverlap: true },
  };
  return {
    animation: false,
    textStyle: { fontFamily: look.font, color: look.ink },
    grid: { left: 54, right: 14, top: 10, bottom: 34 },
    tooltip: {
      trigger: 'axis',
      axisPointer: { type: 'line', lineStyle: { color: look.faint } },
      backgroundColor: look.surface,
      borderColor: look.line,
      textStyle: { color: look.ink, fontFamily: look.font, fontSize: 12 },
      valueFormatter: (v: unknown) => (typeof v === 'number' ? String(Number(v.toPrecision(5))) : ''),
      confine: true,
    },
    xAxis: {
      ...axis,
      type: 'value',
      name: choices.xName,
      nameLocation: 'middle',
      nameGap: 20,
      nameTextStyle: { color: look.ink, fontSize: 11 },
      min: choices.from ?? 'dataMin',
      max: choices.to ?? 'dataMax',
      splitLine: { show: false },
    },
    yAxis: {
      ...axis,
      type: choices.logScale ? 'log' : 'value',
      scale: true,
      splitLine: { lineStyle: { color: look.line, opacity: 0.6 } },
    },
    series: [...inputs.flatMap((input) => lines(input, choices.logScale)), ...brokenMarks(inputs, lowest(inputs))],
  };
}
