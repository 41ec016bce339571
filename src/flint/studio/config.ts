// The settings of a run: the script's defaults, overridden by the project, the Train room or --set.
import { FlintError } from '../errors.ts';
import { currentSink, type SettingValue } from './sink.ts';

/** The type of a default, wide enough for what may override it. */
type Setting<T> = T extends number ? number : T extends boolean ? boolean : T extends string ? string : never;

function convert(name: string, value: SettingValue, example: SettingValue): SettingValue {
  if (typeof value === typeof example) return value;
  if (typeof example === 'string') return String(value);
  if (typeof example === 'number' && typeof value === 'string' && value.trim() !== '' && !Number.isNaN(Number(value))) {
    return Number(value);
  }
  if (typeof example === 'boolean' && (value === 'true' || value === 'false')) return value === 'true';
  throw new FlintError(
    `[config] ${name} should be a ${typeof example}, as its default ${example} is, but got "${value}"`,
    {
      code: 'setting',
      op: 'config',
    },
  );
}

/**
 * Declares the settings of this script with their defaults, and gives the values to use. A setting that was asked for
 * (with `--set`, in flint.json or in the Train room) but is not declared here is an error that names those that are.
 */
export function config<const T extends Record<string, SettingValue>>(
  defaults: T,
): { readonly [K in keyof T]: Setting<T[K]> } {
  const given = currentSink().settings;
  const unknown = Object.keys(given).filter((name) => !(name in defaults) && name !== 'data');
  if (unknown.length > 0) {
    throw new FlintError(
      `[config] there is no setting ${unknown.map((n) => `"${n}"`).join(', ')}; this script has ${Object.keys(defaults).join(', ')}`,
      { code: 'setting', op: 'config' },
    );
  }
  const values = Object.entries(defaults).map(([name, value]) => [
    name,
    name in given ? convert(name, given[name]!, value) : value,
  ]);
  const settings = Object.freeze(Object.fromEntries(values)) as Readonly<Record<string, SettingValue>>;
  currentSink().configured(settings);
  return settings as unknown as { readonly [K in keyof T]: Setting<T[K]> };
}
