import { expect, test } from "vitest";
import { bsP, gmmData, mlpData, odeP, rosenX } from "../bench/data.js";
import { bsG, gmmG, gmmGopt, lvG, mlpG, rosenG } from "../bench/hand.js";
import { gmmF, mlpF, rosenF } from "../bench/handFast.js";
import { gmmU } from "../bench/handUnrolled.js";
import { bs } from "../bench/problems/bs.js";
import { gmm } from "../bench/problems/gmm.js";
import { lv } from "../bench/problems/lv.js";
import { mlp } from "../bench/problems/mlp.js";
import { rosen } from "../bench/problems/rosen.js";

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
