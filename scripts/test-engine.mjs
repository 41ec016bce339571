// What proves the engine, in numbers: operations, samples, values beside PyTorch's, derivatives beside differences.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ensureNative, nativeFolder } from './setup/native.mjs';
import { ensurePackages } from './setup/packages.mjs';
import { root } from './setup/root.mjs';
import { ensureSystem } from './setup/system.mjs';

await ensureSystem({ tests: true });
await ensurePackages();
await ensureNative({ tests: true });

const native = spawnSync(join(nativeFolder, 'flint_tests'), { encoding: 'utf8', maxBuffer: 2 ** 28 });
const output = native.stdout;
const number = (pattern) => Number(pattern.exec(output)?.[1] ?? 0);
const operations = number(/(\d+) operations in the registry/);

const vitest = spawnSync(
  process.execPath,
  [join(root, 'node_modules/vitest/vitest.mjs'), 'run', 'src/flint', '--reporter=json'],
  { cwd: root, encoding: 'utf8', maxBuffer: 2 ** 28 },
);
const library = JSON.parse(vitest.stdout.slice(vitest.stdout.indexOf('{"')));
const cases = (file) => JSON.parse(readFileSync(join(root, 'src/flint', file), 'utf8'));
const layers = Object.values(cases('nn/testdata/layers.json'));
const functions = Object.values(cases('tensor/testdata/functions.json'));
const values = (list) => list.reduce((n, item) => n + (item?.length ?? 0), 0);
const layerValues = layers.reduce(
  (n, c) =>
    n +
    values(c.results.map((r) => r.values)) +
    values(c.inputGrads) +
    values(Object.values(c.grads)) +
    values(Object.values(c.buffers)),
  0,
);
const functionValues = functions.reduce((n, c) => n + values([c.values, c.grad]), 0);

const checked = number(/(\d+) cases checked by differences/);
const differenced = number(/cases checked by differences, first and second order, of (\d+) operations/);
console.log(`operations in the registry                     ${operations}`);
console.log(`samples of them beside PyTorch 2.13            ${number(/(\d+) cases beside PyTorch/)}`);
console.log(
  `  values compared                              ${number(/(\d+) results and/)} results, ${number(/results and (\d+) gradients/)} gradients, in several layouts, with oneDNN and without`,
);
console.log(
  `derivatives beside central differences         ${checked} of first order and of second, of ${differenced} operations`,
);
console.log(
  `calls with wrong arguments                     ${number(/(\d+) calls with wrong arguments/)}, ${number(/wrong arguments, (\d+) refused/)} refused in words`,
);
console.log(
  `layers and losses beside PyTorch               ${layers.length}, ${layerValues} values, gradients and printed forms`,
);
console.log(
  `composed functions beside PyTorch              ${functions.length}, ${functionValues} values, gradients included`,
);
console.log('largest error by dtype, relative to the larger of 1 and the value');
for (const [, dtype, kind, error, where] of output.matchAll(
  /^ {2}(\w+)\s+(results|gradients)\s+largest relative error (\S+?)(?:, in (.*))?$/gm,
)) {
  console.log(`  ${dtype.padEnd(10)} ${kind.padEnd(10)} ${error.padEnd(10)} ${where ?? ''}`);
}
console.log(
  `native tests                                   ${number(/\[ {2}PASSED {2}\] (\d+) tests/)} passed, exit ${native.status}`,
);
console.log(
  `library tests                                  ${library.numPassedTests} passed, ${library.numFailedTests} failed, ${library.numPendingTests} skipped`,
);
process.exitCode = native.status === 0 && library.numFailedTests === 0 ? 0 : 1;
