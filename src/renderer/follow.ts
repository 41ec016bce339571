// What the window does when something happens outside it: main says that runs, preferences or the project changed, the
// connection comes back, the address changes.
import { openProject, placeInAddress, refreshProject, rememberPlace } from './actions.ts';
import { messages } from './messages/use-messages.ts';
import { cachePreferences } from './preferences.ts';
import { api, connection, onReconnected } from './studio.ts';
import { complain, putRun, toast, useWindow, windowState } from './store.ts';

const set = useWindow.setState;

function askAgain(): void {
  api.desktop.preferences({}).then((preferences) => set({ preferences }), complain);
  api.desktop.capabilities({}).then((capabilities) => set({ capabilities }), complain);
}

/** Goes to the place in the address; when its project cannot be opened, to Home, with a clean address. */
async function goToAddress(): Promise<void> {
  const { room, project, run } = placeInAddress(window.location.hash);
  const now = windowState();
  try {
    if (project && project !== now.project?.path) await openProject(project, room, run);
    else if (room === 'home' || now.project) {
      set({ room, ...(run && now.runs.some((r) => r.id === run) ? { run, shown: [run] } : {}) });
    }
  } catch (error) {
    set({ room: 'home' });
    complain(error);
  }
  rememberPlace();
}

/** Begins to follow, for as long as the window lives; before the first component listens, so that this comes first. */
export function follow(): void {
  askAgain();
  void goToAddress();
  window.addEventListener('hashchange', () => void goToAddress());
  useWindow.subscribe((now, before) => {
    if (now.preferences !== before.preferences) cachePreferences(now.preferences);
  });
  onReconnected(() => {
    askAgain();
    // Main may be another one than before: it has to know the project before it is asked for what is in it.
    refreshProject().catch(complain);
  });
  connection.on('desktop.didChangePreferences', (preferences) => set({ preferences }));
  connection.on('projects.didChangeProject', ({ project, exists }) => {
    const open = windowState().project;
    if (open?.path !== project) return;
    set({ projectGone: !exists });
    if (!exists) return;
    toast(messages().frame.projectBack(open.file.name));
    refreshProject().catch(complain);
  });
  connection.on('runs.didChange', ({ project, run, summary }) => {
    if (windowState().project?.path !== project) return;
    set((s) => {
      const fresh = summary && !s.runs.some((r) => r.id === run);
      const runs = putRun(s.runs, run, summary);
      return fresh && !s.run ? { runs, run, shown: [run] } : { runs };
    });
  });
}
