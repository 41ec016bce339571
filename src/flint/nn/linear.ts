// Linear and bilinear maps.
import { empty } from '../tensor/creation.ts';
import type { Tensor } from '../tensor/tensor.ts';
import * as F from './functional.ts';
import { kaimingUniform_, uniform_ } from './init.ts';
import { Module } from './module.ts';
import { Parameter } from './parameter.ts';
import { python } from './repr.ts';
import { checkSize, defaultBias } from './sizes.ts';

/** `y = x · weightᵀ + bias`: `[…, inFeatures]` to `[…, outFeatures]`. */
export class Linear extends Module {
  readonly inFeatures: number;
  readonly outFeatures: number;
  /** `[outFeatures, inFeatures]` */
  weight: Parameter;
  /** `[outFeatures]`, or null */
  bias: Parameter | null;

  constructor(inFeatures: number, outFeatures: number, options: { bias?: boolean } = {}) {
    super();
    this.inFeatures = checkSize('Linear', 'inFeatures', inFeatures);
    this.outFeatures = checkSize('Linear', 'outFeatures', outFeatures);
    this.weight = new Parameter(kaimingUniform_(empty(outFeatures, inFeatures), { a: Math.sqrt(5) }));
    this.bias = (options.bias ?? true) ? defaultBias(outFeatures, this.weight) : null;
  }
  forward(input: Tensor): Tensor {
    return F.linear(input, this.weight, this.bias);
  }
  override extraRepr(): string {
    return `in_features=${this.inFeatures}, out_features=${this.outFeatures}, bias=${python(this.bias !== null)}`;
  }
}

/** `y = left · weight · right + bias`: `[…, in1Features]` and `[…, in2Features]` to `[…, outFeatures]`. */
export class Bilinear extends Module {
  readonly in1Features: number;
  readonly in2Features: number;
  readonly outFeatures: number;
  /** `[outFeatures, in1Features, in2Features]` */
  weight: Parameter;
  /** `[outFeatures]`, or null */
  bias: Parameter | null;

  constructor(in1Features: number, in2Features: number, outFeatures: number, options: { bias?: boolean } = {}) {
    super();
    this.in1Features = checkSize('Bilinear', 'in1Features', in1Features);
    this.in2Features = checkSize('Bilinear', 'in2Features', in2Features);
    this.outFeatures = checkSize('Bilinear', 'outFeatures', outFeatures);
    const bound = 1 / Math.sqrt(in1Features);
    this.weight = new Parameter(uniform_(empty(outFeatures, in1Features, in2Features), -bound, bound));
    this.bias = (options.bias ?? true) ? new Parameter(uniform_(empty(outFeatures), -bound, bound)) : null;
  }
  forward(left: Tensor, right: Tensor): Tensor {
    return F.bilinear(left, right, this.weight, this.bias);
  }
  override extraRepr(): string {
    return `in1_features=${this.in1Features}, in2_features=${this.in2Features}, out_features=${this.outFeatures}, bias=${python(this.bias !== null)}`;
  }
}
