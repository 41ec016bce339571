// The scripts of the templates, as the studio reads and writes their augmentation.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as prettier from 'prettier';
import { describe, expect, it } from 'vitest';
import type { PipelineStep } from '../../src/shared/pipeline/kinds.ts';
import { addPipeline, findDatasets } from '../../src/shared/pipeline/code/add.ts';
import { findPipelines } from '../../src/shared/pipeline/code/pipelines.ts';
import { writePipeline } from '../../src/shared/pipeline/code/write.ts';

const root = join(import.meta.dirname, '../..');
const house = JSON.parse(readFileSync(join(root, '.prettierrc.json'), 'utf8')) as object;
const templates = readdirSync(join(root, 'resources/templates'));
const scriptOf = (name: string) => readFileSync(join(root, 'resources/templates', name, 'train.ts'), 'utf8');

const steps: PipelineStep[] = [
  { type: 'RandomCrop', size: 32, padding: 4 },
  { type: 'RandomHorizontalFlip' },
  { type: 'ColorJitter', brightness: 0.2, off: true },
];

describe('pipelines in the templates', () => {
  it.each(templates)('%s: the same steps give the same text', (name) => {
    const source = scriptOf(name);
    findPipelines(source).forEach((pipeline, i) => expect(writePipeline(source, i, pipeline.steps)).toBe(source));
  });

  const withTraining = templates.filter((name) =>
    findDatasets(scriptOf(name)).some((d) => d.train === true && d.transform === null),
  );
  it('some of them make training data without one', () => expect(withTraining).toContain('mnist-mlp'));

  it.each(withTraining)(
    '%s: a pipeline is added, filled, read back, and stands as prettier would put it',
    async (name) => {
      const added = addPipeline(scriptOf(name));
      expect(added.given).toMatchObject({ dataset: expect.stringMatching(/train/i) as string });
      const text = writePipeline(added.source, added.index, steps);
      expect(findPipelines(text)[added.index]).toMatchObject({ name: added.name, steps });
      expect(await prettier.format(text, { ...house, parser: 'typescript' })).toBe(text);
    },
  );
});
