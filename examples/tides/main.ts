/** Learns a harbour's tides from its gauge, and predicts the next high waters. */
import { adam, applyUpdates, seededRandom } from "diffc/runtime";
import { names, predict, type Harbour, type Reading } from "./tides.js";
import { misfitValueAndGrad } from "./tides.diff.js";

/** The harbour as it is, which the gauge does not tell. */
const real: Harbour = {
  meanLevel: 2.84,
  rise: 0.012,
  barometer: 0.0102,
  harmonics: {
    M2: { amplitude: 1.62, lag: 132 },
    S2: { amplitude: 0.55, lag: 178 },
    N2: { amplitude: 0.31, lag: 109 },
    K1: { amplitude: 0.11, lag: 95 },
    O1: { amplitude: 0.08, lag: 341 },
    M4: { amplitude: 0.14, lag: 62 },
  },
};
const readings = gauge(60 * 24);

let harbour: Harbour = {
  meanLevel: 2,
  rise: 0,
  barometer: 0,
  harmonics: {
    M2: { amplitude: 1, lag: 90 },
    S2: { amplitude: 0.3, lag: 90 },
    N2: { amplitude: 0.3, lag: 90 },
    K1: { amplitude: 0.1, lag: 90 },
    O1: { amplitude: 0.1, lag: 300 },
    M4: { amplitude: 0.1, lag: 90 },
  },
};
// metres for heights, and turns for angles: the optimiser moves all of them by about as much
const optimiser = adam((step) => 0.05 / (1 + step / 60));
let state = optimiser.init(scaled(harbour, 1 / 90));
for (let step = 0; step <= 600; step++) {
  const { value, grad } = misfitValueAndGrad(harbour, readings);
  if (step % 100 === 0)
    console.log(
      `step ${String(step).padStart(3)}   misfit ${value.toFixed(5)}`,
    );
  const move = optimiser.update(scaled(grad.harbour, 90), state);
  state = move.state;
  harbour = scaled(applyUpdates(scaled(harbour, 1 / 90), move.updates), 90);
}

console.log("\n      amplitude (m)      lag (degrees)");
console.log("      found    real      found    real");
for (const name of names) {
  const { amplitude, lag } = harbour.harmonics[name];
  const is = real.harmonics[name];
  console.log(
    `${name}${amplitude.toFixed(3).padStart(9)}${is.amplitude.toFixed(3).padStart(8)}${lag.toFixed(1).padStart(11)}${is.lag.toFixed(1).padStart(8)}`,
  );
}
console.log(
  `mean level ${harbour.meanLevel.toFixed(3)} m, ${(100 * harbour.barometer).toFixed(2)} cm of water for a hPa`,
);

const later = readings.length;
const hours = Array.from({ length: 49 }, (_, i) => later + i / 2);
const isHigh = (t: number): boolean =>
  predict(harbour, t) > predict(harbour, t - 0.5) &&
  predict(harbour, t) >= predict(harbour, t + 0.5);
console.log("\nhigh waters of the next day:");
for (const t of hours.filter(isHigh))
  console.log(
    `  after ${(t - later).toFixed(1).padStart(4)} h   ${predict(harbour, t).toFixed(2)} m (really ${predict(real, t).toFixed(2)} m)`,
  );

/** A reading each hour, with weather, noise, hours without a reading, and a few that are quite wrong. */
function gauge(count: number): Reading[] {
  const random = seededRandom(1912);
  let pressure = 1013;
  return Array.from({ length: count }, (_, time) => {
    pressure += 0.1 * (1013 - pressure) + random.normal(0, 2);
    const level = predict(real, time, pressure) + random.normal(0, 0.04);
    const chance = random.uniform();
    if (chance < 0.05) return { time, pressure };
    return { time, pressure, level: chance > 0.98 ? level + 1.5 : level };
  });
}

/** The same harbour with its angles, its rise and its barometer on another scale. */
function scaled<H extends Harbour>(one: H, by: number): H {
  const harmonics = { ...one.harmonics };
  for (const name of names) {
    const { amplitude, lag } = one.harmonics[name];
    harmonics[name] = { amplitude, lag: lag * by };
  }
  return { ...one, harmonics };
}
