// What a person looks at in the Data room, kept by data set while the window is open: going to another room and back changes
// nothing.
import { create } from 'zustand';
import { SampleQuery } from '../../../shared/contract/datasets.ts';

export interface DataView {
  /** The tab in front; the first one of the kind's tabs until one was chosen. */
  tab: string | null;
  split: string | null;
  query: SampleQuery;
  /** Side of a cell in the gallery. */
  cell: number;
  /** The sample with the cursor, by its number. */
  sample: number | null;
  large: boolean;
  /** Samples chosen in the gallery to become a split. */
  chosen: Uint32Array | null;
}

export const plainQuery: SampleQuery = SampleQuery.parse({});
const fresh: DataView = {
  tab: null,
  split: null,
  query: plainQuery,
  cell: 64,
  sample: null,
  large: false,
  chosen: null,
};

const useViews = create<{ views: Record<string, DataView>; chosen: Record<string, string> }>(() => ({
  views: {},
  chosen: {},
}));

const keyOf = (project: string, dataset: string) => `${project}\0${dataset}`;

export interface ViewControl {
  view: DataView;
  change: (to: Partial<DataView>) => void;
}

export function useDataView(project: string, dataset: string): ViewControl {
  const key = keyOf(project, dataset);
  const view = useViews((s) => s.views[key] ?? fresh);
  const change = (to: Partial<DataView>) =>
    useViews.setState((s) => ({ views: { ...s.views, [key]: { ...(s.views[key] ?? fresh), ...to } } }));
  return { view, change };
}

/** The data set in front, by project. */
export function useChosenDataset(project: string): [string | undefined, (dataset: string) => void] {
  const chosen = useViews((s) => s.chosen[project]);
  return [chosen, (dataset) => useViews.setState((s) => ({ chosen: { ...s.chosen, [project]: dataset } }))];
}
