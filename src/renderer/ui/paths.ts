// Paths of the machine that runs the studio, which may be of another kind than the one that shows the window.

/** A folder in `parent`, joined with the separator that `parent` is written with. */
export function joinFolder(parent: string, name: string): string {
  const windows = /^[a-z]:/i.test(parent) || parent.startsWith('\\\\');
  if (parent === '' || parent.endsWith('/') || (windows && parent.endsWith('\\'))) return parent + name;
  return `${parent}${windows && !parent.includes('/') ? '\\' : '/'}${name}`;
}
