#!/usr/bin/env node
// `npm test`: sets up, builds, and runs every test: types, lint, native, unit, end-to-end.
// `npm test -- --only unit,e2e` runs some of them, `npm test -- --grep "^T4"` the tests whose names match.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ensureNative } from './setup/native.mjs';
import { ensurePackages } from './setup/packages.mjs';
import { root } from './setup/root.mjs';
import { SetupError, say, warn } from './setup/say.mjs';
import { ensureSystem, findChromium } from './setup/system.mjs';
import { ensureWindow } from './setup/window.mjs';
import { suites } from './test/suites.mjs';

/** Runs one command, shows what it prints, and hands back its exit code and its output. */
function show(command, args, env) {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd: root,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    for (const stream of ['stdout', 'stderr']) {
      child[stream].on('data', (bytes) => {
        output += bytes;
        process[stream].write(bytes);
      });
    }
    child.on('error', (error) => resolve({ code: 1, output: String(error) }));
    child.on('close', (code) => resolve({ code: code ?? 1, output }));
  });
}

async function runSuite(suite, options) {
  const total = { passed: 0, failed: 0, skipped: 0 };
  for (const { command, args } of suite.commands(options)) {
    const { code, output } = await show(command, args, suite.env?.(options));
    const counts = suite.count(output, code);
    for (const key of Object.keys(total)) total[key] += counts[key];
    if (code !== 0 && counts.failed === 0) total.failed += 1;
  }
  return total;
}

async function main() {
  const { values } = parseArgs({ options: { only: { type: 'string' }, grep: { type: 'string' } } });
  const chosen = values.only ? values.only.split(',') : suites.map((suite) => suite.name);
  const unknown = chosen.filter((name) => !suites.some((suite) => suite.name === name));
  if (unknown.length > 0)
    throw new SetupError(`There is no suite ${unknown.join(', ')}: choose of ${suites.map((s) => s.name).join(', ')}.`);
  await ensureSystem({ tests: true });
  await ensurePackages();
  await ensureNative({ tests: true });
  await ensureWindow();
  const options = {
    grep: values.grep,
    chromium: findChromium(),
    node: process.execPath,
    bin: (path) => join(root, 'node_modules', path),
  };
  const sum = { passed: 0, failed: 0, skipped: 0 };
  const lines = [];
  for (const suite of suites.filter((s) => chosen.includes(s.name) && !(values.grep && !s.named))) {
    say(`${suite.name}: ${suite.what}`);
    const begun = Date.now();
    const total = await runSuite(suite, options);
    for (const key of Object.keys(sum)) sum[key] += total[key];
    lines.push(
      `${suite.name}: ${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped, ${((Date.now() - begun) / 1000).toFixed(0)} s`,
    );
  }
  for (const line of lines) (/ 0 failed/.test(line) ? say : warn)(line);
  console.log(`\n${sum.passed} passed, ${sum.failed} failed, ${sum.skipped} skipped`);
  process.exit(sum.failed === 0 && sum.passed > 0 ? 0 : 1);
}

main().catch((error) => {
  console.error(error instanceof SetupError ? `\n${error.message}` : error);
  process.exit(1);
});
