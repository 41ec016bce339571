#!/usr/bin/env node
// The `flint` command: the built command line, or word of how to build it.
import { existsSync } from 'node:fs';

const program = new URL('../out/node/cli.js', import.meta.url);
if (existsSync(program)) await import(program.href);
else {
  console.error('Flint is not built yet. Type "npm start" once in its folder; it sets up everything.');
  process.exitCode = 1;
}
