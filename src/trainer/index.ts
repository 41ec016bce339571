// The trainer: one process that runs one script. This thread is the script's alone; the reporter's thread does all input
// and output. The one argument is the job, as JSON.
import { realpathSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { MessageChannel, Worker } from 'node:worker_threads';
import { isStopSignal, setSink, StopSignal } from '../flint/studio/sink.ts';
import type { RunProblem } from '../shared/contract/runs.ts';
import { TrainerJob } from '../shared/contract/trainer.ts';
import { bundleScript } from './bundle.ts';
import { captureOutput } from './capture.ts';
import type { EndStatus, ReporterData, ReporterWord } from './reports.ts';
import { memoryFigures, tensorLimit } from './memory-guard.ts';
import { problemOf, type ScriptPlace } from './script-problem.ts';
import { makeScratchFolder, removeScratchFolder } from './scratch-folder.ts';
import { ScriptSink } from './script-sink.ts';
import { makeSharedBuffer, openSharedState, Slot } from './shared-state.ts';

/** Built programs and doors lie side by side. */
const builtFolder = dirname(realpathSync(process.argv[1]!));
/** Longest wait for the reporter to write the last of a run. */
const endWaitMs = 30_000;
const exitCodes: Record<EndStatus, number> = { finished: 0, failed: 1, stopped: 0 };

const job = TrainerJob.parse(JSON.parse(process.argv[2] ?? '{}'));
const shared = makeSharedBuffer();
const state = openSharedState(shared);
const { port1, port2 } = new MessageChannel();
const reporter = new Worker(join(builtFolder, 'reporter.js'), {
  workerData: { job, shared, port: port2 } satisfies ReporterData,
  transferList: [port2],
});
reporter.unref();
port1.unref();

const sink = new ScriptSink(job, state, port1);
const bundleFolder = makeScratchFolder();
const place: ScriptPlace = {
  project: realpathSync(job.project),
  outFile: join(bundleFolder, 'script.mjs'),
  code: '',
  map: '{}',
};
const finishOutput = captureOutput((stream, text) => sink.post({ type: 'console', stream, text, at: Date.now() }));
let ended = false;
let answered = false;

/** Ends the run and the process: the reporter writes everything before this returns. */
function end(status: EndStatus, problem?: RunProblem): never {
  if (!ended) {
    ended = true;
    finishOutput();
    sink.finish();
    sink.post({ type: 'end', status, ...(problem && { problem }) });
    Atomics.wait(state.ints, Slot.ended, 0, endWaitMs);
    removeScratchFolder(bundleFolder);
  }
  process.exit(exitCodes[status]);
}

function endWith(thrown: unknown): never {
  if (isStopSignal(thrown)) end('stopped');
  end('failed', problemOf(thrown, place));
}

/** The engine is loaded only for scripts that use it. */
async function prepareLibrary(): Promise<void> {
  const { manualSeed } = await import('../flint/tensor/creation.ts');
  const { hooks } = await import('../flint/tensor/dispatch.ts');
  const { setMemoryLimit } = await import('../flint/tensor/memory.ts');
  manualSeed(job.seed);
  setMemoryLimit(tensorLimit(memoryFigures()));
  hooks.poll = () => sink.poll();
}

async function runScript(): Promise<void> {
  process.setSourceMapsEnabled(true);
  const bundle = await bundleScript(place.project, job.entry, builtFolder, place.outFile);
  place.code = bundle.code;
  place.map = bundle.map;
  writeFileSync(place.outFile, bundle.code);
  setSink(sink);
  if (bundle.doors.some((door) => door !== 'flint/studio')) await prepareLibrary();
  sink.poll();
  await import(pathToFileURL(place.outFile).href);
}

reporter.on('error', (error) => {
  process.exitCode = 1;
  throw error;
});
port1.on('message', ({ type }: ReporterWord) => {
  if (type === 'stop') endWith(new StopSignal());
});
port1.unref();
process.on('uncaughtException', endWith);
process.on('unhandledRejection', endWith);
process.on('exit', (code) => {
  if (ended) return;
  if (code === 0) end('finished');
  end('failed', { message: `The script ended the process itself, with process.exit(${code}).` });
});
process.on('beforeExit', () => {
  if (answered) end('finished');
  end('failed', {
    message:
      'The script waits for something that never comes: an "await" was never answered, and nothing else is going on.',
  });
});

try {
  await runScript();
  answered = true;
} catch (error) {
  endWith(error);
}
