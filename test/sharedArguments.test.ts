import { describe, expect, test } from "vitest";
import { compileSources, outputPath } from "./harness/compileSources.js";
import { loadModules } from "./harness/load.js";

/**
 * One object reached by two paths inside one argument has one shadow, reported at both places, also where the function
 * writes through one path and reads through the other. The oracle is the original, by central differences.
 */
const source = `
interface Pair { p: Float64Array; q: Float64Array }
interface Lists { p: number[]; q: number[] }
interface Point { x: number; y: number }

/** @differentiable modes=grad */
export function readAgain(r: Pair): number {
  let s = 0;
  for (let i = 0; i < r.q.length; i++) s += r.q[i] * Math.sin(r.q[i]);
  for (let i = 0; i < r.p.length; i++) r.p[i] = s * r.p[i];
  return s * r.q[0] * r.p[1];
}

/** @differentiable modes=grad */
export function lists(r: Lists): number {
  let s = 1;
  for (let i = 0; i < r.q.length; i++) {
    s *= r.q[i] * r.q[i];
    r.p[i] = Math.exp(r.p[i]) * s;
  }
  return s + r.q[0] * r.q[1];
}

/** @differentiable wrt=r.p,r.q modes=grad */
export function paths(r: Lists & { k: number }): number {
  return r.p[0] * r.q[1] * r.k + r.q[0];
}

/** @differentiable modes=grad */
export function points(r: { a: Point; b: Point }): number {
  let s = 0;
  for (let i = 0; i < 3; i++) {
    s += r.b.x * r.b.x * r.b.y;
    r.a.x = Math.sin(r.a.x) * r.b.y;
  }
  return s * r.b.x;
}

function through(r: Lists, depth: number): number {
  if (depth <= 0) return r.q[0] * r.p[1];
  const kept = r.q[0] * r.q[1];
  r.p[0] = Math.cos(r.p[0]) * r.q[1];
  return kept * r.q[0] + through(r, depth - 1);
}
/** @differentiable modes=grad */
export function recursion(r: Lists): number {
  return through(r, 2);
}
`;

type Fn = (arg: unknown) => number;
type Grad = (arg: unknown) => { r: Record<string, ArrayLike<number>> };

const path = "shared.ts";
const { outputs, diagnostics } = compileSources({ [path]: source });
const load = loadModules({
  [path]: source,
  [outputPath(path)]: outputs.get(path) ?? "",
});

function slopes(fn: Fn, make: (cells: number[]) => unknown): number[] {
  const at = [0.5, 0.7];
  return at.map((_, k) => {
    const value = (sign: number): number => {
      const cells = at.slice();
      cells[k]! += sign * 1e-6;
      return fn(make(cells));
    };
    return (value(1) - value(-1)) / 2e-6;
  });
}

const array = (cells: number[]) => ({ p: cells, q: cells });
const typed = (cells: number[]) => {
  const view = Float64Array.from(cells);
  return { p: view, q: view };
};
const point = ([x, y]: number[]) => {
  const one = { x, y };
  return { a: one, b: one };
};

test("the gradients of two paths are two arrays, also of one array", () => {
  const gradient = load(outputPath(path))["pathsGrad"] as Grad;
  const { r } = gradient({ ...array([0.5, 0.7]), k: 2 });
  expect(r).toEqual({ p: [2.4, 1], q: [2.4, 1] });
  expect(r["p"]).not.toBe(r["q"]);
});

describe("one object at two places of an argument", () => {
  test("compiles", () => expect(diagnostics).toEqual([]));

  test.each([
    ["readAgain", typed],
    ["lists", array],
    ["points", point],
    ["recursion", array],
  ] as const)("%s", (name, make) => {
    const fn = load(path)[name] as Fn;
    const gradient = load(outputPath(path))[`${name}Grad`] as Grad;
    const expected = slopes(fn, make);
    const places = Object.values(gradient(make([0.5, 0.7])).r);
    expect(places.length).toBe(2);
    for (const place of places)
      Object.values(place).forEach((slope, k) =>
        expect(slope / expected[k]!).toBeCloseTo(1, 6),
      );
  });
});
