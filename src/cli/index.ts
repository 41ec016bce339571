#!/usr/bin/env node
// The command line: flint run | devices | export | serve. Each command is loaded when it is called.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../flint/package-root.ts';
import { parseCommand, suggest, UsageError, type Options, type Values } from './arguments.ts';

interface Command {
  options: Options;
  help: string;
  run(values: Values, words: string[]): number | Promise<number>;
}
const commands: Record<string, () => Promise<Command>> = {
  run: () => import('./commands/run.ts').then((m) => ({ options: m.runOptions, help: m.runHelp, run: m.runCommand })),
  devices: () =>
    import('./commands/devices.ts').then((m) => ({
      options: m.devicesOptions,
      help: m.devicesHelp,
      run: m.devicesCommand,
    })),
  export: () =>
    import('./commands/export.ts').then((m) => ({
      options: m.exportOptions,
      help: m.exportHelp,
      run: m.exportCommand,
    })),
  serve: () =>
    import('./commands/serve.ts').then((m) => ({ options: m.serveOptions, help: m.serveHelp, run: m.serveCommand })),
};
const help = `flint <command>

  run <project|script>   train, with a progress bar
  export <run>           export a run's model as ONNX or safetensors, checked by another engine
  devices                list what runs can be computed on
  serve                  the studio in a browser

flint <command> --help says more. flint --version prints the version.`;

async function main([name, ...args]: string[]): Promise<number> {
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    console.log(help);
    return name === undefined ? 2 : 0;
  }
  if (name === '--version' || name === '-v') {
    console.log((JSON.parse(readFileSync(join(packageRoot(), 'package.json'), 'utf8')) as { version: string }).version);
    return 0;
  }
  const load = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (!load) throw new UsageError(`There is no command "${name}".${suggest(name, Object.keys(commands))}`);
  const command = await load();
  const { values, words } = parseCommand(args, command.options);
  if (values.help) {
    console.log(command.help);
    return 0;
  }
  return command.run(values, words);
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  console.error(`flint: ${(error as Error).message}`);
  process.exitCode = error instanceof UsageError ? 2 : 1;
}
