// A table as a data set: columns of numbers in, one column to predict.
import { fail } from '../errors.ts';
import { TensorDataset } from '../data/dataset.ts';
import type { Tensor } from '../tensor/tensor.ts';
import type { Column } from './column.ts';
import type { ColumnSummary } from './scan.ts';
import type { Table } from './table.ts';
import { classesOf, targetOf, taskOf, type TableTask } from './targets.ts';

/** What {@link TableDataset} is made of. */
export interface TableDatasetOptions {
  /** The column to predict, or several of numbers. */
  target: string | readonly string[];
  /** The columns to predict it from; all others when left out. */
  features?: readonly string[];
  /** Classes for a target of words or true/false, numbers for one of numbers, unless said. */
  task?: TableTask;
  /**
   * The classes in the order of their numbers, instead of those found in the column: the `classes` of the training part for
   * the others, so that a class that one of them lacks does not move the rest.
   */
  classes?: readonly string[];
}

/**
 * Rows of a table: sample i is `[x, y]`, x float32 `[features]`; y the class as int64 (classification) or float32 `[targets]`
 * (regression), so that a batch of y has the shape of the output of `Linear(…, targets)`. All features must be numbers without
 * missing values: see {@link Table.oneHot}, {@link Table.fillMissing} and {@link Table.standardize}.
 *
 * Classes are numbered from 0 on, as `CrossEntropyLoss` takes them, and `classes[y]` is always the value in the table. Whole
 * numbers that begin at 0 keep their value, also where some are absent (3 stays 3); others, such as 1 to 7, are numbered in
 * their order (1 becomes 0), as are words.
 */
export class TableDataset extends TensorDataset<[Tensor, Tensor]> {
  /** The columns of x, in their order. */
  readonly features: readonly string[];
  readonly task: TableTask;
  /** The value of each class in the table; empty for numbers. */
  readonly classes: readonly string[];

  constructor(table: Table, options: TableDatasetOptions) {
    const targets = typeof options.target === 'string' ? [options.target] : [...options.target];
    const chosen = new Set(targets);
    const columns = targets.map((name) => table.column(name));
    const features = options.features ?? table.names.filter((name) => !chosen.has(name));
    if (features.length === 0 || targets.length === 0)
      fail('TableDataset', 'it needs at least one feature and a target');
    const leaked = features.find((name) => chosen.has(name));
    if (leaked !== undefined) fail('TableDataset', `column "${leaked}" is both a feature and the target`);
    const task = options.task ?? (columns.length > 1 ? 'regression' : taskOf(columns[0]!));
    if (task === 'classification' && columns.length > 1)
      fail('TableDataset', 'classes come from one column, not several');
    const found = task === 'classification' ? classesOf(wordsOf(columns[0]!), options.classes) : null;
    super(table.toTensor(features), found ? targetOf(columns[0]!, found) : table.toTensor(targets));
    this.features = features;
    this.task = task;
    this.classes = found?.names ?? [];
  }
}

/** What is known of a target; of text also its words, which are not looked for before they are needed. */
function wordsOf(target: Column): ColumnSummary {
  if (target.type !== 'text') return target.summary;
  return { ...target.summary, categories: [...target.counts().keys()].map(String).sort() };
}
