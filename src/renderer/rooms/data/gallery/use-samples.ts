// What the gallery shows of a split: its summary, its classes, and the samples that fit in their order. What was there stays
// while another order is on its way, so that nothing flickers.
import { useState } from 'react';
import type { DatasetSummary, SampleQuery } from '../../../../shared/contract/datasets.ts';
import { api, useQuery, type Query } from '../../../studio.ts';

export interface Place {
  project: string;
  dataset: string;
  split: string;
}
export interface Samples {
  summary: DatasetSummary;
  labels: ArrayLike<number>;
  order: Uint32Array;
  /** The query that `order` answers. */
  shown: SampleQuery;
}

/** The last answer, while the next one is awaited. */
function useLatest<T>(query: Query<T>): T | undefined {
  const [latest, setLatest] = useState<T | undefined>(query.data);
  if (query.data !== undefined && query.data !== latest) setLatest(query.data);
  return query.data ?? latest;
}

/** `turn`: another number asks anew for the order, as after an inspection. */
export function useSamples(at: Place, key: string, query: SampleQuery, turn: number) {
  const summary = useQuery(`summary:${key}`, () => api.datasets.summary(at));
  const labels = useQuery(`labels:${key}`, () => api.datasets.labels(at));
  const asked = useQuery(`order:${key}:${JSON.stringify(query)}:${turn}`, async () => ({
    order: await api.datasets.order({ ...at, query }),
    query,
  }));
  const order = useLatest(asked);
  const error = (!summary.data && summary.error) || (!labels.data && labels.error) || asked.error;
  const samples: Samples | null =
    summary.data && labels.data && order
      ? { summary: summary.data, labels: labels.data, order: order.order, shown: order.query }
      : null;
  return { samples, error: error || undefined };
}
