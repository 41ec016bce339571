// One line at the bottom of a terminal that says how far a run is; what the script prints scrolls above it. Where the
// output is no terminal, a plain line now and then.
import type { RunProgress } from '../shared/contract/runs.ts';

export interface Terminal {
  write(text: string): unknown;
  isTTY?: boolean;
  columns?: number;
}
const barCells = 20;
const redrawMs = 100;
const plainMs = 5000;

export class ProgressBar {
  private readonly out: Terminal;
  private shown = '';
  private drawnAt = -Infinity;
  private saidEpoch = -1;

  constructor(out: Terminal) {
    this.out = out;
  }

  update(progress: RunProgress, loss: number | undefined, now = Date.now()): void {
    const every = this.out.isTTY ? redrawMs : plainMs;
    if (now - this.drawnAt < every && !(progress.epoch !== this.saidEpoch && !this.out.isTTY)) return;
    this.drawnAt = now;
    this.saidEpoch = progress.epoch;
    const line = describeProgress(progress, loss);
    if (!this.out.isTTY) {
      this.out.write(`${line}\n`);
      return;
    }
    const full = `${bar(progress)} ${line}`.slice(0, (this.out.columns ?? 80) - 1);
    this.out.write(`\r\x1b[2K${full}`);
    this.shown = full;
  }

  /** Lines that stay, above the bar. */
  print(to: Terminal, text: string): void {
    if (this.shown) this.out.write('\r\x1b[2K');
    to.write(`${text}\n`);
    if (this.shown) this.out.write(this.shown);
  }

  clear(): void {
    if (this.shown) this.out.write('\r\x1b[2K');
    this.shown = '';
  }
}

/** 0 to 1. */
export function fractionDone({ epoch, epochs, step, steps }: RunProgress): number {
  if (epochs <= 0) return 0;
  return Math.min(1, (epoch + (steps > 0 ? Math.min(1, step / steps) : 0)) / epochs);
}

function bar(progress: RunProgress): string {
  const full = Math.round(fractionDone(progress) * barCells);
  return `${'█'.repeat(full)}${'░'.repeat(barCells - full)}`;
}

export function describeProgress(progress: RunProgress, loss: number | undefined): string {
  const { epoch, epochs, step, steps, samplesPerSecond, secondsLeft } = progress;
  const parts = [
    epochs > 0 ? `epoch ${Math.min(epoch + 1, epochs)}/${epochs}` : '',
    steps > 0 ? `step ${step}/${steps}` : step > 0 ? `step ${step}` : '',
    loss === undefined ? '' : `loss ${Number.isFinite(loss) ? loss.toPrecision(4) : String(loss)}`,
    samplesPerSecond > 0 ? `${Math.round(samplesPerSecond).toLocaleString('en-US')} samples/s` : '',
    secondsLeft === null ? '' : `${duration(secondsLeft)} left`,
  ];
  return parts.filter(Boolean).join('  ');
}

/** "45 s", "3 min 05 s", "2 h 10 min". */
export function duration(seconds: number): string {
  const whole = Math.round(seconds);
  const two = (n: number) => String(n).padStart(2, '0');
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${two(whole % 60)} s`;
  return `${Math.floor(whole / 3600)} h ${two(Math.floor((whole % 3600) / 60))} min`;
}
