// What a page in the Electron window may do, as pure functions: stay where it is, and nothing else.
import type { BrowserWindowConstructorOptions } from 'electron';

export const appScheme = 'app';
export const appOrigin = 'app://flint';

/** How every window is made: the page has no Node, a world apart from the preload's, and the operating system's sandbox. */
export function windowOptions(preload: string): BrowserWindowConstructorOptions {
  return {
    width: 1440,
    height: 900,
    minWidth: 960,
    minHeight: 600,
    show: false,
    title: 'Flint',
    webPreferences: {
      preload,
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      webviewTag: false,
      spellcheck: false,
    },
  };
}

/** What of a page's contents the policy listens to: Electron's WebContents, or a stand-in. */
export interface Page {
  setWindowOpenHandler(handler: () => { action: 'deny' }): void;
  on(
    event: 'will-navigate' | 'will-redirect',
    listener: (event: { url: string; preventDefault(): void }) => void,
  ): unknown;
  on(event: 'will-attach-webview', listener: (event: { preventDefault(): void }) => void): unknown;
}

/** Keeps a page on the studio: no other windows, no other pages, no pages within it. */
export function confine(page: Page): void {
  page.setWindowOpenHandler(() => ({ action: 'deny' }));
  for (const event of ['will-navigate', 'will-redirect'] as const) {
    page.on(event, (move) => {
      if (!mayNavigate(move.url)) move.preventDefault();
    });
  }
  page.on('will-attach-webview', (event) => event.preventDefault());
}

/** Navigation within the window: only the studio's own page. */
export function mayNavigate(target: string): boolean {
  return isOwnPage(target);
}

/** Whether a message's sender is the studio's own page in its top frame. */
export function isOwnPage(url: string): boolean {
  try {
    const parsed = new URL(url);
    return parsed.protocol === `${appScheme}:` && parsed.host === 'flint';
  } catch {
    return false;
  }
}

/** Web permissions (camera, notifications …): only writing to the clipboard, which copying in the editor needs. */
export function mayUse(permission: string, requestingUrl: string): boolean {
  return permission === 'clipboard-sanitized-write' && isOwnPage(requestingUrl);
}
