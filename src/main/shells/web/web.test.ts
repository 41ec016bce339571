import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { connect as connectSocket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { hostName, judge, namesOf } from './guard.ts';
import { serveStudio, type ServedStudio } from './index.ts';

let home: string;
let served: ServedStudio;
beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'flint-web-'));
  const windowFolder = join(home, 'renderer');
  mkdirSync(join(windowFolder, 'assets'), { recursive: true });
  writeFileSync(join(windowFolder, 'index.html'), '<!doctype html>');
  writeFileSync(join(windowFolder, 'assets/app-1a2b.js'), 'export {};');
  writeFileSync(join(home, 'secret.txt'), 'secret');
  symlinkSync(join(home, 'secret.txt'), join(windowFolder, 'link.txt'));
  const paths = { home: join(home, 'app'), data: join(home, 'data'), projects: join(home, 'projects') };
  served = await serveStudio({ port: 0, windowFolder, paths });
});
afterAll(async () => {
  await served.close();
  rmSync(home, { recursive: true, force: true });
});

type Headers = Record<string, string>;
interface Got {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: string;
}
/** As typed: nothing is tidied on the way. */
function get(path: string, headers: Headers = {}, method = 'GET'): Promise<Got> {
  return new Promise((resolve, reject) => {
    const asked = request({ host: '127.0.0.1', port: served.port, path, headers, method }, (response) => {
      let body = '';
      response.on('data', (chunk) => (body += chunk));
      response.on('end', () => resolve({ status: response.statusCode!, headers: response.headers, body }));
    });
    asked.on('error', reject);
    asked.end();
  });
}
const cookie = (): Headers => ({ Cookie: `flint-${served.port}=${served.token}` });
function upgrade(headers: Headers, path = '/rpc'): Promise<number> {
  return new Promise((resolve) => {
    const socket = new WebSocket(`ws://127.0.0.1:${served.port}${path}`, { headers });
    socket.on('open', () => (socket.close(), resolve(101)));
    socket.on('unexpected-response', (_request, response) => resolve(response.statusCode!));
    socket.on('error', () => {});
  });
}

describe('the address', () => {
  it('opens the window and leaves a cookie that scripts and other sites do not get', async () => {
    expect(served.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/\?token=[\w-]{32}$/);
    const page = await get(new URL(served.url).pathname + new URL(served.url).search);
    expect(page.status).toBe(200);
    expect(page.headers['content-type']).toBe('text/html; charset=utf-8');
    expect(page.headers['set-cookie']?.[0]).toBe(
      `flint-${served.port}=${served.token}; Path=/; HttpOnly; SameSite=Strict`,
    );
  });
  it('listens on loopback alone', async () => {
    const { networkInterfaces } = await import('node:os');
    const other = Object.values(networkInterfaces())
      .flat()
      .find((a) => a && !a.internal && a.family === 'IPv4')?.address;
    const reached = await new Promise<boolean>((resolve) => {
      const socket = connectSocket({ host: other ?? '127.0.0.2', port: served.port, timeout: 1000 });
      socket.on('connect', () => (socket.destroy(), resolve(true)));
      socket.on('error', () => resolve(false));
      socket.on('timeout', () => (socket.destroy(), resolve(false)));
    });
    expect(reached).toBe(false);
  });
  it('in use is an error with what to do', async () => {
    const again = serveStudio({
      port: served.port,
      windowFolder: join(home, 'renderer'),
      paths: served.shell.appPaths,
    });
    await expect(again).rejects.toMatchObject({ code: 'port-in-use', message: expect.stringMatching(/--port/) });
    await expect(serveStudio({ port: 0, windowFolder: home })).rejects.toMatchObject({ code: 'not-built' });
  });
});

describe('requests', () => {
  it('without or with a wrong token get nothing', async () => {
    for (const path of ['/', '/assets/app-1a2b.js', '/?token=', `/?token=${'x'.repeat(32)}`]) {
      expect((await get(path)).status, path).toBe(401);
    }
    expect((await get('/', { Cookie: `flint-${served.port}=nope` })).status).toBe(401);
    expect(await upgrade({})).toBe(401);
  });
  it('under another name are refused, whatever they know', async () => {
    for (const host of [
      'evil.example',
      `evil.example:${served.port}`,
      'localhost.evil.example',
      '127.0.0.1@evil',
      '[',
    ]) {
      expect((await get('/', { ...cookie(), Host: host })).status, host).toBe(403);
      expect(await upgrade({ ...cookie(), Host: host }), host).toBe(403);
    }
    expect((await get('/', { ...cookie(), Host: 'localhost:9999' })).status).toBe(200);
  });
  it('from another site are refused, whatever they know', async () => {
    for (const origin of ['http://evil.example', 'null', `http://localhost:${served.port}`, 'file://']) {
      expect((await get('/', { ...cookie(), Origin: origin })).status, origin).toBe(403);
      expect(await upgrade({ ...cookie(), Origin: origin }), origin).toBe(403);
    }
    const own = `http://127.0.0.1:${served.port}`;
    expect(await upgrade({ ...cookie(), Origin: own })).toBe(101);
    expect(await upgrade({ Origin: own }, `/rpc?token=${served.token}`)).toBe(101);
    expect(await upgrade({ ...cookie(), Origin: own }, '/other')).toBe(404);
  });
  it('reach no file outside the window', async () => {
    const paths = [
      '/../secret.txt',
      '/%2e%2e/secret.txt',
      '/..%2fsecret.txt',
      '/assets/..%5c..%5csecret.txt',
      '/link.txt',
    ];
    for (const path of [...paths, '/%00', '/%zz', '//etc/passwd', '/assets', '/nothing.js']) {
      const got = await get(path, cookie());
      expect([got.status, got.body.includes('secret')], path).toEqual([404, false]);
    }
  });
  it('other than GET and HEAD are not answered', async () => {
    expect((await get('/', cookie(), 'POST')).status).toBe(405);
    const head = await get('/', cookie(), 'HEAD');
    expect([head.status, head.body, head.headers['content-length']]).toEqual([200, '', '15']);
  });
});

describe('answers', () => {
  it('carry a policy without inline scripts, and what else keeps the page to itself', async () => {
    const { headers } = await get('/', cookie());
    const policy = String(headers['content-security-policy']);
    expect(policy).toMatch(/default-src 'none'; script-src 'self'; worker-src 'self' blob:/);
    expect(policy).toContain(`connect-src 'self' ws://127.0.0.1:${served.port}`);
    expect(policy).not.toMatch(/script-src[^;]*unsafe/);
    expect(headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'no-referrer',
    });
    expect((await get('/')).headers['content-security-policy']).toBeTruthy();
  });
  it('are kept by the browser: hashed files for ever, others until they change', async () => {
    const asset = await get('/assets/app-1a2b.js', cookie());
    expect(asset.headers['content-type']).toBe('text/javascript; charset=utf-8');
    expect(asset.headers['cache-control']).toMatch(/immutable/);
    const page = await get('/', cookie());
    expect(page.headers['cache-control']).toBe('no-cache');
    expect((await get('/', { ...cookie(), 'If-None-Match': String(page.headers.etag) })).status).toBe(304);
  });
});

describe('the guard', () => {
  it('knows the names of a server that listens everywhere, and no others', () => {
    const guard = {
      token: 't',
      cookieName: 'c',
      hosts: namesOf('0.0.0.0', ['10.0.0.5', '127.0.0.1', 'fe80::1'], 'Box'),
    };
    expect(guard.hosts).toEqual(['10.0.0.5', '[fe80::1]', 'box', 'box.local']);
    const ask = (host: string) => judge(guard, { url: '/?token=t', host, origin: undefined, cookie: undefined }, false);
    expect(ask('10.0.0.5:80').allowed).toBe(true);
    expect(ask('[fe80::1]:80').allowed).toBe(true);
    expect(ask('10.0.0.6:80').allowed).toBe(false);
    expect(namesOf('127.0.0.1', ['10.0.0.5'], 'box')).toEqual([]);
  });
  it('reads host names strictly', () => {
    expect(hostName('LOCALHOST:1')).toBe('localhost');
    expect(hostName('[::1]:8')).toBe('[::1]');
    for (const odd of [undefined, '', ':80', 'a b', 'a/b', 'a@b']) expect(hostName(odd)).toBeNull();
  });
  it('refuses a cross-site socket that hides its origin', () => {
    const guard = { token: 't', cookieName: 'c', hosts: [] };
    const head = { url: '/rpc', host: 'localhost', origin: undefined, cookie: 'c=t', fetchSite: 'cross-site' };
    expect(judge(guard, head, true).allowed).toBe(false);
    expect(judge(guard, { ...head, fetchSite: undefined }, true).allowed).toBe(true);
  });
});
