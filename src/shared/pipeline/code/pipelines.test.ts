// Pipelines as people write them are found, named and understood, and what looks like one is not.
import { describe, expect, it } from 'vitest';
import { findPipelines } from './pipelines.ts';

const steps = (list: string) => findPipelines(`const t = new transforms.Compose(${list});`)[0]!.steps;

describe('findPipelines', () => {
  it('D3 reads types, positional arguments and options', () => {
    const source = `import { datasets, transforms } from 'flint/vision';

const augment = new transforms.Compose([
  new transforms.RandomCrop(32, { padding: 4 }),
  new transforms.RandomHorizontalFlip(),
  new transforms.ToTensor(),
  new transforms.Normalize([0.4914, 0.4822, 0.4465], [0.247, 0.243, 0.261]),
]);
`;
    const [pipeline, ...others] = findPipelines(source);
    expect(others).toEqual([]);
    expect(pipeline).toEqual({
      name: 'augment',
      line: 3,
      start: source.indexOf('[\n'),
      end: source.lastIndexOf(']') + 1,
      steps: [
        { type: 'RandomCrop', size: 32, padding: 4 },
        { type: 'RandomHorizontalFlip' },
        { type: 'ToTensor' },
        { type: 'Normalize', mean: [0.4914, 0.4822, 0.4465], std: [0.247, 0.243, 0.261] },
      ],
      lines: [4, 5, 6, 7],
      commented: [false, false, false, false],
    });
  });

  it.each([
    ['import { transforms as T } from "flint/vision";\nconst a = new T.Compose([new T.ToTensor()]);'],
    [
      "import * as vision from 'flint/vision';\nconst a = new vision.transforms.Compose([new vision.transforms.ToTensor()]);",
    ],
    [
      "import { datasets, transforms } from 'flint/vision';\nconst { Compose, ToTensor } = transforms;\nlet a = new Compose([new ToTensor()]);",
    ],
    [
      "import { transforms } from 'flint/vision';\nconst { Compose: C, ToTensor: Tensor_ } = transforms;\nconst a = new C([new Tensor_()]);",
    ],
    [
      "import { transforms } from 'flint/vision';\nconst T = transforms;\nconst a: T.Compose = new T.Compose([new T.ToTensor()])",
    ],
    [
      "import { transforms } from 'flint/vision'\nconst Compose = transforms.Compose\nconst a = new Compose([new transforms.ToTensor()])",
    ],
    [
      "import { type Thing, transforms, } from 'flint/vision'\nclass A { a = new transforms.Compose([new transforms.ToTensor()]) }",
    ],
    ["import { transforms } from 'flint/vision'\nthis.a = new transforms.Compose([new transforms.ToTensor()])"],
    ["import { transforms } from 'flint/vision'\nf({ x: 1, a: new transforms.Compose([new transforms.ToTensor()]) })"],
    [
      "import { transforms } from 'flint/vision'\nconst a = big ? new transforms.Compose([new transforms.ToTensor()]) : null",
    ],
    ['const a = new transforms.Compose([new transforms.ToTensor(),],)'],
  ])('finds it by whatever it is called: %s', (source) => {
    expect(findPipelines(source)).toMatchObject([{ name: 'a', steps: [{ type: 'ToTensor' }] }]);
  });

  it.each([
    ["import { transforms } from './mine.ts';\nconst a = new transforms.Compose([new transforms.ToTensor()]);"],
    ['const a = "new transforms.Compose([new transforms.ToTensor()])";'],
    ['const a = `${x} new transforms.Compose([new transforms.ToTensor()])`;'],
    ['// new transforms.Compose([new transforms.ToTensor()])'],
    ['const a = /new transforms.Compose([new transforms.ToTensor()])/;'],
    ['const a = new other.transforms.Compose([new transforms.ToTensor()]);'],
    ['const transforms = mine;\nconst a = new transforms.Compose([]);'],
  ])('takes nothing else for one: %s', (source) => expect(findPipelines(source)).toEqual([]));

  it('names none where there is none, and finds several', () => {
    const source =
      'f(new transforms.Compose([]));\nconst b = new transforms.Compose([new transforms.RandomApply([new transforms.CenterCrop(4)])]);';
    expect(findPipelines(source).map((p) => [p.name, p.line, p.steps.length])).toEqual([
      ['', 1, 0],
      ['b', 2, 1],
    ]);
  });

  it('says where the steps are no list', () => {
    expect(findPipelines('const a = new transforms.Compose(steps);')).toMatchObject([{ name: 'a', notAList: true }]);
    expect(findPipelines('const a = new transforms.Compose([x].flat());')).toMatchObject([{ notAList: true }]);
  });

  it('reads numbers, arithmetic, constants, text and nested lists', () => {
    expect(
      steps(`[
        new transforms.Normalize([125.3 / 255, -(1 + 2) * 4], [1_000e-3, 0x10 - .5]),
        new transforms.RandomRotation([-Math.PI, +3], { fill: [1, 2, 3], interpolation: "bili\\x6eear", 'expand': !1 }),
        new transforms.RandomAffine(10, { translate: [0.1, 0.2] as const, shear: null, scale: undefined }),
        new transforms.RandomApply([new transforms.GaussianBlur(3, [0.1, 2])], { p: 0.3 }),
      ]`),
    ).toEqual([
      { type: 'Normalize', mean: [125.3 / 255, -12], std: [1, 15.5] },
      expect.objectContaining({ why: { is: 'other' } }),
      { type: 'RandomAffine', degrees: 10, translate: [0.1, 0.2], shear: null },
      { type: 'RandomApply', transforms: [{ type: 'GaussianBlur', kernelSize: 3, sigma: [0.1, 2] }], p: 0.3 },
    ]);
  });

  it('keeps what is not written out as code, with its line and the reason', () => {
    const list = `[
  new transforms.Lambda((x) => x.mul(2)),
  new transforms.RandomCrop(size),
  ...extra,
  makeFlip({ p: 1 }),
  flip,
  new transforms.RandomCrop(settings.size, { padding }),
  new transforms.RandomCrop(f(3)),
  new transforms.Wobble(3),
  new transforms.RandomCrop(32, { pading: 4 }),
  new transforms.CenterCrop(3, 4),
  new transforms.Resize(\`\${n}\`),
  new transforms.RandomApply([flip]),
  big && new transforms.ToTensor(),
  new Wobble(1),
  new transforms.RandomApply((x) => x),
  new transforms.RandomPerspective({ p: 0.3 }),
  new transforms.CenterCrop(3, {}, 4),
]`;
    const found = findPipelines(`const t = new transforms.Compose(${list});`)[0]!;
    expect(found.lines).toEqual(Array.from({ length: 17 }, (_, i) => i + 2));
    expect(found.steps).toEqual(
      [
        { is: 'function' },
        { is: 'variable', name: 'size' },
        { is: 'spread' },
        { is: 'call', name: 'makeFlip' },
        { is: 'variable', name: 'flip' },
        { is: 'variable', name: 'settings.size' },
        { is: 'call', name: 'f' },
        { is: 'unknown-transform', name: 'Wobble' },
        { is: 'unknown-parameter', name: 'pading' },
        { is: 'too-many', name: 'CenterCrop' },
        { is: 'other' },
        { is: 'variable', name: 'flip' },
        { is: 'variable', name: 'big' },
        { is: 'call', name: 'Wobble' },
        { is: 'function' },
        { is: 'other' },
        { is: 'too-many', name: 'CenterCrop' },
      ].map((why, i) => ({
        why,
        line: i + 2,
        code: list.split('\n')[i + 1]!.trim().replace(/,$/, ''),
      })),
    );
  });

  it('reads steps that are commented out as switched off', () => {
    const found = findPipelines(`const t = new transforms.Compose([
  // Shifted by up to four pixels.
  // new transforms.RandomCrop(32, { padding: 4 }), // as in the paper
  new transforms.ToTensor(), // new transforms.CenterCrop(3)
  // new transforms.ColorJitter({
  //   brightness: 0.4,
  // }),
  /* off: new transforms.CenterCrop(4), */
  // off: flip,
  // new ideas are welcome, (really)
  // flip,
  // new transforms.ToTensor(), new transforms.ToTensor()
  // new transforms.CenterCrop(
]);`)[0]!;
    expect(found.steps).toEqual([
      { type: 'RandomCrop', size: 32, padding: 4, off: true },
      { type: 'ToTensor' },
      { type: 'ColorJitter', brightness: 0.4, off: true },
      { type: 'CenterCrop', size: 4, off: true },
      { code: 'flip', line: 9, why: { is: 'variable', name: 'flip' }, off: true },
    ]);
    expect(found.lines).toEqual([3, 4, 5, 8, 9]);
    expect(found.commented).toEqual([true, false, true, true, true]);
  });

  it('reads steps that are switched off by the library', () => {
    const list =
      '[transforms.off(new transforms.CenterCrop(3)), transforms.off(flip), transforms.off(a, b), transforms.off()]';
    const found = findPipelines(`const t = new transforms.Compose(${list})`)[0]!;
    expect(found.commented).toEqual([false, false, false, false]);
    expect(found.steps).toEqual([
      { type: 'CenterCrop', size: 3, off: true },
      { code: 'flip', line: 1, why: { is: 'variable', name: 'flip' }, off: true },
      { code: 'transforms.off(a, b)', line: 1, why: { is: 'call', name: 'transforms.off' } },
      { code: 'transforms.off()', line: 1, why: { is: 'call', name: 'transforms.off' } },
    ]);
    expect(
      findPipelines(`import { transforms } from 'flint/vision';
const { Compose, off, ToTensor } = transforms;
const t = new Compose([off(new ToTensor())]);`)[0]!.steps,
    ).toEqual([{ type: 'ToTensor', off: true }]);
  });

  it('is not led astray by strings, templates, comments and regular expressions around it', () => {
    const source = `#!/usr/bin/env flint
const a = 'it\\'s [' + "(" + \`{\${ { b: \`\${"}"}\` } }\` /* ] */; // (
const r = x.replace(/[/\\]]*["'\`]/g, '') / 2 / 3;
const n = list!/ 2; const q = i++ / 2; if (a) /[/.test(b);
const t = new transforms.Compose([
  new transforms.CenterCrop(/* ( */ 4 /* , */),
]);`;
    expect(findPipelines(source)).toMatchObject([{ name: 't', line: 5, steps: [{ type: 'CenterCrop', size: 4 }] }]);
  });

  it('gives what it finds in a source that is not complete', () => {
    expect(findPipelines('const t = new transforms.Compose([new transforms.ToTensor(')).toEqual([]);
    expect(findPipelines('const t = { new transforms.Compose([new transforms.ToTensor()])')).toHaveLength(1);
    expect(findPipelines('const s = "unended\nconst t = new transforms.Compose([])')).toHaveLength(1);
    expect(findPipelines(`${'('.repeat(50_000)}new transforms.Compose([${'['.repeat(50_000)}`)).toEqual([]);
    expect(steps(`[${'('.repeat(5000)}1${')'.repeat(5000)}]`)).toMatchObject([{ why: { is: 'other' } }]);
  });
});
