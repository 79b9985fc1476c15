/** A stream of random numbers that is the same on every machine for the same seed. */
export interface Random {
  /** A number in [lo, hi), by default in [0, 1). */
  uniform(lo?: number, hi?: number): number;
  /** A normal number, by default with mean 0 and standard deviation 1. */
  normal(mean?: number, sd?: number): number;
  /** An integer in 0 ... n - 1. */
  integer(n: number): number;
  /** The numbers 0 ... n - 1 in random order. */
  permutation(n: number): number[];
}

/**
 * Random numbers from a seed, for initial weights, shuffles and test points; not for secrets.
 * The generator is xorshift128 (Marsaglia, "Xorshift RNGs", 2003), seeded through a linear congruence; two of its
 * 32-bit words make the 53 bits of a number. Normal numbers are made in pairs by the Box-Muller transform.
 *
 * @param seed any number; its integer part modulo 2 ** 32 counts
 * @example
 * const random = seededRandom(1);
 * const w = Float64Array.from({ length: 8 }, () => random.normal(0, 0.1));
 */
export function seededRandom(seed: number): Random {
  const word = wordsFrom(seed);
  let spare: number | undefined;
  const unit = (): number =>
    ((word() >>> 5) * 2 ** 26 + (word() >>> 6)) / 2 ** 53;
  const integer = (n: number): number => Math.floor(unit() * n);
  const standardNormal = (): number => {
    if (spare !== undefined) {
      const z = spare;
      spare = undefined;
      return z;
    }
    // 1 - u is never 0, so its logarithm is finite
    const radius = Math.sqrt(-2 * Math.log(1 - unit()));
    const angle = 2 * Math.PI * unit();
    spare = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  };
  return {
    uniform: (lo = 0, hi = 1) => lo + (hi - lo) * unit(),
    normal: (mean = 0, sd = 1) => mean + sd * standardNormal(),
    integer,
    permutation: (n) => shuffled(n, integer),
  };
}

/** xorshift128: a state of four words that are never all 0. */
function wordsFrom(seed: number): () => number {
  let next = Math.trunc(seed) >>> 0;
  const scramble = (): number => {
    next = (Math.imul(next, 1664525) + 1013904223) >>> 0;
    return next;
  };
  let x = scramble();
  let y = scramble();
  let z = scramble();
  let w = scramble() | 1;
  const word = (): number => {
    const t = x ^ (x << 11);
    x = y;
    y = z;
    z = w;
    w = w ^ (w >>> 19) ^ t ^ (t >>> 8);
    return w >>> 0;
  };
  // neighbouring seeds start alike: walk apart first
  for (let i = 0; i < 32; i++) word();
  return word;
}

function shuffled(n: number, integer: (n: number) => number): number[] {
  const order = Array.from({ length: n }, (_, i) => i);
  for (let i = n - 1; i > 0; i--) {
    const j = integer(i + 1);
    const swapped = order[i] as number;
    order[i] = order[j] as number;
    order[j] = swapped;
  }
  return order;
}
