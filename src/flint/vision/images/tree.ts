// Folders of images, on disk or inside an archive: listed folder by folder, files given as sources for decoding.
import { existsSync, readdirSync, realpathSync, statSync, type Dirent } from 'node:fs';
import { freemem } from 'node:os';
import { join } from 'node:path';
import { readMaybeGzipped } from '../../io/archive/gzip.ts';
import { memorySource, withFile } from '../../io/archive/source.ts';
import { listTar } from '../../io/archive/tar.ts';
import { listZip, zipContent, type ZipPlace } from '../../io/archive/zip.ts';
import { FileError } from '../../io/file-error.ts';
import type { ImageSource } from './work.ts';

export interface TreeEntry {
  name: string;
  kind: 'file' | 'folder' | 'broken-link' | 'special';
  /** Of a folder that is a link: where it really is. */
  target?: string;
}

/** Paths inside a tree are relative to its root, with "/"; the root itself is "". */
export interface ImageTree {
  /** As the person gave it. */
  readonly root: string;
  /** Entries of a folder, sorted by name. Throws when it cannot be read. */
  list(folder: string): TreeEntry[];
  /** A file's size, and when it was last changed, in milliseconds; in an archive, when that was. Throws when it cannot be read. */
  file(path: string): { bytes: number; modifiedAt: number };
  /** Bytes of it that are kept in memory. */
  readonly held: number;
  source(path: string): ImageSource;
  /** A path as a person reads it: on disk the file's own, in an archive "archive.zip:inside". */
  shown(path: string): string;
  /** On disk, the folder's path without links: what links are compared with. */
  real?(folder: string): string;
}

export const isArchive = (path: string) => /\.(zip|tar|tar\.gz|tgz)$/i.test(path);
const byName = (a: { name: string }, b: { name: string }) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0);

/**
 * Opens a folder, a .zip, .tar or .tar.gz. A .tar.gz is unpacked into memory, and refused where it would take more than
 * half of what is free; of the others only directories are read.
 */
export function openTree(root: string): ImageTree {
  if (!existsSync(root)) {
    throw new FileError('missing-data', {
      file: root,
      problem: 'there is no such file or folder',
      hint: 'Choose the folder (or its .zip or .tar.gz) with one folder of images for each class.',
    });
  }
  if (statSync(root).isDirectory()) return diskTree(root);
  if (/\.zip$/i.test(root)) return zipTree(root);
  if (isArchive(root)) return tarTree(root);
  throw new FileError('missing-data', {
    file: root,
    problem: 'expected a folder, a .zip, .tar or .tar.gz of images, found another file',
    hint: 'Choose the folder with one folder of images for each class.',
  });
}

function diskTree(root: string): ImageTree {
  const shown = (path: string) => (path === '' ? root : join(root, path));
  return {
    root,
    shown,
    list: (folder) => {
      const at = shown(folder);
      return readdirSync(at, { withFileTypes: true })
        .map((entry) => diskEntry(at, entry))
        .sort(byName);
    },
    file: (path) => {
      const { size, mtimeMs } = statSync(shown(path));
      return { bytes: size, modifiedAt: mtimeMs };
    },
    held: 0,
    source: (path) => ({ name: shown(path), path: shown(path) }),
    real: (folder) => realpathSync(shown(folder)),
  };
}

function diskEntry(folder: string, entry: Dirent): TreeEntry {
  const { name } = entry;
  if (entry.isFile()) return { name, kind: 'file' };
  if (entry.isDirectory()) return { name, kind: 'folder' };
  if (!entry.isSymbolicLink()) return { name, kind: 'special' };
  const path = join(folder, name);
  try {
    const target = statSync(path);
    if (target.isDirectory()) return { name, kind: 'folder', target: realpathSync(path) };
    return { name, kind: target.isFile() ? 'file' : 'special' };
  } catch {
    return { name, kind: 'broken-link' };
  }
}

/** What an archive's list of files is as folders. */
function archiveTree<Place extends { name: string; size: number }>(
  root: string,
  places: readonly Place[],
  source: (place: Place, name: string) => ImageSource,
  held = 0,
): ImageTree {
  const modifiedAt = statSync(root).mtimeMs;
  const folders = new Map<string, Map<string, TreeEntry>>([['', new Map()]]);
  const files = new Map<string, Place>();
  for (const place of places) {
    const parts = place.name.split('/').filter((part) => part !== '' && part !== '.');
    if (parts.length === 0 || parts.includes('..')) continue;
    let folder = '';
    for (const part of parts.slice(0, -1)) {
      folders.get(folder)!.set(part, { name: part, kind: 'folder' });
      folder = folder === '' ? part : `${folder}/${part}`;
      if (!folders.has(folder)) folders.set(folder, new Map());
    }
    const name = parts.at(-1)!;
    folders.get(folder)!.set(name, { name, kind: 'file' });
    files.set(parts.join('/'), place);
  }
  const shown = (path: string) => (path === '' ? root : `${root}:${path}`);
  return {
    root,
    shown,
    list: (folder) => [...(folders.get(folder)?.values() ?? [])].sort(byName),
    file: (path) => ({ bytes: files.get(path)!.size, modifiedAt }),
    held,
    source: (path) => source(files.get(path)!, shown(path)),
  };
}

function zipTree(root: string): ImageTree {
  const places = withFile(root, (source) => listZip(source, root));
  const source = (place: ZipPlace, name: string): ImageSource => {
    const from = withFile(root, (file) => zipContent(file, place, root));
    return { name, path: root, from, length: place.packed, deflated: place.deflated, size: place.size };
  };
  return archiveTree(root, places, source);
}

function tarTree(root: string): ImageTree {
  if (/\.tar$/i.test(root)) {
    const places = withFile(root, (source) => listTar(source, root));
    return archiveTree(root, places, ({ from, size }, name) => ({ name, path: root, from, length: size }));
  }
  const bytes = readMaybeGzipped(root, { most: freemem() / 2 });
  const places = listTar(memorySource(bytes), root);
  const source = ({ from, size }: (typeof places)[number], name: string) => ({ name, bytes: bytes.slice(from, from + size) }); // prettier-ignore
  return archiveTree(root, places, source, bytes.length);
}
