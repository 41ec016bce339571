// The views of each kind of data set as data: the bar of tabs is made from this list.
import { lazy, type ComponentType } from 'react';
import type { DatasetInfo, DatasetView } from '../../../shared/contract/datasets.ts';
import type { Messages } from '../../messages/en.ts';
import Gallery from './gallery/gallery.tsx';
import type { ViewControl } from './view.ts';

export interface TabProps extends ViewControl {
  project: string;
  info: DatasetInfo;
  /** The split in front. */
  split: string;
}
export interface DataTab {
  id: string;
  title: (m: Messages) => string;
  of: DatasetView;
  /** Loads when it is first shown, but for the gallery, which is what most people come for. */
  view: ComponentType<TabProps>;
}

export const tabs: readonly DataTab[] = [
  { id: 'gallery', of: 'images', title: (m) => m.data.tabs.gallery, view: Gallery },
  {
    id: 'overview',
    of: 'images',
    title: (m) => m.data.tabs.overview,
    view: lazy(() => import('./overview/overview.tsx')),
  },
  {
    id: 'augment',
    of: 'images',
    title: (m) => m.data.tabs.augment,
    view: lazy(() => import('./augment/augment-view.tsx')),
  },
  { id: 'splits', of: 'images', title: (m) => m.data.tabs.splits, view: lazy(() => import('./splits/splits.tsx')) },
  { id: 'rows', of: 'table', title: (m) => m.data.tabs.rows, view: lazy(() => import('./table/table-view.tsx')) },
  {
    id: 'table-splits',
    of: 'table',
    title: (m) => m.data.tabs.splits,
    view: lazy(() => import('./splits/splits.tsx')),
  },
  { id: 'words', of: 'text', title: (m) => m.data.tabs.words, view: lazy(() => import('./text/text-view.tsx')) },
  {
    id: 'vectors',
    of: 'vectors',
    title: (m) => m.data.tabs.vectors,
    view: lazy(() => import('./text/vector-view.tsx')),
  },
];
