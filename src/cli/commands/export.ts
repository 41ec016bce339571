// flint export: makes and proves an export in the workbench, as the studio does.
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { ExportFormat, type ExportResult } from '../../shared/contract/exports.ts';
import { userPaths } from '../../main/shells/app-paths.ts';
import { webShell } from '../../main/shells/web/index.ts';
import { remember } from '../../main/services/exports/service.ts';
import { WorkbenchClient } from '../../main/services/workbench/client.ts';
import { UsageError, type Options, type Values } from '../arguments.ts';
import { findRun } from './run.ts';

export const exportOptions: Options = { format: { type: 'string' }, json: { type: 'boolean' } };
export const exportHelp = `flint export <run> --format onnx|safetensors [--json]

Exports the last checkpoint of a run into its exports/ folder, has the file checked by another engine (onnxruntime for
ONNX), and prints the largest difference from Flint.

  <run>      a run's folder: my-project/runs/<run>
  --format   onnx or safetensors
  --json     print one JSON object as the last line`;

export async function exportCommand(values: Values, words: string[]): Promise<number> {
  if (words.length !== 1)
    throw new UsageError('flint export takes one run: flint export my-project/runs/<run> --format onnx');
  const format = ExportFormat.safeParse(values.format);
  if (!format.success) throw new UsageError(`--format takes ${ExportFormat.options.join(' or ')}.`);
  const folder = findRun(words[0]!);
  const paths = userPaths();
  mkdirSync(paths.home, { recursive: true });
  const workbench = new WorkbenchClient({ shell: webShell(paths) });
  try {
    const params = { project: dirname(dirname(folder)), folder, format: format.data };
    const result = await workbench.request<ExportResult>('exports.start', params);
    remember(folder, result);
    const { proof } = result;
    if (values.json) process.stdout.write(`${JSON.stringify(result)}\n`);
    else {
      const verdict = proof.passed ? 'checked' : 'NOT EQUAL';
      console.log(`${result.file}  ${result.bytes} bytes`);
      console.log(
        `${verdict} by ${proof.engine} on ${proof.samples} samples: largest difference ${proof.maxDifference.toExponential(2)} (allowed ${proof.tolerance.toExponential(0)})`,
      );
    }
    return proof.passed ? 0 : 1;
  } finally {
    workbench.close();
  }
}
