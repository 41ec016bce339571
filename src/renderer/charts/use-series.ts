// The traces of one plot, asked of main for the pixels there are, and asked again as points come, at most five times a second.
import { useEffect, useRef, useState } from 'react';
import type { Series } from '../../shared/contract/runs.ts';
import { api, useEvent } from '../studio.ts';

export interface SeriesRequest {
  project: string;
  runs: readonly string[];
  tags: readonly string[];
  x: 'step' | 'epoch' | 'time';
  from: number | null;
  to: number | null;
  columns: number;
  smoothing: number;
}
const PAUSE = 200;

export function useSeries(request: SeriesRequest): Series[] {
  const [series, setSeries] = useState<Series[]>([]);
  const latest = useRef(request);
  const state = useRef({ asking: false, again: false, closed: false });
  const ask = useRef(() => {});
  useEffect(() => {
    latest.current = request;
  });
  useEffect(() => {
    const s = state.current;
    s.closed = false;
    ask.current = async () => {
      if (s.asking) {
        s.again = true;
        return;
      }
      s.asking = true;
      const { project, runs, tags, x, from, to, columns, smoothing } = latest.current;
      const range = { ...(from === null ? {} : { from }), ...(to === null ? {} : { to }) };
      const answers = await Promise.all(
        runs.flatMap((run) =>
          tags.map((tag) => api.runs.series({ project, run, tag, x, columns, smoothing, ...range }).catch(() => null)),
        ),
      );
      if (!s.closed) setSeries(answers.filter((a): a is Series => a !== null && (a.total > 0 || a.broken.length > 0)));
      setTimeout(() => {
        s.asking = false;
        if (s.again && !s.closed) {
          s.again = false;
          ask.current();
        }
      }, PAUSE);
    };
    return () => {
      s.closed = true;
    };
  }, []);
  const key = JSON.stringify(request);
  useEffect(() => void ask.current(), [key]);
  useEvent('runs.didLog', (e) => {
    const { project, runs, tags } = latest.current;
    if (e.project === project && runs.includes(e.run) && e.tags.some((t) => tags.includes(t))) ask.current();
  });
  return series;
}
