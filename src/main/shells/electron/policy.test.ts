import { describe, expect, it } from 'vitest';
import { appOrigin, confine, isOwnPage, mayNavigate, mayUse, windowOptions, type Page } from './policy.ts';

describe('the Electron window', () => {
  it('stays on its own page', () => {
    expect(mayNavigate('app://flint/index.html')).toBe(true);
    for (const url of [
      'https://flint/',
      'file:///etc/passwd',
      'app://other/',
      'app://flint.evil/',
      'javascript:1',
      '',
    ]) {
      expect(mayNavigate(url), url).toBe(false);
    }
  });
  it('gives its page no Node, its own world, and the sandbox', () => {
    expect(windowOptions('/out/preload.cjs').webPreferences).toMatchObject({
      preload: '/out/preload.cjs',
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      webviewTag: false,
    });
  });
  it('opens no other window, follows no link away, holds no other page', () => {
    const listeners = new Map<string, (event: { url: string; preventDefault(): void }) => void>();
    let open: () => { action: string } = () => ({ action: 'allow' });
    confine({
      setWindowOpenHandler: (handler) => void (open = handler),
      on: (event: string, listener: never) => listeners.set(event, listener),
    } as Page);
    const prevented = (event: string, url: string) => {
      let was = false;
      listeners.get(event)!({ url, preventDefault: () => (was = true) });
      return was;
    };
    expect(open().action).toBe('deny');
    for (const event of ['will-navigate', 'will-redirect']) {
      expect(prevented(event, 'https://evil.example/')).toBe(true);
      expect(prevented(event, `${appOrigin}/index.html`)).toBe(false);
    }
    expect(prevented('will-attach-webview', `${appOrigin}/`)).toBe(true);
  });
  it('hears messages from its own page only', () => {
    expect(isOwnPage('app://flint/')).toBe(true);
    expect(isOwnPage('http://127.0.0.1/app://flint/')).toBe(false);
  });
  it('may write to the clipboard and nothing else', () => {
    expect(mayUse('clipboard-sanitized-write', 'app://flint/')).toBe(true);
    expect(mayUse('clipboard-sanitized-write', 'https://evil.example/')).toBe(false);
    for (const permission of ['media', 'geolocation', 'notifications', 'openExternal', 'clipboard-read']) {
      expect(mayUse(permission, 'app://flint/'), permission).toBe(false);
    }
  });
});
