// What was read is written back: unchanged text stays, changed steps come in the house's formatting, comments move along.
import { describe, expect, it } from 'vitest';
import type { PipelineStep } from '../kinds.ts';
import type { Step } from './code-step.ts';
import { findPipelines } from './pipelines.ts';
import { copied, list, script, steps } from './testing/script.ts';
import { pipelineCode, pipelineFromCode, writePipeline } from './write.ts';

const allOn = (s: Step[]) => s.map(({ off: _, ...step }) => step as Step);
const change = (by: (steps: Step[]) => Step[], source = script): string => writePipeline(source, 0, by(steps(source)));

describe('writePipeline', () => {
  it('gives back the same text for the same steps', () => {
    expect(change((s) => s)).toBe(script);
    expect(change(copied)).toBe(script);
    expect(change(([crop, flip, ...rest]) => [crop!, { ...flip!, p: 0.5 } as Step, ...rest])).toBe(script);
  });

  it('changes the step that changed, and keeps its comments', () => {
    expect(change(([crop, ...rest]) => [{ ...(crop as PipelineStep), padding: 8, fill: 0 }, ...rest])).toBe(
      script.replace('padding: 4', 'padding: 8'),
    );
  });

  it('keeps the comments inside of a step that changed, or was switched on, before it', () => {
    const source = `const t = new transforms.Compose([
  new transforms.ColorJitter({
    brightness: 0.4, // as in the paper
    /* tried 0.1 to 0.5 */ contrast: 0.2,
  }),
  transforms.off(/* later */ new transforms.CenterCrop(/* pixels */ 4)),
]);
`;
    const [jitter, crop] = findPipelines(source)[0]!.steps as [PipelineStep, PipelineStep];
    const { off: _, ...on } = crop;
    expect(writePipeline(source, 0, [{ ...jitter, brightness: 0.5 }, on as PipelineStep])).toBe(
      `const t = new transforms.Compose([
  // as in the paper
  /* tried 0.1 to 0.5 */
  new transforms.ColorJitter({ brightness: 0.5, contrast: 0.2 }),
  /* later */
  new transforms.CenterCrop(/* pixels */ 4),
]);
`,
    );
  });

  it('moves a step with its comments, and its text as it was', () => {
    expect(list(change(([crop, flip, ...rest]) => [...rest, flip!, crop!]))).toBe(`[
  /* colours */
  // new transforms.ColorJitter({ brightness: 0.4 }),
  new transforms.Lambda((x) => {
    return x;
  }),
  new transforms.ToTensor(),
  new transforms.RandomHorizontalFlip( .5 ),
  // Shifted by up to four pixels.
  new transforms.RandomCrop(32, { padding: 4 }), // as in the paper
  // the end
]`);
  });

  it('switches steps off and on, code of several lines too', () => {
    const off = change((s) => s.map((step) => ({ ...step, off: true }) as Step));
    expect(list(off)).toBe(`[
  // Shifted by up to four pixels.
  transforms.off(new transforms.RandomCrop(32, { padding: 4 })), // as in the paper
  transforms.off(new transforms.RandomHorizontalFlip( .5 )),

  /* colours */
  // new transforms.ColorJitter({ brightness: 0.4 }),
  transforms.off(
    new transforms.Lambda((x) => {
      return x;
    }),
  ),
  transforms.off(new transforms.ToTensor()),
  // the end
]`);
    const jitter = ['  // new transforms.Color', '  new transforms.Color'] as const;
    expect(change(allOn, off)).toBe(script.replace(...jitter));
  });

  it('keeps a comment a comment until it is switched on', () => {
    const brighter = (by: object) => change((s) => s.map((step, i) => (i === 2 ? ({ ...step, ...by } as Step) : step)));
    expect(brighter({ brightness: 0.5 })).toBe(
      script.replace(
        '// new transforms.ColorJitter({ brightness: 0.4',
        '// new transforms.ColorJitter({ brightness: 0.5',
      ),
    );
    expect(findPipelines(brighter({ off: false }))[0]!.commented).toEqual([false, false, false, false, false]);
  });

  it('makes what is spread in a comment, as it cannot be switched off', () => {
    const source = 'const t = new transforms.Compose([...extra, flip, new transforms.ToTensor()]);';
    const off = change((s) => s.map((step) => ({ ...step, off: true }) as Step), source);
    expect(list(off)).toBe(
      '[\n  // off: ...extra,\n  transforms.off(flip),\n  transforms.off(new transforms.ToTensor()),\n]',
    );
    expect(steps(off)).toMatchObject([
      { code: '...extra', off: true },
      { code: 'flip', off: true },
      { type: 'ToTensor', off: true },
    ]);
    expect(list(change(allOn, off))).toBe('[...extra, flip, new transforms.ToTensor()]');
  });

  it('removes a step with its comments, keeps the rest', () => {
    expect(change(([, ...rest]) => rest)).toBe(script.replace(/ {2}\/\/ Shifted[^]*?as in the paper\n/, ''));
    expect(list(change(() => []))).toBe('[\n  // the end\n]');
  });

  it('writes new steps on one line where it fits, else one a line', () => {
    const source = 'const t = new transforms.Compose([]);\n';
    const one = writePipeline(source, 0, [
      { type: 'RandomCrop', size: [32, 28], padding: null, fill: 0 },
      { type: 'ToTensor' },
    ]);
    expect(one).toBe(
      'const t = new transforms.Compose([new transforms.RandomCrop([32, 28]), new transforms.ToTensor()]);\n',
    );
    const many = writePipeline(one, 0, [...steps(one), { type: 'Normalize', mean: [0.5], std: [0.25] }]);
    expect(many).toBe(`const t = new transforms.Compose([
  new transforms.RandomCrop([32, 28]),
  new transforms.ToTensor(),
  new transforms.Normalize([0.5], [0.25]),
]);
`);
    expect(writePipeline(many, 0, steps(one))).toBe(one);
    expect(
      writePipeline(source, 0, [
        {
          type: 'RandomApply',
          transforms: [
            { type: 'CenterCrop', size: 3, off: true },
            { type: 'RandomErasing', p: 0.1, scale: [0.25, 0.5], ratio: [0.25, 0.5], value: 0.125 },
          ],
          p: 0.25,
        },
      ]),
    ).toBe(
      `const t = new transforms.Compose([
  new transforms.RandomApply(
    [
      transforms.off(new transforms.CenterCrop(3)),
      new transforms.RandomErasing({ p: 0.1, scale: [0.25, 0.5], ratio: [0.25, 0.5], value: 0.125 }),
    ],
    { p: 0.25 },
  ),
]);
`,
    );
  });

  it('writes all positional arguments before options', () => {
    expect(
      pipelineCode([
        { type: 'RandomPerspective', p: 0.3 },
        { type: 'RandomRotation', choices: [90] },
        { type: 'GaussianBlur', kernelSize: 3, sigma: [0.1, 2] },
      ]),
    ).toBe(`new transforms.Compose([
  new transforms.RandomPerspective(0.5, { p: 0.3 }),
  new transforms.RandomRotation(null, { choices: [90] }),
  new transforms.GaussianBlur(3),
])`);
  });

  it('keeps the lines that its author chose, tabs, and the ends of lines', () => {
    const chosen =
      'function f() {\r\n\tconst t = new transforms.Compose([\r\n\t\tnew transforms.ToTensor(),\r\n\t]);\r\n}\r\n';
    const jitter = {
      type: 'ColorJitter',
      brightness: [0.123456789, 1.123456789],
      contrast: [0.123456789, 1.123456789],
      saturation: [0.1234, 1.1234],
    };
    expect(writePipeline(chosen, 0, [jitter, { type: 'ToTensor' }])).toBe(
      [
        'function f() {',
        '\tconst t = new transforms.Compose([',
        '\t\tnew transforms.ColorJitter({',
        '\t\t\tbrightness: [0.123456789, 1.123456789],',
        '\t\t\tcontrast: [0.123456789, 1.123456789],',
        '\t\t\tsaturation: [0.1234, 1.1234],',
        '\t\t}),',
        '\t\tnew transforms.ToTensor(),',
        '\t]);',
        '}',
        '',
      ].join('\r\n'),
    );
  });

  it('uses the names that the script has, and imports what it has none for', () => {
    const crop: Step = { type: 'RandomCrop', size: 8 };
    const write = (source: string) => writePipeline(source, 0, [crop]);
    expect(
      write("import { transforms as T } from 'flint/vision';\nconst { Compose } = T;\nnew Compose([]);"),
    ).toContain('Compose([new T.RandomCrop(8)])');
    expect(
      write(
        "import { transforms } from 'flint/vision';\nconst { Compose, RandomCrop: R } = transforms;\nnew Compose([]);",
      ),
    ).toContain('Compose([new R(8)])');
    expect(write("import * as v from 'flint/vision';\nnew v.transforms.Compose([]);")).toContain(
      'Compose([new v.transforms.RandomCrop(8)])',
    );
    expect(write("import { Compose } from 'flint/vision';\nnew Compose([]);")).toBe(
      "import { Compose, transforms } from 'flint/vision';\nnew Compose([new transforms.RandomCrop(8)]);",
    );
  });

  it('writes one of several, chosen by place or by where it was found', () => {
    const two = `${script}const test = new transforms.Compose([new transforms.ToTensor()]);\n`;
    const found = findPipelines(two)[1]!;
    const expected = two.replace(
      'test = new transforms.Compose([',
      'test = new transforms.Compose([new transforms.CenterCrop(28), ',
    );
    const next: Step[] = [{ type: 'CenterCrop', size: 28 }, ...found.steps];
    expect(writePipeline(two, 1, next)).toBe(expected);
    expect(writePipeline(two, found, next)).toBe(expected);
  });

  it('says what cannot be written', () => {
    expect(() => writePipeline('', 0, [])).toThrow(/has changed/);
    expect(() => writePipeline('const a = new transforms.Compose(list);', 0, [])).toThrow(/Line 1: .*no list/);
    expect(() => change(() => [{ type: 'Wobble' }])).toThrow(/Wobble: there is no transform of that name/);
    expect(() => change(() => [{ type: 'CenterCrop', size: 3, p: 1 }])).toThrow(
      /CenterCrop: it has no parameter p; it has size/,
    );
  });
});

describe('pipelineCode', () => {
  it('makes code to copy, and reads what is pasted', () => {
    const crop: Step[] = [{ type: 'RandomCrop', size: 32, padding: 4, off: true }, { type: 'ToTensor' }];
    expect(pipelineCode(crop)).toBe(
      'new transforms.Compose([transforms.off(new transforms.RandomCrop(32, { padding: 4 })), new transforms.ToTensor()])',
    );
    expect(pipelineFromCode(`const a = ${pipelineCode(crop)};`)).toEqual(crop);
    expect(pipelineFromCode('[new transforms.ToTensor()]')).toEqual([{ type: 'ToTensor' }]);
    expect(pipelineFromCode(' new transforms.ToTensor(),\n new transforms.CenterCrop(3)\n')).toEqual([
      { type: 'ToTensor' },
      { type: 'CenterCrop', size: 3 },
    ]);
    for (const other of ['', 'hello, world', '[1, 2]', 'const a = 3;']) expect(pipelineFromCode(other)).toBeNull();
  });
});
