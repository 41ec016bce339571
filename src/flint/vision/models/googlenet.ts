// GoogLeNet (Szegedy et al., 2014) with batch norm, as torchvision has it, parameter names and all.
import { Sequential } from '../../nn/containers.ts';
import { Conv2d, type Conv2dLayerOptions } from '../../nn/convolution.ts';
import { Dropout } from '../../nn/dropout.ts';
import * as F from '../../nn/functional.ts';
import { truncNormal_ } from '../../nn/init.ts';
import { Linear } from '../../nn/linear.ts';
import { Module } from '../../nn/module.ts';
import { BatchNorm2d } from '../../nn/normalization.ts';
import { AdaptiveAvgPool2d, MaxPool2d } from '../../nn/pooling.ts';
import { cat } from '../../tensor/joining.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import type { DropoutModelOptions } from './options.ts';

/** What {@link googlenet} may be told. */
export interface GoogLeNetOptions extends DropoutModelOptions {
  /** Whether it has the two classifiers that help training; true when left out. */
  auxLogits?: boolean;
  /** Dropout of those two; 0.7 when left out. */
  dropoutAux?: number;
}

class BasicConv2d extends Module {
  conv: Conv2d;
  bn: BatchNorm2d;
  constructor(input: number, output: number, kernelSize: number, options: Conv2dLayerOptions = {}) {
    super();
    this.conv = new Conv2d(input, output, kernelSize, { ...options, bias: false });
    this.bn = new BatchNorm2d(output, { eps: 0.001 });
  }
  forward(x: Tensor): Tensor {
    return F.relu(this.bn.forward(this.conv.forward(x)));
  }
}

/** Output channels of an inception: of 1x1, before and of 3x3, before and of 5x5, after pooling. */
type Widths = readonly [one: number, red3: number, three: number, red5: number, five: number, pool: number];

class Inception extends Module {
  branch1: BasicConv2d;
  branch2: Sequential;
  branch3: Sequential;
  branch4: Sequential;
  constructor(input: number, [one, red3, three, red5, five, pool]: Widths) {
    super();
    this.branch1 = new BasicConv2d(input, one, 1);
    this.branch2 = new Sequential(new BasicConv2d(input, red3, 1), new BasicConv2d(red3, three, 3, { padding: 1 }));
    // torchvision's weights were trained with 3 x 3 here, not the 5 x 5 of the paper.
    this.branch3 = new Sequential(new BasicConv2d(input, red5, 1), new BasicConv2d(red5, five, 3, { padding: 1 }));
    this.branch4 = new Sequential(
      new MaxPool2d(3, { stride: 1, padding: 1, ceilMode: true }),
      new BasicConv2d(input, pool, 1),
    );
  }
  forward(x: Tensor): Tensor {
    return cat(
      [this.branch1, this.branch2, this.branch3, this.branch4].map((branch) => branch.forward(x)),
      1,
    );
  }
}

class InceptionAux extends Module {
  conv: BasicConv2d;
  fc1 = new Linear(2048, 1024);
  fc2: Linear;
  dropout: Dropout;
  constructor(input: number, numClasses: number, dropout: number) {
    super();
    this.conv = new BasicConv2d(input, 128, 1);
    this.fc2 = new Linear(1024, numClasses);
    this.dropout = new Dropout(dropout);
  }
  forward(x: Tensor): Tensor {
    const small = this.conv.forward(F.adaptiveAvgPool2d(x, [4, 4])).flatten(1);
    return this.fc2.forward(this.dropout.forward(F.relu(this.fc1.forward(small))));
  }
}

const halve = (kernelSize: number): MaxPool2d => new MaxPool2d(kernelSize, { stride: 2, ceilMode: true });

/** A stem and nine inceptions: layers that look at several scales at once. */
export class GoogLeNet extends Module {
  conv1 = new BasicConv2d(3, 64, 7, { stride: 2, padding: 3 });
  maxpool1 = halve(3);
  conv2 = new BasicConv2d(64, 64, 1);
  conv3 = new BasicConv2d(64, 192, 3, { padding: 1 });
  maxpool2 = halve(3);
  inception3a = new Inception(192, [64, 96, 128, 16, 32, 32]);
  inception3b = new Inception(256, [128, 128, 192, 32, 96, 64]);
  maxpool3 = halve(3);
  inception4a = new Inception(480, [192, 96, 208, 16, 48, 64]);
  inception4b = new Inception(512, [160, 112, 224, 24, 64, 64]);
  inception4c = new Inception(512, [128, 128, 256, 24, 64, 64]);
  inception4d = new Inception(512, [112, 144, 288, 32, 64, 64]);
  inception4e = new Inception(528, [256, 160, 320, 32, 128, 128]);
  maxpool4 = halve(2);
  inception5a = new Inception(832, [256, 160, 320, 32, 128, 128]);
  inception5b = new Inception(832, [384, 192, 384, 48, 128, 128]);
  aux1: InceptionAux | null;
  aux2: InceptionAux | null;
  avgpool = new AdaptiveAvgPool2d([1, 1]);
  dropout: Dropout;
  fc: Linear;

  constructor(options: GoogLeNetOptions = {}) {
    super();
    const { numClasses = 1000, dropout = 0.2, auxLogits = true, dropoutAux = 0.7 } = options;
    this.aux1 = auxLogits ? new InceptionAux(512, numClasses, dropoutAux) : null;
    this.aux2 = auxLogits ? new InceptionAux(528, numClasses, dropoutAux) : null;
    this.dropout = new Dropout(dropout);
    this.fc = new Linear(1024, numClasses);
    for (const layer of this.modules()) {
      if (layer instanceof Conv2d || layer instanceof Linear) truncNormal_(layer.weight, 0, 0.01, -2, 2);
    }
  }
  /** `[n, 3, h, w]` to the logits `[n, numClasses]`; the other two classifiers are left out. */
  forward(x: Tensor): Tensor {
    return this.run(x, false)[0];
  }
  /** The logits and those of the second and the first auxiliary classifier: what PyTorch's `forward` gives in training. */
  forwardWithAux(x: Tensor): [logits: Tensor, aux2: Tensor | null, aux1: Tensor | null] {
    return this.run(x, true);
  }
  private run(x: Tensor, aux: boolean): [Tensor, Tensor | null, Tensor | null] {
    const through = (input: Tensor, ...layers: { forward(x: Tensor): Tensor }[]): Tensor =>
      layers.reduce((value, layer) => layer.forward(value), input);
    const stem = through(x, this.conv1, this.maxpool1, this.conv2, this.conv3, this.maxpool2);
    const a = through(stem, this.inception3a, this.inception3b, this.maxpool3, this.inception4a);
    const b = through(a, this.inception4b, this.inception4c, this.inception4d);
    const c = through(b, this.inception4e, this.maxpool4, this.inception5a, this.inception5b, this.avgpool);
    const logits = this.fc.forward(this.dropout.forward(c.flatten(1)));
    return [logits, aux && this.aux2 ? this.aux2.forward(b) : null, aux && this.aux1 ? this.aux1.forward(a) : null];
  }
}

/** GoogLeNet. */
export function googlenet(options: GoogLeNetOptions = {}): GoogLeNet {
  return new GoogLeNet(options);
}
