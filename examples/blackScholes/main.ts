/** Prices a call and a put, and prints their greeks beside the textbook's formulas. */
import { gradientCheck } from "diffc/runtime";
import { price, type Kind } from "./blackScholes.js";
import { priceGrad, priceValueAndGrad } from "./blackScholes.diff.js";

const market = {
  spot: 100,
  strike: 105,
  time: 0.75,
  rate: 0.03,
  volatility: 0.22,
};

for (const kind of ["call", "put"] as const) report(kind);

function report(kind: Kind): void {
  const { spot, strike, time, rate, volatility } = market;
  const { value, grad } = priceValueAndGrad(
    kind,
    spot,
    strike,
    time,
    rate,
    volatility,
  );
  const same = value === price(kind, spot, strike, time, rate, volatility);
  console.log(
    `\n${kind}: ${value.toFixed(6)}${same ? " (the same bits as the original function)" : ""}`,
  );
  const check = gradientCheck(
    (p) => price(kind, p.spot, p.strike, p.time, p.rate, p.volatility),
    market,
    grad,
  );
  if (!check.ok) throw new Error("the gradient is wrong");
  console.log(
    `  gradient check: largest relative error ${check.worst.toExponential(0)}`,
  );
  const textbook = textbookGreeks(kind);
  const second = secondOrder(kind);
  print("delta    d/dspot", grad.spot, textbook.delta);
  print("vega     d/dvolatility", grad.volatility, textbook.vega);
  print("theta   -d/dtime", -grad.time, textbook.theta);
  print("rho      d/drate", grad.rate, textbook.rho);
  print("strike   d/dstrike", grad.strike, textbook.strike);
  console.log("  from differences of the exact gradient:");
  print("gamma    d2/dspot2", second.gamma, textbook.gamma);
  print("vanna    d2/dspot dvolatility", second.vanna, textbook.vanna);
}

function print(label: string, derived: number, textbook: number): void {
  console.log(
    `  ${label.padEnd(30)}${derived.toFixed(6).padStart(12)}   textbook ${textbook.toFixed(6).padStart(12)}`,
  );
}

/** Second-order greeks: the gradient at two spots. */
function secondOrder(kind: Kind): { gamma: number; vanna: number } {
  const { spot, strike, time, rate, volatility } = market;
  const h = 1e-3;
  const at = (s: number) => priceGrad(kind, s, strike, time, rate, volatility);
  const [above, below] = [at(spot + h), at(spot - h)];
  return {
    gamma: (above.spot - below.spot) / (2 * h),
    vanna: (above.volatility - below.volatility) / (2 * h),
  };
}

/** The closed forms. */
function textbookGreeks(kind: Kind) {
  const { spot, strike, time, rate, volatility } = market;
  const sign = kind === "call" ? 1 : -1;
  const root = Math.sqrt(time);
  const d1 =
    (Math.log(spot / strike) + (rate + volatility ** 2 / 2) * time) /
    (volatility * root);
  const d2 = d1 - volatility * root;
  const discount = Math.exp(-rate * time);
  return {
    delta: sign * cdf(sign * d1),
    vega: spot * density(d1) * root,
    theta:
      (-spot * density(d1) * volatility) / (2 * root) -
      sign * rate * strike * discount * cdf(sign * d2),
    rho: sign * strike * time * discount * cdf(sign * d2),
    strike: -sign * discount * cdf(sign * d2),
    gamma: density(d1) / (spot * volatility * root),
    vanna: (-density(d1) * d2) / volatility,
  };
}

function density(x: number): number {
  return Math.exp(-0.5 * x * x) / Math.sqrt(2 * Math.PI);
}

/** The normal distribution function, by Simpson's rule from 0. */
function cdf(x: number): number {
  const steps = 2000;
  const h = x / steps;
  let sum = density(0) + density(x);
  for (let i = 1; i < steps; i++) sum += (i % 2 === 0 ? 2 : 4) * density(i * h);
  return 0.5 + (h / 3) * sum;
}
