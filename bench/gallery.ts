// How soon data are seen, and how smoothly they scroll: the first picture of 60,000 IDX images, of a folder of 100,000 files,
// and frames while a million samples scroll past from end to end. Needs Chromium and the built studio; prints one JSON line
// each, times in milliseconds. FLINT_DATA: where the folder mnist is. A headless browser draws by the processor.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { chromium, type Page } from '@playwright/test';
import sharp from 'sharp';

/** Of the browser, where the functions given to `evaluate` run. */
declare function requestAnimationFrame(act: (now: number) => void): number;
declare const document: { querySelector(what: string): never };

const root = process.cwd();
const data = resolve(process.env.FLINT_DATA ?? '../shared/data');
const home = mkdtempSync(join(tmpdir(), 'flint-gallery-'));
const project = join(home, 'projects', 'bench');
mkdirSync(project, { recursive: true });

/** An IDX file of bytes. */
function idx(path: string, sizes: number[], byte: (i: number) => number): void {
  const head = Buffer.alloc(4 + 4 * sizes.length);
  head.writeUInt32BE(0x800 + sizes.length);
  sizes.forEach((n, i) => head.writeUInt32BE(n, 4 + 4 * i));
  const body = Buffer.alloc(sizes.reduce((a, b) => a * b, 1));
  for (let i = 0; i < body.length; i++) body[i] = byte(i);
  writeFileSync(path, Buffer.concat([head, body]));
}

/** A million pictures of 12 x 12, ten classes. */
function makeMillion(): string {
  const folder = join(home, 'million');
  mkdirSync(folder);
  for (const [prefix, count] of [
    ['train', 1_000_000],
    ['t10k', 10],
  ] as const) {
    idx(join(folder, `${prefix}-images-idx3-ubyte`), [count, 12, 12], (i) => (i * 7 + Math.floor(i / 144)) & 255);
    idx(join(folder, `${prefix}-labels-idx1-ubyte`), [count], (i) => i % 10);
  }
  return folder;
}

/** A hundred thousand small JPEG files in twenty classes. */
async function makeFolder(): Promise<string> {
  const folder = join(home, 'folder');
  const create = {
    width: 48,
    height: 48,
    channels: 3 as const,
    noise: { type: 'gaussian' as const, mean: 128, sigma: 40 },
  };
  const picture = await sharp({ create: { ...create, background: '#888' } })
    .jpeg()
    .toBuffer();
  for (let c = 0; c < 20; c++) {
    const name = join(folder, `class-${String(c).padStart(2, '0')}`);
    mkdirSync(name, { recursive: true });
    for (let i = 0; i < 5000; i++) writeFileSync(join(name, `${String(i).padStart(5, '0')}.jpg`), picture);
  }
  return folder;
}

const say = (row: object) => console.log(JSON.stringify(row));
const sources = { mnist: join(data, 'mnist'), million: makeMillion(), folder: await makeFolder() };
writeFileSync(
  join(project, 'flint.json'),
  JSON.stringify({
    name: 'bench',
    datasets: {
      none: { kind: 'mnist', source: '' },
      mnist: { kind: 'mnist', source: sources.mnist },
      folder: { kind: 'image-folder', source: sources.folder },
      million: { kind: 'mnist', source: sources.million },
    },
  }),
);
writeFileSync(join(project, 'train.ts'), 'export {};\n');
const server = spawn(process.execPath, [join(root, 'out/node/cli.js'), 'serve', '--port', '0'], {
  cwd: home,
  env: {
    ...process.env,
    FLINT_HOME: home,
    FLINT_PROJECTS: join(home, 'projects'),
    FLINT_CACHE: join(home, 'cache'),
    DISPLAY: '',
  },
  stdio: ['ignore', 'pipe', 'inherit'],
});
const url = await new Promise<string>((done) =>
  createInterface({ input: server.stdout }).on('line', (line) => {
    const found = /https?:\/\/\S+/.exec(line)?.[0];
    if (found) done(found);
  }),
);
const executablePath = ['/usr/bin/chromium', '/usr/bin/chromium-browser'].find(existsSync);
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--enable-precise-memory-info'] });
const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });

/** Chooses a data set; milliseconds until its first pictures are on the canvas. */
async function open(dataset: string): Promise<number> {
  return page.evaluate(async (id) => {
    interface Select {
      value: string;
      dispatchEvent(event: unknown): void;
    }
    interface Canvas {
      width: number;
      getAttribute(name: string): string | null;
    }
    const select = document.querySelector('.data-bar select') as Select;
    const begun = performance.now();
    select.value = id;
    select.dispatchEvent(
      new (globalThis as never as { Event: new (n: string, o: object) => unknown }).Event('change', { bubbles: true }),
    );
    return new Promise<number>((done) => {
      const look = () => {
        const canvas = document.querySelector('.grid-scroll canvas') as Canvas | null;
        const shown = (document.querySelector('.data-bar select') as Select).value === id;
        if (shown && Number(canvas?.getAttribute('data-pictures')) > 20) done(performance.now() - begun);
        else requestAnimationFrame(look);
      };
      look();
    });
  }, dataset);
}

/** Times between frames while `act` runs. */
async function frames(name: string, of: Page, act: () => Promise<void>): Promise<void> {
  await of.evaluate(() => {
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
  const times = await of.evaluate(() => {
    const state = globalThis as unknown as { frameTimes: number[]; counting: boolean };
    state.counting = false;
    return state.frameTimes.slice(1).sort((a, b) => a - b);
  });
  const at = (share: number) => Number(times[Math.min(times.length - 1, Math.floor(share * times.length))]!.toFixed(1));
  const heap = await of.evaluate(
    () => (performance as unknown as { memory: { usedJSHeapSize: number } }).memory.usedJSHeapSize,
  );
  say({
    name,
    frames: times.length,
    median: at(0.5),
    p95: at(0.95),
    worst: at(1),
    heap_mib: Math.round(heap / 2 ** 20),
  });
}

/** From the first sample to the last, evenly, in `seconds`. */
async function scrollThrough(seconds: number): Promise<void> {
  await page.evaluate(async (time) => {
    interface Scroller {
      scrollTop: number;
      scrollHeight: number;
    }
    const grid = document.querySelector('.grid-scroll') as Scroller;
    const begun = performance.now();
    await new Promise<void>((done) => {
      const step = () => {
        const part = (performance.now() - begun) / (time * 1000);
        grid.scrollTop = part * grid.scrollHeight;
        if (part >= 1) done();
        else requestAnimationFrame(step);
      };
      step();
    });
  }, seconds);
}

try {
  await page.goto(url);
  await page.getByRole('button', { name: /Open folder/ }).click();
  await page.getByLabel('Folder path').fill(project);
  await page.getByRole('button', { name: 'Choose this folder' }).click();
  await page.locator('.monaco-editor').first().waitFor();
  await page.getByRole('navigation', { name: 'Rooms' }).getByRole('button', { name: 'Data' }).click();
  await page.locator('.data-bar select').first().waitFor();
  await page.waitForTimeout(1500);
  if (existsSync(sources.mnist)) say({ name: 'open_60000_idx', ms: Math.round(await open('mnist')) });
  const folder = Math.round(await open('folder'));
  const indexing = await page.locator('.work-bar').count();
  const begun = performance.now();
  await page.locator('.work-bar').waitFor({ state: 'detached', timeout: 120_000 });
  say({
    name: 'open_folder_100000',
    ms: folder,
    progress_shown: indexing > 0,
    indexed_after_ms: Math.round(performance.now() - begun),
  });
  await frames('scroll_folder_100000', page, () => scrollThrough(8));
  say({ name: 'open_million', ms: Math.round(await open('million')) });
  await frames('scroll_million', page, () => scrollThrough(10));
  const grid = page.getByRole('application', { name: 'Samples' });
  await frames('keys_million', page, async () => {
    for (let i = 0; i < 60; i++) await grid.press(i % 2 ? 'PageDown' : 'ArrowDown');
    await grid.press('Control+a');
    await grid.press('End');
  });
} finally {
  await browser.close();
  server.kill('SIGTERM');
  rmSync(home, { recursive: true, force: true });
}
