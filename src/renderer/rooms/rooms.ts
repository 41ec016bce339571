// The rooms as data: the rail, the keys and the palette are made from this list; each loads when it is first entered.
import { BookOpen, Database, FileCode2, House, LineChart, PackageCheck, type LucideIcon } from 'lucide-react';
import { lazy, type ComponentType } from 'react';
import type { RoomId } from '../store.ts';

export interface Room {
  id: RoomId;
  icon: LucideIcon;
  view: ComponentType;
}

export const rooms: readonly Room[] = [
  { id: 'home', icon: House, view: lazy(() => import('./home/home-room.tsx')) },
  { id: 'editor', icon: FileCode2, view: lazy(() => import('./editor/editor-room.tsx')) },
  { id: 'data', icon: Database, view: lazy(() => import('./data/data-room.tsx')) },
  { id: 'train', icon: LineChart, view: lazy(() => import('./train/train-room.tsx')) },
  { id: 'export', icon: PackageCheck, view: lazy(() => import('./export/export-room.tsx')) },
  { id: 'reference', icon: BookOpen, view: lazy(() => import('./reference/reference-room.tsx')) },
];
