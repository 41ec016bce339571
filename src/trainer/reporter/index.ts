// The program of the reporter's worker thread.
import { writeSync } from 'node:fs';
import { workerData } from 'node:worker_threads';
import type { ReporterData } from '../reports.ts';
import { Reporter } from './reporter.ts';

// A mistake of the reporter's must not end the training; it goes to process.log, past everything of ours.
process.on('uncaughtException', (error) => void writeSync(2, `flint reporter: ${error.stack ?? error.message}\n`));
new Reporter(workerData as ReporterData);
