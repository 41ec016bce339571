// Checks and initial values that layers share.
import { fail } from '../errors.ts';
import { empty } from '../tensor/creation.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { calculateFanInAndFanOut, uniform_ } from './init.ts';
import { Parameter } from './parameter.ts';

/** Throws unless `value` is an integer of at least 0. */
export function checkSize(op: string, name: string, value: number): number {
  if (!Number.isInteger(value) || value < 0) fail(op, `${name} must be an integer of at least 0, got ${value}`);
  return value;
}
/** PyTorch's default for biases: uniform within 1 / sqrt(inputs). */
export function defaultBias(size: number, weight: Tensor): Parameter {
  const bound = 1 / Math.sqrt(Math.max(1, calculateFanInAndFanOut(weight).fanIn));
  return new Parameter(uniform_(empty(size), -bound, bound));
}
