// Warnings that are said once for each reason.
const said = new Set<string>();

/** Writes a warning to the console the first time `key` is used. */
export function warnOnce(key: string, message: string): void {
  if (said.has(key)) return;
  said.add(key);
  console.warn(`flint: ${message}`);
}

/** Forgets what was said, so that a test hears it again. */
export function resetWarnings(): void {
  said.clear();
}
