// The batch that a step of a past run saw, made again of what the run wrote down.
import type { Dataset } from '../../../flint/data/dataset.ts';
import { batchIndices, epochOrder } from '../../../flint/data/order.ts';
import { noGrad } from '../../../flint/autograd.ts';
import { batchOfStep, type BatchOfStep } from '../../../flint/studio/batches.ts';
import type { Tensor } from '../../../flint/tensor/tensor.ts';
import { ImageFolder } from '../../../flint/vision/image-folder.ts';
import { bytesOf, checkFiles, datasetOf, namedIn, sourceOf, type Source } from '../../../flint/vision/named.ts';
import { toPictures } from '../../../flint/vision/pictures.ts';
import { stampOf } from '../../../flint/vision/stamp.ts';
import type { RunBatch } from '../../../shared/contract/augment.ts';
import { StudioError } from '../../../shared/errors.ts';
import type { PipelineStep } from '../../../shared/pipeline/kinds.ts';
import type { Job } from '../job.ts';
import { channelNumbers, floatsOf, tensorOf } from './pictures.ts';
import { undoOf, type Undo } from './undo.ts';

type LabelledImages = Dataset<[Tensor, Tensor]>;
const mostPictures = 256;
/** Bytes of a data set that is kept for the next step. */
const mostKept = 256 << 20;

/** The last data set that was made, since one asks for many steps of a run. */
let kept: { key: string; set: LabelledImages } | null = null;

function setOf({ recipe, as }: BatchOfStep): LabelledImages {
  const key = [as, ...namedIn(recipe.dataset).map(({ root }) => stampOf(root))].join('\n');
  if (kept?.key === key) return kept.set;
  kept = null;
  const set = datasetOf(recipe.dataset);
  if (bytesOf(set) <= mostKept) kept = { key, set };
  return set;
}

/** What brings each sample's values back to 0..1, by the pipeline of the set that it comes from. */
function undoing(sources: readonly Source[], channels: number, epoch: number): (Undo | undefined)[] {
  const all = sources.map((): Undo | undefined => undefined);
  for (const places of alike(sources)) {
    const { recipe, seed } = sources[places[0]!]!;
    const normalize = recipe.options.normalize as { mean: number[]; std: number[] } | undefined;
    const keys = places.map((i) => keyOf(sources[i]!));
    const found = normalize
      ? keys.map(() => ({ scale: normalize.std, shift: normalize.mean }))
      : undoOf((recipe.transform ?? []) as PipelineStep[], channels, { seed, epoch }, keys);
    places.forEach((i, k) => (all[i] = found[k]));
  }
  return all;
}

/** The places of those that come from one set and draw from one seed, together. */
function alike(sources: readonly Source[]): number[][] {
  const groups = new Map<LabelledImages, Map<number, number[]>>();
  sources.forEach(({ set, seed }, i) => {
    const ofSet = groups.get(set) ?? new Map<number, number[]>();
    groups.set(set, ofSet);
    const places = ofSet.get(seed);
    if (places) places.push(i);
    else ofSet.set(seed, [i]);
  });
  return [...groups.values()].flatMap((ofSet) => [...ofSet.values()]);
}

/** The sample that random choices depend on: in a folder with damaged files the one that is shown. */
const keyOf = ({ set, index }: Source): number => (set instanceof ImageFolder ? set.shownAt(index) : index);

export const batchJob: Job<'augment.batch'> = ({ folder, step, sample }) => {
  const found = batchOfStep(folder, step);
  const { recipe, epoch, batch } = found;
  const set = setOf(found);
  const { seed } = recipe;
  const indices = batchIndices(set.length, epochOrder(set.length, recipe.shuffle, { seed, epoch }), recipe, batch);
  if (!indices) throw new StudioError('no-batch', `Epoch ${epoch} of the run has no batch ${batch}.`);
  return noGrad(() => {
    const [x, y] = set.getBatch ? set.getBatch(indices, { seed, epoch }) : [];
    if (!x || !y) throw new StudioError('no-recipe', 'This data set makes no batches of labelled images.');
    const sources = indices.map((index) => sourceOf(recipe.dataset, set, index, seed));
    checkFiles(sources);
    return described({ step, epoch, batch, seed, indices, sources, x, y, sample });
  });
};

interface Made {
  step: number;
  epoch: number;
  batch: number;
  seed: number;
  indices: number[];
  sources: Source[];
  x: Tensor;
  y: Tensor;
  sample?: number | undefined;
}

function described({ step, epoch, batch, seed, indices, sources, x, y, sample }: Made): RunBatch {
  const shape = x.shape as [number, number, number, number];
  const undo = undoing(sources, shape[1], epoch);
  const values = floatsOf(x.permute(1, 0, 2, 3).contiguous());
  const pictures = toPictures(x, {
    most: mostPictures,
    normalize: undo.map((each) => (each ? { mean: each.shift, std: each.scale } : null)),
  });
  const labels = y.toArray().map(Number);
  const classNames = sources.map(({ set }, i) => (set as { classes?: readonly string[] }).classes?.[labels[i]!]);
  return {
    ...{ step, epoch, batch, seed, shape, indices, labels },
    classNames: classNames.map((name, i) => name ?? String(labels[i])),
    perChannel: channelNumbers(values, shape[1]),
    pictures,
    ...(sample === undefined || sample >= shape[0] ? {} : { tensor: tensorOf(x.at(sample), undo[sample]) }),
  };
}
