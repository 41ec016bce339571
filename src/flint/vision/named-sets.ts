// Image data sets in the formats of MNIST and CIFAR-10, under their own names.
import { readCifar100, type Cifar100Labels } from './cifar100-files.ts';
import { ImageDataset, type ImageDatasetOptions } from './datasets.ts';
import { syntheticRoot } from './image-set.ts';
import { FileError } from '../io/file-error.ts';
import { readMnist } from './mnist-files.ts';
import { resolveRoot } from './source.ts';

/** What {@link CIFAR100} may be told. */
export interface CIFAR100Options extends ImageDatasetOptions {
  /** The 100 fine classes (default) or the 20 coarse ones. */
  labels?: Cifar100Labels;
}

/**
 * CIFAR-100. `root`: the folder with the binary files or the Python pickles, or one of their archives, which is read in place.
 * Images are [3, 32, 32]. Class names come from the files beside them, or are the original's.
 */
export class CIFAR100 extends ImageDataset {
  constructor(root: string, options: CIFAR100Options = {}) {
    const { train = true, labels = 'fine', normalize, transform } = options;
    const at = resolveRoot(root);
    super(readCifar100(at, train ? 'train' : 'test', { labels }), normalize ?? null, transform ?? null);
    this.origin = { of: CIFAR100, root: at, options: { train, labels } };
  }
}

const fashionClasses = [
  'T-shirt/top', 'Trouser', 'Pullover', 'Dress', 'Coat', 'Sandal', 'Shirt', 'Sneaker', 'Bag', 'Ankle boot',
] as const; // prettier-ignore

/** Fashion-MNIST: clothes in MNIST's format and under its file names. `root`: the folder with the files. Images are [1, 28, 28]. */
export class FashionMNIST extends ImageDataset {
  constructor(root: string, options: ImageDatasetOptions = {}) {
    const { train = true, normalize, transform } = options;
    if (root === syntheticRoot) {
      throw new FileError('missing-data', {
        file: root,
        problem: 'there are no drawn clothes',
        hint: 'Use MNIST("synthetic"), or choose the folder with the files.',
      });
    }
    const at = resolveRoot(root);
    const set = { ...readMnist(at, train ? 'train' : 'test'), classes: fashionClasses };
    super(set, normalize ?? null, transform ?? null);
    this.origin = { of: FashionMNIST, root: at, options: { train } };
  }
}
