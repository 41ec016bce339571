// The catalogue of the language in use, and how numbers and times are written in it.
import { en, type Messages } from './en.ts';
import { zh } from './zh.ts';
import { useWindow, windowState } from '../store.ts';

export type Locale = 'en' | 'zh';

export function systemLocale(languages: readonly string[]): Locale {
  return languages[0]?.toLowerCase().startsWith('zh') ? 'zh' : 'en';
}

const localeOf = (preference: Locale | 'system'): Locale =>
  preference === 'system' ? systemLocale(navigator.languages) : preference;

export const useLocale = (): Locale => localeOf(useWindow((s) => s.preferences.locale));

export function useMessages(): Messages {
  return useLocale() === 'zh' ? zh : en;
}

/** The catalogue in use now, outside components. */
export const messages = (): Messages => (localeOf(windowState().preferences.locale) === 'zh' ? zh : en);

const whole = { maximumFractionDigits: 0 };
const counts = { en: new Intl.NumberFormat('en', whole), zh: new Intl.NumberFormat('zh-CN', whole) };

/** 12,345, as the language in use writes it. */
export const count = (n: number): string => counts[localeOf(windowState().preferences.locale)].format(n);

/** Four significant digits, with an exponent where it helps. */
export function value(n: number | null | undefined): string {
  if (n === null || n === undefined) return '–';
  if (!Number.isFinite(n)) return Number.isNaN(n) ? 'NaN' : n > 0 ? '∞' : '-∞';
  if (n !== 0 && (Math.abs(n) < 1e-3 || Math.abs(n) >= 1e6)) return n.toExponential(2);
  return String(Number(n.toPrecision(4)));
}

/** 1:02:03, or 2:03, from seconds. */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const two = (n: number) => String(n).padStart(2, '0');
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}

export const percent = (fraction: number): string => `${(100 * fraction).toFixed(1)} %`;

/** 12.3 kB, with the prefixes that disks are sold by. */
export function bytesText(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let [n, unit] = [bytes, 0];
  while (n >= 1000 && unit < units.length - 1) {
    n /= 1000;
    unit++;
  }
  return `${unit === 0 || n >= 100 ? Math.round(n) : n.toFixed(1)} ${units[unit]}`;
}
