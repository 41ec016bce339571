// flint devices: what a run can be computed on.
import { listDevices } from '../../main/services/desktop/devices.ts';
import type { Options, Values } from '../arguments.ts';

export const devicesOptions: Options = { json: { type: 'boolean' } };
export const devicesHelp = `flint devices [--json]

Lists what runs can be computed on.`;

export function devicesCommand(values: Values): number {
  const devices = listDevices();
  if (values.json) console.log(JSON.stringify(devices));
  else {
    for (const { id, name, memoryBytes, detail } of devices) {
      console.log(`${id.padEnd(8)}${name}  ${detail}, ${(memoryBytes / 2 ** 30).toFixed(0)} GiB`);
    }
  }
  return 0;
}
