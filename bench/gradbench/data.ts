/** The problems' data files (examples/data/README.md), read into flat arrays. */
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";

type Numbers = Float64Array;
/** Takes the next so many numbers of a file. */
type Take = (count: number) => Numbers;

export interface Mixture {
  readonly d: number;
  readonly alpha: Numbers;
  readonly mu: Numbers;
  readonly q: Numbers;
  readonly l: Numbers;
  readonly x: Numbers;
  readonly gamma: number;
  readonly m: number;
}

export function readMixture(path: string): Mixture {
  return reading(path, (take) => {
    const [d, k, n] = three(take);
    const alpha = take(k);
    const mu = take(k * d);
    const q = new Float64Array(k * d);
    const triangle = (d * (d - 1)) / 2;
    const l = new Float64Array(k * triangle);
    for (let i = 0; i < k; i++) {
      q.set(take(d), i * d);
      l.set(take(triangle), i * triangle);
    }
    const x = take(n * d);
    const [gamma, m] = take(2);
    return { d, alpha, mu, q, l, x, gamma: gamma!, m: m! };
  });
}

export interface Text {
  readonly bits: number;
  readonly main: Numbers;
  readonly extra: Numbers;
  readonly state: Numbers;
  readonly sequence: Numbers;
}

export function readText(path: string): Text {
  return reading(path, (take) => {
    const [layers, characters, bits] = three(take);
    const main = take(8 * layers * bits);
    const extra = take(3 * bits);
    const state = take(2 * layers * bits);
    return { bits, main, extra, state, sequence: take(characters * bits) };
  });
}

export interface Bundle {
  readonly cams: readonly number[][];
  readonly points: readonly number[][];
  readonly weights: Numbers;
  readonly seen: readonly number[][];
}

/** One camera, point, weight and sighting in the file, repeated as often as its head says. */
export function readBundle(path: string): Bundle {
  return reading(path, (take) => {
    const [cameras, points, sightings] = three(take);
    const copies = (count: number, of: Numbers) =>
      Array.from({ length: count }, () => [...of]);
    return {
      cams: copies(cameras, take(11)),
      points: copies(points, take(3)),
      weights: new Float64Array(sightings).fill(take(1)[0]!),
      seen: copies(sightings, take(2)),
    };
  });
}

function three(take: Take): [number, number, number] {
  const [a, b, c] = take(3);
  return [a!, b!, c!];
}

function reading<T>(path: string, read: (take: Take) => T): T {
  const bytes = readFileSync(path);
  const text = (path.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString();
  const numbers = Float64Array.from(text.split(/\s+/).filter(Boolean), Number);
  let next = 0;
  const result = read((count) => numbers.slice(next, (next += count)));
  if (next !== numbers.length || numbers.some(Number.isNaN))
    throw new Error(`${path}: not in the expected format`);
  return result;
}
