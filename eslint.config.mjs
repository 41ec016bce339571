// The layers as one table, the sizes of style, and the usual care. No exemption lists: code moves, not the rule.
import importX from 'eslint-plugin-import-x';
import reactHooks from 'eslint-plugin-react-hooks';
import tseslint from 'typescript-eslint';

/** Who may import whom, beside itself. */
const layers = {
  renderer: ['shared'],
  preload: ['shared'],
  main: ['flint', 'shared'],
  trainer: ['flint', 'shared'],
  cli: ['main', 'flint', 'shared'],
  flint: [],
  shared: [],
};
const folders = Object.keys(layers);

const zones = folders.map((layer) => ({
  target: `./src/${layer}`,
  from: folders.filter((other) => other !== layer && !layers[layer].includes(other)).map((other) => `./src/${other}`),
  message: `${layer} may import only ${[layer, ...layers[layer]].join(', ')}.`,
}));

const nodeModules = [
  'node:*',
  'fs',
  'path',
  'os',
  'child_process',
  'worker_threads',
  'sharp',
  'ws',
  'onnxruntime-node',
  'esbuild',
];
const restrict = (group, message) => ({ group, message });

export default tseslint.config(
  { ignores: ['build/', 'out/', 'node_modules/', 'resources/templates/**/runs/', 'native/'] },
  ...tseslint.configs.recommended,
  {
    files: ['**/*.{ts,tsx,mjs}'],
    plugins: { 'import-x': importX },
    settings: {
      'import-x/extensions': ['.ts', '.tsx', '.mjs'],
      'import-x/parsers': { '@typescript-eslint/parser': ['.ts', '.tsx'] },
      'import-x/resolver-next': [importX.createNodeResolver({ extensions: ['.ts', '.tsx', '.mjs', '.js'] })],
    },
    rules: {
      'import-x/no-restricted-paths': ['error', { zones }],
      'import-x/no-cycle': ['error', { ignoreExternal: true }],
      'max-lines': ['error', { max: 600, skipComments: true, skipBlankLines: true }],
      'max-lines-per-function': ['error', { max: 80, skipComments: true, skipBlankLines: true }],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_', caughtErrors: 'none' },
      ],
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            restrict(['electron'], 'Electron is imported only under src/main/shells/electron and src/preload.'),
          ],
        },
      ],
      eqeqeq: ['error', 'always', { null: 'ignore' }],
    },
  },
  {
    files: ['src/main/shells/electron/**', 'src/preload/**'],
    rules: { 'no-restricted-imports': 'off' },
  },
  {
    files: ['src/shared/**', 'src/renderer/**'],
    ignores: ['**/*.test.ts', '**/*.test.tsx'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            restrict(
              ['electron', ...nodeModules],
              'This code runs where Node is not: keep it to the language, or ask main.',
            ),
          ],
        },
      ],
    },
  },
  {
    // Tables of words, and descriptions that hold many short cases, are long without hiding anything.
    files: ['src/renderer/messages/**', '**/*.test.ts', '**/*.test.tsx', '**/*.spec.ts', 'e2e/**'],
    rules: { 'max-lines': 'off', 'max-lines-per-function': 'off' },
  },
  {
    // A view's function holds its markup, which is long without being deep: it may be half as long again.
    files: ['src/renderer/**/*.{ts,tsx}'],
    plugins: { 'react-hooks': reactHooks },
    rules: {
      'react-hooks/rules-of-hooks': 'error',
      'react-hooks/exhaustive-deps': 'error',
      'max-lines-per-function': ['error', { max: 120, skipComments: true, skipBlankLines: true }],
    },
  },
);
