// Transforms whose only argument is a probability.
import { numberOf } from './parameters.ts';
import { Transform } from './transform.ts';

/** Options of transforms that do their work with a probability. */
export interface ChanceOptions {
  /** The probability; 0.5 when left out. */
  p?: number;
}

/** A transform that does its work with probability `p`. */
export abstract class ChanceTransform extends Transform {
  static readonly signature: { positional: string[]; options: string[] } = { positional: ['p'], options: [] };
  readonly p: number;
  constructor(op: string, p: number) {
    super();
    this.p = numberOf(op, 'p', p, 0, 1);
  }
  protected parameters(): Record<string, unknown> {
    return { p: this.p };
  }
  /** @internal */
  numbers(): number[] {
    return [this.p];
  }
}

/** Left and right exchanged with probability p. */
export class RandomHorizontalFlip extends ChanceTransform {
  readonly type = 'RandomHorizontalFlip';
  constructor(p = 0.5) {
    super('RandomHorizontalFlip', p);
  }
}

/** Above and below exchanged with probability p. */
export class RandomVerticalFlip extends ChanceTransform {
  readonly type = 'RandomVerticalFlip';
  constructor(p = 0.5) {
    super('RandomVerticalFlip', p);
  }
}

/** Grey with probability p, with as many channels as before. */
export class RandomGrayscale extends ChanceTransform {
  readonly type = 'RandomGrayscale';
  constructor(p = 0.1) {
    super('RandomGrayscale', p);
  }
}

/** The negative with probability p. */
export class RandomInvert extends ChanceTransform {
  readonly type = 'RandomInvert';
  constructor(p = 0.5) {
    super('RandomInvert', p);
  }
}

/** Each channel stretched to the whole range from black to white, with probability p. */
export class RandomAutocontrast extends ChanceTransform {
  readonly type = 'RandomAutocontrast';
  constructor(p = 0.5) {
    super('RandomAutocontrast', p);
  }
}

/** The histogram of each channel made even, with probability p. */
export class RandomEqualize extends ChanceTransform {
  readonly type = 'RandomEqualize';
  constructor(p = 0.5) {
    super('RandomEqualize', p);
  }
}
