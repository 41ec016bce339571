// What cards change on its way into the script: one change of each pipeline waits, and they are written one after another.
// A change is shown until the script says the same; where the script was changed meanwhile, the script counts.
import { isCode, type Step } from '../../../../shared/pipeline/code/code-step.ts';
import { findPipelines, type PipelineInCode } from '../../../../shared/pipeline/code/pipelines.ts';
import { writePipeline } from '../../../../shared/pipeline/code/write.ts';

export interface ScriptText {
  text: string;
  modifiedAt: number;
}
/** The script's file. */
export interface ScriptFile {
  read(): Promise<ScriptText>;
  /** Saves what is typed, so that it counts. */
  save(): Promise<void>;
  /** Whether something is typed that is not saved. */
  typed(): boolean;
  /** Rejects with code "changed-on-disk" when the file is another than at `modifiedAt`. */
  write(text: string, modifiedAt: number): Promise<{ modifiedAt: number }>;
}
type Edit<Result> = (source: string) => { source: string; result: Result };

interface Waiting {
  name: string;
  place: number;
  steps: Step[];
  /** What the script said when the cards changed. */
  over: string;
  timer: ReturnType<typeof setTimeout> | null;
}

/** Milliseconds after the last change of a card until the script is written. */
const settled = 350;
const mostTries = 5;

/** Steps as they are compared: where a step stands in the text does not matter. */
const said = (steps: readonly Step[]): string =>
  JSON.stringify(steps.map((step) => (isCode(step) ? { ...step, line: 0 } : step)));

/** The pipeline that was meant, in a script that may have changed meanwhile: of that name, or at that place. */
function meant(pipelines: readonly PipelineInCode[], name: string, place: number): PipelineInCode | undefined {
  return pipelines[place]?.name === name ? pipelines[place] : pipelines.find((p) => p.name === name);
}

export class ScriptWrites {
  private readonly file: ScriptFile;
  private readonly onError: (error: unknown) => void;
  private readonly waiting = new Map<string, Waiting>();
  private readonly listeners = new Set<() => void>();
  private queue: Promise<unknown> = Promise.resolve();
  private latest: ScriptText | null = null;
  /** Counts reads as they begin, and what was read or written as it is known. */
  private begun = 0;
  private known = 0;
  private version = 0;

  constructor(file: ScriptFile, onError: (error: unknown) => void) {
    this.file = file;
    this.onError = onError;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  };
  /** Changes whenever something here does. */
  readonly state = (): number => this.version;

  /** The script as it was read or written last. */
  get text(): string | undefined {
    return this.latest?.text;
  }

  /** Reads the script again. What was read before something was written is not taken for newer. */
  async load(): Promise<void> {
    const turn = ++this.begun;
    this.learn(await this.file.read(), turn);
  }

  /** The steps of a pipeline: those that the cards say, until the script does or says otherwise. */
  stepsOf(pipeline: PipelineInCode, place: number): Step[] {
    const one = this.waiting.get(keyOf(pipeline, place));
    return one && one.over === said(pipeline.steps) ? one.steps : pipeline.steps;
  }

  /** Writes a pipeline's steps into the script, a moment after the last change of it. */
  change(pipeline: PipelineInCode, place: number, steps: Step[]): void {
    const key = keyOf(pipeline, place);
    const before = this.waiting.get(key);
    if (before?.timer) clearTimeout(before.timer);
    const over = said(pipeline.steps);
    const one: Waiting = before?.over === over ? before : { name: pipeline.name, place, steps, over, timer: null };
    one.steps = steps;
    one.timer = setTimeout(() => this.act(key, one), settled);
    this.waiting.set(key, one);
    this.tell();
  }

  /** Writes at once what waits. */
  flush(): void {
    for (const [key, one] of this.waiting) {
      if (!one.timer) continue;
      clearTimeout(one.timer);
      this.act(key, one);
    }
  }

  /** Another change of the script, after those that wait. */
  edit<Result>(edit: Edit<Result>): Promise<Result> {
    this.flush();
    return this.inTurn(() => this.rewrite(edit));
  }

  private inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const turn = this.queue.then(work);
    this.queue = turn.catch(() => {});
    return turn;
  }

  private act(key: string, one: Waiting): void {
    one.timer = null;
    this.inTurn(() => this.put(key, one)).catch((error: unknown) => {
      this.forget(key, one);
      this.onError(error);
    });
  }

  private async put(key: string, one: Waiting): Promise<void> {
    if (this.waiting.get(key) !== one) return;
    const { steps } = one;
    const over = await this.rewrite((source) => {
      const pipeline = meant(findPipelines(source), one.name, one.place);
      // Someone changed the very pipeline in the script: what they wrote counts.
      if (!pipeline || pipeline.notAList || said(pipeline.steps) !== one.over) return { source, result: null };
      const written = writePipeline(source, { start: pipeline.start }, steps);
      return { source: written, result: said(meant(findPipelines(written), one.name, one.place)?.steps ?? []) };
    });
    // The cards may have changed again while it was written: that is over what is written now.
    if (over === null || one.steps === steps) this.forget(key, one);
    else one.over = over;
    this.tell();
  }

  private forget(key: string, one: Waiting): void {
    if (one.timer) clearTimeout(one.timer);
    if (this.waiting.get(key) === one) this.waiting.delete(key);
    this.tell();
  }

  /** Reads, changes and writes the script; again, when it changed in between. */
  private async rewrite<Result>(edit: Edit<Result>): Promise<Result> {
    for (let left = mostTries; ; left--) {
      await this.file.save();
      const now = await this.file.read();
      if (this.file.typed() && left > 1) continue;
      const { source, result } = edit(now.text);
      try {
        const written = source === now.text ? now : await this.file.write(source, now.modifiedAt);
        this.learn({ text: source, modifiedAt: written.modifiedAt }, ++this.begun);
        return result;
      } catch (error) {
        if ((error as { code?: string }).code !== 'changed-on-disk' || left === 1) throw error;
      }
    }
  }

  private learn(text: ScriptText, turn: number): void {
    if (turn < this.known) return;
    this.known = turn;
    if (this.latest?.text === text.text && this.latest.modifiedAt === text.modifiedAt) return;
    this.latest = text;
    this.tell();
  }

  private tell(): void {
    this.version++;
    for (const listener of [...this.listeners]) listener();
  }
}

const keyOf = ({ name }: PipelineInCode, place: number): string => `${place}:${name}`;
