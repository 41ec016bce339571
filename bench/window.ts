// How smooth the window is: frames while 60,000 images scroll past, while a million points arrive, and while they are
// zoomed. Needs Chromium; prints one JSON line each, times in milliseconds. A headless browser draws by the processor, so
// that a desktop with a graphics card is faster.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { chromium, type Page } from '@playwright/test';

/** Of the browser, where the functions given to `evaluate` run. */
declare function requestAnimationFrame(act: (now: number) => void): number;

const root = process.cwd();
const home = mkdtempSync(join(tmpdir(), 'flint-window-'));
mkdirSync(join(home, 'projects'), { recursive: true });
const server = spawn(process.execPath, [join(root, 'out/node/cli.js'), 'serve', '--port', '0'], {
  cwd: home,
  env: { ...process.env, FLINT_HOME: home, FLINT_PROJECTS: join(home, 'projects'), DISPLAY: '' },
  stdio: ['ignore', 'pipe', 'inherit'],
});
const url = await new Promise<string>((resolve) =>
  createInterface({ input: server.stdout }).on('line', (line) => {
    const found = /https?:\/\/\S+/.exec(line)?.[0];
    if (found) resolve(found);
  }),
);
const executablePath = ['/usr/bin/chromium', '/usr/bin/chromium-browser'].find(existsSync);
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--enable-precise-memory-info'] });
const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });

/** Times between frames while `act` runs. */
async function frames(name: string, page: Page, act: () => Promise<void>): Promise<void> {
  await page.evaluate(() => {
    const times: number[] = [];
    Object.assign(globalThis, { frameTimes: times, counting: true });
    let last = performance.now();
    const tick = (now: number) => {
      times.push(now - last);
      last = now;
      if ((globalThis as unknown as { counting: boolean }).counting) requestAnimationFrame(tick);
    };
    requestAnimationFrame(tick);
  });
  await act();
  const times = await page.evaluate(() => {
    const state = globalThis as unknown as { frameTimes: number[]; counting: boolean };
    state.counting = false;
    return state.frameTimes.slice(1).sort((a, b) => a - b);
  });
  const at = (share: number) => Number(times[Math.min(times.length - 1, Math.floor(share * times.length))]!.toFixed(1));
  const heap = await page.evaluate(
    () => (performance as unknown as { memory: { usedJSHeapSize: number } }).memory.usedJSHeapSize,
  );
  const row = {
    name,
    frames: times.length,
    median: at(0.5),
    p95: at(0.95),
    worst: at(1),
    heap_mib: Math.round(heap / 2 ** 20),
  };
  console.log(JSON.stringify(row));
}

const room = (name: string) => page.getByRole('navigation', { name: 'Rooms' }).getByRole('button', { name }).click();
try {
  await page.goto(url);
  await page.getByRole('button', { name: /^Handwritten digits/ }).click();
  await page.locator('.monaco-editor').first().waitFor();
  await room('Data');
  const grid = page.getByRole('application', { name: 'Samples' });
  await grid.waitFor();
  await page.waitForTimeout(1500);
  const box = (await grid.boundingBox())!;
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  await frames('scroll_60000_images', page, async () => {
    for (let i = 0; i < 240; i++) {
      await page.mouse.wheel(0, i % 60 < 50 ? 900 : 12_000);
      await page.waitForTimeout(12);
    }
  });

  writeFileSync(
    join(home, 'projects/mnist-mlp/train.ts'),
    `import { log } from 'flint/studio';
for (let i = 0; i < 1_000_000; i++) log({ loss: i === 500_000 ? 9 : 1 / (1 + i / 1e5) + 0.05 * Math.sin(i) }, { step: i });
`,
  );
  await page.waitForTimeout(1000);
  await frames('a_million_points_arrive', page, async () => {
    await page.keyboard.press('Control+Enter');
    await page.locator('.run-head .badge', { hasText: 'finished' }).waitFor({ timeout: 120_000 });
  });
  const plot = page.getByRole('figure', { name: 'Plot of loss' });
  await plot.waitFor();
  await page.waitForTimeout(1500);
  const chart = (await plot.locator('.chart-box').boundingBox())!;
  await frames('zoom_a_million_points', page, async () => {
    for (let i = 0; i < 6; i++) {
      await page.mouse.move(chart.x + 100 + 20 * i, chart.y + 80);
      await page.mouse.down();
      await page.mouse.move(chart.x + 400, chart.y + 80, { steps: 12 });
      await page.mouse.up();
      await page.waitForTimeout(300);
    }
  });
} finally {
  await browser.close();
  server.kill('SIGTERM');
  rmSync(home, { recursive: true, force: true });
}
