// Data sets made again from what they said of themselves.
import { ConcatDataset } from '../data/concat.ts';
import { Subset, type Dataset } from '../data/dataset.ts';
import { recipeOf, type DatasetRecipe, type NamedRecipe } from '../data/recipe.ts';
import { FlintError } from '../errors.ts';
import { FileError } from '../io/file-error.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { CIFAR10, ImageDataset, MNIST } from './datasets.ts';
import { ImageFolder } from './image-folder.ts';
import { CIFAR100, FashionMNIST } from './named-sets.ts';
import { Compose } from './transforms/compose.ts';
import type { PipelineStep } from './transforms/transform.ts';

type LabelledImages = Dataset<[Tensor, Tensor]>;
type Named = new (root: string, options: never) => LabelledImages;

const named: Record<string, Named> = { MNIST, FashionMNIST, CIFAR10, CIFAR100, ImageFolder };

function impossible(why: string): FlintError {
  return new FlintError(`[recipe] the data set cannot be made again: ${why}`, { code: 'recipe', op: 'recipe' });
}

/**
 * The data set of a recipe, reading the same files. Throws where they are gone or changed, or where only the script can make
 * it. `made`: the named sets so far, each of which is read once.
 */
export function datasetOf(recipe: DatasetRecipe, made = new Map<string, LabelledImages>()): LabelledImages {
  switch (recipe.type) {
    case 'Subset':
      return new Subset(datasetOf(recipe.dataset, made), recipe.indices);
    case 'ConcatDataset':
      return new ConcatDataset(recipe.datasets.map((part) => datasetOf(part, made)));
    case 'unknown':
      throw impossible(recipe.why);
    case 'named': {
      const key = JSON.stringify(recipe);
      const set = made.get(key) ?? namedSet(recipe);
      made.set(key, set);
      return set;
    }
  }
}

/** The recipes of the named sets in a recipe. */
export function namedIn(recipe: DatasetRecipe): NamedRecipe[] {
  switch (recipe.type) {
    case 'Subset':
      return namedIn(recipe.dataset);
    case 'ConcatDataset':
      return recipe.datasets.flatMap(namedIn);
    case 'unknown':
      return [];
    case 'named':
      return [recipe];
  }
}

/** Bytes of images that a set keeps in memory. */
export function bytesOf(set: LabelledImages): number {
  if (set instanceof Subset) return bytesOf(set.dataset as LabelledImages);
  if (set instanceof ConcatDataset)
    return [...new Set(set.datasets)].reduce((sum, part) => sum + bytesOf(part as LabelledImages), 0);
  if (set instanceof ImageDataset) return set.images.numel();
  return set instanceof ImageFolder ? set.bytes : 0;
}

function namedSet(recipe: NamedRecipe): LabelledImages {
  const { name, root, options, transform, stamp } = recipe;
  const make = Object.hasOwn(named, name) ? named[name] : undefined;
  if (!make) throw impossible(`there is no data set "${name}"`);
  const steps = transform ? { transform: Compose.fromJSON(transform as PipelineStep[]) } : {};
  const set = new make(root, { ...options, ...steps } as never);
  const now = recipeOf(set);
  if (now.type !== 'named' || now.stamp !== stamp) throw changed(root);
  return set;
}

function changed(root: string): FileError {
  return new FileError('data-changed', {
    file: root,
    problem: 'the files changed since that run',
    hint: 'What it saw can be shown again only with the files that it read.',
  });
}

/** A named data set that a sample comes from, its recipe, and where the sample is in it. */
export interface Source {
  recipe: NamedRecipe;
  set: LabelledImages;
  index: number;
  /** What the random choices of the sample depend on: the loader's seed, or the part's of a ConcatDataset. */
  seed: number;
}

/** Where a sample of a data set of {@link datasetOf} comes from. */
export function sourceOf(recipe: DatasetRecipe, set: LabelledImages, index: number, seed: number): Source {
  if (set instanceof Subset && recipe.type === 'Subset')
    return sourceOf(recipe.dataset, set.dataset as LabelledImages, set.indices[index]!, seed);
  if (set instanceof ConcatDataset && recipe.type === 'ConcatDataset') {
    const { part, inner } = set.locate(index);
    const at = { seed, epoch: 0 };
    const within = set.datasets[part] as LabelledImages;
    return sourceOf(recipe.datasets[part]!, within, inner, set.momentOf(part, at).seed);
  }
  if (recipe.type !== 'named') throw impossible('it is not the set of its recipe');
  return { recipe, set, index, seed };
}

/** Throws where a file of a sample that is read only now is no longer that of the run. */
export function checkFiles(sources: readonly Source[]): void {
  for (const { recipe, set, index } of sources) {
    if (!(set instanceof ImageFolder)) continue;
    const file = set.changedAfter(recipe.opened ?? 0, [index]);
    if (file !== null) throw changed(file);
  }
}
