// The door `flint/vision`: image data sets and classic networks.
import { CIFAR10, ImageDataset, MNIST } from './datasets.ts';
import { ImageFolder } from './image-folder.ts';
import * as models from './models/index.ts';
import * as transforms from './transforms/index.ts';

/** Data sets by name. */
export const datasets = { MNIST, CIFAR10, ImageFolder } as const;
export { models, transforms };
export { CIFAR10, ImageDataset, ImageFolder, MNIST };
export type { ImageDatasetOptions, Normalization } from './datasets.ts';
export type { BadImage, DecodedSample, ImageFolderOptions } from './image-folder.ts';
export type { DecodedImage } from './images/decode.ts';
export type { FolderImage, FolderReport, SkippedPath } from './images/folder-report.ts';
