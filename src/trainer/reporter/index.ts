// The program of the reporter's worker thread.
import { workerData } from 'node:worker_threads';
import type { ReporterData } from '../reports.ts';
import { Reporter } from './reporter.ts';

new Reporter(workerData as ReporterData);
