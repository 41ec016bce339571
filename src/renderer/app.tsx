// The frame around the rooms: rail, bar, status, keys, and what main says about runs and preferences.
import { Languages, Moon, Play, Search, Square, Sun, SunMoon } from 'lucide-react';
import { Tooltip } from 'radix-ui';
import { Suspense, useEffect, useMemo, useState } from 'react';
import { activeRun, control, goTo, save, startRun } from './actions.ts';
import './app.css';
import { useLocale, useMessages } from './messages/use-messages.ts';
import { DropTarget } from './rooms/data/open/drop-target.tsx';
import { OpenData } from './rooms/data/open/open-dialog.tsx';
import { openData } from './rooms/data/open/open-state.ts';
import { rooms } from './rooms/rooms.ts';
import { commandKey, isCommandKey } from './platform.ts';
import { RunStatusLine } from './rooms/train/status-line.tsx';
import { api, useConnectionState } from './studio.ts';
import { complain, isActive, useWindow, windowState, type RoomId } from './store.ts';
import { useTheme } from './theme.ts';
import { Button, IconButton } from './ui/button.tsx';
import { CommandPalette, type CommandItem } from './ui/command-palette.tsx';
import { Dialog } from './ui/dialog.tsx';
import { Banner, Empty, Toasts } from './ui/notices.tsx';

const set = useWindow.setState;
const needsProject = (room: RoomId) => room !== 'home' && room !== 'reference';

function useCommands(): CommandItem[] {
  const m = useMessages();
  const project = useWindow((s) => s.project);
  const active = useWindow((s) => s.runs.find(isActive));
  return useMemo(() => {
    const items: CommandItem[] = rooms
      .filter((r) => project || !needsProject(r.id))
      .map((r, i) => ({
        id: `room.${r.id}`,
        title: m.rooms[r.id],
        keys: commandKey(`${i + 1}`),
        act: () => goTo(r.id),
      }));
    if (project && !active)
      items.unshift({ id: 'run', title: m.train.run, keys: commandKey('Enter'), act: () => void startRun() });
    if (project) items.push({ id: 'save', title: m.common.save, keys: commandKey('S'), act: () => void save() });
    if (project) items.push({ id: 'data.open', title: m.open.openData, act: () => openData() });
    if (active) {
      items.unshift({ id: 'stop', title: m.train.stop, act: () => void control('stop') });
      if (active.status === 'paused')
        items.unshift({ id: 'resume', title: m.train.resume, act: () => void control('resume') });
      else items.unshift({ id: 'pause', title: m.train.pause, act: () => void control('pause') });
    }
    const prefer = (change: Parameters<typeof api.desktop.setPreferences>[0]) => () =>
      void api.desktop.setPreferences(change).then((preferences) => set({ preferences }), complain);
    items.push(
      { id: 'theme.system', title: m.frame.themeSystem, act: prefer({ theme: 'system' }) },
      { id: 'theme.light', title: m.frame.themeLight, act: prefer({ theme: 'light' }) },
      { id: 'theme.dark', title: m.frame.themeDark, act: prefer({ theme: 'dark' }) },
      { id: 'language.en', title: 'English', act: prefer({ locale: 'en' }) },
      { id: 'language.zh', title: '简体中文', act: prefer({ locale: 'zh' }) },
    );
    return items;
  }, [m, project, active]);
}

/** Whether a dialog of ours is open: the keys of the window rest meanwhile, also for the browser. */
const dialogOpen = () => document.querySelector('[role=dialog][data-state=open]') !== null;

function useKeys(openPalette: () => void): void {
  useEffect(() => {
    const listen = (e: KeyboardEvent) => {
      if (!isCommandKey(e)) return;
      const acts: Record<string, () => void> = {
        enter: () => void startRun(),
        k: openPalette,
        s: () => void save(),
      };
      const room = rooms[Number(e.key) - 1];
      const act = room ? () => enter(room.id) : acts[e.key.toLowerCase()];
      if (!act) return;
      e.preventDefault();
      e.stopPropagation();
      if (!e.repeat && !dialogOpen()) act();
    };
    const enter = (room: RoomId) => {
      if (windowState().project || !needsProject(room)) goTo(room);
    };
    window.addEventListener('keydown', listen, { capture: true });
    return () => window.removeEventListener('keydown', listen, { capture: true });
  }, [openPalette]);
}

function Preferences() {
  const m = useMessages();
  const locale = useLocale();
  const theme = useWindow((s) => s.preferences.theme);
  const change = (to: Parameters<typeof api.desktop.setPreferences>[0]) =>
    void api.desktop.setPreferences(to).then((preferences) => set({ preferences }), complain);
  const next = { system: 'light', light: 'dark', dark: 'system' } as const;
  const names = { system: m.frame.themeSystem, light: m.frame.themeLight, dark: m.frame.themeDark };
  const Icon = { system: SunMoon, light: Sun, dark: Moon }[theme];
  return (
    <>
      <IconButton name={names[theme]} onClick={() => change({ theme: next[theme] })}>
        <Icon size={16} aria-hidden />
      </IconButton>
      <IconButton
        name={`${m.frame.language}: ${locale === 'zh' ? '简体中文' : 'English'}`}
        onClick={() => change({ locale: locale === 'zh' ? 'en' : 'zh' })}
      >
        <Languages size={16} aria-hidden />
      </IconButton>
    </>
  );
}

function TitleBar({ openPalette }: { openPalette: () => void }) {
  const m = useMessages();
  const project = useWindow((s) => s.project);
  const unsaved = useWindow((s) => s.unsaved.size);
  const active = useWindow((s) => s.runs.find(isActive));
  return (
    <header>
      <span className="wordmark">{m.common.appName}</span>
      <span className="project" title={project?.path}>
        {project?.file.name}
        {unsaved > 0 && <span className="small"> · {m.frame.notSaved}</span>}
      </span>
      <Button look="quiet" onClick={openPalette} title={m.frame.commandsHint(commandKey('K'))}>
        <Search size={15} aria-hidden /> {m.frame.commands} <kbd>{commandKey('K')}</kbd>
      </Button>
      <Preferences />
      {active ? (
        <Button onClick={() => void control('stop')}>
          <Square size={13} aria-hidden /> {m.train.stop}
        </Button>
      ) : (
        <Button
          look="primary"
          disabled={!project}
          title={m.frame.runHint(commandKey('Enter'))}
          onClick={() => void startRun()}
        >
          <Play size={14} aria-hidden /> {m.frame.run}
        </Button>
      )}
    </header>
  );
}

function Rail() {
  const m = useMessages();
  const room = useWindow((s) => s.room);
  const project = useWindow((s) => s.project);
  return (
    <nav className="rail" aria-label={m.frame.rooms}>
      {rooms.map(({ id, icon: Icon }) => (
        <button
          key={id}
          type="button"
          aria-current={room === id ? 'page' : undefined}
          disabled={!project && needsProject(id)}
          onClick={() => goTo(id)}
        >
          <Icon size={19} strokeWidth={1.7} aria-hidden />
          {m.rooms[id]}
        </button>
      ))}
    </nav>
  );
}

function TrustDialog() {
  const m = useMessages();
  const answer = useWindow((s) => s.trustQuestion);
  if (!answer) return null;
  return (
    <Dialog title={m.trust.title} onClose={() => answer(false)}>
      <p>{m.trust.text}</p>
      <div className="dialog-actions">
        <Button onClick={() => answer(false)}>{m.common.cancel}</Button>
        <Button look="primary" onClick={() => answer(true)}>
          {m.trust.yes}
        </Button>
      </div>
    </Dialog>
  );
}

/** Shown while there is no connection; a browser whose key is refused hears how to come back. */
function ConnectionLost() {
  const m = useMessages();
  const [refused, setRefused] = useState(false);
  useEffect(() => {
    if (!location.protocol.startsWith('http')) return;
    const look = () =>
      fetch('/', { cache: 'no-store' }).then(
        ({ status }) => setRefused(status === 401),
        () => setRefused(false),
      );
    const timer = setInterval(() => void look(), 2000);
    return () => clearInterval(timer);
  }, []);
  return (
    <div className="reconnecting">
      <Banner look="warn">{refused ? m.common.restarted : m.common.reconnecting}</Banner>
    </div>
  );
}

export function App() {
  const m = useMessages();
  const theme = useTheme();
  const locale = useLocale();
  const [palette, setPalette] = useState(false);
  const openPalette = useMemo(() => () => setPalette(true), []);
  const commands = useCommands();
  const state = useConnectionState();
  const room = useWindow((s) => s.room);
  const project = useWindow((s) => s.project);
  const gone = useWindow((s) => s.projectGone);
  useKeys(openPalette);
  useEffect(() => {
    document.documentElement.dataset.theme = theme;
    document.documentElement.lang = locale === 'zh' ? 'zh-CN' : 'en';
    document.title = project ? `${project.file.name} – Flint` : 'Flint';
  }, [theme, locale, project]);
  const View = rooms.find((r) => r.id === room)!.view;
  return (
    <Tooltip.Provider>
      <div className="frame">
        <a
          className="skip button"
          href="#room"
          onClick={(e) => (e.preventDefault(), document.getElementById('room')?.focus())}
        >
          {m.common.skip}
        </a>
        <TitleBar openPalette={openPalette} />
        <Rail />
        <main className="room" id="room" tabIndex={-1} aria-label={m.rooms[room]}>
          <h1 className="visually-hidden">{m.rooms[room]}</h1>
          {state === 'reconnecting' ? (
            <ConnectionLost />
          ) : (
            gone && (
              <div className="reconnecting">
                <Banner look="warn">{m.frame.projectGone(project?.file.name ?? '')}</Banner>
              </div>
            )
          )}
          <Suspense fallback={<Empty text={m.common.loading} />}>
            {project || !needsProject(room) ? (
              <View key={`${room}:${project?.path}`} />
            ) : (
              <Empty text={m.common.noProject} />
            )}
          </Suspense>
        </main>
        <footer className="status" aria-label={m.frame.status}>
          <RunStatusLine run={activeRun()} />
        </footer>
      </div>
      {palette && <CommandPalette items={commands} onClose={() => setPalette(false)} />}
      <OpenData />
      <DropTarget />
      <TrustDialog />
      <Toasts />
    </Tooltip.Provider>
  );
}
