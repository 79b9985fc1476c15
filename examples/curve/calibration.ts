/** Fits a curve to quotes, and values a book of swaps on it. */
import { YieldCurve, type Pillar } from "./curve.js";
import {
  basisPoint,
  impliedQuote,
  parRate,
  schedule,
  type Quote,
} from "./instruments.js";

/**
 * Mean square of what is left of the quotes, in basis points, plus the square of the kinks of the curve: that decides
 * where the quotes leave a choice.
 *
 * @differentiable wrt=pillars
 */
export function calibrationError(
  pillars: readonly Pillar[],
  quotes: readonly Quote[],
  smoothing: number,
): number {
  const curve = new YieldCurve(pillars);
  const residuals = quotes.map(
    ({ instrument, value }) =>
      (impliedQuote(instrument, curve) - value) / basisPoint(instrument),
  );
  const slopes = pillars
    .slice(1)
    .map((p, i) => (p.rate - pillars[i].rate) / (p.time - pillars[i].time));
  const kinks = slopes.slice(1).map((slope, i) => slope - slopes[i]);
  return mean(squares(residuals)) + smoothing * mean(squares(kinks));
}

const squares = (xs: readonly number[]): number[] => xs.map((x) => x * x);
const mean = (xs: readonly number[]): number =>
  xs.reduce((a, b) => a + b, 0) / xs.length;

/** A swap that was agreed on earlier. */
export interface Position {
  readonly notional: number;
  readonly years: number;
  readonly fixedRate: number;
  readonly side: "payer" | "receiver";
}

/**
 * The value of a book on a curve.
 *
 * @differentiable wrt=pillars
 */
export function bookValue(
  pillars: readonly Pillar[],
  book: readonly Position[],
): number {
  const curve = new YieldCurve(pillars);
  let total = 0;
  for (const { notional, years, fixedRate, side } of book) {
    const fair = parRate(curve, years, 1);
    const paid = schedule(years, 1).map((t) => curve.discount(t));
    const value = notional * (fair - fixedRate) * paid.reduce((a, b) => a + b);
    total += side === "payer" ? value : -value;
  }
  return total;
}
