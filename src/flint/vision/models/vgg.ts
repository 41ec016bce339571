// VGG (Simonyan and Zisserman, 2014), with torchvision's parameter names.
import { ReLU } from '../../nn/activations.ts';
import { Sequential } from '../../nn/containers.ts';
import { Conv2d } from '../../nn/convolution.ts';
import { Dropout } from '../../nn/dropout.ts';
import { constant_, kaimingNormal_, normal_ } from '../../nn/init.ts';
import { Linear } from '../../nn/linear.ts';
import { Module } from '../../nn/module.ts';
import { BatchNorm2d } from '../../nn/normalization.ts';
import { AdaptiveAvgPool2d, MaxPool2d } from '../../nn/pooling.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import type { DropoutModelOptions } from './options.ts';

/** Channels of the convolutions in their order; 'M' is a pooling that halves the picture. */
type Plan = readonly (number | 'M')[];
const plans = {
  11: [64, 'M', 128, 'M', 256, 256, 'M', 512, 512, 'M', 512, 512, 'M'],
  13: [64, 64, 'M', 128, 128, 'M', 256, 256, 'M', 512, 512, 'M', 512, 512, 'M'],
  16: [64, 64, 'M', 128, 128, 'M', 256, 256, 256, 'M', 512, 512, 512, 'M', 512, 512, 512, 'M'],
  19: [64, 64, 'M', 128, 128, 'M', 256, 256, 256, 256, 'M', 512, 512, 512, 512, 'M', 512, 512, 512, 512, 'M'],
} as const satisfies Record<number, Plan>;

function convolutions(plan: Plan, batchNorm: boolean): Sequential {
  const layers: Module[] = [];
  let channels = 3;
  for (const step of plan) {
    if (step === 'M') {
      layers.push(new MaxPool2d(2, { stride: 2 }));
      continue;
    }
    layers.push(new Conv2d(channels, step, 3, { padding: 1 }));
    if (batchNorm) layers.push(new BatchNorm2d(step));
    layers.push(new ReLU({ inplace: true }));
    channels = step;
  }
  return new Sequential(...layers);
}

/** Convolutions of 3 x 3 and three linear layers. */
export class VGG extends Module {
  features: Sequential;
  avgpool = new AdaptiveAvgPool2d([7, 7]);
  classifier: Sequential;

  constructor(depth: keyof typeof plans, batchNorm: boolean, options: DropoutModelOptions = {}) {
    super();
    const { numClasses = 1000, dropout = 0.5 } = options;
    this.features = convolutions(plans[depth], batchNorm);
    this.classifier = new Sequential(
      new Linear(512 * 7 * 7, 4096),
      new ReLU({ inplace: true }),
      new Dropout(dropout),
      new Linear(4096, 4096),
      new ReLU({ inplace: true }),
      new Dropout(dropout),
      new Linear(4096, numClasses),
    );
    for (const layer of this.modules()) {
      if (layer instanceof Conv2d) {
        kaimingNormal_(layer.weight, { mode: 'fanOut', nonlinearity: 'relu' });
        constant_(layer.bias!, 0);
      } else if (layer instanceof Linear) {
        normal_(layer.weight, 0, 0.01);
        constant_(layer.bias!, 0);
      }
    }
  }
  /** `[n, 3, h, w]`, h and w at least 32, to `[n, numClasses]`. */
  forward(x: Tensor): Tensor {
    return this.classifier.forward(this.avgpool.forward(this.features.forward(x)).flatten(1));
  }
}

/** VGG with 11 layers. */
export function vgg11(options: DropoutModelOptions = {}): VGG {
  return new VGG(11, false, options);
}
/** VGG with 11 layers and batch norm. */
export function vgg11Bn(options: DropoutModelOptions = {}): VGG {
  return new VGG(11, true, options);
}
/** VGG with 13 layers. */
export function vgg13(options: DropoutModelOptions = {}): VGG {
  return new VGG(13, false, options);
}
/** VGG with 16 layers. */
export function vgg16(options: DropoutModelOptions = {}): VGG {
  return new VGG(16, false, options);
}
/** VGG with 16 layers and batch norm. */
export function vgg16Bn(options: DropoutModelOptions = {}): VGG {
  return new VGG(16, true, options);
}
/** VGG with 19 layers. */
export function vgg19(options: DropoutModelOptions = {}): VGG {
  return new VGG(19, false, options);
}
