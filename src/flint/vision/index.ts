// The door `flint/vision`: image data sets and classic networks.
import { CIFAR10, ImageDataset, MNIST } from './datasets.ts';
import * as models from './models/index.ts';
import * as transforms from './transforms/index.ts';

/** Data sets by name. */
export const datasets = { MNIST, CIFAR10 } as const;
export { models, transforms };
export { CIFAR10, ImageDataset, MNIST };
export type { ImageDatasetOptions, Normalization } from './datasets.ts';
