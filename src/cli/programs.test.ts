// The seed programs as a person runs them: the built command line on the templates, real data where it is there.
import { execFile } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '../..');
const data = resolve(process.env.FLINT_DATA ?? join(root, '../shared/data'));
const mnist = join(data, 'mnist');
const cifar = join(data, 'cifar10/cifar-10-batches-bin-short');
const work = mkdtempSync(join(tmpdir(), 'flint-programs-'));
afterAll(() => rmSync(work, { recursive: true, force: true }));

interface Outcome {
  status: string;
  run: string;
  metrics: Record<string, number>;
  warnings: string[];
  problem?: { message: string; line: number };
}

/** Runs one script, in whatever way it ends. */
async function runScript(code: string): Promise<Outcome> {
  const file = join(mkdtempSync(join(work, 's-')), 'script.ts');
  writeFileSync(file, code);
  const program = [join(root, 'out/node/cli.js'), 'run', file, '--json'];
  const env = { ...process.env, FLINT_HOME: join(work, 'home') };
  const { stdout } = await new Promise<{ stdout: string }>((done) =>
    execFile(process.execPath, program, { cwd: work, env }, (_, out) => done({ stdout: out })),
  );
  return JSON.parse(stdout.trim().split('\n').at(-1)!) as Outcome;
}

/** Copies a template, runs it with `flint run --json`, and hands back the last line it printed. */
async function runTemplate(template: string, settings: Record<string, string | number> = {}): Promise<Outcome> {
  const project = join(mkdtempSync(join(work, 'p-')), template);
  cpSync(join(root, 'resources/templates', template), project, {
    recursive: true,
    filter: (from) => !from.includes('runs'),
  });
  const sets = Object.entries(settings).flatMap(([key, value]) => ['--set', `${key}=${value}`]);
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [join(root, 'out/node/cli.js'), 'run', project, ...sets, '--seed', '1', '--json'],
    { cwd: work, maxBuffer: 1 << 26, env: { ...process.env, FLINT_HOME: join(work, 'home') } },
  );
  return JSON.parse(stdout.trim().split('\n').at(-1)!) as Outcome;
}

describe('programs', () => {
  it('P1 linear regression finds the weights within 0.01, by hand and with nn.Linear', async () => {
    const { status, metrics } = await runTemplate('linear-regression');
    expect(status).toBe('finished');
    expect(Math.abs(metrics['final/w1']! - 2)).toBeLessThan(0.01);
    expect(Math.abs(metrics['final/w2']! + 3.4)).toBeLessThan(0.01);
    expect(Math.abs(metrics['final/b']! - 4.2)).toBeLessThan(0.01);
  });

  it.skipIf(!existsSync(mnist))(
    'P2 MNIST 784-256-64-10 reaches 0.85 (real MNIST; skipped where FLINT_DATA has none)',
    async () => {
      const { status, metrics, run } = await runTemplate('mnist-mlp', { data: mnist });
      expect(status).toBe('finished');
      expect(metrics['test/accuracy']).toBeGreaterThanOrEqual(0.85);
      const files = readdirSync(run);
      expect(files).toContain('run.json');
      expect(files.some((name) => name.startsWith('events.out.tfevents.'))).toBe(true);
      expect(readdirSync(join(run, 'checkpoints')).some((name) => name.endsWith('.safetensors'))).toBe(true);
      expect(readFileSync(join(run, 'source/train.ts'), 'utf8')).toContain('class Net');
    },
  );

  it('P2 the same on synthetic digits, and the same seed gives bit-equal results', async () => {
    const settings = { epochs: 1, batchSize: 500 };
    const [first, second] = [await runTemplate('mnist-mlp', settings), await runTemplate('mnist-mlp', settings)];
    expect(first.status).toBe('finished');
    expect(second.metrics).toEqual(first.metrics);
  });

  it.skipIf(!existsSync(mnist))('P3 MNIST with raw tensors w1..b3 reaches 0.90 (real MNIST)', async () => {
    const project = mkdtempSync(join(work, 'p3-'));
    writeFileSync(join(project, 'flint.json'), JSON.stringify({ name: 'p3', entry: 'train.ts' }));
    cpSync(join(import.meta.dirname, 'fixtures/p3-raw-tensors.ts'), join(project, 'train.ts'));
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [join(root, 'out/node/cli.js'), 'run', project, '--set', `data=${mnist}`, '--json'],
      { cwd: work, maxBuffer: 1 << 26, env: { ...process.env, FLINT_HOME: join(work, 'home') } },
    );
    const { status, metrics } = JSON.parse(stdout.trim().split('\n').at(-1)!) as Outcome;
    expect(status).toBe('finished');
    expect(metrics['test/accuracy']).toBeGreaterThanOrEqual(0.9);
  });

  it.skipIf(!existsSync(mnist))('P4 Sequential with LeakyReLU draws its windows (real MNIST, one epoch)', async () => {
    const { status, metrics, run } = await runTemplate('mnist-live', { data: mnist, epochs: 1 });
    expect(status).toBe('finished');
    expect(metrics['test/accuracy']).toBeGreaterThan(0.6);
    const windows = readdirSync(join(run, 'live/windows'));
    for (const name of ['progress', 'predictions', 'test'])
      expect(windows.some((file) => file.includes(name))).toBe(true);
  });

  it('P5 digits flipped, turned and shifted: the run writes down which batches it saw', async () => {
    const settings = { epochs: 1, batchSize: 500 };
    const [first, second] = [
      await runTemplate('mnist-augmented', settings),
      await runTemplate('mnist-augmented', settings),
    ];
    expect(first.status).toBe('finished');
    expect(second.metrics).toEqual(first.metrics);
    expect(first.metrics['test/accuracy']).toBeGreaterThan(0.2);
    const [line] = readFileSync(join(first.run, 'batches.jsonl'), 'utf8').split('\n');
    expect(JSON.parse(line!)).toMatchObject({
      ...{ loader: 0, epoch: 0, afterStep: 0 },
      recipe: { batchSize: 500, shuffle: true, dataset: { type: 'named', name: 'MNIST' } },
    });
  });

  it('P6 LeNet shows its shapes 32→28→14→10→5→400→120→84→10 and learns one image', async () => {
    const { status, run, metrics } = await runTemplate('lenet');
    expect(status).toBe('finished');
    const text = readFileSync(join(run, 'console.jsonl'), 'utf8');
    for (const shape of [
      '[1, 1, 32, 32]',
      '[1, 6, 28, 28]',
      '[1, 6, 14, 14]',
      '[1, 16, 10, 10]',
      '[1, 16, 5, 5]',
      '[1, 400]',
      '[1, 120]',
      '[1, 84]',
      '[1, 10]',
    ]) {
      expect(text).toContain(shape);
    }
    expect(text).toContain('parameters: 10');
    expect(text).toContain('conv1.bias.grad before backward: null');
    expect(metrics['train/loss']).toBeLessThan(3);
  });

  it.skipIf(!existsSync(cifar))('P7 the CIFAR-10 network learns on exact pixels (short set, one epoch)', async () => {
    const { status, metrics } = await runTemplate('cifar10', { data: cifar, epochs: 1 });
    expect(status).toBe('finished');
    expect(metrics['test/accuracy']).toBeGreaterThan(0.2);
  });
});

describe('what --json tells of a script that went wrong', () => {
  it('a tensor larger than the memory: how much was asked for, what there is, at which line', async () => {
    const { status, problem } = await runScript(`import { zeros } from 'flint';\nzeros(1_000_000, 1_000_000);\n`);
    expect(status).toBe('failed');
    expect(problem!.line).toBe(2);
    expect(problem!.message).toMatch(/out of memory: 3\.6 TiB asked for while tensors hold .* and the limit is .*GiB/);
  });
  it('a loss that is NaN is a warning that names its step', async () => {
    const { status, warnings } = await runScript(
      `import { log } from 'flint/studio';\nlog({ 'train/loss': 1 });\nlog({ 'train/loss': NaN });\n`,
    );
    expect(status).toBe('finished');
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toMatch(/train\/loss.*NaN.*step/);
  });
});
