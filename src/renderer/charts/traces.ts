// What a plot shows, worked out before any drawing: groups of tags, colours of runs, rows of points, a CSV.
import type { Series } from '../../shared/contract/runs.ts';

/** Tags that share a plot: train/loss and test/loss are both "loss"; the part before the first slash is the trace. */
export function plotName(tag: string): string {
  const slash = tag.indexOf('/');
  return slash < 0 ? tag : tag.slice(slash + 1);
}

/** Plots in the order of use: loss first, accuracy second, then by name. Internal tags are left out. */
export function groupTags(tags: Iterable<string>): { name: string; tags: string[] }[] {
  const groups = new Map<string, Set<string>>();
  for (const tag of tags) {
    if (tag === 'epoch') continue;
    const name = plotName(tag);
    groups.set(name, (groups.get(name) ?? new Set()).add(tag));
  }
  const rank = (name: string) => (name === 'loss' ? 0 : name === 'accuracy' ? 1 : 2);
  return [...groups]
    .map(([name, set]) => ({ name, tags: [...set].sort().reverse() }))
    .sort((a, b) => rank(a.name) - rank(b.name) || a.name.localeCompare(b.name));
}

/** A colour for each run shown, the same as long as the run is in the list: by its place among all runs. */
export function colourOf(run: string, allRuns: readonly string[]): number {
  const place = allRuns.indexOf(run);
  return (place < 0 ? 0 : allRuns.length - 1 - place) % 8;
}

/** Train is drawn whole, everything else dashed, so that the two are told apart without colour. */
export const isDashed = (tag: string): boolean => !tag.startsWith('train/') && tag.includes('/');

/** Points of one line, with a gap where a step was not finite. */
export function linePoints(x: Float64Array, y: Float64Array, broken: Float64Array): [number, number | null][] {
  const points: [number, number | null][] = [];
  let b = 0;
  for (let i = 0; i < x.length; i++) {
    while (b < broken.length && broken[b]! < x[i]!) {
      points.push([broken[b]!, null]);
      b++;
    }
    points.push([x[i]!, y[i]!]);
  }
  return points;
}

/** Whether the columns hold more than their last points: then there is a band to draw. */
export const hasBand = (s: Series): boolean => s.min.some((low, i) => low !== s.max[i]);

export function toCsv(series: readonly Series[], runName: (run: string) => string): string {
  const quote = (text: string) => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  const rows = ['run,tag,x,last,min,max'];
  for (const s of series) {
    for (let i = 0; i < s.x.length; i++)
      rows.push([quote(runName(s.run)), quote(s.tag), s.x[i], s.last[i], s.min[i], s.max[i]].join(','));
  }
  return `${rows.join('\n')}\n`;
}
