// The studio in a plain Chromium through the web shell; the same specs run in Electron when its binary is installed.
import { defineConfig } from '@playwright/test';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';

const electron = resolve(import.meta.dirname, 'node_modules/electron/dist/electron');
const shells = [{ name: 'web' }];
if (existsSync(electron) && process.env.DISPLAY) shells.push({ name: 'electron' });
else if (!process.env.TEST_WORKER_INDEX) {
  console.log(
    'Electron: skipped, because its binary is not installed or there is no display; the web shell runs the same specs.',
  );
}

export default defineConfig({
  testDir: 'e2e',
  timeout: 120_000,
  expect: { timeout: 15_000 },
  workers: 1,
  forbidOnly: Boolean(process.env.CI),
  reporter: [['list']],
  outputDir: 'build/test-results',
  use: {
    viewport: { width: 1280, height: 800 },
    launchOptions: {
      executablePath: process.env.FLINT_CHROMIUM || '/usr/bin/chromium',
      args: ['--no-sandbox', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
    },
  },
  projects: shells,
});
