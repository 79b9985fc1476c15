/** A parametric equaliser: second-order filters in a row, with the formulas of the "Audio EQ Cookbook". */
import { Complex } from "./complex.js";

export type FilterKind = "lowShelf" | "peaking" | "highShelf";

/** One filter as it is set: corner or centre in Hz, gain in dB, quality. */
export interface Band {
  readonly kind: FilterKind;
  frequency: number;
  gain: number;
  q: number;
}

/** A wanted response, as points of a curve. */
export interface TargetPoint {
  readonly frequency: number;
  readonly gain: number;
  readonly weight?: number;
}

interface Coefficients {
  b: [number, number, number];
  a: [number, number, number];
}

/** A second-order section, normalised so that a0 is 1. */
class Biquad {
  readonly b: readonly number[];
  readonly a: readonly number[];

  constructor({ b, a }: Coefficients) {
    const [a0] = a;
    this.b = b.map((c) => c / a0);
    this.a = a.map((c) => c / a0);
  }

  static from(band: Band, sampleRate: number): Biquad {
    return new Biquad(design[band.kind](band, sampleRate));
  }

  /** The transfer function at a point of the unit circle. */
  response(z: Complex): Complex {
    const [b0, b1, b2] = this.b;
    const [, a1, a2] = this.a;
    const inverse = Complex.real(1).over(z);
    const polynomial = (c0: number, c1: number, c2: number): Complex =>
      inverse
        .scale(c2)
        .add(Complex.real(c1))
        .times(inverse)
        .add(Complex.real(c0));
    return polynomial(b0, b1, b2).over(polynomial(1, a1, a2));
  }
}

/** What the cookbook's formulas share. */
function prototypeOf({ frequency, gain, q }: Band, sampleRate: number) {
  const omega = (2 * Math.PI * frequency) / sampleRate;
  return {
    A: 10 ** (gain / 40),
    cos: Math.cos(omega),
    alpha: Math.sin(omega) / (2 * q),
  };
}

function shelf(band: Band, sampleRate: number, side: 1 | -1): Coefficients {
  const { A, cos, alpha } = prototypeOf(band, sampleRate);
  const slope = 2 * Math.sqrt(A) * alpha;
  const c = side * cos;
  return {
    b: [
      A * (A + 1 - (A - 1) * c + slope),
      side * 2 * A * (A - 1 - (A + 1) * c),
      A * (A + 1 - (A - 1) * c - slope),
    ],
    a: [
      A + 1 + (A - 1) * c + slope,
      side * -2 * (A - 1 + (A + 1) * c),
      A + 1 + (A - 1) * c - slope,
    ],
  };
}

const design: Record<
  FilterKind,
  (band: Band, sampleRate: number) => Coefficients
> = {
  lowShelf: (band, sampleRate) => shelf(band, sampleRate, 1),
  highShelf: (band, sampleRate) => shelf(band, sampleRate, -1),
  peaking: (band, sampleRate) => {
    const { A, cos, alpha } = prototypeOf(band, sampleRate);
    return {
      b: [1 + alpha * A, -2 * cos, 1 - alpha * A],
      a: [1 + alpha / A, -2 * cos, 1 - alpha / A],
    };
  },
};

const decibels = (magnitude: number): number => 20 * Math.log10(magnitude);

export class FilterChain {
  private readonly sections: readonly Biquad[];
  private readonly sampleRate: number;
  private readonly preamp: number;

  constructor(bands: readonly Band[], preamp: number, sampleRate: number) {
    this.sections = bands.map((band) => Biquad.from(band, sampleRate));
    this.preamp = preamp;
    this.sampleRate = sampleRate;
  }

  /** The gain of the whole chain at a frequency, in dB. */
  gainAt(frequency: number): number {
    const z = Complex.unit((2 * Math.PI * frequency) / this.sampleRate);
    const response = this.sections.reduce(
      (product, section) => product.times(section.response(z)),
      Complex.real(1),
    );
    return this.preamp + decibels(response.abs);
  }
}

/** The settings of the equaliser on the scales that suit an optimiser: octaves from 1 kHz, dB, and log2 of q. */
export interface Settings {
  preamp: number;
  bands: { kind: FilterKind; octave: number; gain: number; logQ: number }[];
}

export const bandsOf = (settings: Settings): Band[] =>
  settings.bands.map(({ kind, octave, gain, logQ }) => ({
    kind,
    frequency: 1000 * 2 ** octave,
    gain,
    q: 2 ** logQ,
  }));

/**
 * Weighted mean square of the difference to the target, in dB squared, with a little weight on large gains.
 *
 * @differentiable wrt=settings
 */
export function mismatch(
  settings: Settings,
  target: readonly TargetPoint[],
  sampleRate: number,
): number {
  const bands = bandsOf(settings);
  const chain = new FilterChain(bands, settings.preamp, sampleRate);
  let sum = 0;
  let weights = 0;
  for (const { frequency, gain, weight = 1 } of target) {
    sum += weight * (chain.gainAt(frequency) - gain) ** 2;
    weights += weight;
  }
  const effort = bands.map(({ gain }) => gain ** 2).reduce((a, b) => a + b, 0);
  return sum / weights + 1e-4 * effort;
}
