// Classic networks by name, as torchvision's `models`.
export { AlexNet, alexnet } from './alexnet.ts';
export { GoogLeNet, googlenet } from './googlenet.ts';
export type { GoogLeNetOptions } from './googlenet.ts';
export { LeNet5, lenet5 } from './lenet.ts';
export type { LeNet5Options } from './lenet.ts';
export type { DropoutModelOptions, ModelOptions } from './options.ts';
export { BasicBlock, Bottleneck, ResNet, resnet18, resnet34, resnet50, resnet101 } from './resnet.ts';
export { VGG, vgg11, vgg11Bn, vgg13, vgg16, vgg16Bn, vgg19 } from './vgg.ts';
