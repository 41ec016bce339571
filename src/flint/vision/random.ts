// Small seeded random numbers for drawing, in plain JavaScript: the same on every machine and without the engine.
export interface Random {
  /** In [0, 1). */
  uniform(): number;
  between(low: number, high: number): number;
  /** Standard normal. */
  normal(): number;
  below(count: number): number;
}

/** A generator that depends only on the numbers given: (seed, index, …). */
export function randomFor(...keys: readonly number[]): Random {
  let state = 0x9e3779b9;
  for (const key of keys) {
    state = mix(state ^ (key | 0));
    state = mix(state ^ Math.floor(key / 2 ** 32));
  }
  let counter = state;
  const uniform = () => {
    counter = (counter + 0x6d2b79f5) | 0;
    return (mix(counter) >>> 0) / 2 ** 32;
  };
  return {
    uniform,
    between: (low, high) => low + (high - low) * uniform(),
    normal: () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform()),
    below: (count) => Math.floor(uniform() * count),
  };
}

/** Spreads every bit of a 32-bit number over all of them (murmur3's finaliser). */
function mix(value: number): number {
  let x = value | 0;
  x = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
  return x ^ (x >>> 16);
}
