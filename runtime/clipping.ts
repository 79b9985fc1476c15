import { treeMap, treeReduce } from "./tree.js";

/**
 * The Euclidean length of a gradient over all its numbers: sqrt(sum of squares). It is safe from overflow and
 * underflow, and NaN where any number is NaN.
 *
 * @param grads a number, array, typed array or object of these, nested
 * @example
 * globalNorm({ w: [3], b: 4 }); // 5
 */
export function globalNorm(grads: unknown): number {
  const sum = treeReduce((total, g) => total + g * g, 0, grads);
  // squares of the usual size: no detour through the scale
  if (sum !== sum || (sum > 1e-280 && sum < Infinity)) return Math.sqrt(sum);
  const scale = treeReduce((most, g) => Math.max(most, Math.abs(g)), 0, grads);
  if (scale === 0 || scale === Infinity) return scale;
  const scaled = treeReduce((total, g) => total + (g / scale) ** 2, 0, grads);
  return scale * Math.sqrt(scaled);
}

/**
 * The gradient scaled down to length `maxNorm` where it is longer ({@link globalNorm}); a copy of it where it is not.
 * "On the difficulty of training recurrent neural networks" (Pascanu, Mikolov, Bengio 2013).
 *
 * @param grads a number, array, typed array or object of these, nested; not changed
 * @param maxNorm a positive number
 * @example
 * clipByGlobalNorm({ w: [3], b: 4 }, 1); // { w: [0.6], b: 0.8 }
 */
export function clipByGlobalNorm<G>(grads: G, maxNorm: number): G {
  if (!(maxNorm > 0))
    throw new RangeError(`maxNorm must be positive, not ${maxNorm}`);
  const norm = globalNorm(grads);
  if (norm <= maxNorm) return treeMap((g) => g, grads);
  return treeMap((g) => (g / norm) * maxNorm, grads);
}

/**
 * The gradient with each number held within [-limit, limit]. NaN stays NaN.
 *
 * @param grads a number, array, typed array or object of these, nested; not changed
 * @param limit a positive number
 * @example
 * clipByValue({ w: [3, -0.5], b: -4 }, 1); // { w: [1, -0.5], b: -1 }
 */
export function clipByValue<G>(grads: G, limit: number): G {
  if (!(limit > 0))
    throw new RangeError(`limit must be positive, not ${limit}`);
  return treeMap((g) => Math.max(-limit, Math.min(limit, g)), grads);
}
