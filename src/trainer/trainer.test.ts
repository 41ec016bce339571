// Real trainer processes on small scripts: how each kind of script begins, is steered, and ends.
import { existsSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { unpackPredictions, unpackWindow } from '../shared/live-files.ts';
import { buildTrainer, pointsOf, TestRun } from './fixtures/start.ts';

let built: Awaited<ReturnType<typeof buildTrainer>>;
beforeAll(async () => {
  built = await buildTrainer();
});
afterAll(() => built.remove());
const open: TestRun[] = [];
afterEach(() => {
  for (const run of open.splice(0)) run.close();
});
function start(script: string, ...rest: [job?: object, env?: Record<string, string>, more?: Record<string, string>]) {
  const [job, env, more] = rest;
  const run = new TestRun(built.folder, { 'train.ts': script, ...more }, job, env);
  open.push(run);
  return run;
}
const studio = `import { sink } from 'flint/studio';\n`;
/** Logs forever, entering the library each time. */
const endless = `${studio}for (let step = 0; ; step++) { sink.scalars({ 'train/loss': 1 / (step + 1) }, step, 0); const t = Date.now(); while (Date.now() - t < 2); }`;

describe('a script that ends', () => {
  it('keeps what it logged and printed, in order, and says so before it is gone', async () => {
    const run = start(
      `${studio}import { name } from './other';
console.log('hello', name, sink.settings.lr, sink.seed);
console.error('a warning');
process.stdout.write('half ');
process.stdout.write('a line\\nlast');
for (let epoch = 0; epoch < 2; epoch++) for (let step = 0; step < 50; step++) {
  sink.progress({ epoch, epochs: 2, step: step + 1, steps: 50, samples: (epoch * 50 + step + 1) * 8 });
  sink.scalars({ 'train/loss': 100 - epoch * 50 - step }, epoch * 50 + step, epoch);
}
sink.scalars({ 'test/accuracy': 0.5, 'test/loss': 2 }, 99, 1);`,
      { settings: { lr: 0.5 } },
      {},
      { 'other.ts': `export const name: string = 'other';` },
    );
    expect(await run.exit).toEqual({ code: 0, signal: null });
    const record = run.record();
    expect(record).toMatchObject({
      status: 'finished',
      metrics: { 'train/loss': 1, 'test/accuracy': 0.5, 'test/loss': 2 },
    });
    expect(record.pid).toBeUndefined();
    expect(record.epochSeconds).toHaveLength(2);
    const lines = ['hello other 0.5 7', 'a warning', 'half a line', 'last'];
    expect(run.consoleFile().map((line) => line.text)).toEqual(lines);
    expect(run.consoleFile()[1]!.stream).toBe('error');
    expect(run.printed()).toEqual(lines);
    const losses = pointsOf(run.folder).filter(([tag]) => tag === 'train/loss');
    expect(losses).toEqual(Array.from({ length: 100 }, (_, i) => ['train/loss', i, 100 - i]));
    expect(run.messages.at(-1)).toMatchObject({ type: 'status', status: 'finished' });
    expect(run.messages.findLast((m) => m.type === 'progress')).toMatchObject({ epoch: 1, step: 50, secondsLeft: 0 });
  });

  it('goes on until its promises are answered', async () => {
    const run = start(
      `async function main() { await new Promise((go) => setTimeout(go, 100)); console.log('late'); }\nmain();`,
    );
    await run.exit;
    expect(run.record().status).toBe('finished');
    expect(run.printed()).toEqual(['late']);
  });

  it('keeps its newest pictures', async () => {
    const run = start(`${studio}
const pixels = new Uint8Array(2 * 4);
for (let step = 0; step < 30; step++) {
  sink.predictions({ step, epoch: 0, width: 1, height: 1, pixels, items: [{ truth: 1, predicted: 0, confidence: 0.5 }, { truth: 1, predicted: 1, confidence: 1 }], classes: ['a', 'b'] });
  sink.window({ kind: 'line', name: 'a/b', title: 't', xLabel: 'x', yLabel: 'y', traces: [{ name: '', x: Float64Array.of(step), y: Float64Array.of(1) }] });
}`);
    await run.exit;
    const read = (name: string) =>
      [
        readFileSync(join(run.folder, `live/${name}.json`), 'utf8'),
        readFileSync(join(run.folder, `live/${name}.bin`)),
      ] as const;
    expect(unpackPredictions(...read('predictions')).step).toBe(29);
    expect(unpackWindow(...read('windows/a%2Fb'))).toMatchObject({ traces: [{ x: Float64Array.of(29) }] });
    expect(run.messages.filter((m) => m.type === 'predictions').length).toBeLessThan(15);
  });
});

describe('a script that fails', () => {
  it('tells message, file, line and column of an exception, and keeps what was logged', async () => {
    const run = start(
      `${studio}sink.scalars({ loss: 3 }, 0, 0);\n\nfunction inner(): void {\n  throw new RangeError('too far');\n}\ninner();`,
    );
    expect((await run.exit).code).toBe(1);
    const { problem, status, metrics } = run.record();
    expect(status).toBe('failed');
    expect(metrics).toEqual({ loss: 3 });
    expect(problem).toMatchObject({ message: 'RangeError: too far', file: 'train.ts', line: 5, column: 9 });
    expect(problem!.stack).toContain('at inner (train.ts:5:9)');
    expect(run.messages.at(-1)).toMatchObject({ type: 'status', status: 'failed', problem: { line: 5 } });
    expect(run.printed('error').join()).toContain('too far');
  });
  it('names the other file when the error is there', async () => {
    const run = start(
      `import { f } from './other';\nf();`,
      {},
      {},
      { 'other.ts': `type A = 1;\nexport function f() {\n  null!.x;\n}` },
    );
    await run.exit;
    expect(run.record().problem).toMatchObject({ file: 'other.ts', line: 3 });
  });
  it.each([
    ['a syntax error', `const a = 1;\nconst b c = 2;`, { line: 2, column: 9, message: /Expected|found/ }],
    ['an unknown file', `import './nothing';`, { line: 1, column: 8, message: /Could not resolve/ }],
    [
      'an unknown door',
      `\nimport { x } from 'flint/dat';\nx();`,
      { line: 2, column: 19, message: /flint\/data, flint\/vision/ },
    ],
    [
      'an unknown export',
      `\n\nimport { sink, sinc } from 'flint/studio';\nsinc(sink);`,
      { line: 3, message: /"flint\/studio" has no export named "sinc"/ },
    ],
    ['a rejected promise', `\nvoid Promise.reject(new Error('not kept'));`, { line: 2, message: /^not kept$/ }],
    ['a thrown text', `throw 'words';`, { message: /the text "words"/ }],
    ['process.exit', `process.exit(3);`, { message: /process.exit\(3\)/ }],
    ['an await without an answer', `await new Promise(() => {});`, { message: /never comes/ }],
    ['a late error', `setTimeout(() => {\n  throw new Error('late');\n}, 20);`, { line: 2, message: /^late$/ }],
  ])('%s is told with its place', async (_, script, { message, ...place }) => {
    const run = start(script);
    expect((await run.exit).code).toBe(1);
    const { status, problem } = run.record();
    expect(status).toBe('failed');
    expect(problem!.message).toMatch(message);
    expect(problem).toMatchObject(place);
    expect(run.stderr).toBe('');
  });
  it('says which script is missing', async () => {
    const run = start('', { entry: 'nothing.ts' });
    await run.exit;
    expect(run.record().problem!.message).toMatch(/nothing\.ts is not in/);
  });
});

describe('a script that is steered', () => {
  it('is paused, resumed and stopped where it enters the library', async () => {
    const run = start(endless);
    await run.until('scalars');
    run.send({ type: 'pause' });
    await run.until('status', (m) => m.status === 'paused');
    const before = pointsOf(run.folder).length;
    await new Promise((go) => setTimeout(go, 400));
    expect(pointsOf(run.folder).length).toBe(before);
    expect(run.record().status).toBe('paused');
    run.messages.length = 0;
    run.send({ type: 'resume' });
    await run.until('scalars');
    run.send({ type: 'stop' });
    expect((await run.exit).code).toBe(0);
    const { status, activeSeconds, startedAt, endedAt, problem } = run.record();
    expect(status).toBe('stopped');
    expect(problem).toBeUndefined();
    expect((endedAt! - startedAt!) / 1000 - activeSeconds).toBeGreaterThan(0.35);
  });
  it('is stopped while paused, and while it waits for something', async () => {
    const paused = start(endless);
    await paused.until('scalars');
    paused.send({ type: 'pause' });
    await paused.until('status', (m) => m.status === 'paused');
    paused.send({ type: 'stop' });
    await paused.exit;
    expect(paused.record().status).toBe('stopped');
    const waiting = start(`console.log('waiting');\nawait new Promise((go) => setTimeout(go, 1e6));`);
    await waiting.until('console');
    waiting.send({ type: 'stop' });
    await waiting.exit;
    expect(waiting.record().status).toBe('stopped');
  });
  it('goes on when nobody listens any more, and says hello when somebody does again', async () => {
    const run = start(endless);
    await run.until('scalars');
    run.disconnect();
    run.messages.length = 0;
    await run.until('hello');
    const onDisk = pointsOf(run.folder).length;
    expect(onDisk).toBeGreaterThan(100);
    const { points } = await run.until('scalars');
    expect(points[0]!.steps[0]).toBeLessThanOrEqual(onDisk);
    run.send({ type: 'stop' });
    await run.exit;
  });
  it('keeps everything logged when it is killed', async () => {
    const run = start(
      `${studio}for (let s = 0; s < 500; s++) sink.scalars({ loss: s }, s, 0);\nconsole.log('all logged');\nfor (;;);`,
    );
    await run.until('console');
    run.child.kill('SIGKILL');
    await run.exit;
    expect(pointsOf(run.folder).filter(([tag]) => tag === 'loss')).toHaveLength(500);
    expect(run.consoleFile().at(-1)!.text).toBe('all logged');
    expect(run.record().status).toBe('running');
  });
});

describe('trouble around a run', () => {
  it('marks the first NaN of a tag and warns once', async () => {
    const run = start(
      `${studio}for (const v of [1, NaN, NaN, Infinity]) sink.scalars({ 'train/loss': v, lr: 1 }, v === 1 ? 0 : 1, 0);`,
    );
    await run.exit;
    expect(run.record().warnings).toEqual([expect.stringMatching(/train\/loss became NaN .* at step 1\./)]);
    expect(run.printed('studio')).toHaveLength(1);
    expect(
      pointsOf(run.folder)
        .filter(([tag]) => tag === 'train/loss')
        .map(([, , v]) => v),
    ).toEqual([1, NaN, NaN, Infinity]);
  });
  it('goes on when its folder vanishes, without making it again, and writes when it is back', async () => {
    const run = start(endless);
    await run.until('scalars');
    const away = `${run.folder}-away`;
    renameSync(run.folder, away);
    const told = await run.until('warning');
    expect(told.text).toMatch(/is gone/);
    await new Promise((go) => setTimeout(go, 200));
    expect(existsSync(run.folder)).toBe(false);
    renameSync(away, run.folder);
    await run.until('warning', (m) => /is back/.test(m.text));
    run.send({ type: 'stop' });
    await run.exit;
    const steps = pointsOf(run.folder)
      .filter(([tag]) => tag === 'train/loss')
      .map(([, step]) => step);
    expect(steps).toEqual(Array.from({ length: steps.length }, (_, i) => i));
  });
  it('ends in a message when the folder is removed for good', async () => {
    const run = start(endless);
    await run.until('scalars');
    rmSync(run.folder, { recursive: true });
    await run.until('warning');
    run.send({ type: 'stop' });
    expect((await run.exit).code).toBe(0);
    expect(await run.until('status', (m) => m.status === 'stopped')).toBeTruthy();
  });
  it('interrupts a script that fills memory', async () => {
    const script = `${studio}const kept: Uint8Array[] = [];\nfor (;;) {\n  kept.push(new Uint8Array(1 << 20).fill(1));\n  sink.poll();\n  const t = Date.now();\n  while (Date.now() - t < 5);\n}`;
    const run = start(script, {}, { FLINT_MEMORY_LIMIT: '500' });
    await run.exit;
    expect(run.record()).toMatchObject({
      status: 'failed',
      problem: { message: expect.stringMatching(/filled nearly all memory/) as string, line: 5 },
    });
  });
  it('ends the process of a script that fills memory outside the library', async () => {
    const script = `const kept: Uint8Array[] = [];\nfor (;;) {\n  kept.push(new Uint8Array(1 << 20).fill(1));\n  const t = Date.now();\n  while (Date.now() - t < 5);\n}`;
    const run = start(script, {}, { FLINT_MEMORY_LIMIT: '500' });
    expect((await run.exit).signal).toBe('SIGKILL');
    expect(run.record()).toMatchObject({
      status: 'failed',
      problem: { message: expect.stringMatching(/process was ended/) as string },
    });
  });
  it('does not let two runs disturb each other', async () => {
    const script = (n: number) => `${studio}for (let s = 0; s < 300; s++) sink.scalars({ loss: ${n} }, s, 0);`;
    const both = [start(script(1)), start(script(2))];
    await Promise.all(both.map((run) => run.exit));
    expect(both.map((run) => run.record().metrics)).toEqual([{ loss: 1 }, { loss: 2 }]);
    for (const run of both) expect(pointsOf(run.folder).filter(([tag]) => tag === 'loss')).toHaveLength(300);
  });
});

it('a continued run begins with the points up to its checkpoint', async () => {
  const script = (from: number, to: number) =>
    `${studio}for (let s = ${from}; s < ${to}; s++) {
  sink.scalars({ loss: s, from: ${from} }, s, 0);
  await new Promise((go) => setTimeout(go, 20));
}`;
  const first = start(script(0, 20));
  await first.exit;
  const second = start(script(10, Infinity), {
    continueFrom: join(first.folder, 'checkpoints/step-00000009.safetensors'),
  });
  // A message says how many points came before its own, those of the earlier run included.
  const told = await second.until('scalars');
  const loss = told.points.find((p) => p.tag === 'loss')!;
  expect(loss.from).toBe(loss.steps[0]);
  expect(loss.from).toBeGreaterThanOrEqual(10);
  second.send({ type: 'stop' });
  await second.exit;
  const points = pointsOf(second.folder);
  const steps = points.filter(([tag]) => tag === 'loss').map(([, step]) => step);
  expect(steps.length).toBeGreaterThan(10);
  expect(steps).toEqual(steps.map((_, i) => i));
  expect(points.filter(([tag]) => tag === 'from').map(([, , value]) => value)).toEqual(
    steps.map((step) => (step < 10 ? 0 : 10)),
  );
});
