// The code that loads a data set: that it runs for every kind, and where it lands in a script.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { transformSync } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as data from '../../../flint/data/index.ts';
import { saveNpy, saveNpz } from '../../../flint/io/npy.ts';
import { ones } from '../../../flint/tensor/creation.ts';
import * as words from '../../../flint/text/index.ts';
import { scanTree } from '../../../flint/vision/images/scan.ts';
import { openTree } from '../../../flint/vision/images/tree.ts';
import * as vision from '../../../flint/vision/index.ts';
import type { DatasetKind } from '../../../shared/contract/datasets.ts';
import { codeText, insertCode, type Described } from './loading-code.ts';
import { listSplits } from './saved-splits.ts';

const project = mkdtempSync(join(tmpdir(), 'flint-code-'));
afterAll(() => rmSync(project, { recursive: true, force: true }));

const modules: Record<string, unknown> = { 'flint/data': data, 'flint/text': words, 'flint/vision': vision };
/** Runs code as a script and gives what its variables are in the end. */
function run(code: string, variables: readonly string[]): Record<string, { length: number; report?: unknown }> {
  const { code: plain } = transformSync(code, { loader: 'ts', format: 'cjs' });
  const whole = `${plain}\nreturn { ${variables.join(', ')} };`;
  return new Function('require', 'module', whole)((name: string) => modules[name], {}) as never;
}

const none = { skippedCount: 0, emptyClasses: [], missingClasses: [] };
const one = (name: string, count = 1) => ({ ...none, splits: [{ name, count }] });
const ppm = Buffer.from('P6 1 1 255\n\x01\x02\x03');
const put = (path: string, bytes: string | Uint8Array = ppm) => {
  mkdirSync(join(project, path, '..'), { recursive: true });
  writeFileSync(join(project, path), bytes);
};
/** A folder as the Data room describes it. */
function folder(path: string): Described {
  const { splits, emptyClasses, missingClasses } = scanTree(openTree(join(project, path)));
  const several = splits.length > 1;
  return {
    kind: 'image-folder',
    source: join(project, path),
    report: {
      splits: splits.map(({ name, images }) => ({ name, count: images.length })),
      skippedCount: 0,
      emptyClasses: emptyClasses.map(({ split, name }) => (several ? `${split}/${name}` : name)),
      missingClasses: missingClasses.map(({ split, name }) => ({ split, classes: [name] })),
    },
  };
}
const described = (kind: DatasetKind, path: string, more: Partial<Described> = {}): Described => ({
  kind,
  source: join(project, path),
  report: null,
  ...more,
});

/** One that everything must get through as it is. */
const odd = process.platform === 'win32' ? "it's a `text` of ${table} 图" : 'it\'s a `text` \\ of ${table} "图"\n';

beforeAll(() => {
  for (const path of ['both/train/a', 'both/train/b', 'both/val/a', 'only/train/a', 'flat/a', 'flat/b', `${odd}/a`])
    put(`${path}/1.ppm`);
  put('t.csv', 'x,y\n1,a\n2,b\n3\n4,a\n');
  put('kinds.csv', `size,kind\n${'1,cat\n2,dog\n'.repeat(20)}3\n`);
  put('t.txt', 'to be or not to be');
  put('v.txt', 'cat 1 2 3\ndog 4 5 6\n');
  saveNpy(ones([3, 2, 2]).to('uint8'), join(project, 'x.npy'));
  const arrays = { x_train: [3, 2, 2], y_train: [3], x_test: [2, 2, 2], y_test: [2] };
  saveNpz(
    Object.fromEntries(Object.entries(arrays).map(([name, shape]) => [name, ones(shape).to('uint8')])),
    join(project, 'x.npz'),
  );
});

describe('the code of every kind runs', () => {
  const skipping = { ...one('all', 3), skippedCount: 1 };
  const npz = {
    ...none,
    splits: [
      { name: 'train', count: 3, arrays: ['x_train', 'y_train'] },
      { name: 'test', count: 2, arrays: ['x_test', 'y_test'] },
    ],
  };
  it.each<[string, () => Described, Record<string, number | undefined>]>([
    ['digits', () => described('digits', ''), { trainSet: 60000, testSet: 10000 }],
    ['a folder with splits, one without a class', () => folder('both'), { trainSet: 2, valSet: 1 }],
    ['a folder with train/ alone', () => folder('only'), { trainSet: 1 }],
    ['a folder of classes', () => folder('flat'), { images: 2 }],
    ['a folder of an odd name', () => folder(odd), { images: 1 }],
    ['a table with a bad row', () => described('table', 't.csv', { report: skipping }), { table: 3 }],
    [
      'a table with a target',
      () => described('table', 'kinds.csv', { report: skipping, target: 'kind' }),
      { rows: undefined },
    ],
    ['a text', () => described('text', 't.txt'), { text: 18, vocabulary: undefined }],
    ['word vectors', () => described('word-vectors', 'v.txt'), { vectors: undefined }],
    ['one array', () => described('numpy', 'x.npy', { report: one('all', 3) }), { arrays: 3 }],
    ['arrays', () => described('numpy', 'x.npz', { report: npz }), { trainSet: 3, testSet: 2 }],
  ])('%s', (_, describedBy, lengths) => {
    const found = run(codeText(describedBy()), Object.keys(lengths));
    for (const [name, length] of Object.entries(lengths)) {
      expect(found[name], name).toBeDefined();
      expect(found[name]!.length, name).toBe(length);
    }
  });

  it('so does that of a folder with a damaged image, and of its split', () => {
    for (const name of ['1', '2', '3']) put(`damaged/a/${name}.ppm`);
    put('damaged/a/2.ppm', 'P6 1');
    const all = ['a/1.ppm', 'a/2.ppm', 'a/3.ppm'];
    const known = folder('damaged');
    known.report!.splits[0]!.unreadable = 1;
    const file = join(project, 'splits/d.json');
    data.saveSplit(file, { source: 'd#all', count: 3, names: all, parts: { one: [0, 1], rest: [2] } });
    const split = listSplits(project, 'd', 'image-folder')[0]!.code.replace("'splits/d.json'", JSON.stringify(file));
    const { one: first, rest } = run(`${codeText(known)}\n${split}`, ['one', 'rest']);
    expect([
      (first as unknown as data.Subset<unknown>).indices,
      (rest as unknown as data.Subset<unknown>).indices,
    ]).toEqual([[0], [1]]);
  });

  it('so does that of a split of its samples', () => {
    const names = ['a/1.ppm', 'b/1.ppm'];
    const lists = { train: [0], 'my-part': [], new: [], trainSet: [1], '1st': [], "it's": [] };
    data.saveSplit(join(project, 'splits/s.json'), { source: 'pets#train', count: 2, parts: lists });
    const saved = listSplits(project, 'pets', 'image-folder')[0]!;
    expect(saved).toMatchObject({ from: 'train', count: 2 });
    const split = saved.code.replace("'splits/s.json'", JSON.stringify(join(project, 'splits/s.json')));
    const found = run(`${codeText(folder('both'))}\n${split}`, ['train', 'my_part', 'new2', 'trainSet2', '_1st']);
    expect(Object.values(found).map((part) => part.length)).toEqual([1, 0, 0, 1, 0]);
    expect(names).toHaveLength(saved.count);

    data.saveSplit(join(project, 'splits/t.json'), { source: 't', count: 3, parts: { a: [0, 2], b: [1] } });
    const ofTable = listSplits(project, 't', 'table')[0]!;
    const rows = ofTable.code.replace("'splits/t.json'", JSON.stringify(join(project, 'splits/t.json')));
    const load = codeText(described('table', 't.csv', { report: skipping }));
    expect(run(`${load}\n${rows}`, ['a', 'b'])).toMatchObject({ a: { length: 2 }, b: { length: 1 } });
  });
});

describe('the code in a script', () => {
  const pets: Described = {
    kind: 'image-folder',
    source: "data/bob's",
    report: { ...none, splits: [...one('train').splits, ...one('val').splits] },
  };
  it('is an import and a constructor for each split', () => {
    expect(codeText(pets)).toBe(
      [
        "import { datasets } from 'flint/vision';",
        '',
        "const trainSet = new datasets.ImageFolder('data/bob\\'s', { split: 'train' });",
        "const valSet = new datasets.ImageFolder('data/bob\\'s', { split: 'val' });",
      ].join('\n'),
    );
    const table = { kind: 'table', source: 'a.csv', target: 'y', report: { ...one('all'), skippedCount: 2 } } as const;
    expect(codeText(table)).toContain("new CsvDataset('a.csv', { target: 'y', standardize: true, badRows: 'skip' })");
    const gaps = { ...table, withoutTarget: 1, report: { ...table.report, skippedCount: 0 } };
    expect(codeText(gaps)).toContain("badRows: 'skip'");
    expect(codeText({ ...gaps, withoutTarget: 0 })).not.toContain('badRows');
  });

  it('goes below the imports, and joins with one of the same module', () => {
    const script = [
      '// My experiment.',
      "import { nn } from 'flint';",
      'import {',
      '  models,',
      "} from 'flint/vision'; // nets",
      '',
      'const net = new nn.Linear(1, 1);',
      '',
    ].join('\n');
    const { text, line } = insertCode(script, pets);
    expect(text).toContain("  models, datasets\n} from 'flint/vision'; // nets\n\nconst trainSet");
    expect(text.split('\n')[line - 1]).toMatch(/^const trainSet/);
    expect(text).toContain("val' });\n\nconst net");
  });

  it('takes other names where they are in use, and leaves paths as they are', () => {
    const { text } = insertCode("const text = 'x';\n", {
      kind: 'text',
      source: 'my text/text of text.txt',
      report: null,
    });
    expect(text).toContain("const text2 = readText('my text/text of text.txt');");
    expect(text).toContain("tokenize(text2, 'char')");
  });

  it('goes below the comment of a script without imports', () => {
    const { text, line } = insertCode('// Nothing yet.\nconsole.log(1);\n', pets);
    expect(text.startsWith('// Nothing yet.\nimport { datasets }')).toBe(true);
    expect(text.split('\n')[line - 1]).toMatch(/^const trainSet/);
    expect(text).toContain("'val' });\n\nconsole.log(1);\n");
    expect(insertCode('', pets).text).toContain('const valSet');
  });

  it.each([
    ['a comment', "import { nn /* nets */ } from 'flint/vision' // all { of } it\nf();\n"],
    ['types', "import type { datasets } from 'flint/vision';\nimport { type Thing, models } from 'flint/vision';\n"],
    ['a commented import', "// import { datasets } from 'flint/vision';\nimport { nn } from 'flint';\nf();\n"],
    ['an import in a text', 'const s = "import { datasets } from \'flint/vision\';";\n'],
    ['attributes', "import a from './a.json' with { type: 'json' };\nf(a);\n"],
    ['a default beside names', "import vision, { models } from 'flint/vision';\nf();\n"],
    ['an import while it runs', "import { nn } from 'flint';\nconst { datasets } = await import('./mine.ts');\n"],
    ['lines that end as on Windows', "import {\r\n  models, // nets\r\n} from 'flint/vision';\r\n\r\nf();\r\n"],
    ['an import on one line with code', "import { nn } from 'flint'; f();\n"],
  ])('goes with %s in the script', (_, script) => {
    const { text, line } = insertCode(script, pets);
    const local = /new (\w+)\.ImageFolder/.exec(text)![1]!;
    // What is TypeScript stays TypeScript, and the name that is used is imported as a value.
    const plain = transformSync(text, { loader: 'ts', format: 'esm', logLevel: 'silent' }).code;
    expect(plain).toMatch(new RegExp(`import[^;]*\\bdatasets( as ${local})?\\b[^;]*from "flint/vision"`));
    expect(text.split('\n')[line - 1]).toMatch(/^const trainSet/);
    expect(text.replaceAll('\r\n', '').includes('\n')).toBe(!script.includes('\r\n'));
    for (const piece of script.match(/\/\/[^\r\n]*|\/\*.*?\*\/|f\(\w*\);/g) ?? []) expect(text).toContain(piece);
  });
});
