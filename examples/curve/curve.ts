/** A yield curve: zero rates at pillars, straight lines between them, flat beyond. */
export interface Pillar {
  /** Years from today. */
  readonly time: number;
  /** Continuously compounded. */
  rate: number;
}

export class YieldCurve {
  readonly #pillars: readonly Pillar[];

  constructor(pillars: readonly Pillar[]) {
    this.#pillars = pillars;
  }

  zeroRate(time: number): number {
    const pillars = this.#pillars;
    const right = pillars.findIndex((p) => p.time >= time);
    if (right === 0) return pillars[0].rate;
    if (right === -1) return pillars.at(-1)!.rate;
    const { time: t0, rate: r0 } = pillars[right - 1];
    const { time: t1, rate: r1 } = pillars[right];
    return r0 + ((time - t0) / (t1 - t0)) * (r1 - r0);
  }

  discount(time: number): number {
    return Math.exp(-this.zeroRate(time) * time);
  }

  /** The simple rate between two times. */
  forward(from: number, to: number): number {
    return (this.discount(from) / this.discount(to) - 1) / (to - from);
  }
}
