// The door `flint/vision`: image data sets.
import { CIFAR10, ImageDataset, MNIST } from './datasets.ts';

/** Data sets by name. */
export const datasets = { MNIST, CIFAR10 } as const;
export { CIFAR10, ImageDataset, MNIST };
export type { ImageDatasetOptions, Normalization } from './datasets.ts';
