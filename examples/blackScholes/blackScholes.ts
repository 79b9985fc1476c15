export type Kind = "call" | "put";

/**
 * The price of a European option by Black and Scholes.
 *
 * @differentiable modes=grad
 */
export function price(
  kind: Kind,
  spot: number,
  strike: number,
  time: number,
  rate: number,
  volatility: number,
): number {
  const sign = kind === "call" ? 1 : -1;
  const spread = volatility * Math.sqrt(time);
  const drift = (rate + 0.5 * volatility ** 2) * time;
  const d1 = (Math.log(spot / strike) + drift) / spread;
  const d2 = d1 - spread;
  const discounted = strike * Math.exp(-rate * time);
  return sign * (spot * normal(sign * d1) - discounted * normal(sign * d2));
}

/** The standard normal distribution function, after Abramowitz and Stegun 26.2.17. */
function normal(x: number): number {
  const t = 1 / (1 + 0.2316419 * Math.abs(x));
  const inner = 1.781477937 + t * (-1.821255978 + t * 1.330274429);
  const series = t * (0.31938153 + t * (-0.356563782 + t * inner));
  const tail = (Math.exp(-0.5 * x * x) / Math.sqrt(2 * Math.PI)) * series;
  return x >= 0 ? 1 - tail : tail;
}
