import { describe, expect, it, vi } from 'vitest';
import type { StudioApi } from '../contract/studio.ts';
import { StudioError } from '../errors.ts';
import { connect } from './client.ts';
import { decodeMessage, encodeMessage } from './codec.ts';
import { connectLasting } from './reconnect.ts';
import { createServer } from './server.ts';
import { memoryPair, type Transport } from './transport.ts';

const series = {
  run: 'r',
  tag: 'train/loss',
  x: Float64Array.of(0, 1, 2),
  min: Float64Array.of(NaN, -Infinity, 1e-300),
  max: new Float64Array(0),
  last: new Float64Array(0),
  smooth: new Float64Array(0),
  broken: Float64Array.of(7),
  total: 3,
};
let release: () => void = () => {};

function fakeApi(): StudioApi {
  const api = {
    runs: {
      series: async () => series,
      pause: () => new Promise<void>((resolve) => (release = resolve)),
      start: async (params: unknown) => params,
      stop: async () => {
        throw new StudioError('not-running', 'The run is not running.', { status: 'finished' });
      },
      resume: async () => {
        throw new TypeError('oops');
      },
      note: async () => undefined,
      source: async () => ({ bad: () => 1 }),
    },
    datasets: { labels: async () => Uint8Array.of(1, 2, 255) },
    projects: {},
    exports: {},
    desktop: { capabilities: async () => ({ shell: 'memory', pickFolder: false, revealPath: false }) },
  };
  return api as unknown as StudioApi;
}
function pair() {
  const server = createServer(fakeApi());
  const join = () => {
    const [near, far] = memoryPair();
    server.attach(far);
    return connect(near);
  };
  return { server, join, client: join() };
}
const inRun = { project: '/p', run: 'r' };

describe('the codec', () => {
  it('brings typed arrays back as they were, at any alignment', () => {
    const value = {
      a: 'x',
      f: new Float64Array([1, NaN, Infinity]).subarray(1),
      g: Int32Array.of(-5),
      u: Uint8Array.of(9),
    };
    const back = decodeMessage(encodeMessage(value)) as typeof value;
    expect(back.f).toEqual(value.f);
    expect(back.g).toEqual(value.g);
    expect([...back.u]).toEqual([9]);
  });
  it('refuses an array of unknown kind and a torn message', () => {
    const bytes = encodeMessage(Float64Array.of(1));
    bytes[bytes.length - 9] = 200;
    expect(() => decodeMessage(bytes)).toThrow(/unknown kind 200/);
    expect(() => decodeMessage(encodeMessage({ a: 'hello' }).slice(0, 4))).toThrow();
  });
});

describe('calls', () => {
  it('answer with values and bytes', async () => {
    const { client } = pair();
    expect(await client.api.runs.series({ ...inRun, tag: 'train/loss' } as never)).toEqual(series);
    expect([...(await client.api.datasets.labels({ project: '/p', dataset: 'mnist', split: 'train' }))]).toEqual([
      1, 2, 255,
    ]);
    expect(await client.api.runs.note({ ...inRun, note: '' })).toBeUndefined();
  });
  it('have their defaults filled in by the contract', async () => {
    const { client } = pair();
    expect(await client.api.runs.start({ project: '/p' } as never)).toEqual({
      project: '/p',
      settings: {},
      device: 'cpu',
    });
  });
  it('carry errors with code, message and details', async () => {
    const { client } = pair();
    await expect(client.api.runs.stop(inRun)).rejects.toMatchObject({
      code: 'not-running',
      message: 'The run is not running.',
      details: { status: 'finished' },
    });
    await expect(client.api.runs.resume(inRun)).rejects.toMatchObject({ code: 'internal', message: 'oops' });
    await expect(client.api.runs.source(inRun)).rejects.toMatchObject({ code: 'internal' });
  });
  it('refuse bad parameters by name, and unknown methods, also those of Object', async () => {
    const { client } = pair();
    await expect(client.api.runs.stop({ project: 3 } as never)).rejects.toMatchObject({
      code: 'bad-params',
      message: expect.stringMatching(/runs\.stop.*project: .*run: /),
    });
    const odd = client.api as unknown as Record<string, Record<string, () => Promise<unknown>>>;
    await expect(odd.runs!.toString!()).rejects.toMatchObject({ code: 'unknown-method' });
    await expect(odd.nothing!.here!()).rejects.toMatchObject({ code: 'unknown-method' });
  });
});

describe('events', () => {
  it('reach two clients, stop when told to, and pass by a client that left', async () => {
    const { server, join, client } = pair();
    const other = join();
    const heard: string[] = [];
    const off = client.on('runs.didPredict', (e) => heard.push(`a ${e.run}`));
    other.on('runs.didPredict', (e) => heard.push(`b ${e.run}`));
    server.emit('runs.didPredict', inRun);
    await vi.waitFor(() => expect(heard.sort()).toEqual(['a r', 'b r']));
    off();
    other.close();
    await vi.waitFor(() => expect(server.clientCount).toBe(1));
    server.emit('runs.didPredict', inRun);
    await client.api.desktop.capabilities({});
    expect(heard).toHaveLength(2);
  });
});

describe('disconnecting', () => {
  it('rejects the calls under way and those after', async () => {
    const { server, client } = pair();
    const call = client.api.runs.pause(inRun);
    const caught = expect(call).rejects.toMatchObject({ code: 'disconnected' });
    await client.api.desktop.capabilities({});
    server.close();
    await caught;
    expect(await client.closed).toBe('The studio was closed.');
    await expect(client.api.desktop.capabilities({})).rejects.toMatchObject({ code: 'disconnected' });
    release();
  });
  it('follows on bytes that are no message, and hurts no other client', async () => {
    const server = createServer(fakeApi());
    const [near, far] = memoryPair();
    server.attach(far);
    const gone = new Promise<string>((resolve) => near.onClose(resolve));
    near.send(Uint8Array.of(0xc1, 1, 2));
    expect(await gone).toMatch(/not understood/);
    const [near2, far2] = memoryPair();
    server.attach(far2);
    expect((await connect(near2).api.desktop.capabilities({})).shell).toBe('memory');
  });
});

describe('a lasting connection', () => {
  it('comes back with its listeners, and calls made meanwhile wait', async () => {
    const server = createServer(fakeApi());
    let attempts = 0;
    const far: Transport[] = [];
    const lasting = connectLasting(
      async () => {
        attempts += 1;
        if (attempts === 2) throw new Error('not yet');
        const [near, end] = memoryPair();
        server.attach(end);
        far.push(end);
        return near;
      },
      { firstPause: 5, longestPause: 10 },
    );
    const states: string[] = [];
    lasting.onState((state) => states.push(state));
    const heard = vi.fn();
    lasting.on('runs.didPredict', heard);
    expect((await lasting.api.desktop.capabilities({})).shell).toBe('memory');
    far[0]!.close('torn');
    await vi.waitFor(() => expect(states).toContain('reconnecting'));
    expect((await lasting.api.desktop.capabilities({})).shell).toBe('memory');
    expect(states).toEqual(['connected', 'reconnecting', 'connected']);
    expect(attempts).toBe(3);
    server.emit('runs.didPredict', inRun);
    await vi.waitFor(() => expect(heard).toHaveBeenCalledTimes(1));
    lasting.close();
    await expect(lasting.api.desktop.capabilities({})).rejects.toMatchObject({ code: 'disconnected' });
  });
});
