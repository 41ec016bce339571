// Paths of the machine that runs the studio, which may be of another kind than the one that shows the window.

/** A folder in `parent`, joined with the separator that `parent` is written with. */
export function joinFolder(parent: string, name: string): string {
  const windows = /^[a-z]:/i.test(parent) || parent.startsWith('\\\\');
  if (parent === '' || parent.endsWith('/') || (windows && parent.endsWith('\\'))) return parent + name;
  return `${parent}${windows && !parent.includes('/') ? '\\' : '/'}${name}`;
}

/** The last parts of a path, as many as fit into `most` characters: "…/data/mnist". */
export function pathEnd(path: string, most = 34): string {
  if (path.length <= most) return path;
  const parts = path.split(/(?=[\\/])/);
  let end = parts.pop() ?? '';
  while (parts.length > 0 && end.length + parts.at(-1)!.length < most) end = parts.pop()! + end;
  return `…${end}`;
}
