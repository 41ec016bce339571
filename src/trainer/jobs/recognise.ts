// What a file, an archive or a folder is, found by its names and its first bytes; and what of it would be taken.
import { closeSync, existsSync, openSync, readdirSync, readSync, statSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { isCifar10 } from '../../flint/vision/cifar10-files.ts';
import { isCifar100 } from '../../flint/vision/cifar100-files.ts';
import { isMnistFolder } from '../../flint/vision/mnist-files.ts';
import type { DatasetKind, ImportReport, NotRecognised } from '../../shared/contract/datasets.ts';
import { StudioError } from '../../shared/errors.ts';
import type { Job } from './job.ts';
import type { DataSource, Sources } from './sources/sources.ts';
import type { Tables } from './views/tables.ts';
import type { Texts } from './views/texts.ts';
import type { Vectors } from './views/vectors.ts';

export interface Found {
  kind: DatasetKind;
  path: string;
  report: ImportReport;
  /** Columns of a table, characters of a text, numbers of a vector. */
  extent?: number;
}
export interface Openers {
  sources: Sources;
  tables: Tables;
  texts: Texts;
  vectors: Vectors;
}

const archive = /\.(zip|tar|tar\.gz|tgz)$/i;
const table = /\.(csv|tsv|tab|dat|data)(\.gz)?$/i;
const words = /\.(txt|md|text)(\.gz)?$/i;
const arrays = /\.(npy|npz)$/i;
const imageName = /\.(jpe?g|png|webp|bmp|gif|tiff?|ppm|pgm|avif)$/i;

export function recogniseJob(openers: Openers) {
  const recognise: Job<'datasets.recognise'> = async ({ project, path }) => {
    const whole = resolve(project, path);
    if (!existsSync(whole)) {
      throw new StudioError('not-found', `There is nothing at ${whole}. Check the path.`, { path: whole });
    }
    return look(openers, project, whole);
  };
  return { 'datasets.recognise': recognise };
}

async function look(openers: Openers, project: string, path: string): Promise<Found> {
  const kind = statSync(path).isDirectory() ? kindOfFolder(path) : kindOfFile(path);
  if (kind === null) throw notRecognised(path);
  return found(openers, { project, kind: kind.kind, source: kind.path });
}

interface Kind {
  kind: DatasetKind;
  path: string;
}

function kindOfFolder(path: string): Kind | null {
  if (isMnistFolder(path)) return { kind: 'mnist', path };
  if (isCifar100(path)) return { kind: 'cifar100', path };
  if (isCifar10(path)) return { kind: 'cifar10', path };
  const entries = readdirSync(path, { withFileTypes: true }).filter(({ name }) => !name.startsWith('.'));
  const folders = entries.filter((entry) => entry.isDirectory());
  if (folders.some(({ name }) => holdsImages(join(path, name), 2))) return { kind: 'image-folder', path };
  const files = entries.filter((entry) => entry.isFile()).map(({ name }) => join(path, name));
  if (files.some((file) => imageName.test(file))) throw classless(path);
  // A folder with one file that is something is that file.
  const [only, ...others] = files.map(kindOfFile).filter((kind) => kind !== null);
  if (only && others.length === 0 && folders.length === 0) return only;
  if (folders.length === 1 && files.length === 0) return kindOfFolder(join(path, folders[0]!.name));
  return null;
}

function holdsImages(path: string, depth: number): boolean {
  const entries = readdirSync(path, { withFileTypes: true });
  if (entries.some((entry) => entry.isFile() && imageName.test(entry.name))) return true;
  return depth > 0 && entries.some((entry) => entry.isDirectory() && holdsImages(join(path, entry.name), depth - 1));
}

function kindOfFile(path: string): Kind | null {
  const name = basename(path);
  if (/(train|t10k)-(images|labels)[.-]idx\d/.test(name)) return { kind: 'mnist', path: resolve(path, '..') };
  if (/^cifar-?100/i.test(name) && archive.test(name)) return { kind: 'cifar100', path };
  if (/^(cifar-?10[-_].*|cifar10-jpeg)\.(tar\.gz|tgz|tar|zip)$/i.test(name)) return { kind: 'cifar10', path };
  if (/^(data_batch_\d|test_batch)(\.bin)?$/.test(name)) return { kind: 'cifar10', path: resolve(path, '..') };
  if (archive.test(name)) return { kind: 'image-folder', path };
  if (arrays.test(name)) return { kind: 'numpy', path };
  if (table.test(name)) return { kind: 'table', path };
  if (words.test(name) || !name.includes('.')) return isText(path) ? { kind: textOrVectors(path), path } : null;
  return null;
}

function beginningOf(path: string, most = 65_536): Uint8Array {
  const file = openSync(path, 'r');
  try {
    const bytes = new Uint8Array(most);
    return bytes.subarray(0, readSync(file, bytes, 0, most, 0));
  } finally {
    closeSync(file);
  }
}

const isText = (path: string): boolean => /\.gz$/i.test(path) || !beginningOf(path).includes(0);

/** Lines of one word and the same number of numbers, at least ten of these, are word vectors. */
function textOrVectors(path: string): 'text' | 'word-vectors' {
  if (/\.gz$/i.test(path)) return 'text';
  const lines = new TextDecoder().decode(beginningOf(path)).split('\n').slice(0, -1).slice(1, 20);
  const widths = lines.map((line) => {
    const [, ...numbers] = line.trimEnd().split(' ');
    return numbers.length >= 10 && numbers.every((n) => n !== '' && Number.isFinite(Number(n))) ? numbers.length : 0;
  });
  const alike = widths.length > 0 && widths.every((n) => n > 0 && n === widths[0]);
  return alike ? 'word-vectors' : 'text';
}

const plain = (splits: ImportReport['splits']): ImportReport => ({
  ...{ splits, classes: [], skipped: [], skippedCount: 0 },
  ...{ emptyClasses: [], missingClasses: [], notes: [] },
});

/** Opens it: what cannot be opened is no find. */
async function found(openers: Openers, data: DataSource): Promise<Found> {
  const { source: path } = data;
  const kind = data.kind as DatasetKind;
  const read = await reportOf(openers, data);
  if (read.report.splits.every(({ count }) => count === 0) && !isPlain(kind)) throw notRecognised(path);
  return { kind, path, ...read };
}

const isPlain = (kind: DatasetKind): boolean => ['table', 'text', 'word-vectors'].includes(kind);

/** What of a source of a known kind is taken, and what is not. */
export async function reportOf(openers: Openers, data: DataSource): Promise<Pick<Found, 'report' | 'extent'>> {
  switch (data.kind) {
    case 'table': {
      const { table: read } = await openers.tables.open(data);
      const { count, first } = read.skipped;
      const skipped = first.map(({ row, problem }) => ({ path: '', row, why: problem }));
      const taken = plain([{ name: 'all', count: read.length }]);
      const notes = [...read.notes];
      return { report: { ...taken, skipped, skippedCount: count, notes }, extent: read.columns.length };
    }
    case 'text': {
      const { tokens } = await openers.texts.open(data, 'char');
      return { report: plain([{ name: 'all', count: tokens.length }]), extent: tokens.length };
    }
    case 'word-vectors': {
      const { size, dimension } = await openers.vectors.open(data);
      return { report: plain([{ name: 'all', count: size }]), extent: dimension };
    }
    default:
      return { report: (await openers.sources.open(data)).report() };
  }
}

const known =
  'Flint knows image folders (one folder a class, or train/ and test/ of these, also as .zip, .tar, .tar.gz), MNIST and ' +
  'other IDX files, CIFAR-10 and CIFAR-100, CSV and TSV tables, texts, .npy and .npz arrays, and word vectors.';

function notRecognised(path: string): StudioError {
  const details: NotRecognised = { reason: 'unknown', path };
  return new StudioError('not-recognised', `${path} is nothing that can be opened as data. ${known}`, details);
}
function classless(path: string): StudioError {
  const details: NotRecognised = { reason: 'classless', path };
  return new StudioError(
    'not-recognised',
    `${path} holds images, but no folders that say their classes. Put them into one folder for each class, and open the folder above these.`,
    details,
  );
}
