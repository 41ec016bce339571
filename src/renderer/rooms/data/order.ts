// Which samples the grid shows, in which order.

/** Indices of all samples, or of those of one class. */
export function orderOf(labels: Uint8Array, only: number | null): Uint32Array {
  if (only === null) return Uint32Array.from(labels, (_, i) => i);
  let count = 0;
  for (const label of labels) if (label === only) count++;
  const order = new Uint32Array(count);
  let at = 0;
  for (let i = 0; i < labels.length; i++) if (labels[i] === only) order[at++] = i;
  return order;
}
