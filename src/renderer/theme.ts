// Light or dark, by preference or as the system says; charts and the editor listen for the change.
import { useEffect, useState } from 'react';
import { useWindow, windowState } from './store.ts';

export type Theme = 'light' | 'dark';
const dark = () => window.matchMedia('(prefers-color-scheme: dark)');

export function useTheme(): Theme {
  const preference = useWindow((s) => s.preferences.theme);
  const [system, setSystem] = useState<Theme>(() => (dark().matches ? 'dark' : 'light'));
  useEffect(() => {
    const query = dark();
    const listen = () => setSystem(query.matches ? 'dark' : 'light');
    query.addEventListener('change', listen);
    return () => query.removeEventListener('change', listen);
  }, []);
  return preference === 'system' ? system : preference;
}

/** Sets the theme that the preference asks for before anything is drawn, so that the other one does not flash. */
export function applyThemeEarly(): void {
  const { theme } = windowState().preferences;
  document.documentElement.dataset.theme = theme === 'system' ? (dark().matches ? 'dark' : 'light') : theme;
}

/** The value of a token now, for what is drawn on a canvas. */
export const token = (name: string): string => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
