// A script with a pipeline of all sorts, and what tests ask of one.
import type { Step } from '../code-step.ts';
import { findPipelines } from '../pipelines.ts';

export const script = `import { datasets, transforms } from 'flint/vision';

const augment = new transforms.Compose([
  // Shifted by up to four pixels.
  new transforms.RandomCrop(32, { padding: 4 }), // as in the paper
  new transforms.RandomHorizontalFlip( .5 ),

  /* colours */
  // new transforms.ColorJitter({ brightness: 0.4 }),
  new transforms.Lambda((x) => {
    return x;
  }),
  new transforms.ToTensor(),
  // the end
]); // behind
const after = 1;
`;
export const steps = (source: string): Step[] => findPipelines(source)[0]!.steps;
/** Without the lines, which move. */
export const unplaced = (s: readonly Step[]) => s.map((step) => ({ ...step, line: 0 }));
export const list = (source: string): string => {
  const { start, end } = findPipelines(source)[0]!;
  return source.slice(start, end);
};
export const copied = (s: readonly Step[]): Step[] => JSON.parse(JSON.stringify(s)) as Step[];
