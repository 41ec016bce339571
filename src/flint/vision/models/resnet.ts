// Residual networks (He et al., 2015), with torchvision's parameter names.
import { ReLU } from '../../nn/activations.ts';
import { Sequential } from '../../nn/containers.ts';
import { Conv2d } from '../../nn/convolution.ts';
import { kaimingNormal_ } from '../../nn/init.ts';
import { Linear } from '../../nn/linear.ts';
import { Module } from '../../nn/module.ts';
import { BatchNorm2d } from '../../nn/normalization.ts';
import { AdaptiveAvgPool2d, MaxPool2d } from '../../nn/pooling.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import type { ModelOptions } from './options.ts';

const conv3x3 = (input: number, output: number, stride = 1): Conv2d =>
  new Conv2d(input, output, 3, { stride, padding: 1, bias: false });
const conv1x1 = (input: number, output: number, stride = 1): Conv2d =>
  new Conv2d(input, output, 1, { stride, bias: false });

/** Two convolutions of 3 x 3, and the input added. */
export class BasicBlock extends Module {
  static readonly expansion = 1;
  conv1: Conv2d;
  bn1: BatchNorm2d;
  relu = new ReLU({ inplace: true });
  conv2: Conv2d;
  bn2: BatchNorm2d;
  downsample: Sequential | null;

  constructor(inplanes: number, planes: number, stride: number, downsample: Sequential | null) {
    super();
    this.conv1 = conv3x3(inplanes, planes, stride);
    this.bn1 = new BatchNorm2d(planes);
    this.conv2 = conv3x3(planes, planes);
    this.bn2 = new BatchNorm2d(planes);
    this.downsample = downsample;
  }
  forward(x: Tensor): Tensor {
    const a = this.relu.forward(this.bn1.forward(this.conv1.forward(x)));
    const b = this.bn2.forward(this.conv2.forward(a));
    return this.relu.forward(b.add(this.downsample?.forward(x) ?? x));
  }
}

/** A convolution of 3 x 3 between two of 1 x 1, and the input added. */
export class Bottleneck extends Module {
  static readonly expansion = 4;
  conv1: Conv2d;
  bn1: BatchNorm2d;
  conv2: Conv2d;
  bn2: BatchNorm2d;
  conv3: Conv2d;
  bn3: BatchNorm2d;
  relu = new ReLU({ inplace: true });
  downsample: Sequential | null;

  constructor(inplanes: number, planes: number, stride: number, downsample: Sequential | null) {
    super();
    this.conv1 = conv1x1(inplanes, planes);
    this.bn1 = new BatchNorm2d(planes);
    this.conv2 = conv3x3(planes, planes, stride);
    this.bn2 = new BatchNorm2d(planes);
    this.conv3 = conv1x1(planes, planes * Bottleneck.expansion);
    this.bn3 = new BatchNorm2d(planes * Bottleneck.expansion);
    this.downsample = downsample;
  }
  forward(x: Tensor): Tensor {
    const a = this.relu.forward(this.bn1.forward(this.conv1.forward(x)));
    const b = this.relu.forward(this.bn2.forward(this.conv2.forward(a)));
    const c = this.bn3.forward(this.conv3.forward(b));
    return this.relu.forward(c.add(this.downsample?.forward(x) ?? x));
  }
}

/** A stem, four groups of blocks, and one linear layer. */
export class ResNet extends Module {
  conv1 = new Conv2d(3, 64, 7, { stride: 2, padding: 3, bias: false });
  bn1 = new BatchNorm2d(64);
  relu = new ReLU({ inplace: true });
  maxpool = new MaxPool2d(3, { stride: 2, padding: 1 });
  layer1: Sequential;
  layer2: Sequential;
  layer3: Sequential;
  layer4: Sequential;
  avgpool = new AdaptiveAvgPool2d([1, 1]);
  fc: Linear;

  constructor(
    Block: typeof BasicBlock | typeof Bottleneck,
    blocks: readonly [number, number, number, number],
    options: ModelOptions = {},
  ) {
    super();
    let inplanes = 64;
    const group = (planes: number, count: number, stride: number): Sequential => {
      const output = planes * Block.expansion;
      const layers = Array.from({ length: count }, (_, i) => {
        const step = i === 0 ? stride : 1;
        const fits = step === 1 && inplanes === output;
        const downsample = fits ? null : new Sequential(conv1x1(inplanes, output, step), new BatchNorm2d(output));
        const block = new Block(inplanes, planes, step, downsample);
        inplanes = output;
        return block;
      });
      return new Sequential(...layers);
    };
    this.layer1 = group(64, blocks[0], 1);
    this.layer2 = group(128, blocks[1], 2);
    this.layer3 = group(256, blocks[2], 2);
    this.layer4 = group(512, blocks[3], 2);
    this.fc = new Linear(inplanes, options.numClasses ?? 1000);
    for (const layer of this.modules()) {
      if (layer instanceof Conv2d) kaimingNormal_(layer.weight, { mode: 'fanOut', nonlinearity: 'relu' });
    }
  }
  /** `[n, 3, h, w]` to `[n, numClasses]`. */
  forward(x: Tensor): Tensor {
    const stem = this.maxpool.forward(this.relu.forward(this.bn1.forward(this.conv1.forward(x))));
    const a = this.layer2.forward(this.layer1.forward(stem));
    const b = this.layer4.forward(this.layer3.forward(a));
    return this.fc.forward(this.avgpool.forward(b).flatten(1));
  }
}

/** ResNet with 18 layers. */
export function resnet18(options: ModelOptions = {}): ResNet {
  return new ResNet(BasicBlock, [2, 2, 2, 2], options);
}
/** ResNet with 34 layers. */
export function resnet34(options: ModelOptions = {}): ResNet {
  return new ResNet(BasicBlock, [3, 4, 6, 3], options);
}
/** ResNet with 50 layers. */
export function resnet50(options: ModelOptions = {}): ResNet {
  return new ResNet(Bottleneck, [3, 4, 6, 3], options);
}
/** ResNet with 101 layers. */
export function resnet101(options: ModelOptions = {}): ResNet {
  return new ResNet(Bottleneck, [3, 4, 23, 3], options);
}
