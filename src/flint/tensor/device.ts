// Devices by name.
import { FlintError } from '../errors.ts';

/** A place where tensors live and operations run. */
export class Device {
  readonly type: string;

  constructor(type: string) {
    this.type = type;
  }

  toString(): string {
    return this.type;
  }
}

const CPU = new Device('cpu');

/**
 * The device of that name. This build runs on `'cpu'`; another name is an error that says what is missing.
 *
 * ```ts
 * const dev = device(config.device);
 * model.to(dev);
 * ```
 */
export function device(name: string | Device): Device {
  const type = String(name);
  if (type === 'cpu') return CPU;
  const sentence = /^cuda(:\d+)?$/.test(type)
    ? `the device "${type}" is not available: this build of the engine has no CUDA part. Use "cpu"`
    : `unknown device "${type}"; the devices are: cpu`;
  throw new FlintError(`[device] ${sentence}`, { code: 'no-device', op: 'device', details: { device: type } });
}

/** The names of the devices that can be used now. */
export function devices(): string[] {
  return ['cpu'];
}
