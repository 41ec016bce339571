// The parameters of a card: numbers as people type them, what is wrong with a value, and what a slider shows of it.
import { transformKind, type ParameterKind, type PipelineStep } from '../../../../shared/pipeline/kinds.ts';

/**
 * What is wrong with a parameter. `limit`: the bound that is not kept, or how many numbers there have to be.
 */
export interface ParameterProblem {
  parameter: string;
  is:
    | 'missing'
    | 'number'
    | 'whole'
    | 'below'
    | 'above'
    | 'length'
    | 'order'
    | 'choice'
    | 'truth'
    | 'odd'
    | 'inside'
    | 'either';
  limit?: number;
}

/** A number as typed: "0,5", "−7", "1/255" and "50%" too; null for what is none. */
export function parseNumber(text: string): number | null {
  const plain = text
    .trim()
    .replaceAll('−', '-')
    .replace(/^([+-]?\d+),(\d+)$/, '$1.$2');
  const percent = /^(.+)%$/.exec(plain);
  if (percent) {
    const value = parseNumber(percent[1]!);
    return value === null ? null : value / 100;
  }
  const parts = plain.split('/').map((part) => part.trim());
  if (parts.length > 2 || !parts.every((part) => /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(part))) return null;
  const value = parts.length === 2 ? Number(parts[0]) / Number(parts[1]) : Number(parts[0]);
  return Number.isFinite(value) ? value : null;
}

/** A number as a field shows it: at most six significant digits, no long tails of binary fractions. */
export function numberText(value: number): string {
  return String(Number(value.toPrecision(6))).replace('-', '−');
}

/** The value that holds: the step's own, or the default. */
export const valueOf = (step: PipelineStep, parameter: ParameterKind): unknown =>
  step[parameter.name] === undefined ? (parameter.default ?? null) : step[parameter.name];

/** Parameters of which exactly one is given. */
const either: Readonly<Record<string, readonly [string, string]>> = { RandomRotation: ['degrees', 'choices'] };

/** The step with a parameter set; at its default it is left out. Where one of two is given, the other makes way, or steps in. */
export function withValue(step: PipelineStep, parameter: ParameterKind, value: unknown): PipelineStep {
  const { [parameter.name]: _, ...others } = step;
  const isDefault = 'default' in parameter && JSON.stringify(parameter.default) === JSON.stringify(value);
  const left = isDefault || value === undefined;
  const next = (left ? others : { ...step, [parameter.name]: value }) as PipelineStep;
  const pair = either[step.type];
  if (!pair?.includes(parameter.name)) return next;
  const other = transformKind(step.type)!.parameters.find((p) => p.name === pair[pair[0] === parameter.name ? 1 : 0])!;
  const { [other.name]: __, ...without } = next;
  return (left ? { ...without, [other.name]: initialOf(other) } : without) as PipelineStep;
}

/** What an optional parameter becomes when it is given. */
export function initialOf(parameter: ParameterKind): unknown {
  if (parameter.initial !== undefined) return structuredClone(parameter.initial);
  if (parameter.default !== undefined && parameter.default !== null) return structuredClone(parameter.default);
  const middle = clamp(parameter.center ?? 0, parameter);
  if (parameter.length !== undefined) return new Array<number>(parameter.length).fill(middle);
  if (parameter.kind === 'numbers') return [90, 180, 270];
  // Whole numbers without a centre are sizes.
  return parameter.kind === 'integer' ? clamp(64, parameter) : Math.max(1, middle);
}

const clamp = (value: number, { min = -Infinity, max = Infinity }: ParameterKind): number =>
  Math.min(max, Math.max(min, value));

type Found = Omit<ParameterProblem, 'parameter'>;

function numberProblem(value: unknown, parameter: ParameterKind): Found | null {
  if (typeof value !== 'number' || Number.isNaN(value)) return { is: 'number' };
  if (parameter.min !== undefined && value < parameter.min) return { is: 'below', limit: parameter.min };
  if (parameter.max !== undefined && value > parameter.max) return { is: 'above', limit: parameter.max };
  const whole = ['integer', 'size', 'padding'].includes(parameter.kind);
  if (whole && !Number.isInteger(value)) return { is: 'whole' };
  if (whole && parameter.step === 2 && (value - parameter.min!) % 2 !== 0) return { is: 'odd' };
  return null;
}

/** How long a list may be. */
function lengthsOf(parameter: ParameterKind): readonly number[] | null {
  if (parameter.length !== undefined) return [parameter.length];
  return { size: [1, 2], padding: [1, 2, 4], range: [2], spread: [2] }[parameter.kind as string] ?? null;
}

function listProblem(list: readonly unknown[], parameter: ParameterKind): Found | null {
  const lengths = lengthsOf(parameter);
  if (lengths ? !lengths.includes(list.length) : list.length === 0)
    return { is: 'length', limit: lengths?.at(-1) ?? 1 };
  for (const value of list) {
    const problem = numberProblem(value, parameter);
    if (problem) return problem;
  }
  const ordered = parameter.kind === 'range' || parameter.kind === 'spread';
  return ordered && Number(list[0]) > Number(list[1]) ? { is: 'order' } : null;
}

function spreadProblem(value: number, parameter: ParameterKind): Found | null {
  if (Number.isNaN(value) || value < 0) return Number.isNaN(value) ? { is: 'number' } : { is: 'below', limit: 0 };
  const limit = widest(parameter);
  return value > limit ? { is: 'above', limit } : null;
}

/** The largest x that stands for [center - x, center + x] within the bounds; below the least bound it is cut, not refused. */
function widest({ center = 0, min = -Infinity, max = Infinity }: ParameterKind): number {
  return Math.max(center - min, max - center);
}

/** Lists that may be one number as well: for all channels, or a range of one value. */
const alsoSingle: ReadonlySet<string> = new Set(['mean', 'std', 'sigma']);

function valueProblem(value: unknown, parameter: ParameterKind): Found | null {
  if (typeof value === 'number' && alsoSingle.has(parameter.name)) return numberProblem(value, parameter);
  switch (parameter.kind) {
    case 'boolean':
      return typeof value === 'boolean' ? null : { is: 'truth' };
    case 'choice':
      return parameter.choices!.includes(String(value)) ? null : { is: 'choice' };
    case 'steps':
      return Array.isArray(value) && value.every((step) => problemsOf(step as PipelineStep).length === 0)
        ? null
        : { is: 'inside' };
    case 'integer':
    case 'number':
      return numberProblem(value, parameter);
    default:
      if (Array.isArray(value)) return listProblem(value, parameter);
      if (parameter.kind === 'numbers' || parameter.kind === 'range') return { is: 'number' };
      return parameter.kind === 'spread' && typeof value === 'number'
        ? spreadProblem(value, parameter)
        : numberProblem(value, parameter);
  }
}

/** What is wrong with a step's parameters, at most one thing for each. */
export function problemsOf(step: PipelineStep): ParameterProblem[] {
  const kind = transformKind(step.type);
  const given = (name: string) => step[name] !== undefined && step[name] !== null;
  const pair = either[step.type];
  const count = pair?.filter(given).length ?? 1;
  if (pair && count !== 1) return [{ parameter: pair[count === 0 ? 0 : 1], is: count === 0 ? 'missing' : 'either' }];
  return (kind?.parameters ?? []).flatMap((parameter) => {
    const value = step[parameter.name];
    if (value === undefined && !('default' in parameter))
      return [{ parameter: parameter.name, is: 'missing' as const }];
    if (value === undefined || (value === null && parameter.default === null)) return [];
    const problem = valueProblem(value, parameter);
    return problem ? [{ parameter: parameter.name, ...problem }] : [];
  });
}

/**
 * The part of a parameter's bounds that a slider spans: all of it where that is short, else what is around the value, so
 * that one pixel of the slider is not a hundred of the image. The field takes the whole.
 */
export function sliderSpan(
  parameter: ParameterKind,
  values: readonly number[],
): { min: number; max: number; step: number } {
  const { min = 0, max = 1, step = 0.01 } = parameter;
  const steps = (max - min) / step;
  if (steps <= 400) return { min, max, step };
  const reach = Math.max(0, ...values.map(Math.abs).filter(Number.isFinite));
  const whole = Number.isInteger(step);
  const least = whole ? 64 : 1;
  let span = least;
  while (span < reach * 1.25) span *= 2;
  // Odd numbers stay odd.
  const top = Math.min(max, whole && step === 2 ? min + span : span);
  return { min: min < 0 ? Math.max(min, -top) : min, max: top, step };
}

/** The parameters that a summary names: those that are not at their default, in the order of the class. */
export const givenParameters = (step: PipelineStep): ParameterKind[] =>
  (transformKind(step.type)?.parameters ?? []).filter((p) => step[p.name] !== undefined && step[p.name] !== null);

/** A value in few characters: "32 × 28", "0.8 … 1.2", "± 15". */
export function valueText(value: unknown, parameter: ParameterKind): string {
  const list = Array.isArray(value) ? value : null;
  const text = (v: unknown) => (typeof v === 'number' ? numberText(v) : String(v));
  if (value === null || value === undefined) return '–';
  if (parameter.kind === 'steps') return String(list?.length ?? 0);
  if (list && parameter.kind === 'size') return list.map(text).join(' × ');
  if (list && (parameter.kind === 'range' || parameter.kind === 'spread')) return list.map(text).join(' … ');
  if (list) return list.map(text).join(', ');
  return parameter.kind === 'spread' ? `± ${text(value)}` : text(value);
}
