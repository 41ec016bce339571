// A quadtree over points of the plane, in flat arrays: how Barnes-Hut sums the forces of many far points at once.

/** Deeper than this two points are taken as one: they are the same to 1 part in 2^40. */
const mostDepth = 40;

export class Quadtree {
  private readonly points: Float64Array;
  private nodes = 0;
  /** Four children of each node, 0 where there is none. */
  private children: Int32Array;
  private mass: Float64Array;
  private centerX: Float64Array;
  private centerY: Float64Array;
  private width: Float64Array;
  /** The point of a leaf; -1 for nodes with children. */
  private leaf: Int32Array;

  /** `points`: x and y, one point after another. */
  constructor(points: Float64Array) {
    this.points = points;
    const room = Math.max(64, points.length * 2);
    this.children = new Int32Array(4 * room);
    this.leaf = new Int32Array(room);
    [this.mass, this.centerX, this.centerY, this.width] = Array.from({ length: 4 }, () => new Float64Array(room)) as [
      Float64Array, Float64Array, Float64Array, Float64Array,
    ]; // prettier-ignore
    this.build();
  }

  private build(): void {
    const { points } = this;
    let [left, right, top, bottom] = [Infinity, -Infinity, Infinity, -Infinity];
    for (let at = 0; at < points.length; at += 2) {
      left = Math.min(left, points[at]!);
      right = Math.max(right, points[at]!);
      top = Math.min(top, points[at + 1]!);
      bottom = Math.max(bottom, points[at + 1]!);
    }
    const size = Math.max(right - left, bottom - top, 1e-30) * (1 + 1e-9);
    this.node(size);
    for (let point = 0; point < points.length / 2; point++) this.insert(point, left, top, size);
    for (let node = 0; node < this.nodes; node++) {
      this.centerX[node]! /= this.mass[node]!;
      this.centerY[node]! /= this.mass[node]!;
    }
  }

  private node(width: number): number {
    const node = this.nodes++;
    if (node === this.leaf.length) this.grow();
    this.leaf[node] = -1;
    this.width[node] = width;
    return node;
  }
  private grow(): void {
    const larger = <T extends Int32Array | Float64Array>(old: T, make: (n: number) => T): T => {
      const grown = make(old.length * 2);
      grown.set(old);
      return grown;
    };
    const doubles = (n: number) => new Float64Array(n);
    this.children = larger(this.children, (n) => new Int32Array(n));
    this.leaf = larger(this.leaf, (n) => new Int32Array(n));
    this.mass = larger(this.mass, doubles);
    this.centerX = larger(this.centerX, doubles);
    this.centerY = larger(this.centerY, doubles);
    this.width = larger(this.width, doubles);
  }

  private insert(point: number, left: number, top: number, size: number): void {
    const [x, y] = [this.points[2 * point]!, this.points[2 * point + 1]!];
    let [node, x0, y0, half] = [0, left, top, size / 2];
    for (let depth = 0; ; depth++, half /= 2) {
      const empty = this.mass[node] === 0;
      const old = this.leaf[node]!;
      this.add(node, 1, x, y);
      if (empty) {
        this.leaf[node] = point;
        return;
      }
      if (old >= 0) {
        const [ox, oy] = [this.points[2 * old]!, this.points[2 * old + 1]!];
        if ((ox === x && oy === y) || depth >= mostDepth) return; // heavier, no deeper
        // The point that was here moves down, with all that lay on it.
        this.leaf[node] = -1;
        const count = this.mass[node]! - 1;
        const child = this.child(node, ox, oy, x0 + half, y0 + half, half);
        this.add(child, count, ox, oy);
        this.leaf[child] = old;
      }
      const [mx, my] = [x0 + half, y0 + half];
      node = this.child(node, x, y, mx, my, half);
      if (x >= mx) x0 = mx;
      if (y >= my) y0 = my;
    }
  }

  private add(node: number, count: number, x: number, y: number): void {
    this.mass[node]! += count;
    this.centerX[node]! += count * x;
    this.centerY[node]! += count * y;
  }
  private child(node: number, x: number, y: number, mx: number, my: number, width: number): number {
    const place = 4 * node + (x >= mx ? 1 : 0) + (y >= my ? 2 : 0);
    const known = this.children[place]!;
    if (known !== 0) return known;
    const made = this.node(width);
    this.children[place] = made;
    return made;
  }

  private readonly stack = new Int32Array(4 * (mostDepth + 2));

  /**
   * The repulsion of all other points on one: adds the sum of q²·(y_i - y_j) to `force` and gives the sum of q, where
   * q = 1 / (1 + |y_i - y_j|²). A node counts as one point when its width is less than `theta` times its distance.
   */
  repel(point: number, theta: number, force: Float64Array): number {
    const { children, mass, centerX, centerY, width, leaf, stack, points } = this;
    const [x, y] = [points[2 * point]!, points[2 * point + 1]!];
    const limit = theta * theta;
    let [sum, fx, fy, top] = [0, 0, 0, 0];
    stack[top++] = 0;
    while (top > 0) {
      const node = stack[--top]!;
      const dx = x - centerX[node]!;
      const dy = y - centerY[node]!;
      const square = dx * dx + dy * dy;
      const isLeaf = leaf[node]! >= 0;
      if (isLeaf || width[node]! * width[node]! < limit * square) {
        // The point itself is no neighbour of its own; what lies exactly on it repels it with no force but counts in the sum.
        const others = isLeaf && square === 0 ? mass[node]! - 1 : mass[node]!;
        const q = 1 / (1 + square);
        sum += others * q;
        const pull = others * q * q;
        fx += pull * dx;
        fy += pull * dy;
        continue;
      }
      for (let place = 4 * node; place < 4 * node + 4; place++) {
        if (children[place] !== 0) stack[top++] = children[place]!;
      }
    }
    force[2 * point]! += fx;
    force[2 * point + 1]! += fy;
    return sum;
  }
}
