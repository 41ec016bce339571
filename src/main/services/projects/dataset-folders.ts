// Where a new project's data may be already: FLINT_DATA (empty: nowhere), then the user's data folder.
import { existsSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** Folder names to try for a kind, and what one of its files is called. */
const places: Record<string, { folders: string[]; sign: RegExp }> = {
  mnist: { folders: ['mnist', 'MNIST/raw'], sign: /^train-images[.-]idx3-ubyte(\.gz)?$/ },
  cifar10: {
    folders: [
      'cifar10/cifar-10-batches-bin',
      'cifar10/cifar-10-batches-py',
      'cifar10',
      'cifar10/jpeg-full',
      'cifar10/cifar-10-batches-bin-short',
    ],
    sign: /^(data_batch_1(\.bin)?|cifar-10-(binary|python)\.tar\.gz|cifar10-jpeg\.zip)$/,
  },
};

/** The folder that holds the data set, or "synthetic". */
export function findDataset(kind: string, userData: string, env: NodeJS.ProcessEnv = process.env): string {
  const place = places[kind];
  const roots = [env.FLINT_DATA, userData].filter((root): root is string => Boolean(root));
  for (const root of place ? roots : []) {
    for (const folder of place!.folders) {
      const path = resolve(root, folder);
      if (existsSync(path) && readdirSync(path).some((name) => place!.sign.test(name))) return path;
    }
  }
  return 'synthetic';
}

/** Where a download of this kind goes. */
export const downloadFolder = (kind: string, userData: string) => join(userData, kind);
