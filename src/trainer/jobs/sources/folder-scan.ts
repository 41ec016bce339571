// TEMPORARY: replaced by src/flint/vision/images/scan.ts once merged.
import { readdir, stat } from 'node:fs/promises';
import { extname, join } from 'node:path';

export interface FolderReport {
  root: string;
  layout: string;
  classes: string[];
  splits: { name: string; images: { path: string; classIndex: number; bytes: number }[] }[];
  skipped: { path: string; why: string }[];
  emptyClasses: string[];
  missingClasses: { split: string; className: string }[];
}
const images = new Set(['.jpg', '.jpeg', '.png', '.webp', '.bmp', '.tif', '.tiff', '.ppm', '.gif']);
const splitNames = ['train', 'training', 'val', 'valid', 'validation', 'test'];

export async function scanFolder(root: string, options: { signal?: AbortSignal; onProgress?: (n: number) => void } = {}): Promise<FolderReport> {
  const report: FolderReport = { root, layout: 'classes', classes: [], splits: [], skipped: [], emptyClasses: [], missingClasses: [] };
  const top = (await readdir(root, { withFileTypes: true })).filter((e) => !e.name.startsWith('.'));
  const folders = top.filter((e) => e.isDirectory()).map((e) => e.name).sort();
  const isSplit = folders.filter((f) => splitNames.includes(f));
  const bases = isSplit.length > 0 ? isSplit : [''];
  const classNames = new Set<string>();
  for (const base of bases) {
    const inside = base ? (await readdir(join(root, base), { withFileTypes: true })).filter((e) => e.isDirectory()).map((e) => e.name) : folders;
    for (const name of inside) classNames.add(name);
  }
  report.classes = [...classNames].sort();
  for (const e of top) if (e.isFile()) report.skipped.push({ path: e.name, why: 'not in a class folder' });
  for (const base of bases) {
    const list: FolderReport['splits'][0]['images'] = [];
    for (const [classIndex, name] of report.classes.entries()) {
      const folder = join(base, name);
      const names = await readdir(join(root, folder)).catch(() => null);
      let found = 0;
      for (const file of (names ?? []).sort()) {
        const path = join(folder, file);
        if (!images.has(extname(file).toLowerCase())) { report.skipped.push({ path, why: `${extname(file) || 'a name without an ending'} is no image` }); continue; }
        list.push({ path, classIndex, bytes: (await stat(join(root, path))).size });
        found++;
        options.onProgress?.(list.length);
        options.signal?.throwIfAborted();
      }
      if (!names) report.missingClasses.push({ split: base, className: name });
      else if (!found) report.emptyClasses.push(folder);
    }
    report.splits.push({ name: base || 'all', images: list });
  }
  return report;
}
