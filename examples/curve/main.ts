/** Calibrates a yield curve to a market, then asks what a book of swaps loses where rates move. */
import { adam, applyUpdates } from "diffc/runtime";
import { bookValue, calibrationError, type Position } from "./calibration.js";
import {
  bookValueValueAndGrad,
  calibrationErrorValueAndGrad,
} from "./calibration.diff.js";
import { YieldCurve, type Pillar } from "./curve.js";
import { impliedQuote, type Instrument, type Quote } from "./instruments.js";

const quotes: Quote[] = [
  { instrument: { kind: "deposit", maturity: 0.25 }, value: 0.0392 },
  { instrument: { kind: "deposit", maturity: 0.5 }, value: 0.0384 },
  { instrument: { kind: "future", start: 0.75 }, value: 96.42 },
  {
    instrument: { kind: "future", start: 1.25, convexity: 1e-4 },
    value: 96.67,
  },
  { instrument: { kind: "swap", years: 2, frequency: 1 }, value: 0.0352 },
  { instrument: { kind: "swap", years: 3, frequency: 1 }, value: 0.0343 },
  { instrument: { kind: "swap", years: 5, frequency: 1 }, value: 0.0338 },
  {
    instrument: { kind: "bond", years: 7, coupon: 4, spread: 0.002 },
    value: 102.38,
  },
  { instrument: { kind: "swap", years: 10, frequency: 2 }, value: 0.0347 },
  { instrument: { kind: "swap", years: 20, frequency: 2 }, value: 0.0361 },
];

let pillars: Pillar[] = [0.25, 0.5, 1, 1.5, 2, 3, 5, 7, 10, 20].map((time) => ({
  time,
  rate: 0.04,
}));
const SMOOTHING = 1;
const optimiser = adam((step) => 2e-4 / (1 + step / 300));
let state = optimiser.init(pillars);
for (let step = 0; step <= 1000; step++) {
  const { value, grad } = calibrationErrorValueAndGrad(
    pillars,
    quotes,
    SMOOTHING,
  );
  if (step % 200 === 0)
    console.log(
      `step ${String(step).padStart(4)}   off by ${Math.sqrt(value).toFixed(4).padStart(8)} basis points (rms)`,
    );
  // the times of the pillars are given
  const slopes = grad.pillars.map(({ rate }) => ({ rate }));
  const move = optimiser.update(slopes, state);
  state = move.state;
  pillars = applyUpdates(pillars, move.updates);
}

const curve = new YieldCurve(pillars);
console.log("\ninstrument          quoted      curve");
for (const { instrument, value } of quotes)
  console.log(
    `${named(instrument).padEnd(15)}${value.toFixed(5).padStart(11)}${impliedQuote(instrument, curve).toFixed(5).padStart(11)}`,
  );

const book: Position[] = [
  { notional: 10e6, years: 5, fixedRate: 0.031, side: "payer" },
  { notional: 4e6, years: 10, fixedRate: 0.036, side: "receiver" },
  { notional: 6e6, years: 3, fixedRate: 0.035, side: "payer" },
];
const { value, grad } = bookValueValueAndGrad(pillars, book);
console.log(`\nthe book is worth ${money(value)}; a basis point more is worth`);
pillars.forEach(({ time, rate }, i) => {
  const delta = grad.pillars[i].rate * 1e-4;
  if (Math.abs(delta) > 0.5)
    console.log(
      `  ${money(delta).padStart(7)}  at ${String(time).padStart(4)} years (${(100 * rate).toFixed(3)} %)`,
    );
});
const up = pillars.map(({ time, rate }) => ({ time, rate: rate + 1e-4 }));
const all = grad.pillars.reduce((sum, { rate }) => sum + rate * 1e-4, 0);
console.log(
  `  ${money(all).padStart(7)}  in sum; the book valued again on a curve that is a basis point higher: ${money(bookValue(up, book) - value)}`,
);
if (calibrationError(pillars, quotes, 0) > 1)
  throw new Error("the curve does not fit");

function named(instrument: Instrument): string {
  switch (instrument.kind) {
    case "deposit":
      return `deposit ${12 * instrument.maturity} m`;
    case "future":
      return `future ${12 * instrument.start} m`;
    default:
      return `${instrument.kind} ${instrument.years} y`;
  }
}

function money(x: number): string {
  return Math.round(x).toLocaleString("en-US");
}
