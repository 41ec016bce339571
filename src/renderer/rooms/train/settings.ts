// Settings of the next run as a person types them, and settings of several runs side by side.
import type { RunSummary } from '../../../shared/contract/runs.ts';

export type SettingValue = string | number | boolean;

/** "0.01" is a number, "true" a truth value, everything else the text itself. */
export function parseSetting(text: string): SettingValue {
  const trimmed = text.trim();
  if (trimmed === 'true') return true;
  if (trimmed === 'false') return false;
  return trimmed !== '' && Number.isFinite(Number(trimmed)) ? Number(trimmed) : trimmed;
}

export interface SettingRow {
  name: string;
  values: (SettingValue | undefined)[];
  differs: boolean;
}

/** One row for each setting that any of the runs had; rows that differ come first. */
export function compareSettings(runs: readonly RunSummary[]): SettingRow[] {
  const names = [...new Set(runs.flatMap((r) => Object.keys(r.settings)))].sort();
  const rows = names.map((name) => {
    const values = runs.map((r) => r.settings[name]);
    return { name, values, differs: new Set(values.map((v) => JSON.stringify(v))).size > 1 };
  });
  return [...rows.filter((r) => r.differs), ...rows.filter((r) => !r.differs)];
}

/** Metrics that any of the runs ended with, by name. */
export function metricNames(runs: readonly RunSummary[]): string[] {
  return [...new Set(runs.flatMap((r) => Object.keys(r.metrics)))].filter((n) => n !== 'epoch').sort();
}
