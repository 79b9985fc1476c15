import { describe, expect, test } from "vitest";
import { readMixture } from "../examples/gmm/data.js";
import { logPosterior } from "../examples/gmm/gmm.js";
import { closedFormGradient, textbookPosterior } from "./gmmOracle.js";

const small = () => readMixture("examples/data/gmm_d2_K5.txt.gz");
const large = () => readMixture("examples/data/gmm_d10_K10.txt.gz");

describe("Gaussian mixture", () => {
  test.each([
    ["d2_K5", small],
    ["d10_K10", large],
  ])("%s: the objective is the textbook's", (_, read) => {
    const mix = { ...read(), gamma: 1.3, m: 2 };
    const { alpha, mu, q, l, x, gamma, m } = mix;
    const value = logPosterior(alpha, mu, q, l, x, gamma, m);
    expect(relative(value, textbookPosterior(mix))).toBeLessThan(1e-12);
  });

  test("the closed form is the slope of the textbook's objective", () => {
    const mix = { ...small(), gamma: 1.3, m: 2 };
    const g = closedFormGradient(mix);
    for (const [cells, slopes] of [
      [mix.alpha, g.alpha],
      [mix.mu[1]!, g.mu[1]!],
      [mix.q[2]!, g.q[2]!],
      [mix.l[3]!, g.l[3]!],
    ] as const)
      slopes.forEach((slope, i) => {
        const measured = centralDifference(cells, i, () =>
          textbookPosterior(mix),
        );
        expect(Math.abs(measured - slope)).toBeLessThan(
          1e-6 * (1 + Math.abs(slope)),
        );
      });
  });
});

const relative = (a: number, b: number): number =>
  Math.abs(a - b) / Math.abs(b);

function centralDifference(
  cells: number[],
  i: number,
  f: () => number,
): number {
  const old = cells[i]!;
  const h = 1e-4 * Math.max(1, Math.abs(old));
  cells[i] = old + h;
  const above = f();
  cells[i] = old - h;
  const below = f();
  cells[i] = old;
  return (above - below) / (2 * h);
}
