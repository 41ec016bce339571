// The door `flint/data`: data sets and mini-batches.
export { ConcatDataset, randomSplit, Subset, TensorDataset } from './dataset.ts';
export type { BatchMoment, Dataset, IterableDataset, Moment } from './dataset.ts';
export { kFold } from './folds.ts';
export type { Fold, KFoldOptions } from './folds.ts';
export { DataLoader, defaultCollate } from './loader.ts';
export type { Collated, DataLoaderOptions } from './loader.ts';
