// Data sets made again from what they said of themselves.
import { ConcatDataset } from '../data/concat.ts';
import { Subset, type Dataset } from '../data/dataset.ts';
import type { DatasetRecipe } from '../data/recipe.ts';
import { FlintError } from '../errors.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { CIFAR10, MNIST } from './datasets.ts';
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

/** The data set of a recipe, reading the same files. Throws where they are gone, or where only the script can make it. */
export function datasetOf(recipe: DatasetRecipe): LabelledImages {
  switch (recipe.type) {
    case 'Subset':
      return new Subset(datasetOf(recipe.dataset), recipe.indices);
    case 'ConcatDataset':
      return new ConcatDataset(recipe.datasets.map(datasetOf));
    case 'unknown':
      throw impossible(recipe.why);
    case 'named': {
      const make = Object.hasOwn(named, recipe.name) ? named[recipe.name] : undefined;
      if (!make) throw impossible(`there is no data set "${recipe.name}"`);
      const { transform } = recipe;
      const steps = transform ? { transform: Compose.fromJSON(transform as PipelineStep[]) } : {};
      return new make(recipe.root, { ...recipe.options, ...steps } as never);
    }
  }
}

/** The named data set behind a sample, and the sample's index in it. */
export function originOf(
  recipe: DatasetRecipe,
  set: LabelledImages,
  index: number,
): { set: LabelledImages; index: number } {
  if (set instanceof Subset && recipe.type === 'Subset')
    return originOf(recipe.dataset, set.dataset as LabelledImages, set.indices[index]!);
  if (!(set instanceof ConcatDataset) || recipe.type !== 'ConcatDataset') return { set, index };
  let left = index;
  for (const [i, part] of set.datasets.entries()) {
    if (left < part.length) return originOf(recipe.datasets[i]!, part as LabelledImages, left);
    left -= part.length;
  }
  return { set, index };
}
