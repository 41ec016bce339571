// The programs that Flint must run, by their ids, and the tests whose names begin with them.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../setup/root.mjs';

const programs = {
  T1: 'making tensors',
  T2: 'attributes and casts, 16-bit types too',
  T3: 'NumPy files',
  T4: 'indices and slices',
  T5: 'shapes',
  T6: 'broadcasting',
  T7: 'joining and parting',
  T8: 'arithmetic and its in-place forms',
  T9: 'matrices and linear algebra',
  T10: 'statistics',
  T11: 'comparing and choosing',
  T12: 'printing',
  A1: 'a step of descent by hand',
  A2: 'gradients of results that are no leaves, hooks',
  A3: 'grad of a loss',
  A4: 'backward twice through softmax',
  A5: 'a second backward without retainGraph',
  A6: 'vector-Jacobian products and Jacobians',
  A7: 'perceptrons beside differences',
  A8: 'detach, noGrad, the recorded graph',
  A9: 'Himmelblau by Adam',
  A10: 'every derivative of first and second order, threads, own derivatives, anomaly mode',
  N1: 'modules: state, hooks, printing',
  N2: 'layers',
  N3: 'activations',
  N4: 'losses',
  N5: 'optimizers',
  N6: 'schedules of the learning rate',
  N7: 'initial values',
  N8: 'early stopping, splits, k-fold',
  N9: 'state in files',
  D1: 'data sets, samplers and loaders',
  D2: 'readers of real files',
  D3: 'image transforms',
  D4: 'vocabularies and sequences',
  D5: 'word vectors, their neighbours, t-SNE',
};

function filesUnder(folder, ending) {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((f) => ending.test(f) && !f.includes('node_modules'))
    .sort()
    .map((f) => join(folder, f));
}

/** Every test whose name begins with an id: `{ id, title, file }`. */
export function testsById() {
  const found = (files, pattern) =>
    files.flatMap((file) =>
      [...readFileSync(join(root, file), 'utf8').matchAll(pattern)].map((m) => ({
        id: m[1],
        title: m[2].trim(),
        file,
      })),
    );
  return [
    ...found(
      filesUnder('src', /\.test\.ts$/),
      /\b(?:test|it|describe)(?:\.\w+\([^)]*\))*\(\s*[`'"]([TAND]\d+)\b,? ?([^`'"]*)/g,
    ),
    ...found(filesUnder('native', /\.cpp$/), /TEST\(([TAN]\d+)_(\w+, \w+)\)/g),
  ];
}

/** The page docs/programs.md. */
export function programsPage() {
  const tests = testsById();
  const rows = Object.entries(programs).map(([id, what]) => {
    const own = tests.filter((t) => t.id === id);
    const files = [...new Set(own.map((t) => t.file))].map((f) => `\`${f}\``);
    return `| ${id} | ${what} | ${files.join('<br>')} |`;
  });
  return [
    '# Programs and their tests',
    'What a learner of deep learning does, by the ids that tests begin with. `npm test -- --grep "^T4"` runs those of one id. Layers, losses and composed functions are tested from tables whose rows get their ids at run time (`src/flint/nn/layers.test.ts`, `src/flint/tensor/composed.test.ts`). Made by `npm run reference`.',
    ['| id | program | tests |', '| --- | --- | --- |', ...rows].join('\n'),
  ].join('\n\n');
}

export const ids = Object.keys(programs);
