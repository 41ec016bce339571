// Starts the studio for a test: the real server, a real project folder, a home folder of its own; and ends it.
import { test as base, type Page } from '@playwright/test';
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';

const root = resolve(import.meta.dirname, '..');

export interface Studio {
  url: string;
  home: string;
  /** Where new projects are made. */
  projects: string;
  /** Ends the server, as closing the application does, and starts it again on the same home. */
  restart(): Promise<void>;
}

function serve(home: string): Promise<{ child: ChildProcess; url: string }> {
  const child = spawn(process.execPath, [join(root, 'out/node/cli.js'), 'serve', '--port', '0'], {
    cwd: home,
    env: {
      ...process.env,
      ...{ FLINT_HOME: home, FLINT_PROJECTS: join(home, 'projects'), FLINT_CACHE: join(home, 'cache') },
      ...{ FLINT_DATA: '', DISPLAY: '' },
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return new Promise((resolved, reject) => {
    child.on('exit', (code) => reject(new Error(`flint serve ended with code ${code} before it printed its address`)));
    createInterface({ input: child.stdout! }).on('line', (line) => {
      const url = /https?:\/\/\S+/.exec(line)?.[0];
      if (url) resolved({ child, url });
    });
  });
}

const end = (child: ChildProcess): Promise<void> =>
  new Promise((done) => {
    if (child.exitCode !== null) return done();
    child.removeAllListeners('exit');
    child.on('exit', () => done());
    child.kill('SIGTERM');
  });

export const test = base.extend<{ studio: Studio; window: Page }>({
  studio: async ({}, use) => {
    const home = mkdtempSync(join(tmpdir(), 'flint-e2e-'));
    mkdirSync(join(home, 'projects'), { recursive: true });
    let running = await serve(home);
    const studio: Studio = {
      url: running.url,
      home,
      projects: join(home, 'projects'),
      restart: async () => {
        await end(running.child);
        running = await serve(home);
        studio.url = running.url;
      },
    };
    await use(studio);
    await end(running.child);
    rmSync(home, { recursive: true, force: true });
  },
  window: async ({ page, studio }, use) => {
    const problems: string[] = [];
    page.on('pageerror', (error) => problems.push(String(error)));
    await page.goto(studio.url);
    await use(page);
    if (problems.length > 0) throw new Error(`The window threw: ${problems.join('\n')}`);
  },
});

export { expect } from '@playwright/test';
