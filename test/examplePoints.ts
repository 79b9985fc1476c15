import { seededRandom } from "../runtime/random.js";

/** Where the functions of the programs under examples/ are checked: arguments, the varied parameter among them. */
export interface Checked {
  /** Path of the source, without its ending. */
  readonly source: string;
  readonly fn: string;
  /** The parameter that is differentiated by, and its place. */
  readonly wrt: string;
  readonly place: number;
  readonly points: readonly (readonly unknown[])[];
}

const random = seededRandom(11);
const near = (x: number, spread = 0.1): number =>
  x * random.uniform(1 - spread, 1 + spread);
const list = <T>(n: number, one: (i: number) => T): T[] =>
  Array.from({ length: n }, (_, i) => one(i));

const frame = {
  joints: [
    { x: 0, y: 0, support: "pinned" },
    { x: 120, y: 0, support: "roller" },
    { x: 60, y: 80, load: { x: 12, y: -40 } },
    { x: 180, y: 75, load: { x: 0, y: -25 } },
  ],
  bars: [
    { name: "a", from: 0, to: 1 },
    { name: "b", from: 0, to: 2 },
    { name: "c", from: 1, to: 2 },
    { name: "d", from: 2, to: 3 },
    { name: "e", from: 1, to: 3 },
  ],
  modulus: 1e4,
  density: 0.1,
};

const bands = (kinds: readonly string[]) =>
  kinds.map((kind, i) => ({
    kind,
    octave: near(i - 2.2),
    gain: near(3 - 2 * i),
    logQ: near(0.4),
  }));
const target = list(14, (i) => ({
  frequency: 40 * 1.6 ** i,
  gain: 4 * Math.sin(i),
  ...(i % 3 === 0 ? { weight: 0.5 } : {}),
}));

const shifts = [
  { name: "early", start: 7, hours: 8, breakAfter: 4, wage: 22 },
  { name: "late", start: 11, hours: 7, breakAfter: 3, wage: 21 },
  { name: "help", start: 9, hours: 4, wage: 24 },
];
const forecast = [40, 90, 130, 150, 120, 110, 90, 80, 60, 40, 20].map(
  (callsPerHour, i) => ({ hour: 7 + i, callsPerHour }),
);
const service = {
  handling: 5,
  waitingCost: 0.5,
  goal: { share: 0.85, answerWithin: 0.4 },
  missedGoalCost: 2,
};

const drive = {
  motorTorque: 400,
  motorInertia: 30,
  loadInertia: 60_000,
  totalRatio: 60,
  allowedStress: 60,
  module: 0.8,
};
const stage = (type: string) => ({
  type,
  diameter: near(18),
  ratio: near(4),
  width: near(9),
});

const harbour = () => ({
  meanLevel: near(2.5),
  rise: near(0.01),
  barometer: near(0.01),
  harmonics: Object.fromEntries(
    ["M2", "S2", "N2", "K1", "O1", "M4"].map((name, i) => [
      name,
      { amplitude: near(1.2 / (i + 1)), lag: near(40 + 50 * i) },
    ]),
  ),
});
const readings = list(30, (i) => ({
  time: 7.3 * i,
  pressure: near(1013, 0.01),
  ...(i % 7 === 3 ? {} : { level: near(2.6, 0.6) }),
}));

const duck = () => ({
  body: { half: { x: near(2.6), y: near(3.4), z: near(1.8) }, rounding: 1.4 },
  head: { centre: { x: 0.1, y: near(2.1), z: near(3.1) }, radius: near(1.6) },
  beak: { length: near(2.3), radius: near(0.45) },
  wing: {
    root: { x: near(2.4), y: near(0.6), z: near(0.5) },
    tip: { x: near(3.1), y: near(-2.2), z: near(1.2) },
    radius: near(0.6),
  },
  eye: {
    centre: { x: near(0.9), y: near(1.2), z: near(0.8) },
    radius: near(0.6),
  },
  blend: near(0.9),
});
const scan = list(40, () => ({
  x: random.uniform(-4, 4),
  y: random.uniform(-4, 6),
  z: random.uniform(-2.5, 5.5),
}));

const pillars = () =>
  [0.27, 0.55, 1.1, 2.3, 5.2, 9.7].map((time) => ({ time, rate: near(0.035) }));
const quotes = [
  { instrument: { kind: "deposit", maturity: 0.4 }, value: 0.038 },
  { instrument: { kind: "future", start: 0.6, convexity: 2e-4 }, value: 96.4 },
  { instrument: { kind: "future", start: 1.2 }, value: 96.9 },
  { instrument: { kind: "swap", years: 3, frequency: 2 }, value: 0.034 },
  {
    instrument: { kind: "bond", years: 4, coupon: 5, spread: 0.003 },
    value: 103,
  },
  { instrument: { kind: "swap", years: 12, frequency: 1 }, value: 0.035 },
];
const book = [
  { notional: 3, years: 4, fixedRate: 0.03, side: "payer" },
  { notional: 2, years: 9, fixedRate: 0.04, side: "receiver" },
];

const lens = () => ({
  surfaces: [
    [1 / 50, 5.5, "crown", 1.5046, 0.0042],
    [-1 / 60, 0.4, "air", 1, 0],
    [-1 / 58, 4, "flint", 1.6241, 0.0088],
    [-1 / 290, 0, "air", 1, 0],
  ].map(([curvature, thickness, name, a, b]) => ({
    curvature: near(curvature as number),
    thickness: near(thickness as number),
    aperture: 14,
    glass: { name, a, b },
  })),
  backFocus: near(95),
});
const use = {
  fields: [0, 1.2],
  colours: [
    { wavelength: 0.49, weight: 1 },
    { wavelength: 0.65, weight: 2 },
  ],
  entranceRadius: 10,
  focalLength: 100,
};

export const checked: readonly Checked[] = [
  {
    ...{ source: "truss/truss", fn: "cost", wrt: "logAreas", place: 0 },
    points: [3, 20].map((penalty) => [
      list(5, () => near(Math.log(0.4 * penalty), 0.3)),
      frame,
      { stress: 12, displacement: 0.12 },
      penalty,
    ]),
  },
  {
    ...{
      source: "audio/filterChain",
      fn: "mismatch",
      wrt: "settings",
      place: 0,
    },
    points: [
      ["lowShelf", "peaking", "highShelf"],
      ["peaking", "peaking", "lowShelf", "peaking"],
    ].map((kinds) => [{ preamp: 1.2, bands: bands(kinds) }, target, 48_000]),
  },
  {
    ...{ source: "queue/callCentre", fn: "dailyCost", wrt: "staff", place: 0 },
    points: [
      [[7.3, 6.4, 3.7], shifts, forecast, service],
      [[4.2, 5.55, 6.15], shifts, forecast, service],
    ],
  },
  {
    ...{ source: "gears/gearTrain", fn: "driveCost", wrt: "designs", place: 0 },
    points: [
      [["planetary", "spur", "spur"].map(stage), drive],
      [["spur", "planetary"].map(stage), { ...drive, totalRatio: 12 }],
    ],
  },
  {
    ...{ source: "tides/tides", fn: "misfit", wrt: "harbour", place: 0 },
    points: [
      [harbour(), readings],
      [harbour(), readings.slice(2, 9)],
    ],
  },
  {
    ...{ source: "shape/duck", fn: "scanError", wrt: "duck", place: 0 },
    points: [
      [duck(), scan],
      [duck(), scan.slice(5, 12)],
    ],
  },
  {
    ...{ source: "curve/calibration", fn: "calibrationError" },
    ...{ wrt: "pillars", place: 0 },
    points: [
      [pillars(), quotes, 0.1],
      [pillars(), quotes.slice(1, 4), 1],
    ],
  },
  {
    ...{ source: "curve/calibration", fn: "bookValue" },
    ...{ wrt: "pillars", place: 0 },
    points: [
      [pillars(), book],
      [pillars(), book.slice(1)],
    ],
  },
  {
    ...{ source: "lens/lens", fn: "blur", wrt: "lens", place: 0 },
    points: [
      [lens(), use],
      [lens(), { ...use, fields: [2.1] }],
    ],
  },
];
