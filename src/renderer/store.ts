// What the window remembers while it is open: where the person is, and what main last said. Main owns the truth.
import { create } from 'zustand';
import type { Capabilities, Preferences } from '../shared/contract/desktop.ts';
import type { Project } from '../shared/contract/projects.ts';
import type { RunSummary } from '../shared/contract/runs.ts';
import { cachedPreferences } from './preferences.ts';

export type RoomId = 'home' | 'editor' | 'data' | 'train' | 'export' | 'reference';

export interface Toast {
  id: number;
  text: string;
  bad?: boolean;
  action?: { label: string; act: () => void };
}

export interface WindowState {
  room: RoomId;
  project: Project | null;
  /** The project's folder vanished while it was open. */
  projectGone: boolean;
  runs: RunSummary[];
  /** The run in focus. */
  run: string | null;
  /** Runs laid over it in the plots. */
  shown: string[];
  preferences: Preferences;
  capabilities: Capabilities | null;
  toasts: Toast[];
  unsaved: ReadonlySet<string>;
  /** Where the editor should go next. */
  target: { path: string; line: number } | null;
  /** Set while the person is asked whether to trust the project; called with the answer. */
  trustQuestion: ((trusted: boolean) => void) | null;
}

export const useWindow = create<WindowState>(() => ({
  room: 'home',
  project: null,
  projectGone: false,
  runs: [],
  run: null,
  shown: [],
  preferences: cachedPreferences(),
  capabilities: null,
  toasts: [],
  unsaved: new Set(),
  target: null,
  trustQuestion: null,
}));

const set = useWindow.setState;
export const windowState = useWindow.getState;

let nextToast = 1;
/** Shows a line at the corner; it goes by itself (see Toasts), later when it can be acted on. */
export function toast(text: string, options: Omit<Toast, 'id' | 'text'> = {}): void {
  const id = nextToast++;
  set((s) => ({ toasts: [...s.toasts.slice(-3), { id, text, ...options }] }));
}
export const dismiss = (id: number): void => set((s) => ({ toasts: s.toasts.filter((t) => t.id !== id) }));
export const complain = (error: unknown): void =>
  toast(error instanceof Error ? error.message : String(error), { bad: true });

/** Runs in the order of the list: the latest first. */
export function putRun(runs: RunSummary[], id: string, summary: RunSummary | null): RunSummary[] {
  const others = runs.filter((r) => r.id !== id);
  return summary ? [...others, summary].sort((a, b) => b.createdAt - a.createdAt) : others;
}

export const isActive = (run: RunSummary | undefined): boolean =>
  run !== undefined && (run.status === 'running' || run.status === 'paused' || run.status === 'starting');
