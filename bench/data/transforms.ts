// Images per second of Flint's pipelines, as torchvision.py beside it measures torchvision's: prints "<name> <images per
// second>" for each pipeline that is named.
import { DataLoader } from 'flint/data';
import { ImageDataset, transforms } from 'flint/vision';

const count = 6000;
const batchSize = 128;

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

const asked = process.argv.slice(2) as (keyof typeof pipelines)[];
for (const name of asked.length > 0 ? asked : (Object.keys(pipelines) as (keyof typeof pipelines)[])) {
  const { channels, size, steps } = pipelines[name];
  const pixels = Uint8Array.from({ length: count * channels * size * size }, (_, i) => (i * 31 + (i >> 8)) % 256);
  const labels = Uint8Array.from({ length: count }, (_, i) => i % 10);
  const set = { count, channels, height: size, width: size, pixels, labels, classes: [...'0123456789'], notes: [] };
  const data = new ImageDataset(set, null, new transforms.Compose(steps));
  const loader = new DataLoader(data, { batchSize, shuffle: true, seed: 1, numWorkers: 2 });
  const epoch = (): number => {
    const begun = performance.now();
    let images = 0;
    for (const [x] of loader) images += x.shape[0]!;
    return (images / (performance.now() - begun)) * 1000;
  };
  epoch(); // everything is loaded, the threads have started
  console.log(name, Math.round(Math.max(epoch(), epoch(), epoch())));
}
