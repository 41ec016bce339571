// Ends a training that no longer gets better, and keeps the best it had.
import { fail } from '../errors.ts';
import type { Tensor } from '../tensor/tensor.ts';
import type { Module, StateDict } from './module.ts';

/** What {@link EarlyStopping} may be told. */
export interface EarlyStoppingOptions {
  /** Whether the value should fall ('min', when left out) or rise. */
  mode?: 'min' | 'max';
  /** How many checks in a row without improvement are borne; 5 when left out. */
  patience?: number;
  /** What counts as improvement: by more than this. */
  minDelta?: number;
  /** Whose parameters are copied at each improvement, for {@link EarlyStopping.restore}. */
  model?: Module;
}

/**
 * Watches a value, such as the validation loss:
 *
 * ```ts
 * const stopping = new nn.EarlyStopping({ patience: 3, model });
 * for (let epoch = 0; epoch < 100; epoch++) {
 *   if (stopping.check(validate())) break;
 * }
 * stopping.restore();
 * ```
 */
export class EarlyStopping {
  readonly options: Required<Omit<EarlyStoppingOptions, 'model'>>;
  /** The best value so far. */
  best: number;
  /** The check, from 0, that brought it; -1 before the first. */
  bestCheck = -1;
  /** How many checks in a row brought no improvement. */
  bad = 0;
  private checks = 0;
  private readonly model: Module | undefined;
  private kept: Map<string, Tensor> | null = null;

  constructor(options: EarlyStoppingOptions = {}) {
    const { mode = 'min', patience = 5, minDelta = 0, model } = options;
    if (!(patience >= 0) || !(minDelta >= 0)) fail('EarlyStopping', 'patience and minDelta must be at least 0');
    this.options = { mode, patience, minDelta };
    this.model = model;
    this.best = mode === 'min' ? Infinity : -Infinity;
  }
  /** Tells a new value; true when it is time to stop. NaN is no improvement. */
  check(value: number): boolean {
    const gain = this.options.mode === 'min' ? this.best - value : value - this.best;
    if (gain > this.options.minDelta) {
      this.best = value;
      this.bestCheck = this.checks;
      this.bad = 0;
      if (this.model) this.kept = new Map([...this.model.stateDict()].map(([name, t]) => [name, t.clone()]));
    } else {
      this.bad++;
    }
    this.checks++;
    return this.bad > this.options.patience;
  }
  /** The parameters at the best value; null before there is one, or without a model. */
  get bestState(): StateDict | null {
    return this.kept;
  }
  /** Brings the model back to the parameters at the best value. */
  restore(): void {
    if (this.model && this.kept) this.model.loadStateDict(this.kept);
  }
}
