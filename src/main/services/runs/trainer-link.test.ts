import { mkdtempSync, rmSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { FromTrainer } from '../../../shared/contract/trainer.ts';
import { decodeMessage, encodeMessage } from '../../../shared/rpc/codec.ts';
import { encodeFrame, FrameReader } from '../../../shared/rpc/frames.ts';
import { listenForTrainer, type TrainerLink } from './trainer-link.ts';

let folder: string;
let path: string;
let link: TrainerLink;
let heard: FromTrainer[];
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'flint-link-'));
  path = join(folder, 's.sock');
  heard = [];
  link = (await listenForTrainer(path, (message) => heard.push(message)))!;
});
afterEach(() => {
  link.close();
  rmSync(folder, { recursive: true, force: true });
});
const knock = () =>
  new Promise<Socket>((resolve) => {
    const socket = connect(path, () => resolve(socket));
    socket.on('error', () => {});
  });
const closing = (socket: Socket) => new Promise((resolve) => socket.on('close', resolve));
const hello = { type: 'hello', run: 'r', pid: 1 };
const one = (value: number) => Float64Array.of(value);
const scalars = {
  type: 'scalars',
  points: [{ tag: 'train/loss', from: 0, steps: one(1), epochs: one(NaN), times: one(5), values: one(0.25) }],
};

describe("a trainer's link", () => {
  it('carries messages both ways, in pieces of any size, numbers as they were', async () => {
    const socket = await knock();
    const bytes = Buffer.concat([encodeFrame(hello), encodeFrame(scalars)]);
    for (let at = 0; at < bytes.length; at += 7) socket.write(bytes.subarray(at, at + 7));
    await vi.waitFor(() => expect(heard).toEqual([hello, scalars]));
    const reader = new FrameReader();
    const told = new Promise((resolve) => socket.on('data', (chunk) => reader.push(chunk).forEach(resolve)));
    expect(link.send({ type: 'pause' })).toBe(true);
    expect(await told).toEqual({ type: 'pause' });
    socket.destroy();
    await vi.waitFor(() => expect(link.send({ type: 'resume' })).toBe(false));
  });
  it('ends a connection that speaks nonsense, and takes the next', async () => {
    for (const nonsense of [
      Buffer.from([255, 255, 255, 255]),
      encodeFrame({ type: 'hello', run: 3 }),
      Buffer.from([1, 0, 0, 0, 0xc1]),
    ]) {
      const socket = await knock();
      const closed = closing(socket);
      socket.write(nonsense);
      await closed;
    }
    expect(heard).toEqual([]);
    (await knock()).write(encodeFrame(hello));
    await vi.waitFor(() => expect(heard).toEqual([hello]));
  });
  it('belongs to one listener; a socket that a dead one left is taken over', async () => {
    const socket = await knock();
    socket.write(encodeFrame(hello));
    await vi.waitFor(() => expect(heard).toEqual([hello]));
    expect(await listenForTrainer(path, () => {})).toBeNull();
    expect(link.connected).toBe(true);
    link.close();
    link = (await listenForTrainer(path, () => {}))!;
    expect(link).not.toBeNull();
  });
});

describe('the codec in Node', () => {
  it('reads from a Buffer that is a view of a larger store', () => {
    const value = { f: Float64Array.of(1, 2, 3) };
    const store = Buffer.concat([Buffer.from('before'), encodeMessage(value), Buffer.from('after')]);
    expect(decodeMessage(store.subarray(6, store.length - 5))).toEqual(value);
  });
});
