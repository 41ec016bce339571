// The code that loads a data set, and where it lands in a script.
import { describe, expect, it } from 'vitest';
import { codeText, insertCode, loadingCode } from './loading-code.ts';

const folder = loadingCode({ kind: 'image-folder', source: "data/bob's", splits: ['train', 'val'] });

describe('loading code', () => {
  it('is an import and a constructor for each split', () => {
    expect(codeText(folder)).toBe(
      [
        "import { datasets } from 'flint/vision';",
        '',
        "const trainSet = new datasets.ImageFolder('data/bob\\'s', { split: 'train' });",
        "const valSet = new datasets.ImageFolder('data/bob\\'s', { split: 'val' });",
      ].join('\n'),
    );
    expect(codeText(loadingCode({ kind: 'table', source: 'a.csv', splits: ['all'], target: 'y' }))).toContain(
      "new CsvDataset('a.csv', { target: 'y', standardize: true })",
    );
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
    const { text, line } = insertCode(script, folder);
    expect(text).toContain("import { models, datasets } from 'flint/vision'; // nets\n\nconst trainSet");
    expect(text.split('\n')[line - 1]).toMatch(/^const trainSet/);
    expect(text).toContain("val' });\n\nconst net");
  });

  it('takes other names where they are in use, and leaves paths as they are', () => {
    const code = loadingCode({ kind: 'text', source: 'text/text.txt', splits: ['all'] });
    const { text } = insertCode("const text = 'x';\n", code);
    expect(text).toContain("const text2 = readText('text/text.txt');");
    expect(text).toContain("tokenize(text2, 'char')");
  });

  it('goes below the comment of a script without imports', () => {
    const { text, line } = insertCode('// Nothing yet.\nconsole.log(1);\n', folder);
    expect(text.startsWith('// Nothing yet.\nimport { datasets }')).toBe(true);
    expect(text.split('\n')[line - 1]).toMatch(/^const trainSet/);
    expect(insertCode('', folder).text).toContain('const valSet');
  });
});
