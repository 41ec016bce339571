// Which samples a view shows, in which order: filtered, searched and sorted here, so that only indices cross the wire.
import type { SampleQuery } from '../../shared/contract/datasets.ts';
import { StudioError } from '../../shared/errors.ts';
import { problemBits, type SplitFindings } from './inspection/findings.ts';
import type { SampleSplit } from './sources/sample-source.ts';

/** Indices of the samples of `split` that fit the query. `findings`: what an inspection found, when there was one. */
export function orderOf(split: SampleSplit, query: SampleQuery, findings: SplitFindings | null): Uint32Array {
  const fits = filterOf(split, query, findings);
  const order = new Uint32Array(split.count);
  let count = 0;
  for (let i = 0; i < split.count; i++) if (fits(i)) order[count++] = i;
  const found = order.slice(0, count);
  const key = sortKey(split, query, findings);
  if (key) sortBy(found, key);
  if (query.descending) found.reverse();
  return found;
}

type Test = (index: number) => boolean;

function filterOf(split: SampleSplit, query: SampleQuery, findings: SplitFindings | null): Test {
  const tests: Test[] = [];
  const { label, problem, size, brightness, search } = query;
  if (label !== undefined) tests.push((i) => split.labels[i] === label);
  if (problem) {
    const { problems } = inspected(findings);
    const bit = problemBits[problem];
    tests.push((i) => (problems[i]! & bit) !== 0);
  }
  if (brightness) {
    const values = inspected(findings).brightness;
    tests.push((i) => values[i]! >= brightness[0] && values[i]! <= brightness[1]);
  }
  if (size) {
    const [w, h] = [widthOf(split), heightOf(split)];
    const within = (v: number, [low, high]: readonly [number, number]) => v >= low && v <= high;
    tests.push((i) => within(w(i), size.width) && within(h(i), size.height));
  }
  if (search) {
    const part = search.toLowerCase();
    tests.push((i) => split.nameOf(i).toLowerCase().includes(part));
  }
  return (i) => tests.every((test) => test(i));
}

const widthOf = ({ sizes, shape }: SampleSplit) => (sizes ? (i: number) => sizes[2 * i]! : () => shape?.[2] ?? 0);
const heightOf = ({ sizes, shape }: SampleSplit) => (sizes ? (i: number) => sizes[2 * i + 1]! : () => shape?.[1] ?? 0);

type Key = (index: number) => number | string;

function sortKey(split: SampleSplit, query: SampleQuery, findings: SplitFindings | null): Key | null {
  const { fileBytes } = split;
  // What belongs together stands together.
  if (query.problem === 'duplicate') return groupKey(inspected(findings).exact);
  if (query.problem === 'near' || query.problem === 'leak') return groupKey(inspected(findings).near);
  switch (query.sort) {
    case 'class':
      return (i) => split.labels[i]!;
    case 'size': {
      const [w, h] = [widthOf(split), heightOf(split)];
      return split.sizes ? (i) => w(i) * h(i) : null;
    }
    case 'bytes':
      return fileBytes ? (i) => fileBytes[i]! : null;
    case 'brightness': {
      const { brightness } = inspected(findings);
      return (i) => (Number.isNaN(brightness[i]) ? -1 : brightness[i]!);
    }
    case 'name':
      // Numbered samples stand in the order of their numbers already.
      return fileBytes ? (i) => fileName(split.nameOf(i)) : null;
    default:
      return null;
  }
}

const groupKey = (groups: Int32Array) => (i: number) => groups[i]!;
const fileName = (path: string) => path.slice(path.lastIndexOf('/') + 1).toLowerCase();

/** Stable: samples of one key stay in the order of their numbers. Keys are taken once a sample. */
function sortBy(order: Uint32Array, key: Key): void {
  const keys = Array.from(order, key);
  const places = Uint32Array.from(order, (_, i) => i);
  const before = (a: number, b: number) => (keys[a]! < keys[b]! ? -1 : keys[a]! > keys[b]! ? 1 : a - b);
  places.sort(before);
  const sorted = places.map((place) => order[place]!);
  order.set(sorted);
}

function inspected(findings: SplitFindings | null): SplitFindings {
  if (findings) return findings;
  throw new StudioError(
    'not-inspected',
    'This asks for what only an inspection of all samples can tell. Inspect them first.',
  );
}
