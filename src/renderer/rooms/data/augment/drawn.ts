// What a step has drawn, in words: "angle −7.3°", "top 3, left 1", "not flipped".
import type { Drawn } from '../../../../shared/contract/augment.ts';
import type { Messages } from '../../../messages/en.ts';
import { numberText } from './parameters.ts';

type Words = Messages['augment'];

const short = (value: number): string =>
  numberText(Math.abs(value) >= 100 ? Math.round(value) : Number(value.toPrecision(3)));
const places = new Set(['top', 'left', 'height', 'width']);
const angles = new Set(['angle', 'shear']);
/** Said by the others: where nothing was applied, what would have been drawn is of no interest. */
const verdicts = ['applied', 'flipped', 'erased'] as const;
const unsaid = new Set(['order', 'corners']);

function number(name: string, value: number): string {
  if (places.has(name)) return numberText(value);
  return angles.has(name) ? `${short(value)}°` : short(value);
}

function one(m: Messages, name: string, value: Drawn[string]): string {
  const label = m.augment.drawn[name as keyof Words['drawn']] ?? name;
  if (typeof value === 'number') return `${label} ${number(name, value)}`;
  if (Array.isArray(value)) return `${label} ${value.map((v) => number(name, v)).join(', ')}`;
  return typeof value === 'boolean' ? `${label} ${value ? '✓' : '✗'}` : `${label} ${value}`;
}

/** One phrase for each value, the most telling first. Nothing for a step that draws nothing. */
export function drawnWords(m: Messages, drawn: Drawn): string[] {
  const phrases: string[] = [];
  for (const name of verdicts) {
    const verdict = drawn[name];
    if (typeof verdict !== 'boolean') continue;
    phrases.push(verdict ? m.augment.happened[name] : m.augment.skipped[name]);
    if (!verdict) return phrases;
  }
  const rest = Object.entries(drawn).filter(
    ([name]) => !unsaid.has(name) && !(verdicts as readonly string[]).includes(name),
  );
  return [...phrases, ...rest.map(([name, value]) => one(m, name, value))];
}
