// Float64 values that grow at the end: a million points without a million objects.

export class GrowingArray {
  private store: Float64Array;
  length = 0;

  constructor(capacity = 256) {
    this.store = new Float64Array(capacity);
  }
  push(value: number): void {
    if (this.length === this.store.length) {
      const larger = new Float64Array(this.store.length * 2);
      larger.set(this.store);
      this.store = larger;
    }
    this.store[this.length++] = value;
  }
  at(index: number): number {
    return index < this.length ? (this.store[index] ?? NaN) : NaN;
  }
  get last(): number {
    return this.at(this.length - 1);
  }
  /** What is there now, without a copy; later pushes do not show in it. */
  view(): Float64Array {
    return this.store.subarray(0, this.length);
  }
}
