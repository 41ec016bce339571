// What a cell may be: missing, a number, a date, true or false.

/** Cells that stand for a missing value where nothing else is said. */
export const missingWords: readonly string[] = ['', 'NA', 'N/A', 'NaN', 'nan', 'null', 'NULL', '?'];

const usual = new Set(missingWords);
/** Whether a cell stands for a missing value. */
export function isMissing(cell: string, words?: readonly string[]): boolean {
  return words ? words.includes(cell) : usual.has(cell);
}

/** How numbers are written. */
export interface NumberForm {
  /** What is between the whole and the fraction. */
  decimal: '.' | ',';
  /** What is between groups of three digits, as in 1,234,567; null where nothing is. */
  thousands: '.' | ',' | null;
}
const plain: NumberForm = { decimal: '.', thousands: null };

const point = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
const comma = /^[+-]?(?:\d+,?\d*|,\d+)(?:[eE][+-]?\d+)?$/;
const endless = /^[+-]?inf(?:inity)?$/i;
const groups = {
  ',': /^[+-]?[1-9]\d{0,2}(?:,\d{3})+(?:\.\d*)?$/,
  '.': /^[+-]?[1-9]\d{0,2}(?:\.\d{3})+(?:,\d*)?$/,
};
/** Whether the digits of a cell stand in groups of three with `mark` between them. */
export function isGrouped(cell: string, mark: '.' | ','): boolean {
  return groups[mark].test(cell);
}
/** Whether a cell is a number, infinities among them. */
export function isNumber(cell: string, { decimal, thousands }: NumberForm = plain): boolean {
  if ((decimal === '.' ? point : comma).test(cell) || endless.test(cell)) return true;
  return thousands !== null && isGrouped(cell, thousands);
}
/** The number that a cell holds; NaN where it holds none. */
export function toNumber(cell: string, form: NumberForm = plain): number {
  if (!isNumber(cell, form)) return NaN;
  if (endless.test(cell)) return cell.startsWith('-') ? -Infinity : Infinity;
  const digits = ungrouped(cell, form);
  return Number(form.decimal === '.' ? digits : digits.replace(',', '.'));
}
/** A point that is a decimal one is kept also where points could be between groups: only whole groups are put together. */
function ungrouped(cell: string, { thousands }: NumberForm): string {
  return thousands !== null && isGrouped(cell, thousands) ? cell.replaceAll(thousands, '') : cell;
}
const whole = /^[+-]?\d+$/;
/** Whether a cell is an integer that a double holds exactly. */
export function isInteger(cell: string, form: NumberForm = plain): boolean {
  const digits = ungrouped(cell, form);
  return whole.test(digits) && Number.isSafeInteger(Number(digits));
}

const truth = /^(?:true|false)$/i;
/** Whether a cell is `true` or `false`, in letters of either size. */
export function isBoolean(cell: string): boolean {
  return truth.test(cell);
}

const day = /^(\d{4})([-/])(\d{1,2})\2(\d{1,2})$/;
const moment = /^(\d{4}-\d{2}-\d{2})[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:?\d{2})?$/;
/**
 * Milliseconds since 1970 (UTC) of a date written year first: 2024-02-29, 2024/2/29, 2024-02-29 12:30:05. NaN for anything
 * else: whether 03/04/2024 is in March or in April cannot be told.
 */
export function toDate(cell: string): number {
  const parts = day.exec(cell);
  if (parts) {
    const [year, month, date] = [Number(parts[1]), Number(parts[3]), Number(parts[4])];
    const at = new Date(Date.UTC(year, month - 1, date));
    // Years below 100 would be taken for those of the last century.
    return at.getUTCFullYear() === year && at.getUTCMonth() === month - 1 && at.getUTCDate() === date
      ? at.getTime()
      : NaN;
  }
  const withTime = moment.exec(cell);
  if (!withTime || Number.isNaN(toDate(withTime[1]!))) return NaN;
  const text = cell.replace(' ', 'T').replace(/([+-]\d{2})(\d{2})$/, '$1:$2');
  return Date.parse(/(?:Z|[+-]\d{2}:\d{2})$/.test(text) ? text : `${text}Z`);
}
/** Whether a cell is a date that {@link toDate} reads. */
export function isDate(cell: string): boolean {
  return cell.length >= 8 && cell.charCodeAt(4) < 48 && !Number.isNaN(toDate(cell));
}
