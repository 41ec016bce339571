// What is to be predicted from a row: a class, or numbers.
import { fail } from '../errors.ts';
import { tensorFromBytes } from '../tensor/bytes.ts';
import type { Tensor } from '../tensor/tensor.ts';
import type { Column } from './column.ts';
import { codesColumn } from './encoding.ts';
import { numbersOf } from './table.ts';

/** Whether the target is one of several classes or a number. */
export type TableTask = 'classification' | 'regression';

/** Words and true/false are classes; numbers are numbers. */
export function taskOf(target: Pick<Column, 'type'>): TableTask {
  return target.type === 'number' || target.type === 'integer' || target.type === 'date'
    ? 'regression'
    : 'classification';
}

/** Class of each row, int64 [rows], and the names of the classes. */
export function classesOf(target: Column): { y: Tensor; classes: string[] } {
  if (!target.isNumeric) {
    const codes = numbersOf(codesColumn(target));
    const words = target.categories.length > 0 ? target.categories : [...target.counts().keys()].map(String).sort();
    return { y: int64(codes), classes: [...words] };
  }
  const values = numbersOf(target);
  const kinds = [...new Set(values)].sort((a, b) => a - b);
  if (kinds.length > 1000) {
    fail('TableDataset', `column "${target.name}" has ${kinds.length} different numbers; is it a regression?`);
  }
  if (target.type === 'boolean') return { y: int64(values), classes: ['false', 'true'] };
  const places = new Map(kinds.map((value, i) => [value, i]));
  return { y: int64(values.map((v) => places.get(v)!)), classes: kinds.map(String) };
}

function int64(values: Float64Array): Tensor {
  return tensorFromBytes(Int32Array.from(values), [values.length], 'int32').long();
}
