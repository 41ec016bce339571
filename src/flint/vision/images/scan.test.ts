// Folders of images: classes, splits, what is passed over and why; on disk and in archives.
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { FolderReport } from './folder-report.ts';
import { scanImages, scanImagesInTurns, scanTree } from './scan.ts';
import { openTree, type ImageTree } from './tree.ts';

const base = mkdtempSync(join(tmpdir(), 'flint-scan-'));
afterAll(() => rmSync(base, { recursive: true, force: true }));
let made = 0;

/** A folder with these files (empty ones), and empty folders where a path ends in "/". */
function folder(paths: string[]): string {
  const root = join(base, String(made++));
  for (const path of paths) {
    mkdirSync(join(root, path.endsWith('/') ? path : dirname(path)), { recursive: true });
    if (!path.endsWith('/')) writeFileSync(join(root, path), '');
  }
  return root;
}
const scan = (root: string, extensions?: string[]) => scanTree(openTree(root), extensions ? { extensions } : {});
const paths = (report: FolderReport, split = 0) =>
  report.splits[split]!.images.map(({ path, classIndex }) => `${classIndex} ${path}`);
const reasons = (report: FolderReport) => Object.fromEntries(report.skipped.map(({ path, reason }) => [path, reason]));

describe('scanImages', () => {
  it("D2 flat folders: sorted classes, files in torchvision's order", () => {
    const report = scan(
      folder(['dog/b.jpg', 'dog/a.PNG', 'cat/x/1.webp', 'cat/x-y/2.jpg', 'cat/3.bmp', 'Zebra/1.tif']),
    );
    expect(report.classes).toEqual(['Zebra', 'cat', 'dog']);
    expect(report.layout).toBe('flat');
    // As strings, "cat/x-y" comes before "cat/x/…", but after "cat/x".
    expect(paths(report)).toEqual([
      '0 Zebra/1.tif',
      '1 cat/3.bmp',
      '1 cat/x/1.webp',
      '1 cat/x-y/2.jpg',
      '2 dog/a.PNG',
      '2 dog/b.jpg',
    ]);
    expect(report.splits.map(({ name }) => name)).toEqual(['all']);
  });

  it('D2 splits: one numbering of classes over all, empty and missing ones named', () => {
    const report = scan(
      folder([
        'test/a/1.jpg',
        'train/b/1.jpg',
        'train/a/1.jpg',
        'validation/c/',
        'validation/b/1.jpg',
        'notes/x/1.jpg',
      ]),
    );
    expect([report.layout, report.classes]).toEqual(['splits', ['a', 'b', 'c']]);
    expect(report.splits.map(({ name }) => name)).toEqual(['train', 'validation', 'test']);
    expect(paths(report, 1)).toEqual(['1 validation/b/1.jpg']);
    expect(report.emptyClasses).toEqual([{ split: 'validation', name: 'c' }]);
    expect(report.missingClasses).toEqual([
      { split: 'train', name: 'c' },
      { split: 'validation', name: 'a' },
      { split: 'test', name: 'b' },
      { split: 'test', name: 'c' },
    ]);
    expect(reasons(report)).toEqual({ notes: 'not-a-split' });
  });

  it('D2 a class may be called like a split', () => {
    expect(scan(folder(['test/1.jpg', 'train/1.jpg'])).classes).toEqual(['test', 'train']);
    expect(scan(folder(['test/x/1.jpg', 'cat/1.jpg'])).classes).toEqual(['cat', 'test']);
  });

  it('D2 what is passed over is named, with its reason', () => {
    const root = folder([
      'a/1.jpg', 'a/.DS_Store', 'a/Thumbs.db', 'a/notes.txt', 'a/README', 'a/2.gif', '.git/x.jpg', '__MACOSX/a/1.jpg', 'stray.png', 'labels.csv',
    ]); // prettier-ignore
    symlinkSync(join(root, 'nowhere'), join(root, 'a', 'gone.jpg'));
    const report = scan(root);
    expect(reasons(report)).toEqual({
      'a/.DS_Store': 'hidden', 'a/Thumbs.db': 'system', 'a/notes.txt': 'not-image', 'a/README': 'not-image', 'a/2.gif': 'extension',
      '.git': 'hidden', '__MACOSX': 'system', 'stray.png': 'stray', 'labels.csv': 'not-image', 'a/gone.jpg': 'broken-link',
    }); // prettier-ignore
    expect(report.skipped.find(({ path }) => path === 'a/2.gif')!.why).toMatch(/"\.gif" is not among the extensions/);
    expect(paths(scan(root, ['gif', '.JPG']))).toEqual(['0 a/1.jpg', '0 a/2.gif']);
  });

  it('D2 links are followed, but not in circles', () => {
    const root = folder(['a/1.jpg', 'a/deep/2.jpg', 'b/3.jpg']);
    symlinkSync(root, join(root, 'a', 'deep', 'up'));
    symlinkSync(join(root, 'b'), join(root, 'a', 'to-b'));
    symlinkSync(join(root, 'a'), join(root, 'b', 'to-a'));
    symlinkSync(join(root, 'a', '1.jpg'), join(root, 'b', 'linked.jpg'));
    const report = scan(root);
    expect(paths(report)).toEqual([
      '0 a/1.jpg', '0 a/deep/2.jpg', '0 a/to-b/3.jpg', '0 a/to-b/linked.jpg',
      '1 b/3.jpg', '1 b/linked.jpg', '1 b/to-a/1.jpg', '1 b/to-a/deep/2.jpg',
    ]); // prettier-ignore
    expect(new Set(Object.values(reasons(report)))).toEqual(new Set(['link-loop']));
  });

  it('D2 a folder or file that cannot be read is a remark', () => {
    const tree: ImageTree = {
      ...openTree(folder(['a/1.jpg', 'a/2.jpg', 'b/3.jpg'])),
    };
    const { list, file } = tree;
    const denied = () => {
      throw new Error('EACCES');
    };
    tree.list = (path) => (path === 'b' ? denied() : list(path));
    tree.file = (path) => (path === 'a/2.jpg' ? denied() : file(path));
    const report = scanTree(tree);
    expect(paths(report)).toEqual(['0 a/1.jpg']);
    expect(reasons(report)).toEqual({ b: 'unreadable', 'a/2.jpg': 'unreadable' });
    expect(report.emptyClasses).toEqual([{ split: 'all', name: 'b' }]);
    expect(() => scan(join(base, 'none'))).toThrow(/none: there is no such file or folder\. Choose the folder/);
  });

  it('D2 a large folder is indexed in steps that can be cancelled', async () => {
    const root = folder(Array.from({ length: 5000 }, (_, i) => `c${i % 2}/${i}.jpg`));
    const found: number[] = [];
    const report = await scanImagesInTurns(root, { onProgress: ({ images }) => found.push(images) });
    expect(report.splits[0]!.images.length).toBe(5000);
    expect(found.length).toBe(6);
    expect(found.every((count, i) => i === 0 || count > found[i - 1]!)).toBe(true);
    const stop = new AbortController();
    const cancelled = scanImagesInTurns(root, {
      signal: stop.signal,
      onProgress: ({ images }) => images > 1500 && stop.abort(new Error('enough')),
    });
    await expect(cancelled).rejects.toThrow('enough');
    const steps = scanImages(root);
    steps.next();
    expect(steps.return(null as never).done).toBe(true);
  });
});

describe('hymenoptera_data', () => {
  const root = resolve(process.env['FLINT_DATA'] ?? '../shared/data', 'hymenoptera_data');
  it.skipIf(!existsSync(root))(`D2 244 and 153 images of ants and bees, one GIF passed over (needs ${root})`, () => {
    const report = scan(root);
    expect([report.layout, report.classes]).toEqual(['splits', ['ants', 'bees']]);
    const counts = report.splits.map(({ name, images }) => [
      name,
      ...[0, 1].map((c) => images.filter(({ classIndex }) => classIndex === c).length),
    ]);
    expect(counts).toEqual([['train', 123, 121], ['val', 70, 83]]); // prettier-ignore
    expect(report.skipped.map(({ path, reason }) => [path, reason])).toEqual([
      ['train/ants/imageNotFound.gif', 'extension'],
    ]);
    expect(report.splits[0]!.images[0]).toMatchObject({ path: 'train/ants/0013035.jpg', classIndex: 0, bytes: 46706 });
    const all = scan(root, ['.jpg', '.jpeg', '.gif']);
    expect(all.splits.reduce((sum, { images }) => sum + images.length, 0)).toBe(398);
  });
});
