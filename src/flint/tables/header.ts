// Whether the first row of a table names its columns.
import { isDate, isMissing, isNumber, type NumberForm } from './cells.ts';

/** What was found, and what a person should know of it. */
export interface HeaderGuess {
  header: boolean;
  note: string | null;
}

/**
 * The first row holds names when it is unlike those below: words above numbers, years above numbers, or words that do not come
 * again below. A name may be missing, as that of the index that pandas writes, and may come twice.
 */
export function guessHeader([first, ...rest]: string[][], form: NumberForm, missing?: readonly string[]): HeaderGuess {
  const no: HeaderGuess = { header: false, note: null };
  if (!first || first.every((cell) => cell === '')) return no;
  const known = first.map((_, i) => rest.map((row) => row[i] ?? '').filter((cell) => !isMissing(cell, missing)));
  const typed = (cell: string) => isNumber(cell, form) || isDate(cell) || /^(true|false)$/i.test(cell);
  const numbers = first.flatMap((cell, i) => (isNumber(cell, form) ? [i] : []));
  const dates = first.flatMap((cell, i) => (isDate(cell) ? [i] : []));
  if (numbers.length > 0 && !areYears(first, numbers, known) && !arePlaces(first, known)) return no;
  if (dates.some((i) => known[i]!.length === 0 || known[i]!.some(isDate))) return no;
  if (numbers.length + dates.length > 0) {
    const shown = [...numbers, ...dates].map((i) => first[i]!);
    const some = shown.slice(0, 3).join(', ') + (shown.length > 3 ? ', …' : '');
    return {
      header: true,
      note: `the first row is taken for the names of the columns (${some}); else say header: false`,
    };
  }
  if (rest.length === 0) return { header: !first.includes(''), note: null };
  if (first.some((cell, i) => cell !== '' && known[i]!.length > 0 && known[i]!.every(typed)))
    return { header: true, note: null };
  if (!areWordsOfTheirOwn(first, known)) return no;
  return {
    header: true,
    note: 'all cells are words; the first row is taken for the names of the columns, for its words do not come again; else say header: false',
  };
}

const year = /^(?:1[5-9]|2[01])\d\d$/;
/** Years in even steps, above columns that hold other numbers. */
function areYears(first: readonly string[], places: readonly number[], known: readonly string[][]): boolean {
  const years = places.map((i) => (year.test(first[i]!) ? Number(first[i]) : NaN));
  const step = years[1]! - years[0]!;
  if (!(Math.abs(step) >= 1 && Math.abs(step) <= 25)) return false;
  if (!years.every((value, i) => i === 0 || value - years[i - 1]! === step)) return false;
  const below = places.flatMap((i) => known[i]!);
  return below.length > 0 && 2 * below.filter((cell) => year.test(cell)).length < below.length;
}

/** An empty cell and 0, 1, 2, …: what pandas writes of a table whose columns have no names, above the places of its rows. */
function arePlaces([corner, ...names]: readonly string[], known: readonly string[][]): boolean {
  return corner === '' && known[0]!.length > 0 && names.every((name, i) => name === String(i));
}

/** No word comes twice or again below, and as many columns speak for names as against. */
function areWordsOfTheirOwn(first: readonly string[], known: readonly string[][]): boolean {
  const names = first[0] === '' ? first.slice(1) : first;
  if (names.includes('') || new Set(names).size < names.length) return false;
  if (first.some((name, i) => known[i]!.includes(name))) return false;
  return first.reduce((votes, name, i) => votes + (name === '' ? 0 : vote(name, known[i]!)), 0) >= 0;
}

const sentence = /[.!?…。！？]$/;
/** Whether the first cell goes on with what the others have in common (-1) or not (1): their length, their order, their last mark. */
function vote(name: string, cells: readonly string[]): number {
  const votes = (alike: boolean) => (alike ? -1 : 1);
  if (cells.length >= 3 && new Set(cells.map((cell) => cell.length)).size === 1) {
    return votes(name.length === cells[0]!.length);
  }
  if (cells.length >= 5 && cells.every((cell, i) => i === 0 || cell > cells[i - 1]!)) return votes(name < cells[0]!);
  if (cells.length >= 3 && cells.every((cell) => sentence.test(cell))) return votes(sentence.test(name));
  return 0;
}

/** Names as a table has them: one for each column, none of them twice. `notes` says what was changed. */
export function columnNames(cells: readonly string[]): { names: string[]; notes: string[] } {
  const notes: string[] = [];
  const taken = new Set(cells);
  const next = new Map<string, number>();
  const unnamed: string[] = [];
  const again = new Map<string, string[]>();
  const free = (make: (n: number) => string, from: number): [string, number] => {
    let n = from;
    while (taken.has(make(n))) n++;
    taken.add(make(n));
    return [make(n), n + 1];
  };
  const seen = new Set<string>();
  const names = cells.map((cell, i) => {
    if (cell === '') {
      const [name] = free((n) => (n === 0 ? `column${i + 1}` : `column${i + 1}.${n}`), 0);
      unnamed.push(name);
      return name;
    }
    if (!seen.has(cell)) {
      seen.add(cell);
      return cell;
    }
    const [name, after] = free((n) => `${cell}.${n}`, next.get(cell) ?? 1);
    next.set(cell, after);
    const others = again.get(cell);
    if (others) others.push(name);
    else again.set(cell, [name]);
    return name;
  });
  if (cells[0] === '')
    notes.push(`the first column has no name, as an index that was written along; it is called "${unnamed.shift()!}"`);
  if (unnamed.length > 0) notes.push(`columns without a name are called ${listed(unnamed)}`);
  for (const [name, others] of [...again].slice(0, 10))
    notes.push(`more than one column is named "${name}"; the others are called ${listed(others)}`);
  if (again.size > 10) notes.push(`${again.size - 10} more names come more than once and were numbered too`);
  return { names, notes };
}
const listed = (names: readonly string[]): string =>
  names
    .slice(0, 5)
    .map((name) => `"${name}"`)
    .join(', ') + (names.length > 5 ? `, … (${names.length})` : '');
