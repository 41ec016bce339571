// Unsaved text outlives a reload: kept in the browser's storage until it is saved.
export interface Kept {
  text: string;
  /** When the file on disk was last seen, as main gives it. */
  modifiedAt: number;
}
const key = (project: string) => `flint.unsaved:${project}`;

export function keptBuffers(project: string): Record<string, Kept> {
  try {
    return JSON.parse(localStorage.getItem(key(project)) ?? '{}') as Record<string, Kept>;
  } catch {
    return {};
  }
}
export function keepBuffer(project: string, path: string, kept: Kept | null): void {
  const all = keptBuffers(project);
  if (kept) all[path] = kept;
  else delete all[path];
  try {
    if (Object.keys(all).length > 0) localStorage.setItem(key(project), JSON.stringify(all));
    else localStorage.removeItem(key(project));
  } catch {
    // A full storage must not keep anybody from typing; the text is still in the window.
  }
}
