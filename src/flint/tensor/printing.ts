// Prints tensors exactly as PyTorch does: four decimals, aligned columns, scientific when the range is wide, and the
// middle of large tensors left out.
import { isFloatingPoint, type DType } from './dtype.ts';

const PRECISION = 4;
const THRESHOLD = 1000;
const LINE_WIDTH = 80;
/** How many entries at each end of a long dimension are printed when the tensor is summarised. */
export const EDGE_ITEMS = 3;

type Value = number | bigint | boolean;

/** What is printed: the shape, and the values at it (for a summarised tensor only those at its edges, row-major). */
export interface Printable {
  shape: readonly number[];
  values: ArrayLike<number | bigint>;
  dtype: DType;
  /** "MulBackward", for the suffix grad_fn=<MulBackward0>. */
  gradFn: string | null;
  requiresGrad: boolean;
}

/** Whether a tensor of that many elements is printed with its middle left out. */
export function isSummarised(numel: number): boolean {
  return numel > THRESHOLD;
}

/** "tensor([1., 2.])", as PyTorch writes it. */
export function formatTensor(t: Printable): string {
  const prefix = 'tensor(';
  const suffixes: string[] = [];
  const numel = t.shape.reduce((a, b) => a * b, 1);
  let body: string;
  if (numel === 0) {
    body = '[]';
    if (t.shape.length !== 1) suffixes.push(`size=(${t.shape.join(', ')}${t.shape.length === 1 ? ',' : ''})`);
    if (t.dtype !== 'float32') suffixes.push(`dtype=torch.${t.dtype}`);
  } else {
    if (!['float32', 'int64', 'bool'].includes(t.dtype)) suffixes.push(`dtype=torch.${t.dtype}`);
    body = new Body(t, isSummarised(numel)).text(0, prefix.length);
  }
  if (t.gradFn !== null) suffixes.push(`grad_fn=<${t.gradFn}0>`);
  else if (t.requiresGrad) suffixes.push('requires_grad=True');
  return addSuffixes(prefix + body, suffixes, prefix.length);
}

/** Writes the nested brackets; `next` walks the values, which come in the order of printing. */
class Body {
  private next = 0;
  private readonly format: (value: Value) => string;
  private readonly width: number;
  private readonly t: Printable;
  private readonly summarise: boolean;

  constructor(t: Printable, summarise: boolean) {
    this.t = t;
    this.summarise = summarise;
    ({ format: this.format, width: this.width } = formatter(t));
  }

  text(dim: number, indent: number): string {
    const { shape, values } = this.t;
    if (dim === shape.length) return this.format(values[this.next++]!);
    const cut = this.summarise && shape[dim]! > 2 * EDGE_ITEMS;
    const count = cut ? 2 * EDGE_ITEMS : shape[dim]!;
    const last = dim === shape.length - 1;
    const parts: string[] = [];
    for (let i = 0; i < count; i++) {
      if (cut && i === EDGE_ITEMS) parts.push(last ? ' ...' : '...');
      parts.push(this.text(dim + 1, indent + 1));
    }
    if (!last) return `[${parts.join(`,${'\n'.repeat(shape.length - dim - 1)}${' '.repeat(indent + 1)}`)}]`;
    const perLine = Math.max(1, Math.floor((LINE_WIDTH - indent) / (this.width + 2)));
    const lines: string[] = [];
    for (let i = 0; i < parts.length; i += perLine) lines.push(parts.slice(i, i + perLine).join(', '));
    return `[${lines.join(`,\n${' '.repeat(indent + 1)}`)}]`;
  }
}

interface Formatter {
  format: (value: Value) => string;
  width: number;
}

function formatter(t: Printable): Formatter {
  const values = Array.from(t.values);
  const plain = isFloatingPoint(t.dtype) ? floatFormat(values as number[]) : wholeFormat(t.dtype);
  const measured = plain.measured ?? values;
  const width = measured.reduce<number>((w, v) => Math.max(w, plain.format(v).length), 1);
  return { width, format: (v) => plain.format(v).padStart(width) };
}

interface Plain {
  format: (value: Value) => string;
  /** The values that decide the column's width, when not all do. */
  measured?: number[];
}

function wholeFormat(dtype: DType): Plain {
  if (dtype === 'bool') return { format: (v) => (v ? 'True' : 'False') };
  return { format: (v) => String(v) };
}

function floatFormat(values: number[]): Plain {
  const counted = values.filter((v) => Number.isFinite(v) && v !== 0);
  if (counted.length === 0) return { format: (v) => wholeText(v as number), measured: [] };
  let min = Infinity;
  let max = 0;
  for (const v of counted) {
    min = Math.min(min, Math.abs(v));
    max = Math.max(max, Math.abs(v));
  }
  if (max / min > 1000 || max > 1e8 || min < 1e-4) return { format: (v) => scientific(v as number), measured: counted };
  if (counted.every(Number.isInteger)) return { format: (v) => wholeText(v as number), measured: counted };
  return { format: (v) => fixed(v as number), measured: counted };
}

function special(v: number): string | null {
  if (Number.isNaN(v)) return 'nan';
  return Number.isFinite(v) ? null : v > 0 ? 'inf' : '-inf';
}

function sign(v: number): string {
  return v < 0 || Object.is(v, -0) ? '-' : '';
}

function wholeText(v: number): string {
  return special(v) ?? `${sign(v)}${Math.abs(v).toFixed(0)}.`;
}

function scientific(v: number): string {
  const known = special(v);
  if (known) return known;
  const [mantissa, exponent] = Math.abs(v).toExponential(PRECISION).split('e') as [string, string];
  return `${sign(v)}${mantissa}e${exponent[0]}${exponent.slice(1).padStart(2, '0')}`;
}

/** Four decimals; a value exactly between two rounds to the even one, as Python does (JavaScript rounds up). */
function fixed(v: number): string {
  const known = special(v);
  if (known) return known;
  const abs = Math.abs(v);
  const half = abs * 32; // only odd multiples of 1/32 lie exactly between two neighbours of four decimals
  let text = abs.toFixed(PRECISION);
  if (Number.isInteger(half) && half % 2 === 1 && Number(text.at(-1)) % 2 === 1) text = (abs - 1e-5).toFixed(PRECISION);
  return sign(v) + text;
}

function addSuffixes(text: string, suffixes: string[], indent: number): string {
  let out = text;
  let line = text.length - text.lastIndexOf('\n') + 1;
  for (const suffix of suffixes) {
    if (line + suffix.length + 2 > LINE_WIDTH) {
      out += `,\n${' '.repeat(indent)}${suffix}`;
      line = indent + suffix.length;
    } else {
      out += `, ${suffix}`;
      line += suffix.length + 2;
    }
  }
  return `${out})`;
}
