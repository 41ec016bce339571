// The door `flint/vision`: image data sets and classic networks.
import { CIFAR10, ImageDataset, MNIST } from './datasets.ts';
import { ImageFolder } from './image-folder.ts';
import { ImageRecords } from './image-records.ts';
import * as models from './models/index.ts';
import { CIFAR100, FashionMNIST } from './named-sets.ts';
import * as transforms from './transforms/index.ts';

/** Data sets by name. */
export const datasets = { MNIST, FashionMNIST, CIFAR10, CIFAR100, ImageFolder, ImageRecords } as const;
export { models, transforms };
export { CIFAR10, CIFAR100, FashionMNIST, ImageDataset, ImageFolder, ImageRecords, MNIST };
export type { ImageDatasetOptions, Normalization } from './datasets.ts';
export type { BadImage, DecodedSample, ImageFolderOptions } from './image-folder.ts';
export type { DecodedImage } from './images/colour.ts';
export type { FolderImage, FolderReport, SkippedPath } from './images/folder-report.ts';
export type { ImageRecordsOptions } from './image-records.ts';
export type { CIFAR100Options } from './named-sets.ts';
export type { Cifar100Labels } from './cifar100-files.ts';
