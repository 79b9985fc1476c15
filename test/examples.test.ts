import { describe, expect, test } from "vitest";
import { readMixture } from "../examples/gmm/data.js";
import { logPosterior } from "../examples/gmm/gmm.js";
import { main } from "../src/cli/run.js";
import { gradientCheck, treeLeaves } from "../runtime/index.js";
import { price } from "../examples/blackScholes/blackScholes.js";
import { priceValueAndGrad } from "../examples/blackScholes/blackScholes.diff.js";
import { logPosteriorValueAndGrad } from "../examples/gmm/gmm.diff.js";
import { loss, type Network, type Sample } from "../examples/iris/network.js";
import { lossValueAndGrad } from "../examples/iris/network.diff.js";
import { seededRandom } from "../runtime/random.js";
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

describe("generated gradients", () => {
  test("they are what diffc writes today", async () => {
    let said = "";
    const say = (text: string) => void (said += text);
    const sources = ["gmm/gmm", "iris/network", "blackScholes/blackScholes"];
    const files = sources.map((name) => `examples/${name}.ts`);
    const io = { cwd: process.cwd(), out: say, err: say, color: false };
    const status = await main(["build", ...files, "--check"], io);
    expect(`${said}exit ${status}`).toMatch(/exit 0$/);
  });

  test.each([
    ["d2_K5", small],
    ["d10_K10", large],
  ])("mixture %s: the closed form", (_, read) => {
    const mix = { ...read(), gamma: 1.3, m: 2 };
    const { alpha, mu, q, l, x, gamma, m } = mix;
    const { value, grad } = logPosteriorValueAndGrad(
      alpha,
      mu,
      q,
      l,
      x,
      gamma,
      m,
    );
    expect(value).toBe(logPosterior(alpha, mu, q, l, x, gamma, m));
    const expected = treeLeaves(closedFormGradient(mix));
    const largest = Math.max(...expected.map((e) => Math.abs(e.value)));
    treeLeaves(grad).forEach(({ keys, value }, i) => {
      expect(keys).toEqual(expected[i]!.keys);
      const gap = Math.abs(value - expected[i]!.value);
      expect(gap).toBeLessThan(1e-12 * largest);
    });
  });

  test("network: central differences", () => {
    const random = seededRandom(7);
    const row = (n: number) => Array.from({ length: n }, () => random.normal());
    const net: Network = {
      w1: [row(4), row(4), row(4), row(4), row(4)],
      b1: row(5),
      w2: [row(5), row(5), row(5)],
      b2: row(3),
    };
    const batch: Sample[] = [0, 1, 2, 2].map((label) => ({
      name: String(label),
      features: row(4),
      label,
    }));
    const { value, grad } = lossValueAndGrad(net, batch);
    expect(value).toBe(loss(net, batch));
    const report = gradientCheck((p) => loss(p, batch), net, grad.net);
    expect(report.components.filter(({ status }) => status !== "ok")).toEqual(
      [],
    );
    expect(() => lossValueAndGrad(net, [])).toThrow("empty batch");
  });

  test.each(["call", "put"] as const)("%s: central differences", (kind) => {
    const market = {
      spot: 100,
      strike: 105,
      time: 0.75,
      rate: 0.03,
      volatility: 0.22,
    };
    const { spot, strike, time, rate, volatility } = market;
    const at = [kind, spot, strike, time, rate, volatility] as const;
    const { value, grad } = priceValueAndGrad(...at);
    expect(value).toBe(price(...at));
    const report = gradientCheck(
      (p) => price(kind, p.spot, p.strike, p.time, p.rate, p.volatility),
      market,
      grad,
    );
    expect(report.components.filter(({ status }) => status !== "ok")).toEqual(
      [],
    );
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
