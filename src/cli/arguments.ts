// The command line as options and words. An option that a command does not have is an error that names the nearest one.
import { parseArgs, type ParseArgsConfig } from 'node:util';

/** What a person typed wrongly: shown as it is, with exit code 2. */
export class UsageError extends Error {}

export type Options = NonNullable<ParseArgsConfig['options']>;
export type Values = Record<string, string | boolean | (string | boolean)[] | undefined>;

export function parseCommand(args: string[], options: Options): { values: Values; words: string[] } {
  const all: Options = { ...options, help: { type: 'boolean', short: 'h' } };
  try {
    const { values, positionals } = parseArgs({ args, options: all, allowPositionals: true, strict: true });
    return { values: values as Values, words: positionals };
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const unknown = /'(-[^' ]*)/.exec(message)?.[1];
    if (code === 'ERR_PARSE_ARGS_UNKNOWN_OPTION' && unknown) {
      throw new UsageError(
        `There is no option ${unknown}.${suggest(
          unknown,
          Object.keys(all).map((name) => `--${name}`),
        )}`,
      );
    }
    throw new UsageError(message);
  }
}

/** " Did you mean --seed?", or nothing when none is near. */
export function suggest(typed: string, known: readonly string[]): string {
  const [nearest] = known.map((word) => ({ word, far: distance(typed, word) })).sort((a, b) => a.far - b.far);
  return nearest && nearest.far <= Math.max(2, typed.length / 3) ? ` Did you mean ${nearest.word}?` : '';
}

/** How many letters must be put in, taken out or changed. */
export function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      next[j] = Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1));
    }
    row = next;
  }
  return row[b.length]!;
}

/** "lr=0.1" to a value of the type it looks like. */
export function parseSettings(sets: readonly string[]): Record<string, string | number | boolean> {
  return Object.fromEntries(
    sets.map((set) => {
      const at = set.indexOf('=');
      if (at < 1) throw new UsageError(`--set takes key=value, for example --set lr=0.1; "${set}" is not that.`);
      return [set.slice(0, at), settingValue(set.slice(at + 1))];
    }),
  );
}

function settingValue(text: string): string | number | boolean {
  if (text === 'true' || text === 'false') return text === 'true';
  return text.trim() !== '' && Number.isFinite(Number(text)) ? Number(text) : text;
}

/** A whole number within bounds, or a UsageError that names the option. */
export function wholeNumber(name: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= least && value <= most) return value;
  throw new UsageError(`--${name} takes a whole number from ${least} to ${most}; "${text}" was given.`);
}
