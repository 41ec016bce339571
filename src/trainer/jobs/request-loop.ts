// Takes requests and answers them, each for itself: an exception of one is its own answer.
import { workbenchJobs, type FromWorkbench, type ToWorkbench } from '../../shared/contract/trainer.ts';
import { plainError, StudioError } from '../../shared/errors.ts';
import { batchJob } from './augment/batch.ts';
import { previewJob } from './augment/preview.ts';
import { datasetJobs } from './datasets.ts';
import { download, remoteMnist } from '../../flint/vision/download.ts';
import { exportOnnx } from './export-onnx.ts';
import { exportSafetensors } from './export-safetensors.ts';
import type { Job, JobContext } from './job.ts';
import { recogniseJob } from './recognise.ts';
import { Sources } from './sources/sources.ts';
import { splitJobs } from './views/splits.ts';
import { tableJobs, Tables } from './views/tables.ts';
import { textJobs, Texts } from './views/texts.ts';
import { vectorJobs, Vectors } from './views/vectors.ts';

type AnyJob = (params: never, context: JobContext) => unknown;

const startExport: Job<'exports.start'> = ({ folder, format }, context) =>
  format === 'safetensors' ? exportSafetensors(folder, context) : exportOnnx(folder, context);
const fetchDataset: Job<'datasets.download'> = ({ kind, folder }, { progress, signal }) => {
  if (kind === 'mnist') return download(remoteMnist, folder, { signal, onProgress: progress });
  throw new StudioError(
    'no-download',
    `There is no download for "${kind}". Choose a folder that has its files instead.`,
  );
};
const allJobs = () => {
  const openers = { sources: new Sources(), tables: new Tables(), texts: new Texts(), vectors: new Vectors() };
  return {
    ...datasetJobs(openers),
    ...tableJobs(openers.tables),
    ...textJobs(openers.texts),
    ...vectorJobs(openers.vectors),
    ...splitJobs(openers.sources, openers.tables),
    ...recogniseJob(openers),
    'augment.preview': previewJob(openers.sources),
    'augment.batch': batchJob,
    'datasets.download': fetchDataset,
    'exports.start': startExport,
  };
};

export class RequestLoop {
  private readonly send: (message: FromWorkbench) => void;
  private readonly jobs: Record<string, AnyJob>;
  private readonly running = new Map<number, AbortController>();

  constructor(send: (message: FromWorkbench) => void, jobs: Record<string, AnyJob> = allJobs()) {
    this.send = send;
    this.jobs = jobs;
  }

  receive(message: ToWorkbench): void {
    if (message.type === 'cancel') this.running.get(message.id)?.abort();
    else void this.answer(message);
  }

  private async answer({ id, job: name, params }: Extract<ToWorkbench, { type: 'request' }>): Promise<void> {
    const controller = new AbortController();
    this.running.set(id, controller);
    try {
      const job = Object.hasOwn(this.jobs, name) ? this.jobs[name] : undefined;
      if (!job) throw new StudioError('unknown-job', `The workbench has no job "${name}".`);
      const checked = workbenchJobs[name as keyof typeof workbenchJobs].parse(params);
      const { signal } = controller;
      const progress = (value: unknown) => this.send({ type: 'progress', id, value });
      const result = await job(checked as never, { progress, signal });
      this.send({ type: 'done', id, result: result ?? null });
    } catch (error) {
      const cancelled = controller.signal.aborted;
      const plain = cancelled ? { code: 'cancelled', message: 'The request was cancelled.' } : plainError(error);
      this.send({ type: 'failed', id, error: plain });
    } finally {
      this.running.delete(id);
    }
  }
}
