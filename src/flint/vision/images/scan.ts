// What is in a folder of images: classes, splits, files, and what was passed over and why. Walks step by step, so that a
// hundred thousand files can be indexed behind a progress bar.
import {
  furtherExtensions,
  hiddenReason,
  imageExtensions,
  splitKind,
  type FolderImage,
  type FolderReport,
  type SkipReason,
} from './folder-report.ts';
import { openTree, type ImageTree, type TreeEntry } from './tree.ts';

export interface ScanOptions {
  /** Of the files that count as images, with the dot; {@link imageExtensions} by default. */
  extensions?: readonly string[];
}

/** How far a scan is; the report is the one being made. */
export interface ScanProgress {
  images: number;
  skipped: number;
  report: FolderReport;
}

const stepFiles = 1000;

/**
 * Indexes `root/<class>/**` or `root/<split>/<class>/**`, a folder or an archive of one. Yields after every thousand files;
 * the end's value is the report. Whoever stops asking has cancelled it. Classes and the order of files are torchvision's.
 * Throws a FileError when the root cannot be read; anything else that cannot is in `skipped`.
 */
export function* scanImages(root: string, options: ScanOptions = {}): Generator<ScanProgress, FolderReport> {
  return yield* new Scan(openTree(root), options).run();
}

/** {@link scanImages} of an opened tree, in one go. */
export function scanTree(tree: ImageTree, options: ScanOptions = {}): FolderReport {
  const steps = new Scan(tree, options).run();
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

/**
 * {@link scanImages}, also of an opened tree, that lets other work have its turn between steps. Rejects with the signal's reason when it is aborted.
 */
export async function scanImagesInTurns(
  root: string | ImageTree,
  options: ScanOptions & { signal?: AbortSignal; onProgress?: (progress: ScanProgress) => void } = {},
): Promise<FolderReport> {
  const steps = new Scan(typeof root === 'string' ? openTree(root) : root, options).run();
  for (;;) {
    options.signal?.throwIfAborted();
    const step = steps.next();
    if (step.done) return step.value;
    options.onProgress?.(step.value);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

const under = (folder: string, name: string) => (folder === '' ? name : `${folder}/${name}`);
const extensionOf = (name: string) => /\.[^.]*$/.exec(name)?.[0].toLowerCase() ?? '';

class Scan {
  private readonly tree: ImageTree;
  private readonly extensions: ReadonlySet<string>;
  private readonly report: FolderReport;
  private images = 0;

  constructor(tree: ImageTree, { extensions = imageExtensions }: ScanOptions) {
    this.tree = tree;
    this.extensions = new Set(extensions.map((name) => (name.startsWith('.') ? name : `.${name}`).toLowerCase()));
    this.report = {
      root: tree.root,
      inside: '',
      layout: 'flat',
      classes: [],
      splits: [],
      skipped: [],
      emptyClasses: [],
      missingClasses: [],
    };
  }

  *run(): Generator<ScanProgress, FolderReport> {
    const { report } = this;
    const { inside, folders } = this.findTop();
    report.inside = inside;
    const splits = this.findSplits(inside, folders);
    report.layout = splits ? 'splits' : 'flat';
    const parts = splits ?? [{ name: 'all', folder: inside, classes: folders }];
    report.classes = [...new Set(parts.flatMap((part) => part.classes.map((entry) => entry.name)))].sort();
    const classIndex = new Map(report.classes.map((name, i) => [name, i]));
    report.splits = parts.map(({ name }) => ({ name, images: [] }));
    for (const [i, { name, folder, classes }] of parts.entries()) {
      const { images } = report.splits[i]!;
      const present = new Set(classes.map((entry) => entry.name));
      for (const absent of report.classes.filter((known) => !present.has(known)))
        report.missingClasses.push({ split: name, name: absent });
      for (const entry of classes) {
        const before = images.length;
        yield* this.takeClass(under(folder, entry.name), entry, classIndex.get(entry.name)!, images);
        if (images.length === before) report.emptyClasses.push({ split: name, name: entry.name });
      }
    }
    return report;
  }

  /** The folder with the classes or splits: the root, or the single folder in it that everything was put into. */
  private findTop(): { inside: string; folders: TreeEntry[] } {
    const top = this.tree.list(''); // a root that cannot be read is an error, not a remark
    const folders = this.foldersOf('', top);
    if (folders.length !== 1 || splitKind(folders[0]!.name)) return { inside: '', folders };
    const [only] = folders as [TreeEntry];
    const within = this.visible(only.name).filter((entry) => entry.kind === 'folder');
    const holdsSplits = within.some((entry) => this.isSplit(only.name, entry));
    const holdsClasses = this.tree.real === undefined && within.length > 1;
    if (!holdsSplits && !holdsClasses) return { inside: '', folders };
    return { inside: only.name, folders: this.foldersOf(only.name, this.list(only.name)) };
  }

  /** The parts of a layout with splits; null for a flat one. A folder is a split by its name and by having folders. */
  private findSplits(inside: string, folders: TreeEntry[]) {
    const splits = folders.filter((entry) => this.isSplit(inside, entry));
    const train = splits.some(({ name }) => splitKind(name) === 'train');
    if (splits.length === 0 || (!train && splits.length < folders.length)) return null;
    for (const entry of folders.filter((each) => !splits.includes(each)))
      this.skip(under(inside, entry.name), 'not-a-split', 'a folder beside the splits, which is no split itself');
    const order = ['train', 'val', 'test'];
    const ordered = [...splits].sort((a, b) => order.indexOf(splitKind(a.name)!) - order.indexOf(splitKind(b.name)!));
    return ordered.map(({ name }) => {
      const folder = under(inside, name);
      return { name, folder, classes: this.foldersOf(folder, this.list(folder)) };
    });
  }

  private isSplit(inside: string, { name }: TreeEntry): boolean {
    if (splitKind(name) === null) return false;
    return this.visible(under(inside, name)).some((entry) => entry.kind === 'folder');
  }

  /** Folders among the entries; the files beside them belong to no class. */
  private foldersOf(folder: string, entries: TreeEntry[]): TreeEntry[] {
    return entries.filter((entry) => {
      const path = under(folder, entry.name);
      if (this.passedOver(path, entry)) return false;
      if (entry.kind === 'folder') return true;
      if (this.isImage(path, entry.name)) this.skip(path, 'stray', 'an image outside of the class folders');
      return false;
    });
  }

  /** Entries that are not hidden, without a remark about those that are; nothing when the folder cannot be read. */
  private visible(folder: string): TreeEntry[] {
    try {
      return this.tree.list(folder).filter(({ name }) => hiddenReason(name) === null);
    } catch {
      return [];
    }
  }

  private list(folder: string): TreeEntry[] {
    try {
      return this.tree.list(folder);
    } catch (error) {
      this.skip(folder, 'unreadable', `the folder cannot be read (${(error as Error).message})`);
      return [];
    }
  }

  /** All images below a class's folder: folders in the order of their paths, files by name, as torchvision has them. */
  private *takeClass(path: string, entry: TreeEntry, classIndex: number, images: FolderImage[]) {
    const found = new Map<string, string[]>();
    const links = entry.target ? this.followable(path, entry, []) : [];
    if (links) this.walk(path, links, found);
    let handled = 0;
    for (const folder of [...found.keys()].sort()) {
      for (const name of found.get(folder)!) {
        if (handled++ % stepFiles === 0)
          yield { images: this.images, skipped: this.report.skipped.length, report: this.report };
        const file = under(folder, name);
        if (this.isImage(file, name)) this.take(file, classIndex, images);
      }
    }
  }

  private take(path: string, classIndex: number, images: FolderImage[]): void {
    try {
      images.push({ path, classIndex, ...this.tree.file(path) });
      this.images++;
    } catch (error) {
      this.skip(path, 'unreadable', `the file cannot be read (${(error as Error).message})`);
    }
  }

  /** Files by folder, of `folder` and all below. `links`: real paths of the folders from which links were followed. */
  private walk(folder: string, links: readonly string[], found: Map<string, string[]>): void {
    const files: string[] = [];
    found.set(folder, files);
    for (const entry of this.list(folder)) {
      const path = under(folder, entry.name);
      if (this.passedOver(path, entry)) continue;
      if (entry.kind === 'file') files.push(entry.name);
      else {
        const further = entry.target ? this.followable(path, entry, links) : links;
        if (further) this.walk(path, further, found);
      }
    }
  }

  /** For a linked folder: the links followed so far and this one; null when it leads back to where the walk comes from. */
  private followable(path: string, entry: TreeEntry, links: readonly string[]): string[] | null {
    const target = entry.target!;
    const here = this.tree.real!(path.slice(0, -(entry.name.length + 1)));
    const all = [...links, here];
    const inside = (real: string) => real === target || real.startsWith(`${target}/`) || real.startsWith(`${target}\\`);
    if (!all.some(inside)) return all;
    this.skip(path, 'link-loop', `a link to a folder that it lies in (${target})`);
    return null;
  }

  private passedOver(path: string, { name, kind }: TreeEntry): boolean {
    const hidden = hiddenReason(name);
    if (hidden === 'hidden') this.skip(path, 'hidden', 'a hidden file or folder');
    else if (hidden === 'system') this.skip(path, 'system', 'made by the operating system');
    else if (kind === 'broken-link') this.skip(path, 'broken-link', 'a link to something that is not there');
    else if (kind === 'special') this.skip(path, 'special', 'neither a file nor a folder');
    else return false;
    return true;
  }

  private isImage(path: string, name: string): boolean {
    const extension = extensionOf(name);
    if (this.extensions.has(extension)) return true;
    if (furtherExtensions.has(extension) || imageExtensions.includes(extension))
      this.skip(path, 'extension', `"${extension}" is not among the extensions that are taken as images`);
    else this.skip(path, 'not-image', extension ? `"${extension}" is no image` : 'no image by its name');
    return false;
  }

  private skip(path: string, reason: SkipReason, why: string): void {
    this.report.skipped.push({ path, reason, why });
  }
}
