// Cards and the script's text change at the same time: neither is lost, and the text counts where both changed the same.
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Step } from '../../../../shared/pipeline/code/code-step.ts';
import type { PipelineStep } from '../../../../shared/pipeline/kinds.ts';
import { findPipelines } from '../../../../shared/pipeline/code/pipelines.ts';
import { ScriptWrites, type ScriptFile } from './script-writes.ts';

const begin = `import { transforms } from 'flint/vision';
const train = new transforms.Compose([new transforms.CenterCrop(1)]);
const test = new transforms.Compose([new transforms.CenterCrop(1)]);
`;
const crop = (size: number): Step => ({ type: 'CenterCrop', size });

/** A file on a slow disk, and an editor with text that is not saved. */
class FakeFile implements ScriptFile {
  text = begin;
  modifiedAt = 1;
  unsaved: string | null = null;
  writes = 0;
  /** Happens within the next write, before it is done. */
  meanwhile: (() => void) | null = null;
  refuse: Error | null = null;

  read = async () => {
    const now = { text: this.text, modifiedAt: this.modifiedAt };
    await wait();
    return now;
  };
  save = async () => {
    await wait();
    if (this.unsaved !== null) this.become(this.unsaved);
    this.unsaved = null;
  };
  typed = () => this.unsaved !== null;
  write = async (text: string, modifiedAt: number) => {
    await wait();
    const happens = this.meanwhile;
    this.meanwhile = null;
    happens?.();
    if (this.refuse) throw this.refuse;
    if (modifiedAt !== this.modifiedAt) throw Object.assign(new Error('changed'), { code: 'changed-on-disk' });
    this.become(text);
    this.writes++;
    return { modifiedAt: this.modifiedAt };
  };
  become(text: string) {
    this.text = text;
    this.modifiedAt++;
  }
}
const wait = () => new Promise((resolve) => setTimeout(resolve, 20));

let file: FakeFile;
let errors: unknown[];
let writes: ScriptWrites;
beforeEach(async () => {
  vi.useFakeTimers();
  file = new FakeFile();
  errors = [];
  writes = new ScriptWrites(file, (error) => errors.push(error));
  const loaded = writes.load();
  await vi.runAllTimersAsync();
  await loaded;
});
afterEach(() => vi.useRealTimers());

/** What the cards of a pipeline show. */
const pipelineAt = (place: number) => findPipelines(writes.text!)[place]!;
const shown = (place: number) => writes.stepsOf(pipelineAt(place), place);
const change = (place: number, size: number) => writes.change(pipelineAt(place), place, [crop(size)]);
const later = (milliseconds: number) => vi.advanceTimersByTimeAsync(milliseconds);
const sizes = () => findPipelines(file.text).map((p) => (p.steps[0] as PipelineStep)['size']);

it('changes of two pipelines within a moment are both written', async () => {
  change(0, 2);
  await later(100);
  change(1, 3);
  expect([shown(0), shown(1)]).toEqual([[crop(2)], [crop(3)]]);
  await vi.runAllTimersAsync();
  expect(sizes()).toEqual([2, 3]);
  expect([shown(0), shown(1)]).toEqual([[crop(2)], [crop(3)]]);
});

it('many changes of one are written once, and the last is shown all the time', async () => {
  for (let size = 2; size <= 9; size++) {
    change(0, size);
    await later(50);
    expect(shown(0)).toEqual([crop(size)]);
  }
  await vi.runAllTimersAsync();
  expect([sizes(), file.writes]).toEqual([[9, 1], 1]);
});

it('a card that changes while its last change is written is not set back', async () => {
  change(0, 2);
  await later(370);
  change(0, 3);
  for (let i = 0; i < 60; i++) {
    expect(shown(0)).toEqual([crop(3)]);
    await later(10);
  }
  expect(sizes()).toEqual([3, 1]);
});

it('what was read before a write does not come back after it', async () => {
  change(0, 2);
  await later(380);
  const slow = writes.load();
  for (let i = 0; i < 40; i++) {
    expect(shown(0)).toEqual([crop(2)]);
    await later(5);
  }
  await slow;
  file.become(begin);
  const other = writes.load();
  await vi.runAllTimersAsync();
  await other;
  expect(shown(0)).toEqual([crop(1)]);
});

it('text that is typed while a change waits counts, where it is the same pipeline', async () => {
  change(0, 2);
  file.unsaved = begin.replace('CenterCrop(1)', 'CenterCrop(7)');
  await vi.runAllTimersAsync();
  expect([sizes(), shown(0)]).toEqual([[7, 1], [crop(7)]]);
});

it('text that is typed elsewhere and the change of the card both stay', async () => {
  const call: Step = { code: 'mine', line: 2, why: { is: 'variable', name: 'mine' } };
  file.become(begin.replace('new transforms.CenterCrop(1)', 'mine'));
  void writes.load();
  await vi.runAllTimersAsync();
  expect(shown(0)).toEqual([call]);
  writes.change(pipelineAt(0), 0, [call, crop(2)]);
  file.unsaved = `// a line that moves all others\n${file.text}f();\n`;
  await vi.runAllTimersAsync();
  expect(file.text).toContain('Compose([mine, new transforms.CenterCrop(2)])');
  expect(file.text).toMatch(/^\/\/ a line[^]*f\(\);\n$/);
});

it('a file that changes while it is written is read again', async () => {
  change(0, 2);
  file.meanwhile = () => file.become(file.text.replace('const test', 'const other'));
  await vi.runAllTimersAsync();
  expect([sizes(), errors]).toEqual([[2, 1], []]);
  expect(file.text).toContain('const other');
  change(0, 3);
  file.meanwhile = () => file.become(file.text.replace('CenterCrop(2)', 'CenterCrop(8)'));
  await vi.runAllTimersAsync();
  expect([sizes(), shown(0)]).toEqual([[8, 1], [crop(8)]]);
});

it('other changes of the script wait for those of the cards', async () => {
  change(0, 2);
  const edited = writes.edit((source) => ({ source: `${source}f();\n`, result: 'done' }));
  await vi.runAllTimersAsync();
  expect(await edited).toBe('done');
  expect(sizes()).toEqual([2, 1]);
  expect(file.text.endsWith('f();\n')).toBe(true);
});

it('a change that cannot be written is told, and the cards show the script', async () => {
  file.refuse = Object.assign(new Error('no room'), { code: 'ENOSPC' });
  change(0, 2);
  await vi.runAllTimersAsync();
  expect([errors, shown(0)]).toEqual([[file.refuse], [crop(1)]]);
  file.refuse = null;
  change(0, 4);
  writes.flush();
  await vi.runAllTimersAsync();
  expect(sizes()).toEqual([4, 1]);
});
