// Flint's pipelines, as torchvision.py beside it measures torchvision's: prints "<name> <images per second> <processor
// milliseconds an image>" for each pipeline that is named.
import { join } from 'node:path';
import { DataLoader } from 'flint/data';
import { ImageDataset, ImageFolder, transforms } from 'flint/vision';

const count = 6000;
const batchSize = 128;
const folderBatchSize = 32;
const rounds = 3;

const pipelines = {
  cifar: {
    channels: 3,
    size: 32,
    steps: [
      new transforms.RandomCrop(32, { padding: 4 }),
      new transforms.RandomHorizontalFlip(),
      new transforms.ToTensor(),
      new transforms.Normalize([0.491, 0.482, 0.447], [0.247, 0.243, 0.262]),
    ],
  },
  mnist: {
    channels: 1,
    size: 28,
    steps: [
      new transforms.RandomHorizontalFlip(),
      new transforms.RandomVerticalFlip(),
      new transforms.RandomRotation(15),
      new transforms.RandomRotation(null, { choices: [90, 180, 270] }),
      new transforms.Resize([32, 32]),
      new transforms.RandomCrop([28, 28]),
      new transforms.ToTensor(),
    ],
  },
};

const photographs = [
  new transforms.RandomResizedCrop(224),
  new transforms.RandomHorizontalFlip(),
  new transforms.ToTensor(),
  new transforms.Normalize([0.485, 0.456, 0.406], [0.229, 0.224, 0.225]),
];

function drawn(name: keyof typeof pipelines): ImageDataset {
  const { channels, size, steps } = pipelines[name];
  const pixels = Uint8Array.from({ length: count * channels * size * size }, (_, i) => (i * 31 + (i >> 8)) % 256);
  const labels = Uint8Array.from({ length: count }, (_, i) => i % 10);
  const set = { count, channels, height: size, width: size, pixels, labels, classes: [...'0123456789'], notes: [] };
  return new ImageDataset(set, null, new transforms.Compose(steps));
}

function loaderOf(name: string) {
  const options = { shuffle: true, seed: 1, numWorkers: 2 };
  if (name !== 'jpeg') return new DataLoader(drawn(name as keyof typeof pipelines), { batchSize, ...options });
  const root = join(process.env['FLINT_DATA'] ?? '../shared/data', 'hymenoptera_data');
  const data = new ImageFolder(root, { split: 'train', transform: new transforms.Compose(photographs) });
  return new DataLoader(data, { batchSize: folderBatchSize, ...options });
}

const asked = process.argv.slice(2);
for (const name of asked.length > 0 ? asked : [...Object.keys(pipelines), 'jpeg']) {
  const loader = loaderOf(name);
  let images = 0;
  const epoch = (): number => {
    const [begun, before] = [performance.now(), images];
    for (const [x] of loader) images += x.shape[0]!;
    return ((images - before) / (performance.now() - begun)) * 1000;
  };
  const before = process.cpuUsage();
  epoch(); // everything is loaded, the threads have started
  const best = Math.max(...Array.from({ length: rounds }, epoch));
  const { user, system } = process.cpuUsage(before);
  console.log(name, Math.round(best), ((user + system) / 1000 / images).toFixed(3));
}
