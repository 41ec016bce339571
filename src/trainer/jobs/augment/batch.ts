// The batch that a step of a past run saw, made again of what the run wrote down.
import type { Dataset } from '../../../flint/data/dataset.ts';
import { batchIndices, epochOrder } from '../../../flint/data/order.ts';
import type { DatasetRecipe, LoaderRecipe } from '../../../flint/data/recipe.ts';
import { noGrad } from '../../../flint/autograd.ts';
import { batchOfStep } from '../../../flint/studio/batches.ts';
import type { Tensor } from '../../../flint/tensor/tensor.ts';
import { datasetOf, originOf } from '../../../flint/vision/named.ts';
import { toPictures } from '../../../flint/vision/pictures.ts';
import type { PreviewTensor, RunBatch } from '../../../shared/contract/augment.ts';
import { StudioError } from '../../../shared/errors.ts';
import type { Job } from '../job.ts';
import { channelNumbers, floatsOf, tensorOf, undoOf } from './pictures.ts';

type LabelledImages = Dataset<[Tensor, Tensor]>;
const mostPictures = 256;

/** The last data set that was made, since one asks for many steps of a run. */
let kept: { key: string; set: LabelledImages } | null = null;

function setOf(recipe: LoaderRecipe): LabelledImages {
  if (recipe.unknown) {
    throw new StudioError(
      'no-recipe',
      `This batch cannot be made again: ${recipe.unknown}, which only the script has.`,
    );
  }
  const key = JSON.stringify(recipe.dataset);
  if (kept?.key !== key) kept = { key, set: datasetOf(recipe.dataset) };
  if (kept.set.length !== recipe.length) {
    const now = kept.set.length;
    kept = null;
    throw new StudioError(
      'data-changed',
      `The data set had ${recipe.length} samples when the run saw it, and has ${now} now: its files have changed.`,
    );
  }
  return kept.set;
}

/** What brings the batch's values back to 0..1. */
function undoOfRecipe(recipe: DatasetRecipe, channels: number): PreviewTensor['undo'] {
  switch (recipe.type) {
    case 'Subset':
      return undoOfRecipe(recipe.dataset, channels);
    case 'ConcatDataset':
      return recipe.datasets[0] && undoOfRecipe(recipe.datasets[0], channels);
    case 'unknown':
      return undefined;
    case 'named': {
      const normalize = recipe.options.normalize as { mean: number[]; std: number[] } | undefined;
      const steps = (recipe.transform ?? []) as { type: string }[];
      return normalize ? { scale: normalize.std, shift: normalize.mean } : undoOf(steps, channels);
    }
  }
}

export const batchJob: Job<'augment.batch'> = ({ folder, step, sample }) => {
  const { recipe, epoch, batch } = batchOfStep(folder, step);
  const set = setOf(recipe);
  const { seed } = recipe;
  const indices = batchIndices(set.length, epochOrder(set.length, recipe.shuffle, { seed, epoch }), recipe, batch);
  if (!indices) throw new StudioError('no-batch', `Epoch ${epoch} of the run has no batch ${batch}.`);
  return noGrad(() => {
    const [x, y] = set.getBatch ? set.getBatch(indices, { seed, epoch }) : [];
    if (!x || !y) throw new StudioError('no-recipe', 'This data set makes no batches of labelled images.');
    return described(recipe, set, { step, epoch, batch, indices, x, y, sample });
  });
};

interface Made {
  step: number;
  epoch: number;
  batch: number;
  indices: number[];
  x: Tensor;
  y: Tensor;
  sample?: number | undefined;
}

function described(recipe: LoaderRecipe, set: LabelledImages, made: Made): RunBatch {
  const { step, epoch, batch, indices, x, y, sample } = made;
  const shape = x.shape as [number, number, number, number];
  const undo = undoOfRecipe(recipe.dataset, shape[1]);
  const values = floatsOf(x.permute(1, 0, 2, 3).contiguous());
  const pictures = toPictures(x, {
    most: mostPictures,
    ...(undo ? { normalize: { mean: undo.shift, std: undo.scale } } : {}),
  });
  const first = originOf(recipe.dataset, set, indices[0]!).set as { classes?: readonly string[] };
  return {
    ...{ step, epoch, batch, seed: recipe.seed, shape, indices },
    labels: y.toArray().map(Number),
    classes: [...(first.classes ?? [])],
    perChannel: channelNumbers(values, shape[1]),
    pictures,
    ...(sample === undefined || sample >= shape[0] ? {} : { tensor: tensorOf(x.at(sample), undo) }),
  };
}
