import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";

export interface Mixture {
  alpha: number[];
  mu: number[][];
  q: number[][];
  l: number[][];
  x: number[][];
  gamma: number;
  m: number;
}

/** Reads a problem in ADBench's format (examples/data/README.md), gzipped. */
export function readMixture(path: string): Mixture {
  const text = gunzipSync(readFileSync(path)).toString("utf8");
  const numbers = text.split(/\s+/).filter(Boolean).map(Number);
  let next = 0;
  const take = (count: number) => numbers.slice(next, (next += count));
  const rows = (count: number, width: number) =>
    Array.from({ length: count }, () => take(width));

  const [d, components, points] = take(3);
  const alpha = take(components);
  const mu = rows(components, d);
  const factors = rows(components, d + (d * (d - 1)) / 2);
  const x = rows(points, d);
  const [gamma, m] = take(2);
  if (next !== numbers.length || m === undefined)
    throw new Error(`${path}: not a mixture problem`);
  const q = factors.map((row) => row.slice(0, d));
  const l = factors.map((row) => row.slice(d));
  return { alpha, mu, q, l, x, gamma, m };
}
