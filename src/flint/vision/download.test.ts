// Downloads from a real server on this machine: whole, cut off and resumed, wrong content, no server, cancelled.
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { download, type RemoteSet } from './download.ts';

const content = Buffer.from(Uint8Array.from({ length: 300_000 }, (_, i) => (i * 31) % 251));
const md5 = createHash('md5').update(content).digest('hex');
let folder: string;
let server: Server | null;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'flint-download-'));
  server = null;
});
afterEach(async () => {
  server?.closeAllConnections();
  await new Promise<void>((done) => (server ? server.close(() => done()) : done()));
  rmSync(folder, { recursive: true, force: true });
});

async function serve(listener: RequestListener): Promise<RemoteSet> {
  server = createServer(listener);
  await new Promise<void>((ready) => server!.listen(0, '127.0.0.1', ready));
  const { port } = server.address() as AddressInfo;
  return { mirrors: [`http://127.0.0.1:${port}/`], files: [{ name: 'data.gz', bytes: content.length, md5 }] };
}

describe('download', () => {
  it('fetches with progress, and asks for nothing that is there already', async () => {
    let requests = 0;
    const set = await serve((_, response) => {
      requests++;
      response.end(content);
    });
    const seen: number[] = [];
    await download(set, folder, { onProgress: (p) => seen.push(p.receivedBytes) });
    expect(readFileSync(join(folder, 'data.gz')).equals(content)).toBe(true);
    expect(seen.at(-1)).toBe(content.length);
    await download(set, folder);
    expect(requests).toBe(1);
  });

  it('goes on where an interrupted transfer ended', async () => {
    const ranges: (string | undefined)[] = [];
    const set = await serve((request, response) => {
      ranges.push(request.headers.range);
      const from = Number(/\d+/.exec(request.headers.range ?? '0')![0]);
      if (ranges.length === 1) {
        response.writeHead(200, { 'content-length': content.length });
        response.write(content.subarray(0, 100_000), () => setTimeout(() => response.destroy(), 50));
      } else {
        response.writeHead(206);
        response.end(content.subarray(from));
      }
    });
    await expect(download(set, folder)).rejects.toThrow(/goes on where it ended/);
    const kept = statSync(join(folder, 'data.gz.part')).size;
    expect(kept).toBeGreaterThan(0);
    expect(existsSync(join(folder, 'data.gz'))).toBe(false);
    await download(set, folder);
    expect(ranges[1]).toBe(`bytes=${kept}-`);
    expect(readFileSync(join(folder, 'data.gz')).equals(content)).toBe(true);
  });

  it('refuses a file whose checksum is wrong, and keeps nothing of it', async () => {
    const set = await serve((_, response) => response.end(Buffer.alloc(content.length)));
    await expect(download(set, folder)).rejects.toThrow(/checksum/);
    expect(existsSync(join(folder, 'data.gz'))).toBe(false);
    expect(existsSync(join(folder, 'data.gz.part'))).toBe(false);
  });

  it('replaces a broken file of the right name', async () => {
    writeFileSync(join(folder, 'data.gz'), 'broken');
    const set = await serve((_, response) => response.end(content));
    await download(set, folder);
    expect(readFileSync(join(folder, 'data.gz')).equals(content)).toBe(true);
  });

  it('says what to do when nobody answers', async () => {
    const set = { mirrors: ['http://127.0.0.1:9/'], files: [{ name: 'data.gz', bytes: 1, md5 }] };
    await expect(download(set, folder)).rejects.toThrow(/Check the network[\s\S]*built-in digits/);
  });

  it('can be cancelled', async () => {
    const set = await serve((_, response) => void response.write(content.subarray(0, 1000)));
    const controller = new AbortController();
    const running = download(set, folder, { signal: controller.signal, onProgress: () => controller.abort() });
    await expect(running).rejects.toThrow(/abort/i);
  });
});
