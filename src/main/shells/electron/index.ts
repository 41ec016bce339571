// The desktop product: one window on the studio. Kept thin: what can be decided without Electron is in policy.ts.
import { app, BrowserWindow, dialog, Menu, powerSaveBlocker, protocol, session, shell as desktop } from 'electron';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { composeStudio, type Studio } from '../../compose.ts';
import { packageRoot } from '../../../flint/package-root.ts';
import { userPaths } from '../app-paths.ts';
import { startNodeProcess } from '../processes.ts';
import type { Shell } from '../shell.ts';
import { findWindowFile, securityHeaders } from '../window-files.ts';
import { appMenu } from './menu.ts';
import { appOrigin, appScheme, confine, mayUse, windowOptions } from './policy.ts';
import { serveWindow } from './transport.ts';

protocol.registerSchemesAsPrivileged([
  { scheme: appScheme, privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true } },
]);

function electronShell(window: () => BrowserWindow | null): Shell {
  return {
    capabilities: { shell: 'electron', pickFolder: true, revealPath: true },
    appPaths: userPaths(),
    dialogs: {
      async pickFolder(title, file = false) {
        const folder = ['openDirectory' as const, 'createDirectory' as const];
        const options = { title, properties: file ? ['openFile' as const] : folder };
        const owner = window();
        const chosen = await (owner ? dialog.showOpenDialog(owner, options) : dialog.showOpenDialog(options));
        return chosen.canceled ? null : (chosen.filePaths[0] ?? null);
      },
    },
    revealPath: async (path) => desktop.showItemInFolder(path),
    keepAwake() {
      const id = powerSaveBlocker.start('prevent-app-suspension');
      return () => powerSaveBlocker.stop(id);
    },
    startProcess: (request) => startNodeProcess(request, { ELECTRON_RUN_AS_NODE: '1' }),
  };
}

/** The window's files under app://flint/, with the same policy that the web shell sends. */
function serveFiles(): void {
  const folder = join(packageRoot(), 'out/renderer');
  protocol.handle(appScheme, async (request) => {
    const url = new URL(request.url);
    const file = url.origin === appOrigin || url.host === 'flint' ? await findWindowFile(folder, url.pathname) : null;
    if (!file) return new Response('There is no such file in the studio.', { status: 404 });
    return new Response(new Uint8Array(await readFile(file.path)), {
      headers: { ...securityHeaders(), 'Content-Type': file.type },
    });
  });
}

function openWindow(studio: Studio): BrowserWindow {
  const window = new BrowserWindow(windowOptions(join(packageRoot(), 'out/preload/index.cjs')));
  confine(window.webContents);
  window.once('ready-to-show', () => window.show());
  serveWindow(window, studio.server);
  void window.loadURL(`${appOrigin}/`);
  return window;
}

async function main(): Promise<void> {
  if (!app.requestSingleInstanceLock()) return app.quit();
  let window: BrowserWindow | null = null;
  app.on('second-instance', () => {
    if (window?.isMinimized()) window.restore();
    window?.focus();
  });
  await app.whenReady();
  session.defaultSession.setPermissionRequestHandler((_page, permission, answer, details) =>
    answer(mayUse(permission, details.requestingUrl)),
  );
  session.defaultSession.setPermissionCheckHandler((_page, permission, origin) => mayUse(permission, `${origin}/`));
  serveFiles();
  Menu.setApplicationMenu(Menu.buildFromTemplate(appMenu(process.platform === 'darwin')));
  const studio = await composeStudio(electronShell(() => window));
  const open = () => {
    window = openWindow(studio);
    window.on('closed', () => (window = null));
  };
  open();
  app.on('activate', () => window ?? open());
  app.on('window-all-closed', () => process.platform !== 'darwin' && app.quit());
  let closed = false;
  app.on('will-quit', (event) => {
    if (closed) return;
    event.preventDefault();
    void studio.close().finally(() => {
      closed = true;
      app.quit();
    });
  });
}

void main();
