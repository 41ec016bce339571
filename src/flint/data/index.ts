// The door `flint/data`: data sets and mini-batches.
export { ConcatDataset } from './concat.ts';
export { randomSplit, Subset, TensorDataset } from './dataset.ts';
export type { BatchMoment, Dataset, IterableDataset, MakeBatch, Moment, StartBatch } from './dataset.ts';
export { kFold } from './folds.ts';
export type { Fold, KFoldOptions } from './folds.ts';
export { DataLoader, defaultCollate } from './loader.ts';
export type { Collated, DataLoaderOptions } from './loader.ts';
export {
  balancedWeights,
  BatchSampler,
  RandomSampler,
  SequentialSampler,
  SubsetRandomSampler,
  WeightedRandomSampler,
} from './samplers.ts';
export type { RandomSamplerOptions, Sampler, SamplerOptions } from './samplers.ts';
export { splitByList, stratifiedSplit } from './splits.ts';
export type { SplitParts } from './splits.ts';
export { loadSplit, saveSplit } from './split-file.ts';
export type { LoadSplitOptions, SavedSplit, SplitToSave } from './split-file.ts';
export { NumpyDataset } from './numpy-dataset.ts';
export type { NumpyDatasetOptions } from './numpy-dataset.ts';
export { CsvDataset } from '../tables/csv-dataset.ts';
export type { CsvDatasetOptions } from '../tables/csv-dataset.ts';
export { Column } from '../tables/column.ts';
export type { CellValue, ColumnData } from '../tables/column.ts';
export type { NumberForm } from '../tables/cells.ts';
export type { ColumnScale } from '../tables/encoding.ts';
export type { Delimiter, Dialect, DialectOptions } from '../tables/dialect.ts';
export type { FillHow, FillValues } from '../tables/filling.ts';
export { readTable } from '../tables/read-table.ts';
export { scanTable } from '../tables/scan.ts';
export type { ColumnSummary, TableSummary } from '../tables/scan.ts';
export type { BadRow, ColumnType, SkippedRows, TableOptions } from '../tables/source.ts';
export { Table } from '../tables/table.ts';
export type { OneHotOptions, TableStatistics } from '../tables/table.ts';
export { TableDataset } from '../tables/table-dataset.ts';
export type { TableDatasetOptions } from '../tables/table-dataset.ts';
export type { TableTask } from '../tables/targets.ts';
export { pca } from '../projection/pca.ts';
export type { PcaResult } from '../projection/pca.ts';
export { tsne } from '../projection/tsne.ts';
export type { TsneOptions, TsneResult } from '../projection/tsne.ts';
