// What ECharts is told of points with labels and classes.
import type { VizWindow } from '../../shared/contract/runs.ts';

export type Scatter = Extract<VizWindow, { kind: 'scatter' }>;

/** Colours and the font of the theme. */
export interface ScatterLook {
  ink: string;
  line: string;
  surface: string;
  font: string;
  traces: readonly string[];
}

/** Classes beyond the colours take the next shape. */
const shapes = ['circle', 'triangle', 'rect', 'diamond', 'pin'] as const;
export const shapeOf = (group: number): string => shapes[Math.floor(group / 8) % shapes.length]!;
/** More points than this are drawn without their names: none could be read. */
const mostNamed = 3000;

const escapes: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
/** Text as it may stand in a tooltip, which is HTML. */
const escaped = (text: string): string => text.replace(/[&<>"']/g, (c) => escapes[c]!);
const short = (value: number): string => String(Number(value.toPrecision(5)));

/** The tooltip of a point: its name, its class, where it is. */
export function tooltipOf(s: Scatter, point: number): string {
  const name = s.labels[point];
  const group = s.classes[s.groups[point] ?? -1];
  const words = [name && `<b>${escaped(name)}</b>`, group && escaped(group)];
  const [x, y] = [s.xLabel || 'x', s.yLabel || 'y'].map(escaped);
  return [...words, `${x} ${short(s.x[point]!)}, ${y} ${short(s.y[point]!)}`].filter(Boolean).join('<br>');
}

/** Indices of the points of each class; all in one where there are none. Points without a place are left out. */
export function pointsByGroup(s: Scatter): number[][] {
  const groups: number[][] = Array.from({ length: Math.max(1, s.classes.length) }, () => []);
  for (let i = 0; i < s.x.length; i++) {
    if (Number.isFinite(s.x[i]) && Number.isFinite(s.y[i])) groups[s.groups[i] ?? 0]!.push(i);
  }
  return groups;
}

/** `range`: the part along x that is shown; null for all. */
export function scatterOption(s: Scatter, look: ScatterLook, range: readonly [number, number] | null) {
  const axis = {
    type: 'value',
    scale: true,
    nameLocation: 'middle',
    axisLine: { lineStyle: { color: look.line } },
    axisLabel: { color: look.ink, fontSize: 11 },
    nameTextStyle: { color: look.ink },
    splitLine: { lineStyle: { color: look.line } },
  };
  const named = s.labels.length > 0 && s.labels.length <= mostNamed;
  const size = s.x.length > 2000 ? 3 : s.x.length > 300 ? 5 : 7;
  return {
    animation: false,
    grid: { left: 54, right: 24, top: 10, bottom: 34 },
    tooltip: {
      trigger: 'item',
      confine: true,
      backgroundColor: look.surface,
      borderColor: look.line,
      textStyle: { color: look.ink, fontFamily: look.font, fontSize: 12 },
      formatter: ({ data }: { data: [number, number, number] }) => tooltipOf(s, data[2]),
    },
    xAxis: { ...axis, name: s.xLabel, nameGap: 20, ...(range ? { min: range[0], max: range[1] } : {}) },
    yAxis: { ...axis, name: s.yLabel, nameGap: 40 },
    series: pointsByGroup(s).map((points, group) => ({
      type: 'scatter',
      name: s.classes[group] ?? s.title,
      symbol: shapeOf(group),
      symbolSize: size,
      color: look.traces[group % look.traces.length],
      itemStyle: { opacity: 0.85 },
      emphasis: { scale: 1.6 },
      label: {
        show: named,
        position: 'right',
        distance: 3,
        color: look.ink,
        fontFamily: look.font,
        fontSize: 11,
        formatter: ({ data }: { data: [number, number, number] }) => s.labels[data[2]] ?? '',
      },
      labelLayout: { hideOverlap: true },
      data: points.map((i) => [s.x[i], s.y[i], i]),
    })),
  };
}
