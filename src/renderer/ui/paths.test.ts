// Folders joined in the way of the machine they lie on.
import { expect, test } from 'vitest';
import { joinFolder, pathEnd } from './paths.ts';

test.each([
  ['/home/ada', '/home/ada/data'],
  ['/', '/data'],
  ['/odd\\name', '/odd\\name/data'],
  ['C:\\Users\\Ada', 'C:\\Users\\Ada\\data'],
  ['C:\\', 'C:\\data'],
  ['C:', 'C:\\data'],
  ['\\\\server\\share', '\\\\server\\share\\data'],
  ['C:/Users', 'C:/Users/data'],
])('a folder in %s is %s', (parent, joined) => {
  expect(joinFolder(parent, 'data')).toBe(joined);
});

test('shows the end of a long path, in whole parts', () => {
  expect(pathEnd('data/mnist')).toBe('data/mnist');
  expect(pathEnd('/home/someone/projects/data/mnist', 20)).toBe('…/data/mnist');
  expect(pathEnd('C:\\data\\somewhere\\a-very-long-name-of-a-folder', 20)).toBe('…\\a-very-long-name-of-a-folder');
});
