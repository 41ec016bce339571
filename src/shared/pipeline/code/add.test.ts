// A script without a pipeline gets one: declared, imported, and given to the training data.
import { describe, expect, it } from 'vitest';
import { addPipeline, findDatasets } from './add.ts';
import { findPipelines } from './pipelines.ts';
import { writePipeline } from './write.ts';

const script = `import { DataLoader } from 'flint/data';
import { datasets } from 'flint/vision';

const settings = config({ data: 'synthetic' });

const normalize = { mean: [0.5], std: [0.5] };
const trainSet = new datasets.CIFAR10(settings.data, { train: true, normalize });
const testSet = new datasets.CIFAR10(settings.data, { train: false, normalize });
`;

describe('addPipeline', () => {
  it('declares it before the training data, imports it, and gives it', () => {
    const added = addPipeline(script);
    expect(added).toEqual({
      source: `import { DataLoader } from 'flint/data';
import { datasets, transforms } from 'flint/vision';

const settings = config({ data: 'synthetic' });

const normalize = { mean: [0.5], std: [0.5] };
const augment = new transforms.Compose([new transforms.ToTensor(), new transforms.Normalize([0.5], [0.5])]);
const trainSet = new datasets.CIFAR10(settings.data, { train: true, transform: augment });
const testSet = new datasets.CIFAR10(settings.data, { train: false, normalize });
`,
      name: 'augment',
      index: 0,
      given: { dataset: 'trainSet' },
    });
    expect(findDatasets(added.source)).toEqual([
      { type: 'CIFAR10', name: 'trainSet', line: 8, train: true, transform: 'augment' },
      { type: 'CIFAR10', name: 'testSet', line: 9, train: false, transform: null },
    ]);
    expect(findPipelines(added.source)).toMatchObject([
      { name: 'augment', steps: [{ type: 'ToTensor' }, { type: 'Normalize', mean: [0.5], std: [0.5] }] },
    ]);
  });

  it('gives it to the data set that is asked for', () => {
    expect(addPipeline(script, 'testSet').source).toContain('{ train: false, transform: augment }');
    expect(addPipeline(script, 'other').given).toEqual({
      not: { is: 'no-dataset', name: 'other' },
      type: 'transform: augment',
    });
  });

  it('takes a name that is free, and counts the pipelines before it', () => {
    const two = script.replace('const normalize', 'const augment = new transforms.Compose([]);\nconst normalize');
    const added = addPipeline(two);
    expect(added).toMatchObject({ name: 'augment2', index: 1, given: { dataset: 'trainSet' } });
    const written = writePipeline(added.source, added.index, [{ type: 'CenterCrop', size: 4 }]);
    expect(written).toContain('const augment2 = new transforms.Compose([new transforms.CenterCrop(4)]);');
  });

  it.each([
    ["new datasets.MNIST('d')", "new datasets.MNIST('d', { transform: augment })"],
    ["new datasets.MNIST('d',)", "new datasets.MNIST('d', { transform: augment })"],
    ["new datasets.MNIST('d', {})", "new datasets.MNIST('d', { transform: augment })"],
    [
      "new datasets.MNIST('d', {\n  train: true\n})",
      "new datasets.MNIST('d', {\n  train: true,\n  transform: augment,\n})",
    ],
    [
      "new datasets.MNIST('d', {\n  train: true, // all\n})",
      "new datasets.MNIST('d', {\n  train: true,\n  transform: augment, // all\n})",
    ],
    [
      `new datasets.MNIST('${'d'.repeat(60)}', { train: true, labels: 1 })`,
      `new datasets.MNIST('${'d'.repeat(60)}', {\n  train: true,\n  labels: 1,\n  transform: augment,\n})`,
    ],
    [
      "new datasets.ImageFolder('d', { split: 'train' })",
      "new datasets.ImageFolder('d', { split: 'train', transform: augment })",
    ],
    [
      "new DataLoader(new datasets.MNIST('d'), { shuffle: true })",
      "new DataLoader(new datasets.MNIST('d', { transform: augment }), { shuffle: true })",
    ],
  ])('adds the option to %s', (before, after) => {
    expect(
      addPipeline(`import { datasets, transforms } from 'flint/vision';\nconst x = 1\nexport const set = ${before};\n`)
        .source,
    ).toBe(
      `import { datasets, transforms } from 'flint/vision';\nconst x = 1\nconst augment = new transforms.Compose([]);\nexport const set = ${after};\n`,
    );
  });

  it('takes over a normalisation, also one whose numbers are known only when the script runs', () => {
    const before =
      "import { datasets } from 'flint/vision';\nconst set = new datasets.MNIST('d', { normalize: statistics });\n";
    expect(addPipeline(before).source).toContain(
      'const augment = new transforms.Compose([new transforms.ToTensor(), new transforms.Normalize(statistics.mean, statistics.std)]);',
    );
    expect(addPipeline(before).source).toContain("new datasets.MNIST('d', { transform: augment });");
    const inline = before.replace('statistics', '{ mean: [0.1], std: [0.3] }');
    expect(findPipelines(addPipeline(inline).source)[0]!.steps).toEqual([
      { type: 'ToTensor' },
      { type: 'Normalize', mean: [0.1], std: [0.3] },
    ]);
  });

  it.each([
    [
      '{\n  train: true, // all of it\n  normalize: statistics, // of the training set\n  // none are left out\n}',
      '{\n  train: true, // all of it\n  transform: augment, // of the training set\n  // none are left out\n}',
    ],
    [
      '{ /* as measured */ normalize: statistics, train: true }',
      '{ /* as measured */ transform: augment, train: true }',
    ],
    [
      '{\n  normalize: {\n    mean: [0.1], // dark\n    std: [0.3] /* wide */,\n  },\n}',
      '{\n  // dark\n  /* wide */ transform: augment,\n}',
    ],
    ['{ normalize: { mean: [0.1], std: [0.3] }, root: "a//b" }', '{ root: "a//b", transform: augment }'],
  ])('keeps the comments among the options: %s', (before, after) => {
    const text = (options: string) =>
      `import { datasets } from 'flint/vision';\nconst set = new datasets.MNIST('d', ${options});\n`;
    expect(addPipeline(text(before)).source).toContain(`new datasets.MNIST('d', ${after});\n`);
  });

  it('stands before the statement also inside of functions, classes and calls', () => {
    const inFunction =
      "import { datasets } from 'flint/vision';\r\nfunction f() {\r\n  return new DataLoader(new datasets.MNIST('d'));\r\n}\r\n";
    expect(addPipeline(inFunction).source).toContain(
      "function f() {\r\n  const augment = new transforms.Compose([]);\r\n  return new DataLoader(new datasets.MNIST('d', { transform: augment }));\r\n",
    );
    const inClass =
      "import { MNIST } from 'flint/vision';\nclass Data {\n  set = new MNIST('d', { train: true });\n}\n";
    expect(addPipeline(inClass).source).toBe(
      "import { MNIST, transforms } from 'flint/vision';\nconst augment = new transforms.Compose([]);\nclass Data {\n  set = new MNIST('d', { train: true, transform: augment });\n}\n",
    );
  });

  it.each([
    ['const a = 1;\n', { is: 'no-dataset' }],
    ["const testSet = new datasets.MNIST('d');", { is: 'no-dataset' }],
    ["const a = new datasets.MNIST('d'); const b = new datasets.MNIST('e');", { is: 'which', candidates: ['a', 'b'] }],
    ["const a = new datasets.MNIST('d', { train: true, transform: mine });", { is: 'taken', name: 'a' }],
  ])('says why it gave it to none: %s', (source, not) => {
    const added = addPipeline(`import { datasets } from 'flint/vision';\n\n${source}`);
    expect(added.given).toEqual({ not, type: 'transform: augment' });
    expect(added.source).toBe(
      `import { datasets, transforms } from 'flint/vision';\n\nconst augment = new transforms.Compose([]);\n\n${source}`,
    );
  });

  it('leaves options alone that it cannot see', () => {
    const source =
      "const train = new datasets.MNIST('d', options);\nconst b = new datasets.MNIST('d', { train: first });";
    expect(findDatasets(source).map((d) => d.train)).toEqual([null, null]);
    expect(addPipeline(source, 'train').given).toMatchObject({ not: { is: 'options', name: 'train' } });
    expect(addPipeline('').source).toBe(
      "import { transforms } from 'flint/vision';\n\nconst augment = new transforms.Compose([]);\n",
    );
  });
});
