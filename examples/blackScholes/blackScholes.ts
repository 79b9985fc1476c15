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

/** The standard normal distribution function to double precision (Hart 1968). */
function normal(x: number): number {
  const z = Math.abs(x);
  const ratio = polynomial(UPPER, z) / polynomial(LOWER, z);
  const tail = Math.exp((-z * z) / 2) * ratio;
  return x >= 0 ? 1 - tail : tail;
}

function polynomial(coefficients: readonly number[], x: number): number {
  let sum = 0;
  for (const c of coefficients) sum = sum * x + c;
  return sum;
}

const UPPER = [
  0.0352624965998911, 0.700383064443688, 6.37396220353165, 33.912866078383,
  112.079291497871, 221.213596169931, 220.206867912376,
];
const LOWER = [
  0.0883883476483184, 1.75566716318264, 16.064177579207, 86.7807322029461,
  296.564248779674, 637.333633378831, 793.826512519948, 440.413735824752,
];
