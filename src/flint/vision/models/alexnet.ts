// AlexNet as torchvision has it (Krizhevsky, 2014): the one-tower form of the network of 2012.
import { ReLU } from '../../nn/activations.ts';
import { Sequential } from '../../nn/containers.ts';
import { Conv2d } from '../../nn/convolution.ts';
import { Dropout } from '../../nn/dropout.ts';
import { Linear } from '../../nn/linear.ts';
import { Module } from '../../nn/module.ts';
import { AdaptiveAvgPool2d, MaxPool2d } from '../../nn/pooling.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import type { DropoutModelOptions } from './options.ts';

const relu = (): ReLU => new ReLU({ inplace: true });

/** Five convolutions and three linear layers, with torchvision's parameter names. */
export class AlexNet extends Module {
  features = new Sequential(
    new Conv2d(3, 64, 11, { stride: 4, padding: 2 }),
    relu(),
    new MaxPool2d(3, { stride: 2 }),
    new Conv2d(64, 192, 5, { padding: 2 }),
    relu(),
    new MaxPool2d(3, { stride: 2 }),
    new Conv2d(192, 384, 3, { padding: 1 }),
    relu(),
    new Conv2d(384, 256, 3, { padding: 1 }),
    relu(),
    new Conv2d(256, 256, 3, { padding: 1 }),
    relu(),
    new MaxPool2d(3, { stride: 2 }),
  );
  avgpool = new AdaptiveAvgPool2d([6, 6]);
  classifier: Sequential;

  constructor(options: DropoutModelOptions = {}) {
    super();
    const { numClasses = 1000, dropout = 0.5 } = options;
    this.classifier = new Sequential(
      new Dropout(dropout),
      new Linear(256 * 6 * 6, 4096),
      relu(),
      new Dropout(dropout),
      new Linear(4096, 4096),
      relu(),
      new Linear(4096, numClasses),
    );
  }
  /** `[n, 3, h, w]`, h and w at least 63, to `[n, numClasses]`. */
  forward(x: Tensor): Tensor {
    return this.classifier.forward(this.avgpool.forward(this.features.forward(x)).flatten(1));
  }
}

/** AlexNet. */
export function alexnet(options: DropoutModelOptions = {}): AlexNet {
  return new AlexNet(options);
}
