// The suites of `npm test` as data: what they run and how their output is counted.
import { nativeFolder } from '../setup/native.mjs';
import { cppFiles } from './files.mjs';

const numberAfter = (output, pattern) => {
  const all = [...output.matchAll(pattern)];
  return all.reduce((sum, match) => sum + Number(match[1]), 0);
};
const plain = (output) => output.replace(/\u001b\[[0-9;]*m/g, '');
const asOne = (_output, code) => ({ passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, skipped: 0 });

export const suites = [
  {
    name: 'types',
    what: 'one compiler view for each run time',
    commands: ({ node, bin }) =>
      ['shared', 'node', 'web', 'preload', 'templates'].map((view) => ({
        command: node,
        args: [bin('typescript/bin/tsc'), '-p', `tsconfig.${view}.json`],
      })),
    count: asOne,
  },
  {
    name: 'lint',
    what: 'layers, sizes, formatting',
    commands: ({ node, bin }) => [
      { command: node, args: [bin('eslint/bin/eslint.js'), '.'] },
      { command: node, args: [bin('prettier/bin/prettier.cjs'), '--check', '--log-level', 'warn', '.'] },
      { command: 'clang-format', args: ['--dry-run', '--Werror', ...cppFiles()] },
    ],
    count: asOne,
  },
  {
    name: 'native',
    what: 'the engine by itself (GoogleTest through CTest)',
    named: true,
    commands: ({ grep }) => [
      {
        command: 'ctest',
        args: ['--test-dir', nativeFolder, '--output-on-failure', '-j2', ...(grep ? ['-R', grep] : [])],
      },
    ],
    count: (output, code) => {
      const match = /(\d+) tests? failed out of (\d+)/.exec(output);
      if (!match) return asOne(output, code);
      return { passed: Number(match[2]) - Number(match[1]), failed: Number(match[1]), skipped: 0 };
    },
  },
  {
    name: 'unit',
    what: 'the library, the processes and the views (Vitest)',
    named: true,
    commands: ({ node, bin, grep }) => [
      { command: node, args: [bin('vitest/vitest.mjs'), 'run', ...(grep ? ['-t', grep, '--passWithNoTests'] : [])] },
    ],
    count: (output) => {
      const line = /^\s+Tests\s+.*$/m.exec(plain(output))?.[0] ?? '';
      return {
        passed: numberAfter(line, /(\d+) passed/g),
        failed: numberAfter(line, /(\d+) failed/g),
        skipped: numberAfter(line, /(\d+) skipped/g),
      };
    },
  },
  {
    name: 'e2e',
    what: 'the studio driven as a person drives it (Playwright)',
    named: true,
    env: ({ chromium }) => ({ FLINT_CHROMIUM: chromium ?? '' }),
    commands: ({ node, bin, grep }) => [
      {
        command: node,
        args: [bin('@playwright/test/cli.js'), 'test', ...(grep ? ['-g', grep, '--pass-with-no-tests'] : [])],
      },
    ],
    count: (output) => {
      const text = plain(output);
      const of = (word) => numberAfter(text, new RegExp(`^\\s+(\\d+) ${word}`, 'gm'));
      return {
        passed: of('passed'),
        failed: of('failed') + of('interrupted') + of('did not run'),
        skipped: of('skipped'),
      };
    },
  },
];
