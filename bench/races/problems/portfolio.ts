interface Option {
  strike: number;
  expiry: number;
  amount: number;
  isCall: boolean;
}
function cdf(x: number): number {
  const k = 1 / (1 + 0.2316419 * Math.abs(x));
  const poly =
    k *
    (0.31938153 +
      k *
        (-0.356563782 +
          k * (1.781477937 + k * (-1.821255978 + k * 1.330274429))));
  const tail = (Math.exp(-0.5 * x * x) / Math.sqrt(2 * Math.PI)) * poly;
  return x >= 0 ? 1 - tail : tail;
}
function price(
  spot: number,
  rate: number,
  vol: number,
  option: Option,
): number {
  const { strike, expiry } = option;
  const sd = vol * Math.sqrt(expiry);
  const d1 = (Math.log(spot / strike) + (rate + 0.5 * vol * vol) * expiry) / sd;
  const d2 = d1 - sd;
  const discount = strike * Math.exp(-rate * expiry);
  return option.isCall
    ? spot * cdf(d1) - discount * cdf(d2)
    : discount * cdf(-d2) - spot * cdf(-d1);
}
/** The worth of a book of options. @differentiable wrt=spot,rate,vol modes=grad */
export function portfolio(
  spot: number,
  rate: number,
  vol: number,
  options: Option[],
): number {
  return options.reduce(
    (sum, o) => sum + o.amount * price(spot, rate, vol, o),
    0,
  );
}
