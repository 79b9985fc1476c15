/** Tides as a sum of harmonics: what the moon and the sun do to a harbour. */

/** Speeds of the constituents, in degrees an hour, and how the 18.6 year cycle of the moon's nodes scales them. */
export const constituents = {
  M2: { speed: 28.9841042, nodal: -0.037 },
  S2: { speed: 30.0, nodal: 0 },
  N2: { speed: 28.4397295, nodal: -0.037 },
  K1: { speed: 15.0410686, nodal: 0.115 },
  O1: { speed: 13.9430356, nodal: 0.189 },
  M4: { speed: 57.9682084, nodal: -0.074 },
} as const;

export type Constituent = keyof typeof constituents;

export const names = Object.keys(constituents) as Constituent[];

/** A constituent at a place: metres, and degrees behind the equilibrium tide. */
export interface Harmonic {
  amplitude: number;
  lag: number;
}

/** What is known of a harbour. */
export interface Harbour {
  /** Mean level in metres above datum, and its rise in metres a year. */
  meanLevel: number;
  rise: number;
  /** Metres of water for each hPa that the air pressure is below 1013. */
  barometer: number;
  harmonics: Record<Constituent, Harmonic>;
}

export interface Reading {
  /** Hours since the epoch. */
  readonly time: number;
  /** Metres above datum; missing where the gauge was out of order. */
  readonly level?: number;
  readonly pressure: number;
}

const HOURS_PER_YEAR = 24 * 365.2425;
const radians = (degrees: number): number => (degrees * Math.PI) / 180;

/** The phase of the moon's nodes at a time, in radians. */
const node = (time: number): number =>
  radians(259.16) - (2 * Math.PI * time) / (18.61 * HOURS_PER_YEAR);

/** One constituent at a time, in metres. */
function height(name: Constituent, { amplitude, lag }: Harmonic, time: number) {
  const { speed, nodal } = constituents[name];
  const factor = 1 + nodal * Math.cos(node(time));
  return factor * amplitude * Math.cos(radians(speed * time - lag));
}

/** The level that is predicted for a time, in metres above datum. */
export function predict(
  harbour: Harbour,
  time: number,
  pressure = 1013,
): number {
  const { meanLevel, rise, barometer, harmonics } = harbour;
  const still = meanLevel + (rise * time) / HOURS_PER_YEAR;
  const surge = barometer * (1013 - pressure);
  return names.reduce(
    (level, name) => level + height(name, harmonics[name], time),
    still + surge,
  );
}

/** Huber's function: a parabola that goes over into straight lines, so that outliers do not rule. */
function huber(residual: number, width: number): number {
  const size = Math.abs(residual);
  return size <= width ? residual ** 2 / 2 : width * (size - width / 2);
}

/**
 * How badly the harbour explains its gauge: the mean of Huber's function over the readings that are there.
 *
 * @differentiable wrt=harbour
 */
export function misfit(harbour: Harbour, readings: readonly Reading[]): number {
  const present = readings.filter(({ level }) => level !== undefined);
  if (present.length === 0) throw new Error("no readings");
  const losses = present.map(({ time, level, pressure }) =>
    huber(predict(harbour, time, pressure) - level!, 0.2),
  );
  return losses.reduce((a, b) => a + b, 0) / losses.length;
}
