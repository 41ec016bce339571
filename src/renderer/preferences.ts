// The preferences as they last were, kept in the browser so that the window opens in them before main has answered.
import type { Preferences } from '../shared/contract/desktop.ts';

const key = 'flint.preferences';
const unset: Preferences = { theme: 'system', locale: 'system' };

export function cachedPreferences(): Preferences {
  try {
    const kept = JSON.parse(localStorage.getItem(key) ?? '{}') as Partial<Preferences>;
    return {
      theme: kept.theme === 'light' || kept.theme === 'dark' ? kept.theme : unset.theme,
      locale: kept.locale === 'en' || kept.locale === 'zh' ? kept.locale : unset.locale,
    };
  } catch {
    return unset;
  }
}

export function cachePreferences(preferences: Preferences): void {
  try {
    localStorage.setItem(key, JSON.stringify(preferences));
  } catch {
    // A storage that is full or forbidden costs a flash of the other theme, no more.
  }
}
