// What the window does on a person's behalf, from whichever room or key it was asked.
import type { Project } from '../shared/contract/projects.ts';
import { messages } from './messages/use-messages.ts';
import { api } from './studio.ts';
import { complain, isActive, putRun, toast, useWindow, windowState, type RoomId } from './store.ts';
import { saveAll, unsavedPaths } from './unsaved.ts';

const set = useWindow.setState;

/** Saves every unsaved file of the project, and says so when one cannot be saved. */
export async function save(): Promise<void> {
  const { project } = windowState();
  if (project) await saveAll(project.path).catch(complain);
}

export function goTo(room: RoomId): void {
  set({ room });
  rememberPlace();
}

/** The place stands in the address, so that a reload comes back to it. */
export function rememberPlace(): void {
  const { room, project, run } = windowState();
  const query = new URLSearchParams();
  if (project) query.set('project', project.path);
  if (run) query.set('run', run);
  const text = query.toString();
  history.replaceState(null, '', `#/${room}${text ? `?${text}` : ''}`);
}

export function placeInAddress(hash: string): { room: RoomId; project: string | null; run: string | null } {
  const [path = '', query = ''] = hash.replace(/^#\/?/, '').split('?');
  const rooms: RoomId[] = ['home', 'editor', 'data', 'train', 'export'];
  const values = new URLSearchParams(query);
  return { room: rooms.find((r) => r === path) ?? 'home', project: values.get('project'), run: values.get('run') };
}

export async function showProject(project: Project, room: RoomId = 'editor', run: string | null = null): Promise<void> {
  const runs = await api.runs.list({ project: project.path });
  runs.sort((a, b) => b.createdAt - a.createdAt);
  const focus = runs.find((r) => r.id === run)?.id ?? runs[0]?.id ?? null;
  set({
    project,
    runs,
    run: focus,
    shown: focus ? [focus] : [],
    room,
    target: null,
    projectGone: false,
    unsaved: unsavedPaths(project.path),
  });
  rememberPlace();
}

export async function openProject(path: string, room?: RoomId, run?: string | null): Promise<void> {
  await showProject(await api.projects.open({ path }), room, run);
}

/** Asks main anew for the open project and its runs, as after a lost connection. */
export async function refreshProject(): Promise<void> {
  const path = windowState().project?.path;
  if (path === undefined) return;
  const opened = api.projects.open({ path });
  const listed = api.runs.list({ project: path });
  const [project, runs] = await Promise.all([opened, listed]);
  if (windowState().project?.path !== path) return;
  runs.sort((a, b) => b.createdAt - a.createdAt);
  const there = new Set(runs.map((r) => r.id));
  set((s) => {
    const run = s.run && there.has(s.run) ? s.run : (runs[0]?.id ?? null);
    return { project, runs, run, shown: s.shown.filter((id) => there.has(id)), projectGone: false };
  });
}

function askTrust(): Promise<boolean> {
  return new Promise((resolve) => {
    set({
      trustQuestion: (trusted) => {
        set({ trustQuestion: null });
        resolve(trusted);
      },
    });
  });
}

export interface StartOptions {
  settings?: Record<string, string | number | boolean>;
  seed?: number;
  continueFrom?: string;
}

/** Settings that the Train room holds for the next run, by project. */
export const nextSettings = new Map<string, StartOptions>();

let starting = false;

/** Saves and starts a run. One at a time: while one is under way, says so instead. */
export async function startRun(options?: StartOptions): Promise<void> {
  const { project } = windowState();
  if (!project || starting) return;
  const active = activeRun();
  if (active) return toast(messages().train.alreadyActive(active.name));
  starting = true;
  try {
    await saveAll(project.path);
    const chosen = options ?? nextSettings.get(project.path) ?? {};
    const start = () =>
      api.runs.start({
        project: project.path,
        settings: chosen.settings ?? {},
        device: 'cpu',
        ...(chosen.seed === undefined ? {} : { seed: chosen.seed }),
        ...(chosen.continueFrom ? { continueFrom: chosen.continueFrom } : {}),
      });
    const summary = await start().catch(async (error: Error & { code?: string }) => {
      if (error.code !== 'untrusted' || !(await askTrust())) throw error;
      set({ project: await api.projects.trust({ project: project.path }) });
      return start();
    });
    set((s) => ({ runs: putRun(s.runs, summary.id, summary), run: summary.id, shown: [summary.id], room: 'train' }));
    rememberPlace();
  } catch (error) {
    if ((error as { code?: string }).code !== 'untrusted') complain(error);
  } finally {
    starting = false;
  }
}

/** The run that is under way in this project. */
export const activeRun = () => windowState().runs.find(isActive);

export async function control(act: 'pause' | 'resume' | 'stop', run = activeRun()): Promise<void> {
  if (!run) return;
  await api.runs[act]({ project: run.project, run: run.id }).catch(complain);
}

export function selectRun(run: string): void {
  set((s) => ({ run, shown: s.shown.includes(run) ? s.shown : [run] }));
  rememberPlace();
}

/** Opens the editor at a line. */
export function revealLine(path: string, line: number): void {
  set({ target: { path, line }, room: 'editor' });
  rememberPlace();
}
