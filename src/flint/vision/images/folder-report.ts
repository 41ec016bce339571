// What is said about a folder of images, and the names that decide it: extensions, splits, what systems leave behind.

export interface FolderImage {
  /** Relative to the report's root, with "/". */
  path: string;
  classIndex: number;
  /** Size of the file. */
  bytes: number;
  /** When the file was last changed, in milliseconds; of one in an archive, when the archive was. */
  modifiedAt: number;
}

/** Why something was passed over, as a word for programs. */
export type SkipReason =
  | 'hidden'
  | 'system'
  | 'not-image'
  | 'extension'
  | 'stray'
  | 'not-a-split'
  | 'link-loop'
  | 'broken-link'
  | 'special'
  | 'unreadable';

export interface SkippedPath {
  path: string;
  reason: SkipReason;
  /** A sentence. */
  why: string;
}

export interface FolderReport {
  /** The folder or archive as given. All paths are relative to it; `openTree(root)` reads them. */
  root: string;
  /** The folder in it that holds the classes or splits, when everything lies in a single one ("hymenoptera_data"); else "". */
  inside: string;
  layout: 'flat' | 'splits';
  /** Folder names of all splits, sorted; a class's index is its place here. */
  classes: string[];
  /** One, named "all", for a flat layout. */
  splits: { name: string; images: FolderImage[] }[];
  skipped: SkippedPath[];
  /** Class folders without any image. */
  emptyClasses: { split: string; name: string }[];
  /** Classes that other splits have and this one lacks. */
  missingClasses: { split: string; name: string }[];
}

/** Those that torchvision's ImageFolder takes; GIF is not among them. */
export const imageExtensions: readonly string[] = [
  '.jpg', '.jpeg', '.png', '.ppm', '.bmp', '.pgm', '.tif', '.tiff', '.webp',
]; // prettier-ignore
/** Others, which can be decoded when asked for. */
export const furtherExtensions = new Set(['.gif', '.avif', '.jfif', '.jpe', '.pbm', '.pnm', '.dib', '.apng']);
const splitNames = ['train', 'training', 'val', 'valid', 'validation', 'dev', 'test', 'testing'];
const systemNames = new Set(['thumbs.db', 'desktop.ini', '__macosx', '@eadir', '$recycle.bin', 'icon\r']);

/** Whether a folder of this name is a split; "validation" and "valid" are "val". */
export function splitKind(name: string): 'train' | 'val' | 'test' | null {
  const place = splitNames.indexOf(name.toLowerCase());
  return place < 0 ? null : place < 2 ? 'train' : place < 6 ? 'val' : 'test';
}

/** Whether a name is one that systems hide, or one of the files that they make themselves. */
export function hiddenReason(name: string): 'hidden' | 'system' | null {
  if (systemNames.has(name.toLowerCase())) return 'system';
  return name.startsWith('.') ? 'hidden' : null;
}
