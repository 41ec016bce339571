// Previews of data sets: straight from their bytes, without the engine.
import { join } from 'node:path';
import { isCifar10 } from '../../flint/vision/cifar10-files.ts';
import { readdirSync, statSync } from 'node:fs';
import { syntheticRoot } from '../../flint/vision/image-set.ts';
import { cacheFolder } from '../../flint/vision/source.ts';
import type { Twin } from '../../shared/contract/dataset-inspection.ts';
import type { DatasetSummary, ImportReport } from '../../shared/contract/datasets.ts';
import { plainError } from '../../shared/errors.ts';
import { FindingsStore, type Findings } from './inspection/findings.ts';
import { inspect } from './inspection/inspect.ts';
import type { Job, JobContext } from './job.ts';
import { orderOf } from './sample-order.ts';
import {
  countPerClass,
  type Labels,
  type SampleSource,
  type SampleSplit,
  type WorkContext,
} from './sources/sample-source.ts';
import { reportOf, type Openers } from './recognise.ts';
import { rootOf, type DataSource } from './sources/sources.ts';

export interface Checked {
  splits: string[];
  state: 'ready' | 'missing' | 'broken';
  problem?: string;
}

const findingsFolder = () => join(cacheFolder(), 'inspections');

export function datasetJobs(openers: Openers, store = new FindingsStore(findingsFolder())) {
  const { sources } = openers;
  const splitOf = async ({ split, ...data }: DataSource & { split: string }) => (await sources.open(data)).split(split);
  const findingsOf = (source: SampleSource) => store.get(source.stamp);
  const summary: Job<'datasets.summary'> = async (asked) => summaryOf(await splitOf(asked));
  const labels: Job<'datasets.labels'> = async (asked) => copyOf((await splitOf(asked)).labels);
  const order: Job<'datasets.order'> = async ({ split, query, ...data }) => {
    const source = await sources.open(data);
    return orderOf(source.split(split), query, ofSplit(findingsOf(source), split));
  };
  const thumbnails: Job<'datasets.thumbnails'> = async ({ indices, size, ...asked }) =>
    (await splitOf(asked)).thumbnails(indices, size);
  const sample: Job<'datasets.sample'> = async ({ index, ...asked }) => (await splitOf(asked)).sample(index);
  const twins: Job<'datasets.twins'> = async ({ split, index, ...data }) => {
    const source = await sources.open(data);
    const found = findingsOf(source);
    return found ? twinsOf(source, found, split, index) : [];
  };
  const report: Job<'datasets.report'> = async (data) => {
    const { report: taken } = await reportOf(openers, data);
    return data.kind === 'image-folder' ? withFindings(taken, findingsOf(await sources.open(data))) : taken;
  };
  const index: Job<'datasets.index'> = async (data, context) => {
    const source = await sources.open(data);
    if (!source.indexed) await source.index?.(workOf(context));
  };
  const inspection: Job<'datasets.inspection'> = async (data) => findingsOf(await sources.open(data))?.summary ?? null;
  const inspectAll: Job<'datasets.inspect'> = async (data, context) => {
    const source = await sources.open(data);
    const known = findingsOf(source);
    return (known ?? store.put(source.stamp, await inspect(source, workOf(context)))).summary;
  };
  return {
    'datasets.check': ((data) => check(openers, data)) satisfies Job<'datasets.check'>,
    'datasets.summary': summary,
    'datasets.labels': labels,
    'datasets.order': order,
    'datasets.thumbnails': thumbnails,
    'datasets.sample': sample,
    'datasets.twins': twins,
    'datasets.report': report,
    'datasets.index': index,
    'datasets.inspection': inspection,
    'datasets.inspect': inspectAll,
  };
}

/** Plain, where the reader gives a view of a larger store. */
const copyOf = (labels: Labels): Labels => (labels instanceof Uint8Array ? new Uint8Array(labels) : labels.slice());

/** Milliseconds between words about progress. */
const toldEvery = 100;

function workOf({ progress, signal }: JobContext): WorkContext {
  let told = 0;
  return {
    signal,
    progress(done, total) {
      const now = performance.now();
      if (now - told < toldEvery) return;
      told = now;
      progress({ done: Math.floor(done), total });
    },
  };
}

/** An inspection decodes whole files, and so knows more that cannot be read than their headers say. */
function withFindings(report: ImportReport, findings: Findings | null): ImportReport {
  const found = new Map(findings?.summary.splits.map(({ name, problems }) => [name, problems.unreadable]));
  const splits = report.splits.map((split) => {
    const unreadable = Math.max(split.unreadable ?? 0, found.get(split.name) ?? 0);
    return unreadable > 0 ? { ...split, unreadable } : split;
  });
  return { ...report, splits };
}

/** One split, "all", where the kind knows none. */
async function check(openers: Openers, data: DataSource): Promise<Checked> {
  const root = rootOf(data);
  const { sources, tables, texts, vectors } = openers;
  try {
    if (data.kind === 'table') await tables.open(data);
    else if (data.kind === 'text') await texts.open(data, 'char');
    else if (data.kind === 'word-vectors') await vectors.open(data);
    if (['table', 'text', 'word-vectors'].includes(data.kind)) return { splits: ['all'], state: 'ready' };
    const source = await sources.open(data);
    const splits = [...source.splitNames];
    if (root === syntheticRoot) return { splits, state: 'ready' };
    // Decoding 60,000 JPEG files is no check: that they are there must do.
    if (data.kind === 'cifar10' && isCifar10(root) && holdsJpegs(root)) return { splits, state: 'ready' };
    if (source.splitNames.every((name) => data.kind === 'image-folder' && source.split(name).count === 0)) {
      return { splits: [], state: 'missing', problem: noImages(root) };
    }
    // The first split stands for the others: each is read, and its faults told, when it is looked at.
    source.split(splits[0]!);
    return { splits, state: 'ready' };
  } catch (error) {
    const { code, message } = plainError(error);
    const missing = ['missing-data', 'ENOENT', 'ENOTDIR'].includes(code);
    return { splits: [], state: missing ? 'missing' : 'broken', problem: message };
  }
}

const noImages = (root: string) =>
  `${root} holds no images in folders of classes. Choose the folder that has one folder of images for each class.`;

function holdsJpegs(root: string): boolean {
  if (root.endsWith('.zip')) return true;
  return statSync(root).isDirectory() && readdirSync(root).some((name) => name.endsWith('.zip'));
}

function summaryOf({ count, shape, classes, labels }: SampleSplit): DatasetSummary {
  return { count, shape, classes: [...classes], countsPerClass: countPerClass(labels, classes.length) };
}

const ofSplit = (findings: Findings | null, split: string) => findings?.splits.find((s) => s.name === split) ?? null;

const mostTwins = 64;

/** Where else the picture stands; exact copies first. */
function twinsOf(source: SampleSource, findings: Findings, split: string, index: number): Twin[] {
  const own = ofSplit(findings, split);
  const [exact, near] = [own?.exact[index] ?? -1, own?.near[index] ?? -1];
  if (near < 0) return [];
  const twins: Twin[] = [];
  for (const found of findings.splits) {
    const { labels, classes } = source.split(found.name);
    found.near.forEach((group, i) => {
      if (group !== near || (found.name === split && i === index)) return;
      const isExact = exact >= 0 && found.exact[i] === exact;
      twins.push({ split: found.name, index: i, className: classes[labels[i]!] ?? '', exact: isExact });
    });
  }
  return twins.sort((a, b) => Number(b.exact) - Number(a.exact)).slice(0, mostTwins);
}
