// Looks at every sample of every split once: pixels for the statistics, copies of one picture, what stands out. In slices,
// so that other requests are answered meanwhile, and can be cancelled between them.
import type {
  Inspection,
  ProblemCounts,
  SizeCount,
  SplitInspection,
} from '../../../shared/contract/dataset-inspection.ts';
import { sampleProblems, type SampleProblem } from '../../../shared/contract/datasets.ts';
import { inLanes } from '../sources/lanes.ts';
import { countPerClass, type SampleSource, type SampleSplit, type WorkContext } from '../sources/sample-source.ts';
import { bits, ChannelSums, frequencies, greys, smallGrey } from './descriptor.ts';
import { problemBits, type Findings, type SplitFindings } from './findings.ts';
import { DisjointSets, joinNear, nearBitsFor } from './near.ts';
import { markOutliers } from './outliers.ts';

const mostSizes = 2000;
const mostUnreadable = 200;
/** Milliseconds of work before other requests have their turn. */
const slice = 12;

/** All splits laid one after the other. */
interface Gathered {
  splits: SampleSplit[];
  /** Where each split begins. */
  starts: number[];
  count: number;
  copies: Uint8Array;
  spectra: Float32Array;
  fingerprints: (string | null)[];
  brightness: Float32Array;
  widths: Uint32Array;
  heights: Uint32Array;
  sums: ChannelSums[];
  unreadable: Inspection['unreadable'];
}

export async function inspect(source: SampleSource, context: WorkContext): Promise<Omit<Findings, 'version'>> {
  const all = gatheredFor(source);
  const pause = pauses(context.signal);
  // Comparing is told as the last tenth.
  const whole = Math.ceil(all.count / 0.9);
  await lookAtAll(all, context.signal, (done) => context.progress(done, whole), pause);
  const exact = new DisjointSets(all.count);
  joinEqual(exact, all.fingerprints);
  const near = new DisjointSets(all.count);
  joinEqual(near, all.fingerprints);
  await joinNear(near, {
    ...all,
    usable: (i) => all.fingerprints[i] !== null,
    pause: async (done, total) => {
      context.progress(all.count + ((whole - all.count) * done) / Math.max(1, total), whole);
      await pause();
    },
  });
  return conclude(all, exact, near);
}

function gatheredFor(source: SampleSource): Gathered {
  const splits = source.splitNames.map((name) => source.split(name));
  const starts: number[] = [];
  let count = 0;
  for (const split of splits) {
    starts.push(count);
    count += split.count;
  }
  return {
    ...{ splits, starts, count },
    copies: new Uint8Array(count * greys),
    spectra: new Float32Array(count * bits),
    fingerprints: Array<string | null>(count).fill(null),
    brightness: new Float32Array(count).fill(NaN),
    widths: new Uint32Array(count),
    heights: new Uint32Array(count),
    sums: splits.map(() => new ChannelSums()),
    unreadable: [],
  };
}

/** Lets other requests in after every slice of work; throws when the work was cancelled. */
function pauses(signal: AbortSignal): () => Promise<void> {
  let until = performance.now() + slice;
  return async () => {
    if (performance.now() < until) return;
    await new Promise((resolve) => setImmediate(resolve));
    signal.throwIfAborted();
    until = performance.now() + slice;
  };
}

async function lookAtAll(
  all: Gathered,
  signal: AbortSignal,
  tell: (done: number) => void,
  pause: () => Promise<void>,
): Promise<void> {
  let done = 0;
  for (const [s, split] of all.splits.entries()) {
    await inLanes(split.count, signal, async (index) => {
      await lookAt(all, s, split, index);
      tell(++done);
      await pause();
    });
  }
}

async function lookAt(all: Gathered, s: number, split: SampleSplit, index: number): Promise<void> {
  const at = all.starts[s]! + index;
  try {
    const looking = split.look(index);
    const { planes, fingerprint } = looking instanceof Promise ? await looking : looking;
    const copy = all.copies.subarray(at * greys, (at + 1) * greys);
    all.brightness[at] = smallGrey(planes, copy);
    frequencies(copy, all.spectra.subarray(at * bits, (at + 1) * bits));
    all.fingerprints[at] = fingerprint;
    all.widths[at] = planes.width;
    all.heights[at] = planes.height;
    all.sums[s]!.add(planes);
  } catch (error) {
    const why = (error as Error).message;
    if (all.unreadable.length < mostUnreadable) {
      all.unreadable.push({ split: split.name, index, path: split.nameOf(index), why });
    }
  }
}

function joinEqual(groups: DisjointSets, fingerprints: readonly (string | null)[]): void {
  const first = new Map<string, number>();
  fingerprints.forEach((fingerprint, i) => {
    if (fingerprint === null) return;
    const before = first.get(fingerprint);
    if (before === undefined) first.set(fingerprint, i);
    else groups.join(before, i);
  });
}

/** The group of each sample by number, -1 for those that stand alone. */
function numbered(groups: DisjointSets, count: number): { of: Int32Array; groups: number } {
  const size = new Uint32Array(count);
  for (let i = 0; i < count; i++) size[groups.find(i)]!++;
  const numbers = new Map<number, number>();
  const of = new Int32Array(count).fill(-1);
  for (let i = 0; i < count; i++) {
    const root = groups.find(i);
    if (size[root]! < 2) continue;
    if (!numbers.has(root)) numbers.set(root, numbers.size);
    of[i] = numbers.get(root)!;
  }
  return { of, groups: numbers.size };
}

function conclude(all: Gathered, exactSets: DisjointSets, nearSets: DisjointSets): Omit<Findings, 'version'> {
  const exact = numbered(exactSets, all.count);
  const near = numbered(nearSets, all.count);
  const problems = new Uint8Array(all.count);
  for (let i = 0; i < all.count; i++) {
    if (all.fingerprints[i] === null) problems[i]! |= problemBits.unreadable;
    if (exact.of[i]! >= 0) problems[i]! |= problemBits.duplicate;
    else if (near.of[i]! >= 0) problems[i]! |= problemBits.near;
  }
  markNearBesideExact(problems, exact.of, near.of);
  markLeaks(problems, near.of, all);
  markOutliers(problems, all);
  const splits = all.splits.map((split, s): SplitFindings => {
    const [from, to] = [all.starts[s]!, all.starts[s]! + split.count];
    return {
      name: split.name,
      brightness: all.brightness.slice(from, to),
      problems: problems.slice(from, to),
      exact: exact.of.slice(from, to),
      near: near.of.slice(from, to),
    };
  });
  const sizes = sizeCounts(all);
  const summary: Inspection = {
    classes: [...(all.splits[0]?.classes ?? [])],
    splits: all.splits.map((split, s) => summaryOf(split, splits[s]!, all.sums[s]!)),
    sizes: sizes.slice(0, mostSizes),
    sizeCount: sizes.length,
    unreadable: all.unreadable,
    groups: { exact: exact.groups, near: near.groups - exactOnly(exact.of, near.of) },
    nearBits: nearBitsFor(all.count),
    at: Date.now(),
  };
  return { summary, splits };
}

/** An exact copy is a near one too where its group holds pictures that are only near. */
function markNearBesideExact(problems: Uint8Array, exact: Int32Array, near: Int32Array): void {
  const kinds = new Map<number, Set<number>>();
  near.forEach((group, i) => {
    if (group < 0) return;
    const own = kinds.get(group) ?? new Set();
    kinds.set(group, own.add(exact[i]!));
  });
  near.forEach((group, i) => {
    if (group >= 0 && (kinds.get(group)!.size > 1 || exact[i]! < 0)) problems[i]! |= problemBits.near;
  });
}

/** Groups of near copies that hold exact ones only. */
function exactOnly(exact: Int32Array, near: Int32Array): number {
  const kinds = new Map<number, Set<number>>();
  near.forEach((group, i) => {
    if (group >= 0) kinds.set(group, (kinds.get(group) ?? new Set()).add(exact[i]!));
  });
  return [...kinds.values()].filter((k) => k.size === 1 && !k.has(-1)).length;
}

function markLeaks(problems: Uint8Array, near: Int32Array, all: Gathered): void {
  const inSplits = new Map<number, Set<number>>();
  const each = (act: (i: number, s: number) => void) =>
    all.splits.forEach((split, s) => {
      for (let k = 0; k < split.count; k++) act(all.starts[s]! + k, s);
    });
  each((i, s) => {
    if (near[i]! >= 0) inSplits.set(near[i]!, (inSplits.get(near[i]!) ?? new Set()).add(s));
  });
  each((i) => {
    if (near[i]! >= 0 && inSplits.get(near[i]!)!.size > 1) problems[i]! |= problemBits.leak;
  });
}

function sizeCounts({ widths, heights, splits, starts }: Gathered): SizeCount[] {
  const counts = new Map<number, SizeCount>();
  splits.forEach((split, s) => {
    for (let i = starts[s]!, end = i + split.count; i < end; i++) {
      const [width, height] = [widths[i]!, heights[i]!];
      if (width === 0) continue;
      const key = width * 2 ** 26 + height;
      const known = counts.get(key) ?? { width, height, count: 0, bySplit: splits.map(() => 0) };
      known.count++;
      known.bySplit[s]!++;
      counts.set(key, known);
    }
  });
  return [...counts.values()].sort((a, b) => b.count - a.count || a.width - b.width || a.height - b.height);
}

function summaryOf(split: SampleSplit, found: SplitFindings, sums: ChannelSums): SplitInspection {
  const brightness = Array<number>(32).fill(0);
  for (const value of found.brightness) if (!Number.isNaN(value)) brightness[Math.min(31, Math.floor(value / 8))]!++;
  const problems = Object.fromEntries(sampleProblems.map((p) => [p, 0])) as Record<SampleProblem, number>;
  for (const mask of found.problems) {
    if (mask === 0) continue;
    for (const p of sampleProblems) if (mask & problemBits[p]) problems[p]++;
  }
  return {
    name: split.name,
    count: split.count,
    countsPerClass: countPerClass(split.labels, split.classes.length),
    channels: sums.statistics(),
    brightness,
    problems: problems satisfies ProblemCounts,
  };
}
