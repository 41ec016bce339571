// Which samples are chosen: one byte for each, so that a million can be chosen at once.

export class Selection {
  readonly mask: Uint8Array;
  count = 0;
  /** Changes with every change. */
  version = 0;
  /** Where a range with Shift begins. */
  anchor = 0;

  constructor(samples: number) {
    this.mask = new Uint8Array(samples);
  }

  has(index: number): boolean {
    return this.mask[index] === 1;
  }
  set(index: number, chosen: boolean): void {
    if (index >= this.mask.length || this.has(index) === chosen) return;
    this.mask[index] = chosen ? 1 : 0;
    this.count += chosen ? 1 : -1;
    this.version++;
  }
  clear(): void {
    this.mask.fill(0);
    this.count = 0;
    this.version++;
  }
  /** Everything that is shown. */
  all(order: Uint32Array): void {
    for (const index of order) this.set(index, true);
  }
  /** From one place of the order to another, nothing else. */
  range(order: Uint32Array, from: number, to: number): void {
    this.clear();
    for (let place = Math.min(from, to); place <= Math.max(from, to); place++) this.set(order[place]!, true);
  }
  /** As it was when it was copied. */
  restore(mask: Uint8Array, count: number): void {
    this.mask.set(mask);
    this.count = count;
    this.version++;
  }
  indices(): Uint32Array {
    const found = new Uint32Array(this.count);
    let at = 0;
    for (let i = 0; i < this.mask.length; i++) if (this.mask[i] === 1) found[at++] = i;
    return found;
  }
}
