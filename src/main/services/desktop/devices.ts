// What a run can be computed on. The processor is always there; the engine is asked for more once it has more.
import { cpus, totalmem } from 'node:os';
import type { DeviceInfo } from '../../../shared/contract/desktop.ts';

export function listDevices(): DeviceInfo[] {
  const all = cpus();
  const name = all[0]?.model.trim() || process.arch;
  const cores = all.length;
  return [{ id: 'cpu', name, memoryBytes: totalmem(), detail: `${cores} ${cores === 1 ? 'core' : 'cores'}` }];
}

/** What run.json says of the machine. */
export function hostInfo(hostname: string): { name: string; cpu: string; cores: number; memoryBytes: number } {
  const [cpu] = listDevices();
  return { name: hostname, cpu: cpu!.name, cores: cpus().length, memoryBytes: cpu!.memoryBytes };
}
