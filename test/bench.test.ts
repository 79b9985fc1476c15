import { readFileSync } from "node:fs";
import { beforeAll, expect, test } from "vitest";
import { bsP, gmmData, mlpData, odeP, rosenX } from "../bench/data.js";
import { bsG, gmmG, gmmGopt, lvG, mlpG, rosenG } from "../bench/hand.js";
import { gmmF, mlpF, rosenF } from "../bench/handFast.js";
import { gmmU } from "../bench/handUnrolled.js";
import { bs } from "../bench/problems/bs.js";
import { gmm } from "../bench/problems/gmm.js";
import { lv } from "../bench/problems/lv.js";
import { mlp } from "../bench/problems/mlp.js";
import { rosen } from "../bench/problems/rosen.js";
import { compileSources, outputPath } from "./harness/compileSources.js";
import { type Exports, loadModules } from "./harness/load.js";

// The yardstick must be right before anything is held against it.

type Hand = (p: Float64Array, g: Float64Array) => number;

const { th, X } = gmmData();
const net = mlpData();
const problems: readonly [
  name: string,
  at: Float64Array,
  primal: (p: Float64Array) => number,
  hand: readonly Hand[],
][] = [
  ["rosen", rosenX(), rosen, [rosenG, rosenF]],
  [
    "gmm",
    th,
    (p) => gmm(p, X),
    [gmmG, gmmGopt, gmmF, gmmU].map(
      (f): Hand =>
        (p, g) =>
          f(p, X, g),
    ),
  ],
  [
    "mlp",
    net.p,
    (p) => mlp(p, net.X, net.y),
    [mlpG, mlpF].map(
      (f): Hand =>
        (p, g) =>
          f(p, net.X, net.y, g),
    ),
  ],
  ["lv", odeP(), lv, [lvG]],
  ["bs", bsP(), bs, [bsG]],
];

test.each(problems)(
  "%s: hand-written gradients are the slopes of the primal",
  (_, at, primal, hand) => {
    const value = primal(at);
    for (const gradient of hand) {
      const g = new Float64Array(at.length);
      expect(gradient(at, g)).toBeCloseTo(value, 9);
      const stride = Math.max(1, Math.floor(at.length / 60));
      for (let i = 0; i < at.length; i += stride) {
        const measured = centralDifference(primal, at, i);
        expect(Math.abs(g[i]! - measured)).toBeLessThan(
          1e-5 * (1 + Math.abs(measured)),
        );
      }
    }
  },
);

// data beside the parameters; the parameters' name
const rest: Record<string, readonly [args: readonly unknown[], wrt: string]> = {
  rosen: [[], "x"],
  gmm: [[X], "th"],
  mlp: [[net.X, net.y], "p"],
  lv: [[], "p"],
  bs: [[], "p"],
};

let load: (path: string) => Exports;
beforeAll(() => {
  const sources = Object.fromEntries(
    Object.keys(rest).map((name) => [
      `${name}.ts`,
      readFileSync(`bench/problems/${name}.ts`, "utf8"),
    ]),
  );
  const { outputs, diagnostics } = compileSources(sources);
  expect(diagnostics).toEqual([]);
  const generated = [...outputs].map(([path, text]) => [
    outputPath(path),
    text,
  ]);
  load = loadModules({ ...sources, ...Object.fromEntries(generated) });
});

test.each(problems)(
  "%s: the generated gradient is the hand-written one",
  (name, at, primal, [hand]) => {
    const [args, wrt] = rest[name]!;
    const run = load(`${name}.diff.ts`)[`${name}ValueAndGrad`] as (
      ...args: unknown[]
    ) => { value: number; grad: Record<string, Float64Array> };
    const expected = new Float64Array(at.length);
    hand!(at, expected);
    const floor = 1e-6 * Math.max(...expected.map(Math.abs));
    for (const _ of ["first", "second"]) {
      const { value, grad } = run(at, ...args);
      expect(value).toBe(primal(at));
      grad[wrt]!.forEach((slope, i) =>
        expect(Math.abs(slope - expected[i]!)).toBeLessThan(
          1e-9 * (Math.abs(expected[i]!) + floor),
        ),
      );
    }
  },
);

function centralDifference(
  f: (p: Float64Array) => number,
  at: Float64Array,
  i: number,
): number {
  const p = at.slice();
  const h = 1e-5 * Math.max(1, Math.abs(at[i]!));
  p[i] = at[i]! + h;
  const above = f(p);
  p[i] = at[i]! - h;
  return (above - f(p)) / (2 * h);
}
