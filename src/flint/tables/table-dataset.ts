// A table as a data set: columns of numbers in, one column to predict.
import { fail } from '../errors.ts';
import { TensorDataset } from '../data/dataset.ts';
import type { Tensor } from '../tensor/tensor.ts';
import type { Table } from './table.ts';
import { classesOf, taskOf, type TableTask } from './targets.ts';

/** What {@link TableDataset} is made of. */
export interface TableDatasetOptions {
  /** The column to predict, or several of numbers. */
  target: string | readonly string[];
  /** The columns to predict it from; all others when left out. */
  features?: readonly string[];
  /** Classes for a target of words or true/false, numbers for one of numbers, unless said. */
  task?: TableTask;
}

/**
 * Rows of a table: sample i is `[x, y]`, x float32 `[features]`; y the class as int64 (classification) or float32 `[targets]`
 * (regression), so that a batch of y has the shape of the output of `Linear(…, targets)`. All features must be numbers without
 * missing values: see {@link Table.oneHot}, {@link Table.fillMissing} and {@link Table.standardize}.
 */
export class TableDataset extends TensorDataset<[Tensor, Tensor]> {
  /** The columns of x, in their order. */
  readonly features: readonly string[];
  readonly task: TableTask;
  /** The names of the classes; empty for numbers. */
  readonly classes: readonly string[];

  constructor(table: Table, options: TableDatasetOptions) {
    const targets = typeof options.target === 'string' ? [options.target] : [...options.target];
    const columns = targets.map((name) => table.column(name));
    const features = options.features ?? table.names.filter((name) => !targets.includes(name));
    if (features.length === 0 || targets.length === 0)
      fail('TableDataset', 'it needs at least one feature and a target');
    const leaked = features.find((name) => targets.includes(name));
    if (leaked !== undefined) fail('TableDataset', `column "${leaked}" is both a feature and the target`);
    const task = options.task ?? (columns.length > 1 ? 'regression' : taskOf(columns[0]!));
    if (task === 'classification' && columns.length > 1)
      fail('TableDataset', 'classes come from one column, not several');
    const { y, classes } =
      task === 'classification' ? classesOf(columns[0]!) : { y: table.toTensor(targets), classes: [] };
    super(table.toTensor(features), y);
    this.features = features;
    this.task = task;
    this.classes = classes;
  }
}
