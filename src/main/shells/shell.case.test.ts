// The same cases for every shell: a studio is opened through it and used by its own kind of client.
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import { connect } from '../../shared/rpc/client.ts';
import type { Transport } from '../../shared/rpc/transport.ts';
import { webSocketTransport, type SocketLike } from '../../shared/rpc/web-socket.ts';
import { composeStudio } from '../compose.ts';
import { packageRoot } from '../../flint/package-root.ts';
import { memoryClient, memoryShell } from './memory/index.ts';
import { isAlive } from './processes.ts';
import type { AppPaths, ProcessEnd, Shell } from './shell.ts';
import { serveStudio } from './web/index.ts';

interface Opened {
  shell: Shell;
  client(): Promise<Transport>;
  close(): Promise<void>;
}

const shells: Record<string, (paths: AppPaths, windowFolder: string) => Promise<Opened>> = {
  async memory(paths) {
    const shell = memoryShell(paths);
    const studio = await composeStudio(shell);
    return { shell, client: async () => memoryClient(studio.server), close: () => studio.close() };
  },
  async web(paths, windowFolder) {
    const served = await serveStudio({ port: 0, windowFolder, paths });
    const url = `ws://127.0.0.1:${served.port}/rpc`;
    const headers = { Cookie: `flint-${served.port}=${served.token}` };
    const client = () => webSocketTransport(new WebSocket(url, { headers }) as unknown as SocketLike);
    return { shell: served.shell, client, close: () => served.close() };
  },
};

describe.each(Object.entries(shells))('the %s shell', (name, open) => {
  let home: string;
  let opened: Opened;
  beforeEach(async () => {
    home = mkdtempSync(join(tmpdir(), 'flint-shell-'));
    const windowFolder = join(home, 'renderer');
    mkdirSync(windowFolder);
    writeFileSync(join(windowFolder, 'index.html'), '<!doctype html>');
    opened = await open({ home: join(home, 'app'), data: join(home, 'data'), projects: join(home, 'p') }, windowFolder);
  });
  afterEach(async () => {
    await opened.close();
    rmSync(home, { recursive: true, force: true });
  });

  const program = (text: string) => {
    const file = join(home, 'program.mjs');
    writeFileSync(file, text);
    return file;
  };
  const ended = (text: string, more: object = {}) =>
    new Promise<ProcessEnd>((resolve) =>
      opened.shell
        .startProcess({ program: program(text), args: ['a b', '"q"'], cwd: home, detached: false, ...more })
        .onExit(resolve),
    );

  it('says what it can do, and has exactly those acts', async () => {
    const { capabilities } = opened.shell;
    expect(capabilities.shell).toBe(name);
    expect(capabilities.pickFolder).toBe(opened.shell.dialogs !== undefined);
    expect(capabilities.revealPath).toBe(opened.shell.revealPath !== undefined);
    expect(await connect(await opened.client()).api.desktop.capabilities({})).toEqual(capabilities);
  });

  it('serves two windows, which hear of each other', async () => {
    const [a, b] = [connect(await opened.client()), connect(await opened.client())];
    const heard = vi.fn();
    b.on('desktop.didChangePreferences', heard);
    await a.api.desktop.setPreferences({ locale: 'zh' });
    await vi.waitFor(() => expect(heard).toHaveBeenCalledWith({ theme: 'system', locale: 'zh' }));
    a.close();
    expect((await b.api.desktop.preferences({})).locale).toBe('zh');
  });

  it('carries errors, and large texts whole', async () => {
    const { api } = connect(await opened.client());
    await expect(api.projects.open({ path: join(home, 'gone') })).rejects.toMatchObject({ code: 'no-folder' });
    const { path: project } = await api.projects.create({ template: 'mnist-mlp' });
    const text = '数字 '.repeat(500_000);
    await api.projects.write({ project, path: 'large.txt', text });
    expect((await api.projects.read({ project, path: 'large.txt' })).text).toBe(text);
  });

  it('tells its windows when it closes', async () => {
    const window = connect(await opened.client());
    await window.api.desktop.preferences({});
    await opened.close();
    expect(await window.closed).toBeTruthy();
    await expect(window.api.desktop.preferences({})).rejects.toMatchObject({ code: 'disconnected' });
  });

  it('starts programs in their folder, with their arguments, and tells how they ended', async () => {
    const text = `import { writeFileSync } from 'node:fs';
      writeFileSync('args', JSON.stringify([process.argv.slice(2), process.env.EXTRA])); process.exit(7);`;
    expect(await ended(text, { env: { EXTRA: 'x' } })).toMatchObject({ code: 7, signal: null });
    expect(JSON.parse(readFileSync(join(home, 'args'), 'utf8'))).toEqual([['a b', '"q"'], 'x']);
  });

  it('keeps what a program prints, and says when it cannot be started', async () => {
    const output = join(home, 'log');
    await ended('console.log("out"); console.error("err");', { output });
    expect(readFileSync(output, 'utf8')).toBe('out\nerr\n');
    expect((await ended('', { cwd: join(home, 'gone') })).error).toMatch(/ENOENT/);
  });

  it.skipIf(process.platform === 'win32')('lets the window go before a program that yields', async () => {
    const output = join(home, 'priority');
    const text = 'import { getPriority } from "node:os"; setTimeout(() => console.log(getPriority()), 100);';
    await ended(text, { output, yields: true });
    await ended(text, { output });
    const [yielding, usual] = readFileSync(output, 'utf8').trim().split('\n').map(Number);
    expect(yielding).toBeGreaterThan(usual!);
  });

  it('ends a program that does not end by itself', async () => {
    const started = opened.shell.startProcess({
      ...{ program: program('process.on("SIGTERM", () => {}); setInterval(() => {}, 1000);'), args: [], cwd: home },
      detached: true,
    });
    const end = new Promise<ProcessEnd>((resolve) => started.onExit(resolve));
    expect(isAlive(started.pid)).toBe(true);
    started.kill('SIGKILL');
    expect(await end).toMatchObject({ signal: 'SIGKILL' });
  });
});

const binary = join(packageRoot(), 'node_modules/electron/dist/electron');
describe('the electron shell', () => {
  it.skipIf(!existsSync(binary))("is driven by e2e (skipped here: Electron's binary is not installed)", () => {
    expect(existsSync(join(packageRoot(), 'out/node/electron.js'))).toBe(true);
  });
});
