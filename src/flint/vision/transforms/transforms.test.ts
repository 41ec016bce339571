// What holds of all pipelines: plain data and back, the same draws whoever asks, a preview that is the training's image.
import { describe, expect, test } from 'vitest';
import { F, manualSeed, tensor } from '../../index.ts';
import { DataLoader } from '../../data/index.ts';
import { tensorFromBytes, tensorToBytes } from '../../tensor/bytes.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { ImageDataset } from '../datasets.ts';
import type { ImageSet } from '../image-set.ts';
import { beginTransformDecoded, transformDecoded } from './decoded.ts';
import * as transforms from './index.ts';

const { Compose } = transforms;
const [count, channels, height, width] = [64, 3, 20, 20];
const pixels = Uint8Array.from({ length: count * channels * height * width }, (_, i) => (i * 31 + (i >> 7)) % 256);
const set: ImageSet = {
  count,
  channels,
  height,
  width,
  pixels,
  labels: Uint8Array.from({ length: count }, (_, i) => i % 10),
  classes: [...'0123456789'],
  notes: [],
};
const imageSize = channels * height * width;
const image = (i: number): Tensor =>
  tensorFromBytes(pixels.subarray(i * imageSize, (i + 1) * imageSize), [channels, height, width], 'uint8');
const same = (a: Tensor, b: Tensor): boolean =>
  a.dtype === b.dtype && Buffer.from(tensorToBytes(a)).equals(Buffer.from(tensorToBytes(b)));

/** One of each kind, so that every one of them is in the tests of this file. */
const everything = () =>
  new Compose([
    new transforms.RandomApply([new transforms.ColorJitter({ brightness: 0.3, hue: 0.1 })], { p: 0.5 }),
    new transforms.RandomCrop(20, { padding: 3, paddingMode: 'reflect' }),
    new transforms.RandomHorizontalFlip(),
    new transforms.RandomVerticalFlip(0.3),
    new transforms.RandomRotation(15),
    new transforms.RandomRotation(null, { choices: [90, 180, 270] }),
    new transforms.RandomAffine(5, { translate: [0.1, 0.1], scale: [0.9, 1.1], shear: 4, interpolation: 'bilinear' }),
    new transforms.RandomPerspective(0.3),
    new transforms.Pad(2, { fill: [1, 2, 3] }),
    new transforms.CenterCrop([21, 23]),
    new transforms.RandomResizedCrop([17, 18]),
    new transforms.Resize([16, 16], { interpolation: 'bicubic' }),
    new transforms.RandomGrayscale(),
    new transforms.GaussianBlur(3),
    new transforms.RandomInvert(0.2),
    new transforms.RandomPosterize(4),
    new transforms.RandomSolarize(128),
    new transforms.RandomAdjustSharpness(2),
    new transforms.RandomAutocontrast(),
    new transforms.RandomEqualize(),
    new transforms.ToTensor(),
    new transforms.Normalize([0.5, 0.4, 0.3], [0.2, 0.3, 0.4]),
    new transforms.RandomErasing({ value: 'random' }),
  ]);

describe('a pipeline as data', () => {
  test('goes through JSON and draws the same', () => {
    const one = everything();
    const other = Compose.fromJSON(JSON.parse(JSON.stringify(one)) as transforms.PipelineStep[]);
    expect(other.toJSON()).toEqual(one.toJSON());
    for (let index = 0; index < 10; index++) {
      const at = { seed: 3, epoch: 1, index };
      expect(same(one.forward(image(index), at), other.forward(image(index), at))).toBe(true);
    }
  });

  test.each([
    [[{ type: 'RandomDream' }], /step 1: there is no transform RandomDream; there are Resize/],
    [[{ type: 'ToTensor' }, { type: 'RandomCrop', sise: 3 }], /step 2: RandomCrop has no parameter sise; it has size/],
    [[{ type: 'RandomCrop', size: [3, 'x'] }], /\[RandomCrop\] step 1: size must be a number.*got "x"/],
    [[{ type: 'RandomCrop', size: 3, padding: -1 }], /padding must be a number from 0/],
    [[{ type: 'GaussianBlur', kernelSize: 4 }], /kernelSize must be odd/],
    [[{ type: 'RandomRotation', degrees: 3, choices: [90] }], /one of the two/],
    [[{ type: 'RandomHorizontalFlip', p: 2 }], /p must be a number from 0 to 1, got 2/],
    [[{ type: 'Normalize', mean: [0, 0], std: [1] }], /of one length/],
    [[{ type: 'Normalize', mean: [0], std: [0] }], /std must not be 0/],
    [[{ type: 'ColorJitter', hue: 0.7 }], /hue must stay within/],
    [[{ type: 'ColorJitter', contrast: [1.2, 0.8] }], /from the smaller number to the larger/],
    [[{ type: 'Resize', size: [3, 4], maxSize: 9 }], /maxSize goes with one number/],
    [[{ type: 'RandomApply', transforms: [{ type: 'Pad' }] }], /step 1, step 1 inside: padding must be/],
    [[{ type: 'RandomErasing', scale: [0, 2] }], /scale must be a number from 0 to 1/],
    [[null], /step 1 must be an object with a type/],
  ])('%j is refused with a sentence', (steps, message) => {
    expect(() => Compose.fromJSON(steps as transforms.PipelineStep[])).toThrow(message as RegExp);
  });

  test('a function of the script cannot be written', () => {
    expect(() => new Compose([new transforms.Lambda((x) => x)]).toJSON()).toThrow(/cannot be written as data/);
  });
});

describe('draws', () => {
  test('a step keeps its draws when others are added, moved, switched off or inside of one another', () => {
    const crop = () => new transforms.RandomCrop(16);
    const drawn = (list: transforms.Transform[]): unknown[] =>
      Array.from({ length: 8 }, (_, index) =>
        new Compose(list)
          .describe(image(index), { seed: 1, epoch: 2, index })
          .filter((step) => step.type === 'RandomCrop')
          .map((step) => step.drawn),
      );
    const alone = drawn([crop()]);
    const flip = new transforms.RandomHorizontalFlip();
    expect(drawn([flip, crop()])).toEqual(alone);
    expect(drawn([crop(), new transforms.ColorJitter({ contrast: 0.5 }), flip])).toEqual(alone);
    expect(drawn([transforms.off(new transforms.RandomRotation(30)), crop()])).toEqual(alone);
    expect(drawn([new transforms.RandomApply([new transforms.RandomCrop(20)], { p: 1 }), crop()])).toEqual(alone);
    // One of its own type before it, also switched off, is the first of that type.
    expect(drawn([transforms.off(crop()), crop()]).map((d) => (d as unknown[])[1])).not.toEqual(
      alone.map((d) => (d as unknown[])[0]),
    );
  });

  test('differ by seed, epoch and sample; without a moment they follow manualSeed', () => {
    const compose = everything();
    const at = { seed: 1, epoch: 1, index: 1 };
    const first = compose.forward(image(0), at);
    for (const other of [
      { ...at, seed: 2 },
      { ...at, epoch: 2 },
      { ...at, index: 2 },
    ])
      expect(same(first, compose.forward(image(0), other))).toBe(false);
    manualSeed(4);
    const [a, b] = [compose.forward(image(0)), compose.forward(image(0))];
    manualSeed(4);
    expect(same(compose.forward(image(0)), a)).toBe(true);
    expect(same(a, b)).toBe(false);
  });

  test('a probability of 0.3 comes true three times of ten, degrees stay in their range', () => {
    const compose = new Compose([new transforms.RandomHorizontalFlip(0.3), new transforms.RandomRotation([-5, 10])]);
    let flipped = 0;
    for (let index = 0; index < 2000; index++) {
      const [flip, turn] = compose.describe(image(0), { seed: 0, epoch: 0, index });
      if (flip!.drawn['flipped']) flipped++;
      expect(turn!.drawn['angle']).toBeGreaterThanOrEqual(-5);
      expect(turn!.drawn['angle']).toBeLessThan(10);
    }
    expect(Math.abs(flipped / 2000 - 0.3)).toBeLessThan(0.035);
  });
});

describe('preview = training', () => {
  test.each([0, 1, 2])(
    'the last picture of a description is the batch’s, bit for bit, with %i workers',
    (numWorkers) => {
      const compose = everything();
      const data = new ImageDataset(set, null, compose);
      const loader = new DataLoader(data, { batchSize: 24, seed: 11, numWorkers });
      loader.setEpoch(3);
      let index = 0;
      for (const [x] of loader) {
        for (let i = 0; i < x.shape[0]!; i++, index++) {
          const steps = compose.describe(image(index), { seed: 11, epoch: 3, index });
          expect(same(steps.at(-1)!.tensor!, x.at(i))).toBe(true);
        }
      }
      expect(index).toBe(count);
    },
  );

  test('a description says what each step drew and shows its picture', () => {
    const compose = new Compose([
      new transforms.RandomHorizontalFlip(1),
      transforms.off(new transforms.RandomInvert(1)),
      new transforms.RandomCrop([10, 12]),
      new transforms.ToTensor(),
      new transforms.Normalize([0.5, 0.5, 0.5], [0.25, 0.25, 0.25]),
    ]);
    const [flip, invert, crop, floats, normal] = compose.describe(image(5), { seed: 0, epoch: 0, index: 5 });
    expect(flip!.drawn).toEqual({ flipped: true });
    expect(flip!.image.shape).toEqual([height, width, channels]);
    expect(same(flip!.image, image(5).flip(2).permute(1, 2, 0).contiguous())).toBe(true);
    expect(invert).toMatchObject({ off: true, drawn: {} });
    expect(same(invert!.image, flip!.image)).toBe(true);
    expect(Object.keys(crop!.drawn)).toEqual(['top', 'left']);
    expect(crop!.image.shape).toEqual([10, 12, channels]);
    expect(crop!.tensor).toBeNull();
    expect(floats!.tensor!.shape).toEqual([channels, 10, 12]);
    // Normalised values look as they did before.
    expect(same(normal!.image, crop!.image)).toBe(true);
    expect(normal!.tensor!.sub(floats!.tensor!.sub(0.5).div(0.25)).abs().max().item()).toBeLessThan(1e-6);
  });
});

describe('calls', () => {
  test('a batch is its images one by one; floats are taken as bytes are', () => {
    const compose = new Compose([
      new transforms.RandomAffine(20, { interpolation: 'bilinear' }),
      new transforms.ToTensor(),
    ]);
    const batch = tensorFromBytes(pixels, [count, channels, height, width], 'uint8');
    const at = { seed: 2, epoch: 0, index: 7 };
    const all = compose.forward(batch, at);
    expect(all.shape).toEqual([count, channels, height, width]);
    expect(same(all.at(5), compose.forward(image(5), { ...at, index: 12 }))).toBe(true);
    const floats = compose.forward(batch.float().div(255), at);
    expect(floats.sub(all).abs().max().item()).toBeLessThan(0.6 / 255);
  });

  test('one transform by itself; bytes stay bytes until ToTensor', () => {
    const flipped = new transforms.RandomHorizontalFlip(1).forward(image(1));
    expect(flipped.dtype).toBe('uint8');
    expect(same(flipped, image(1).flip(2))).toBe(true);
    expect(() => new transforms.Normalize([0.5], [0.5]).forward(image(1))).toThrow(/put ToTensor\(\) before Normalize/);
    expect(() => new transforms.Normalize([0.5, 0.5], [1, 1]).forward(image(1).float())).toThrow(
      /3 channels.*2 values/,
    );
    expect(() => new transforms.RandomCrop(30).forward(image(1))).toThrow(/crop of 30 x 30 does not fit.*padIfNeeded/);
    expect(() => new transforms.GaussianBlur(41).forward(image(1))).toThrow(/too large/);
    expect(() => new transforms.ToTensor().forward(tensor([1, 2]))).toThrow(/\[channels, height, width\]/);
    expect(() => new transforms.ToTensor().forward(image(1).long())).toThrow(/uint8 in 0..255 or float32, got int64/);
  });

  test('a function of the script stands between what the engine does', () => {
    const compose = new Compose([
      new transforms.RandomCrop(16),
      new transforms.ToTensor(),
      new transforms.Lambda((x) => x.mul(2)),
      new transforms.RandomHorizontalFlip(),
    ]);
    const plain = new Compose([
      new transforms.RandomCrop(16),
      new transforms.RandomHorizontalFlip(),
      new transforms.ToTensor(),
    ]);
    const data = new ImageDataset(set, null, compose);
    const [x] = data.getBatch([3, 9, 4], { seed: 1, epoch: 1 });
    const [y] = new ImageDataset(set, null, plain).getBatch([3, 9, 4], { seed: 1, epoch: 1 });
    expect(same(x, y.mul(2))).toBe(true);
    const trace = compose.describe(image(9), { seed: 1, epoch: 1, index: 9 });
    expect(trace.map((step) => step.type)).toEqual(['RandomCrop', 'ToTensor', 'Lambda', 'RandomHorizontalFlip']);
    expect(same(trace.at(-1)!.tensor!, x.at(1))).toBe(true);
    expect(() => new Compose([new transforms.Lambda(() => 3 as never)]).forward(image(0))).toThrow(
      /must give an image/,
    );
  });

  test('images decoded from files, each of its own size', () => {
    const decoded = [
      { width: 30, height: 20, channels: 3 },
      { width: 17, height: 44, channels: 3 },
    ].map((size) => ({ ...size, pixels: pixels.slice(0, size.width * size.height * 3) }));
    const compose = new Compose([new transforms.RandomResizedCrop(12), new transforms.ToTensor()]);
    const at = { seed: 1, epoch: 0 };
    const now = transformDecoded(decoded, [8, 9], compose, at);
    expect(now.shape).toEqual([2, 3, 12, 12]);
    const planar = tensorFromBytes(decoded[1]!.pixels, [44, 17, 3], 'uint8').permute(2, 0, 1).contiguous();
    expect(same(compose.forward(planar, { ...at, index: 9 }), now.at(1))).toBe(true);
    expect(same(beginTransformDecoded(decoded, [8, 9], compose, at, 2)(), now)).toBe(true);
    expect(() => transformDecoded(decoded, [8, 9], new Compose([new transforms.ToTensor()]), at)).toThrow(
      /sample 9: is 3 x 44 x 17 after the transforms, but the first of the batch \(sample 8\) is 3 x 20 x 30.*add Resize/,
    );
  });
});

describe('targets', () => {
  test('a mask shows what the image shows, boxes that are cut away are flagged', () => {
    const compose = new Compose([
      new transforms.RandomHorizontalFlip(),
      new transforms.RandomCrop([10, 10]),
      new transforms.RandomRotation(25),
      new transforms.RandomInvert(1),
    ]);
    const mask = image(0).at(0).gt(127).to('uint8');
    const inverted = mask.mul(255).unsqueeze(0);
    let cut = 0;
    for (let index = 0; index < 20; index++) {
      const boxes = [
        [0, 0, 4, 4],
        [0, 0, 20, 20],
      ];
      const at = { seed: 6, epoch: 0, index };
      const moved = compose.withTargets(inverted, { boxes, mask }, at);
      // Where the image is not outside: its negative is what the mask says.
      const agrees = moved.image.at(0).lt(128).eq(moved.mask!.gt(0));
      expect(agrees.float().mean().item()).toBeGreaterThan(0.85);
      expect(moved.empty[1]).toBe(false);
      if (moved.empty[0]) cut++;
    }
    expect(cut).toBeGreaterThan(3);
    expect(cut).toBeLessThan(20);
    expect(() => compose.withTargets(inverted, { mask: mask.at('0:5') })).toThrow(/of the image's size \[20, 20\]/);
    expect(() => compose.withTargets(inverted, { boxes: [[1, 2, 3]] })).toThrow(/each must be 4 numbers/);
  });
});

describe('MixUp and CutMix', () => {
  const data = new ImageDataset(set, null);
  const at = { seed: 3, epoch: 1, batch: 2 };
  const [x, y] = data.getBatch([...Array(16).keys()]);

  test('mix images as they mix labels, and F.crossEntropy takes the labels', () => {
    const mixed = new transforms.MixUp({ alpha: 0.4, classes: 10 }).forward([x, y], at);
    const share = mixed[1].at(3, 3).item() as number;
    expect(share).toBeGreaterThan(0);
    expect(share).toBeLessThan(1);
    expect(
      mixed[0]
        .sub(x.mul(share).add(x.roll(1, 0).mul(1 - share)))
        .abs()
        .max()
        .item(),
    ).toBeLessThan(1e-6);
    expect(mixed[1].sum(1).sub(1).abs().max().item()).toBeLessThan(1e-6);
    const logits = tensor(
      Array.from({ length: 16 }, (_, i) => Array.from({ length: 10 }, (_, j) => ((i * j) % 7) / 3)),
    );
    const loss = F.crossEntropy(logits, mixed[1]).item() as number;
    const apart = [y, y.roll(1, 0)].map((labels) => F.crossEntropy(logits, labels).item() as number);
    expect(loss).toBeCloseTo(share * apart[0]! + (1 - share) * apart[1]!, 5);
  });

  test('CutMix labels are the share of pixels', () => {
    const cut = new transforms.CutMix({ classes: 10 });
    for (let batch = 0; batch < 20; batch++) {
      const [images, labels] = cut.forward([x, y], { ...at, batch });
      const own = images.eq(x).float().mean().item() as number;
      expect(Math.abs(own - (labels.at(3, 3).item() as number))).toBeLessThan(0.02);
      expect(
        images
          .eq(x)
          .logicalOr(images.eq(x.roll(1, 0)))
          .all()
          .item(),
      ).toBe(true);
    }
  });

  test('draw by seed, epoch and batch; say what is wrong', () => {
    const mix = new transforms.MixUp({ classes: 10 });
    expect(same(mix.forward([x, y], at)[0], mix.forward([x, y], at)[0])).toBe(true);
    expect(same(mix.forward([x, y], at)[0], mix.forward([x, y], { ...at, batch: 3 })[0])).toBe(false);
    expect(() => new transforms.MixUp().forward([x, y], at)).toThrow(/\{ classes: 10 \}/);
    expect(() => mix.forward([x, y.at('0:3')], at)).toThrow(/labels must be \[16\]/);
    expect(() => new transforms.MixUp({ alpha: 0 })).toThrow(/alpha must be a number of at least/);
    const shares = Array.from(
      { length: 400 },
      (_, batch) =>
        new transforms.MixUp({ alpha: 2, classes: 10 })
          .forward([x, y], { ...at, batch })[1]
          .at(3, 3)
          .item() as number,
    );
    // Of Beta(2, 2): mean 1/2, variance 1/20.
    const mean = shares.reduce((a, b) => a + b) / 400;
    const variance = shares.reduce((a, b) => a + (b - mean) ** 2, 0) / 400;
    expect(mean).toBeCloseTo(0.5, 1);
    expect(Math.abs(variance - 0.05)).toBeLessThan(0.012);
  });
});
