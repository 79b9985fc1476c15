import { type Contest, type Module, numbers, twice } from "./contest.js";
import { portfolio } from "./problems/portfolio.js";

interface Option {
  strike: number;
  expiry: number;
  amount: number;
  isCall: boolean;
}

const C = Math.sqrt(2 * Math.PI);
function cdf(x: number): number {
  const k = 1 / (1 + 0.2316419 * Math.abs(x));
  const poly =
    k *
    (0.31938153 +
      k *
        (-0.356563782 +
          k * (1.781477937 + k * (-1.821255978 + k * 1.330274429))));
  const tail = (Math.exp(-0.5 * x * x) / C) * poly;
  return x >= 0 ? 1 - tail : tail;
}
// the exact derivative of the polynomial approximation
function slope(x: number): number {
  const z = Math.abs(x),
    k = 1 / (1 + 0.2316419 * z);
  const poly =
    k *
    (0.31938153 +
      k *
        (-0.356563782 +
          k * (1.781477937 + k * (-1.821255978 + k * 1.330274429))));
  const dpoly =
    0.31938153 +
    k *
      (-0.713127564 + k * (5.344433811 + k * (-7.285023912 + k * 6.651372145)));
  const p = Math.exp(-0.5 * x * x) / C;
  return z * p * poly + p * dpoly * k * k * 0.2316419;
}
/** Value and slopes of an option in one go. */
function byHand(
  spot: number,
  rate: number,
  vol: number,
  options: Option[],
  out: { spot: number; rate: number; vol: number },
): number {
  let v = 0,
    bs = 0,
    br = 0,
    bv = 0;
  for (const o of options) {
    const { strike, expiry, amount } = o;
    const sq = Math.sqrt(expiry),
      sd = vol * sq,
      m = rate + 0.5 * vol * vol;
    const d1 = (Math.log(spot / strike) + m * expiry) / sd,
      d2 = d1 - sd,
      disc = strike * Math.exp(-rate * expiry);
    let N1: number, N2: number;
    if (o.isCall) {
      N1 = cdf(d1);
      N2 = cdf(d2);
      v += amount * (spot * N1 - disc * N2);
    } else {
      N1 = -cdf(-d1);
      N2 = -cdf(-d2);
      v += amount * (disc * -N2 - spot * -N1);
    }
    const b1 = amount * spot * slope(d1),
      b2 = -amount * disc * slope(d2),
      bd1 = b1 + b2,
      bm = bd1 / sd;
    bs += amount * N1 + bm / spot;
    br += amount * disc * N2 * expiry + bm * expiry;
    const bsd = -b2 - bm * d1;
    bv += bm * vol * expiry + bsd * sq;
  }
  out.spot = bs;
  out.rate = br;
  out.vol = bv;
  return v;
}

type Out = { spot: number; rate: number; vol: number };
type Into = (
  spot: number,
  rate: number,
  vol: number,
  options: Option[],
  out: Out,
) => number;

export function contest(module: Module): Contest {
  const into = module["portfolioValueAndGradInto"] as Into;
  const sets = twice(() => {
    const random = numbers(17);
    const strikes = random(100, 80, 120);
    const expiries = random(100, 0.1, 2);
    const amounts = random(100, -5, 5);
    const options = Array.from(strikes, (strike, i) => ({
      strike,
      expiry: expiries[i],
      amount: amounts[i],
      isCall: i % 2 === 0,
    }));
    return { options };
  });
  const outs = () => twice(() => ({ spot: 0, rate: 0, vol: 0 }));
  const [hands, made] = [outs(), outs()];
  const flat = (out: Out): number[] => [out.spot, out.rate, out.vol];
  return {
    primal: (t) => {
      const set = sets[t];
      return portfolio(100, 0.03, 0.2, set.options);
    },
    hand: (t) => {
      const set = sets[t];
      return byHand(100, 0.03, 0.2, set.options, hands[t]);
    },
    generated: (t) => {
      const set = sets[t];
      return into(100, 0.03, 0.2, set.options, made[t]);
    },
    slopes: () => ({ hand: flat(hands[0]), generated: flat(made[0]) }),
  };
}
