// LeNet-5 (LeCun et al., 1998), with rectified units and max pooling as it is taught today.
import * as F from '../../nn/functional.ts';
import { Conv2d } from '../../nn/convolution.ts';
import { Linear } from '../../nn/linear.ts';
import { Module } from '../../nn/module.ts';
import type { Tensor } from '../../tensor/tensor.ts';

/** What {@link lenet5} may be told. */
export interface LeNet5Options {
  numClasses?: number;
  /** Channels of the pictures; 1 when left out. */
  inChannels?: number;
}

/** Two convolutions with pooling and three linear layers, for pictures of 32 x 32. */
export class LeNet5 extends Module {
  conv1: Conv2d;
  conv2 = new Conv2d(6, 16, 5);
  fc1 = new Linear(16 * 5 * 5, 120);
  fc2 = new Linear(120, 84);
  fc3: Linear;

  constructor(options: LeNet5Options = {}) {
    super();
    this.conv1 = new Conv2d(options.inChannels ?? 1, 6, 5);
    this.fc3 = new Linear(84, options.numClasses ?? 10);
  }
  /** `[n, inChannels, 32, 32]` to `[n, numClasses]`. */
  forward(x: Tensor): Tensor {
    const a = F.maxPool2d(F.relu(this.conv1.forward(x)), 2);
    const b = F.maxPool2d(F.relu(this.conv2.forward(a)), 2);
    const c = F.relu(this.fc1.forward(b.flatten(1)));
    return this.fc3.forward(F.relu(this.fc2.forward(c)));
  }
}

/** LeNet-5 for pictures of 32 x 32. */
export function lenet5(options: LeNet5Options = {}): LeNet5 {
  return new LeNet5(options);
}
