import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, test } from "vitest";
import {
  errors,
  jacobian,
  type ReprojectionVjp,
  ROW,
} from "../bench/gradbench/bundle.js";
import {
  readBundle,
  readMixture,
  readText,
  type Text,
} from "../bench/gradbench/data.js";
import { gmm } from "../bench/gradbench/gmm.js";
import { lstm } from "../bench/gradbench/lstm.js";
import { readMixture as readRows } from "../examples/gmm/data.js";
import { treeLeaves } from "../runtime/index.js";
import { seededRandom } from "../runtime/random.js";
import { closedFormGradient, textbookPosterior } from "./gmmOracle.js";
import { compileSources, outputPath } from "./harness/compileSources.js";
import { type Exports, loadModules } from "./harness/load.js";

type Numbers = Float64Array;

let load: (path: string) => Exports;
beforeAll(() => {
  // Forward mode too: the other way to the same slopes.
  const source = (name: string) =>
    readFileSync(`bench/gradbench/${name}.ts`, "utf8")
      .replace("modes=vjp", "modes=vjp,jvp")
      .replace("modes=grad", "modes=grad,jvp");
  const sources = Object.fromEntries(
    ["gmm", "lstm", "ba"].map((name) => [`${name}.ts`, source(name)]),
  );
  const { outputs, diagnostics } = compileSources(sources);
  expect(diagnostics).toEqual([]);
  const generated = [...outputs].map(([path, text]) => [
    outputPath(path),
    text,
  ]);
  load = loadModules({ ...sources, ...Object.fromEntries(generated) });
});

describe("gmm", () => {
  test.each(["d2_K5", "d10_K10"])("%s: value and closed form", (name) => {
    const path = `examples/data/gmm_${name}.txt.gz`;
    const prior = { gamma: 1.3, m: 2 };
    const rows = { ...readRows(path), ...prior };
    const { d, alpha, mu, q, l, x, gamma, m } = {
      ...readMixture(path),
      ...prior,
    };
    const valueAndGrad = load("gmm.diff.ts")["gmmValueAndGrad"] as (
      ...args: Parameters<typeof gmm>
    ) => { value: number; grad: Record<"alpha" | "mu" | "q" | "l", Numbers> };
    const { value, grad } = valueAndGrad(d, alpha, mu, q, l, x, gamma, m);
    expect(value).toBe(gmm(d, alpha, mu, q, l, x, gamma, m));
    const textbook = textbookPosterior(rows);
    expect(Math.abs(value / textbook - 1)).toBeLessThan(1e-12);

    const expected = treeLeaves(closedFormGradient(rows));
    const slopes = [...grad.alpha, ...grad.mu, ...grad.q, ...grad.l];
    const largest = Math.max(...expected.map((e) => Math.abs(e.value)));
    expect(slopes.length).toBe(expected.length);
    slopes.forEach((slope, i) =>
      expect(Math.abs(slope - expected[i]!.value)).toBeLessThan(
        1e-12 * largest,
      ),
    );
  });
});

describe("lstm", () => {
  const whole = readText("examples/data/lstm_l2_c1024.txt.gz");
  const text: Text = {
    ...whole,
    state: whole.state.map((_, i) => Math.sin(i)),
    sequence: whole.sequence.slice(0, 12 * whole.bits),
  };
  const at = ({ bits, main, extra, state, sequence }: Text) =>
    [bits, main, extra, state, sequence] as const;
  const valueAndGrad = () =>
    load("lstm.diff.ts")["lstmValueAndGrad"] as (
      ...args: Parameters<typeof lstm>
    ) => { value: number; grad: { main: Numbers; extra: Numbers } };

  test("central differences", () => {
    const { value, grad } = valueAndGrad()(...at(text));
    expect(value).toBe(lstm(...at(text)));
    for (const key of ["main", "extra"] as const)
      grad[key].forEach((slope, i) => {
        const measured = centralDifference(text[key], i, () =>
          lstm(...at(text)),
        );
        expect(Math.abs(slope - measured)).toBeLessThan(1e-9);
      });
  });

  test("forward mode agrees, on the whole text too", () => {
    const jvp = load("lstm.diff.ts")["lstmJvp"] as (...args: unknown[]) => {
      tangent: number;
    };
    const random = seededRandom(3);
    for (const some of [text, whole]) {
      const main = some.main.map(() => random.normal());
      const extra = some.extra.map(() => random.normal());
      const { grad } = valueAndGrad()(...at(some));
      const { tangent } = jvp(...at(some), { main, extra });
      const product = dot(grad.main, main) + dot(grad.extra, extra);
      expect(Math.abs(product / tangent - 1)).toBeLessThan(1e-11);
    }
  });
});

describe("ba", () => {
  const whole = readBundle("examples/data/ba1_n49_m7776_p31843.txt");
  const vjp = () =>
    load("ba.diff.ts")["reprojectionErrorVjp"] as ReprojectionVjp;

  // The file's camera, one close to it, and one without a turn, where the formula branches.
  test.each([
    ["as in the file", (cam: number[]) => cam],
    ["another camera", (cam: number[]) => cam.map((e) => e * 1.01 + 0.1)],
    ["no rotation", (cam: number[]) => [0, 0, 0, ...cam.slice(3)]],
  ])("%s: central differences and forward mode", (name, change) => {
    const bundle = {
      cams: [change(whole.cams[0]!)],
      points: [[...whole.points[0]!]],
      weights: whole.weights.slice(0, 1),
      seen: [[...whole.seen[0]!]],
    };
    const entries = new Float64Array(2 * ROW + 1);
    jacobian(bundle, vjp(), entries);
    const values = (): Numbers => {
      const out = new Float64Array(3);
      errors(bundle, out);
      return out;
    };
    const largest = Math.max(...entries.map(Math.abs));
    const inputs = [bundle.cams[0]!, bundle.points[0]!, bundle.weights];
    inputs.forEach((cells, part) => {
      for (let i = 0; i < cells.length; i++) {
        // Without a turn the formula's branch has no slope by the rotation that differences could see.
        if (name === "no rotation" && part === 0 && i < 3) continue;
        const column = [0, 11, 14][part]! + i;
        for (const row of [0, 1]) {
          const measured = centralDifference(cells, i, () => values()[row]!);
          const slope = entries[row * ROW + column]!;
          expect(Math.abs(slope - measured)).toBeLessThan(1e-7 * largest);
        }
      }
    });
    expect(entries[2 * ROW]).toBe(-2 * bundle.weights[0]!);

    const jvp = load("ba.diff.ts")["reprojectionErrorJvp"] as (
      ...args: unknown[]
    ) => { tangent: [number, number] };
    const random = seededRandom(5);
    const cam = bundle.cams[0]!.map(() => random.normal());
    const point = bundle.points[0]!.map(() => random.normal());
    const direction = [...cam, ...point, random.normal()];
    const { tangent } = jvp(
      bundle.cams[0],
      bundle.points[0],
      bundle.weights[0],
      bundle.seen[0],
      { cam, point, weight: direction[14] },
    );
    for (const row of [0, 1]) {
      const slopes = entries.subarray(row * ROW, (row + 1) * ROW);
      expect(Math.abs(dot(slopes, direction) - tangent[row]!)).toBeLessThan(
        1e-11 * largest,
      );
    }
  });

  test("the Jacobian of the whole bundle repeats one block", () => {
    const p = whole.weights.length;
    const entries = new Float64Array((2 * ROW + 1) * p);
    jacobian(whole, vjp(), entries);
    const block = entries.slice(0, 2 * ROW);
    for (const i of [1, 7776, p - 1])
      expect(entries.slice(2 * ROW * i, 2 * ROW * (i + 1))).toEqual(block);
  });
});

const dot = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  Array.from(a).reduce((sum, e, i) => sum + e * b[i]!, 0);

function centralDifference(
  cells: number[] | Numbers,
  i: number,
  f: () => number,
): number {
  const old = cells[i]!;
  const h = 1e-5 * Math.max(1, Math.abs(old));
  cells[i] = old + h;
  const above = f();
  cells[i] = old - h;
  const below = f();
  cells[i] = old;
  return (above - below) / (2 * h);
}
