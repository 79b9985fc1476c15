/** Tunes an equaliser for a pair of headphones: six filters that turn their response into the one that is wanted. */
import { adam, applyUpdates } from "diffc/runtime";
import {
  bandsOf,
  FilterChain,
  type Settings,
  type TargetPoint,
} from "./filterChain.js";
import { mismatchValueAndGrad } from "./filterChain.diff.js";

const SAMPLE_RATE = 48_000;

/** What the headphones do, in dB: weak bass, a honk at 900 Hz, a hole at 3 kHz, a peak at 6 kHz. */
const headphones = (f: number): number => {
  const bump = (centre: number, octaves: number, gain: number): number =>
    gain * Math.exp(-((Math.log2(f / centre) / octaves) ** 2));
  const bass = -7 / (1 + (f / 90) ** 2);
  return bass + bump(900, 0.8, 3) + bump(3000, 0.6, -5) + bump(6000, 0.4, 6);
};

/** Points at equal steps of pitch; what is above 10 kHz counts for less. */
const target: TargetPoint[] = Array.from({ length: 60 }, (_, i) => {
  const frequency = 20 * 1000 ** (i / 59);
  const point = { frequency, gain: -headphones(frequency) };
  return frequency > 10_000 ? { ...point, weight: 0.3 } : point;
});

let settings: Settings = {
  preamp: 0,
  bands: [
    { kind: "lowShelf", octave: -3, gain: 0, logQ: -0.5 },
    { kind: "peaking", octave: -1.5, gain: 0, logQ: 0 },
    { kind: "peaking", octave: 0, gain: 0, logQ: 0 },
    { kind: "peaking", octave: 1.5, gain: 0, logQ: 0 },
    { kind: "peaking", octave: 2.5, gain: 0, logQ: 0 },
    { kind: "highShelf", octave: 3.3, gain: 0, logQ: -0.5 },
  ],
};
const optimiser = adam((step) => 0.1 / (1 + step / 300));
let state = optimiser.init(settings);
for (let step = 0; step <= 1500; step++) {
  const { value, grad } = mismatchValueAndGrad(settings, target, SAMPLE_RATE);
  if (step % 300 === 0)
    console.log(
      `step ${String(step).padStart(4)}   off by ${Math.sqrt(value).toFixed(3)} dB (rms)`,
    );
  const move = optimiser.update(grad.settings, state);
  state = move.state;
  settings = applyUpdates(settings, move.updates);
}

console.log("\nfilter         Hz      dB     Q");
const bands = bandsOf(settings);
for (const { kind, frequency, gain, q } of bands)
  console.log(
    `${kind.padEnd(10)}${frequency.toFixed(0).padStart(7)}${gain.toFixed(2).padStart(8)}${q.toFixed(2).padStart(6)}`,
  );
console.log(`preamp ${settings.preamp.toFixed(2)} dB`);

console.log("\n    Hz  headphones  with filters");
const chain = new FilterChain(bands, settings.preamp, SAMPLE_RATE);
for (const frequency of [30, 90, 300, 900, 3000, 6000, 12000]) {
  const before = headphones(frequency);
  const after = before + chain.gainAt(frequency);
  console.log(
    `${String(frequency).padStart(6)}${before.toFixed(2).padStart(12)}${after.toFixed(2).padStart(14)}`,
  );
}
