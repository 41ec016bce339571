// The one seam between a script and whoever watches it. With no sink set (a plain Node process) everything is printed;
// the trainer sets a sink that hands everything to its reporter thread.
import type { LoaderRecipe, NamedRecipe, UnknownRecipe } from '../data/recipe.ts';

export type SettingValue = string | number | boolean;

/** How far the script is. `steps` is 0 when the length of an epoch is not known; `samples` counts all samples so far. */
export interface ProgressReport {
  epoch: number;
  epochs: number;
  step: number;
  steps: number;
  samples: number;
}

/** A grid of test images with what the model said of them. `pixels`: RGBA, one image after another. */
export interface PredictionsReport {
  step: number;
  epoch: number;
  width: number;
  height: number;
  pixels: Uint8Array;
  /** A model whose outputs are NaN has predicted -1 with confidence NaN. */
  items: { truth: number; predicted: number; confidence: number }[];
  classes: string[];
}

/** A data set as it is written down. */
export type StoredDataset =
  | NamedRecipe
  | UnknownRecipe
  /** `text`: the indices, the first time that the list comes; later its name alone. */
  | { type: 'Subset'; indices: { list: string; text?: string }; dataset: StoredDataset }
  | { type: 'ConcatDataset'; datasets: StoredDataset[] };
/** A loader as it is written down. */
export type StoredRecipe = Omit<LoaderRecipe, 'dataset'> & { dataset: StoredDataset };

/** What the steps after `afterStep` see, up to the next report. `afterStep` comes first, to be legible in half a line. */
export type LoadingReport =
  /** Batches of a loader, from its epoch's batch `batch` on. `as` names the recipe, which is given the first time only. */
  | { afterStep: number; loader: number; epoch: number; batch: number; as: string; recipe?: StoredRecipe }
  /** Batches that cannot be made again, and why. */
  | { afterStep: number; unknown: string }
  /** Nothing: the loop is over. */
  | { afterStep: number; end: true };

export interface LineWindow {
  kind: 'line';
  name: string;
  title: string;
  xLabel: string;
  yLabel: string;
  traces: { name: string; x: Float64Array; y: Float64Array }[];
}
export interface ImagesWindow {
  kind: 'images';
  name: string;
  title: string;
  width: number;
  height: number;
  count: number;
  columns: number;
  /** RGBA, one image after another. */
  pixels: Uint8Array;
  captions: string[];
}
export interface SurfaceWindow {
  kind: 'surface';
  name: string;
  title: string;
  /** Of x, y and z. */
  labels: [string, string, string];
  x: Float64Array;
  y: Float64Array;
  /** Heights, a row of x for each y. */
  z: Float64Array;
  /** Points x, y, z one after another: a way over the surface. */
  path: Float64Array;
}
export interface ScatterWindow {
  kind: 'scatter';
  name: string;
  title: string;
  xLabel: string;
  yLabel: string;
  x: Float64Array;
  y: Float64Array;
  /** What each point is; empty where points have no names. */
  labels: string[];
  /** The class of each point as its place in `classes`; empty where points have none. */
  groups: Float64Array;
  classes: string[];
}
export interface TextWindow {
  kind: 'text';
  name: string;
  title: string;
  text: string;
}
/** Structurally equal to the studio contract's VizWindow. */
export type StudioWindow = LineWindow | ImagesWindow | SurfaceWindow | ScatterWindow | TextWindow;

/** Where everything that a script reports goes, and where its settings come from. */
export interface Sink {
  /** Values that override the script's defaults: --set, flint.json, the Train room. */
  readonly settings: Readonly<Record<string, SettingValue>>;
  readonly seed: number;
  readonly device: string;
  /** The folder of this run, where checkpoints go; null when nothing is kept. */
  readonly runFolder: string | null;
  /** A checkpoint file to restore from, or null. */
  readonly continueFrom: string | null;
  /** The settings as the script uses them: its defaults with what overrides them. */
  configured(settings: Readonly<Record<string, SettingValue>>): void;
  /** Full tag names ("train/loss"). NaN and infinities are passed on as they are. */
  scalars(values: Record<string, number>, step: number, epoch: number): void;
  progress(report: ProgressReport): void;
  loading(report: LoadingReport): void;
  predictions(report: PredictionsReport): void;
  window(window: StudioWindow): void;
  text(tag: string, text: string, step: number): void;
  checkpointed(info: { file: string; step: number; epoch: number }): void;
  /** Called wherever the library is entered: cheap; blocks while the run is paused, throws StopSignal when it is stopped. */
  poll(): void;
}

/** Thrown in the script's thread when the run is to stop. It is no failure: whoever runs the script ends the run calmly. */
export class StopSignal extends Error {
  readonly code = 'FLINT_STOP';
  constructor(message = 'The run was stopped.') {
    super(message);
    this.name = 'StopSignal';
  }
}

/** Also true for a StopSignal of another copy of the library. */
export function isStopSignal(error: unknown): boolean {
  return error instanceof Error && (error as { code?: unknown }).code === 'FLINT_STOP';
}

const short = (value: number) => (Number.isInteger(value) ? String(value) : value.toPrecision(5));

/** Prints, and keeps nothing: what a script gets outside the studio and `flint run`. Step lines at most ten a second. */
export class PrintingSink implements Sink {
  readonly settings: Readonly<Record<string, SettingValue>>;
  readonly seed = 0;
  readonly device = 'cpu';
  readonly runFolder = null;
  readonly continueFrom = null;
  private readonly print: (line: string) => void;
  private lastPrinted = 0;

  constructor(
    settings: Readonly<Record<string, SettingValue>> = {},
    print: (line: string) => void = (l) => console.log(l),
  ) {
    this.settings = settings;
    this.print = print;
  }

  scalars(values: Record<string, number>, step: number, epoch: number): void {
    const now = performance.now();
    const training = Object.keys(values).every((tag) => tag.startsWith('train/'));
    const broken = Object.values(values).some((v) => !Number.isFinite(v));
    if (training && !broken && now - this.lastPrinted < 100) return;
    this.lastPrinted = now;
    const words = Object.entries(values).map(([tag, value]) => `${tag} ${short(value)}`);
    this.print(`epoch ${epoch + 1}  step ${step}  ${words.join('  ')}`);
  }
  configured(): void {}
  progress(): void {}
  loading(): void {}
  predictions(report: PredictionsReport): void {
    const right = report.items.filter((item) => item.truth === item.predicted).length;
    this.print(`predictions at step ${report.step}: ${right} of ${report.items.length} right`);
  }
  window(window: StudioWindow): void {
    if (window.kind === 'text') this.print(`${window.title}: ${window.text}`);
  }
  text(tag: string, text: string): void {
    this.print(`${tag}: ${text}`);
  }
  checkpointed(info: { file: string }): void {
    this.print(`checkpoint ${info.file}`);
  }
  poll(): void {}
}

let current: Sink | null = null;

/** Where reports go from now on; null goes back to printing. Gives the sink that was set before. */
export function setSink(sink: Sink | null): Sink | null {
  const before = current;
  current = sink;
  return before;
}

/** The sink in use; a printing one is made when none was set. */
export function currentSink(): Sink {
  current ??= new PrintingSink();
  return current;
}

/** What the library calls where it is entered: pause and stop take effect here. Free when no sink is set. */
export function poll(): void {
  current?.poll();
}
