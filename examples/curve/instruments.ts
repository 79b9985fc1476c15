/** What the market quotes, and what a curve makes of it. */
import type { YieldCurve } from "./curve.js";

export type Instrument =
  | { readonly kind: "deposit"; readonly maturity: number }
  | {
      readonly kind: "future";
      readonly start: number;
      readonly convexity?: number;
    }
  | { readonly kind: "swap"; readonly years: number; readonly frequency: 1 | 2 }
  | {
      readonly kind: "bond";
      readonly years: number;
      readonly coupon: number;
      readonly spread: number;
    };

export interface Quote {
  readonly instrument: Instrument;
  /** A rate; of a future 100 minus the rate in percent, of a bond the price per 100. */
  readonly value: number;
}

/** The times of regular payments. */
export const schedule = (years: number, frequency: number): number[] =>
  Array.from({ length: years * frequency }, (_, i) => (i + 1) / frequency);

/** The present value of one a year, paid at these times. */
function annuity(curve: YieldCurve, times: readonly number[]): number {
  let sum = 0;
  let last = 0;
  for (const t of times) {
    sum += (t - last) * curve.discount(t);
    last = t;
  }
  return sum;
}

export const parRate = (
  curve: YieldCurve,
  years: number,
  frequency: number,
): number =>
  (1 - curve.discount(years)) / annuity(curve, schedule(years, frequency));

/** What the curve says the quote should be. */
export function impliedQuote(
  instrument: Instrument,
  curve: YieldCurve,
): number {
  switch (instrument.kind) {
    case "deposit":
      return curve.forward(0, instrument.maturity);
    case "future": {
      const { start, convexity = 0 } = instrument;
      const rate = curve.forward(start, start + 0.25) + convexity;
      return 100 - 100 * rate;
    }
    case "swap":
      return parRate(curve, instrument.years, instrument.frequency);
    case "bond": {
      const { years, coupon, spread } = instrument;
      return schedule(years, 2)
        .map((t) => {
          const payment = t === years ? 100 + coupon / 2 : coupon / 2;
          return payment * curve.discount(t) * Math.exp(-spread * t);
        })
        .reduce((a, b) => a + b, 0);
    }
    default:
      return unknownInstrument(instrument);
  }
}

function unknownInstrument(instrument: never): never {
  throw new Error(`unknown instrument ${JSON.stringify(instrument)}`);
}

/** One basis point of the rate, in the unit of the quote. */
export function basisPoint({ kind }: Instrument): number {
  return kind === "future" ? 0.01 : kind === "bond" ? 0.05 : 0.0001;
}
