// How a table writes its numbers: 1.5 or 1,5, and 1234567 or 1,234,567.
import { isGrouped, type NumberForm } from './cells.ts';
import type { Delimiter } from './dialect.ts';

/** What is said of the numbers, and the rest guessed from the cells. */
export function guessNumberForm(
  rows: readonly string[][],
  delimiter: Delimiter,
  said: Partial<NumberForm>,
): NumberForm & { note: string | null } {
  const count = countMarks(rows);
  const fromThousands = said.thousands && (said.thousands === ',' ? '.' : ',');
  const decimal =
    said.decimal ?? fromThousands ?? (delimiter !== ',' && writesDecimalCommas(count, delimiter) ? ',' : '.');
  if (said.thousands !== undefined) return { decimal, thousands: said.thousands, note: null };
  if (decimal === ',' && said.decimal === undefined && count.decimalCommas === 0 && count.either > 0) {
    const note = 'commas are taken for decimal ones (1,234 is read as 1.234); else say decimal: "." and thousands: ","';
    return { decimal, thousands: null, note };
  }
  const mark = decimal === '.' ? ',' : '.';
  // 1.234 beside decimal commas may be grouped, or an exception; 1.234,5 can only be grouped.
  const grouped = decimal === '.' ? isAnyColumnGrouped(rows) : count.groupedByPoints > 0;
  if (!grouped) return { decimal, thousands: null, note: null };
  const example = mark === ',' ? '1,234 is read as 1234' : '1.234 is read as 1234';
  return { decimal, thousands: mark, note: `digits stand in groups (${example}); else say thousands: null` };
}

/** How many cells are numbers written in each way. `either`: 1,234, which may be 1234 or 1.234. */
interface Marks {
  decimalCommas: number;
  decimalPoints: number;
  either: number;
  groupedByCommas: number;
  groupedByPoints: number;
}

function countMarks(rows: readonly string[][]): Marks {
  const marks = { decimalCommas: 0, decimalPoints: 0, either: 0, groupedByCommas: 0, groupedByPoints: 0 };
  for (const cell of rows.flat()) {
    if (/^[+-]?\d+\.\d+$/.test(cell)) marks.decimalPoints++;
    else if (isGrouped(cell, ',')) marks[/^[+-]?\d+,\d+$/.test(cell) ? 'either' : 'groupedByCommas']++;
    else if (/^[+-]?\d+,\d+$/.test(cell)) marks.decimalCommas++;
    else if (isGrouped(cell, '.')) marks.groupedByPoints++;
  }
  return marks;
}

/** 1,234 alone is a fraction where cells are between semicolons: those are taken because the comma is not free. */
function writesDecimalCommas(marks: Marks, delimiter: Delimiter): boolean {
  const { decimalCommas, decimalPoints, either, groupedByCommas, groupedByPoints } = marks;
  if (groupedByCommas > 0 && groupedByCommas >= decimalCommas) return false;
  if (decimalCommas + groupedByPoints > 0) return decimalCommas + groupedByPoints + either > decimalPoints;
  return delimiter === ';' && either > decimalPoints;
}

/** Whether all numbers of a column that are long enough have groups. */
function isAnyColumnGrouped(rows: readonly string[][]): boolean {
  const columns = rows.reduce((most, row) => Math.max(most, row.length), 0);
  const grouped = new Array<boolean>(columns).fill(false);
  const otherwise = new Array<boolean>(columns).fill(false);
  for (const row of rows) {
    row.forEach((cell, i) => {
      if (isGrouped(cell, ',')) grouped[i] = true;
      else if (/^[+-]?\d{4,}(?:\.\d*)?$/.test(cell) || /^[+-]?\d+,\d*$/.test(cell)) otherwise[i] = true;
    });
  }
  return grouped.some((yes, i) => yes && !otherwise[i]);
}
