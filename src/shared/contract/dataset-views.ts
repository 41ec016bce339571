// What the views of tables, texts and word vectors show.

export interface ColumnSummary {
  name: string;
  type: 'integer' | 'number' | 'boolean' | 'category' | 'text' | 'date';
  missing: number;
  /** Different values, missing ones aside. */
  distinct: number;
  /** Of numbers. */
  range?: { low: number; high: number; mean: number; std: number };
  /** Of numbers: counts in equal steps from low to high. */
  histogram?: number[];
  /** Of other columns: the commonest values. */
  values?: { value: string; count: number }[];
}
export interface TableSummary {
  rows: number;
  columns: ColumnSummary[];
  /** What separates the cells. */
  delimiter: string;
  /** Rows that were left out, and why. */
  skipped: { row: number; why: string }[];
  skippedCount: number;
}
export interface TableRows {
  from: number;
  /** Row numbers in the file, from 0. */
  numbers: number[];
  /** Cells as text; null where missing. */
  cells: (string | null)[][];
}
export interface TextSummary {
  characters: number;
  lines: number;
  tokens: number;
  /** The commonest first, at most 5,000; `size` counts all. */
  vocabulary: { token: string; count: number }[];
  size: number;
  /** How the text begins. */
  beginning: string;
}
export interface SequenceBatch {
  /** Where each sequence begins in the text, in tokens. */
  starts: number[];
  inputs: string[][];
  targets: string[][];
}
export interface SequencePreview {
  random: SequenceBatch;
  consecutive: SequenceBatch;
  /** Batches in one pass. */
  batches: { random: number; consecutive: number };
}
export interface VectorSummary {
  words: number;
  dimensions: number;
  /** The first words of the file, or those that begin with what was asked for. */
  listed: string[];
  /** The word asked for, when it is there. */
  word: string | null;
  /** Nearest by cosine, the nearest first. */
  nearest: { word: string; similarity: number }[];
  values: number[];
}
