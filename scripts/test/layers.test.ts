// The rule of the layers is only worth something when a break of it fails: each forbidden import is tried on ESLint.
import { writeFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ESLint } from 'eslint';
import { describe, expect, it } from 'vitest';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
const eslint = new ESLint({ cwd: root });

async function rulesBroken(path: string, code: string): Promise<string[]> {
  const [result] = await eslint.lintText(code, { filePath: join(root, path) });
  return result!.messages.map((m) => m.ruleId ?? m.message);
}

describe('the layers', () => {
  const forbidden: [string, string, string][] = [
    ['renderer', 'main', '../main/compose.ts'],
    ['renderer', 'flint', '../flint/errors.ts'],
    ['renderer', 'trainer', '../trainer/bundle.ts'],
    ['preload', 'main', '../main/compose.ts'],
    ['preload', 'renderer', '../renderer/store.ts'],
    ['trainer', 'renderer', '../renderer/store.ts'],
    ['main', 'trainer', '../trainer/bundle.ts'],
    ['main', 'renderer', '../renderer/store.ts'],
    ['trainer', 'main', '../main/compose.ts'],
    ['cli', 'trainer', '../trainer/bundle.ts'],
    ['flint', 'main', '../main/compose.ts'],
    ['flint', 'shared', '../shared/errors.ts'],
    ['shared', 'flint', '../flint/errors.ts'],
  ];
  it.each(forbidden)('%s may not import %s', async (layer, _other, path) => {
    const broken = await rulesBroken(`src/${layer}/layer-probe.ts`, `import * as other from '${path}';\nvoid other;\n`);
    expect(broken).toContain('import-x/no-restricted-paths');
  });
  it.each([
    ['main', '../flint/errors.ts'],
    ['trainer', '../shared/errors.ts'],
    ['cli', '../main/compose.ts'],
  ])('%s may import %s', async (layer, path) => {
    const broken = await rulesBroken(`src/${layer}/layer-probe.ts`, `import * as other from '${path}';\nvoid other;\n`);
    expect(broken).toEqual([]);
  });
  it('Electron is imported under its shell alone', async () => {
    const code = "import { app } from 'electron';\nvoid app;\n";
    expect(await rulesBroken('src/main/services/layer-probe.ts', code)).toContain('no-restricted-imports');
    expect(await rulesBroken('src/main/shells/electron/layer-probe.ts', code)).not.toContain('no-restricted-imports');
  });
  it('Node is not imported in the window or in what it shares', async () => {
    const code = "import { readFileSync } from 'node:fs';\nvoid readFileSync;\n";
    for (const layer of ['renderer', 'shared'])
      expect(await rulesBroken(`src/${layer}/layer-probe.ts`, code)).toContain('no-restricted-imports');
  });
  it('a circle of imports is refused', async () => {
    const [one, two] = ['src/shared/layer-probe-one.ts', 'src/shared/layer-probe-two.ts'];
    const code = (other: string, own: string) =>
      `import { ${other} } from './layer-probe-${other}.ts';\nexport const ${own} = (): unknown => ${other};\n`;
    try {
      writeFileSync(join(root, one), code('two', 'one'));
      writeFileSync(join(root, two), code('one', 'two'));
      expect(await rulesBroken(one, code('two', 'one'))).toContain('import-x/no-cycle');
    } finally {
      rmSync(join(root, one), { force: true });
      rmSync(join(root, two), { force: true });
    }
  });
});
