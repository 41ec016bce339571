// What looking at every sample of a data set found.

/** Mean and standard deviation of one channel, in 0..1 as ToTensor gives. */
export interface ChannelStatistics {
  mean: number[];
  std: number[];
}
export interface SplitInspection {
  name: string;
  count: number;
  countsPerClass: number[];
  channels: ChannelStatistics;
  /** Samples by mean brightness, in 32 equal steps of 0..255. */
  brightness: number[];
  /** How many have each problem. */
  problems: ProblemCounts;
}
export interface ProblemCounts {
  /** Samples that have an exact copy. */
  duplicate: number;
  /** Samples that have a near copy. */
  near: number;
  /** Samples of which a copy, exact or near, stands in another split. */
  leak: number;
  unreadable: number;
  /** Far from the usual size. */
  size: number;
  /** Far darker or brighter than usual. */
  brightness: number;
}
/** Images of one size. */
export interface SizeCount {
  width: number;
  height: number;
  count: number;
  /** How many in each split, in the order of the splits. */
  bySplit: number[];
}
export interface Inspection {
  classes: string[];
  splits: SplitInspection[];
  /** The commonest first, at most 2,000. */
  sizes: SizeCount[];
  /** How many different sizes there are. */
  sizeCount: number;
  /** Files that could not be read, the first 200: the reader's words. */
  unreadable: { split: string; index: number; path: string; why: string }[];
  /** Groups of the same picture. */
  groups: { exact: number; near: number };
  /** Largest number of differing bits of 64 that counts as near. */
  nearBits: number;
  /** Milliseconds since 1970. */
  at: number;
}
/** Another place where the picture of a sample stands. */
export interface Twin {
  split: string;
  index: number;
  className: string;
  exact: boolean;
}
