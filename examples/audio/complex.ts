/** Complex numbers, immutable. */
export class Complex {
  constructor(re: number, im: number) {
    this.re = re;
    this.im = im;
  }

  readonly re: number;
  readonly im: number;

  static real(x: number): Complex {
    return new Complex(x, 0);
  }

  static unit(angle: number): Complex {
    return new Complex(Math.cos(angle), Math.sin(angle));
  }

  add(o: Complex): Complex {
    return new Complex(this.re + o.re, this.im + o.im);
  }

  scale(k: number): Complex {
    return new Complex(k * this.re, k * this.im);
  }

  times(o: Complex): Complex {
    return new Complex(
      this.re * o.re - this.im * o.im,
      this.re * o.im + this.im * o.re,
    );
  }

  over(o: Complex): Complex {
    const d = o.re ** 2 + o.im ** 2;
    return this.times(new Complex(o.re, -o.im)).scale(1 / d);
  }

  get abs(): number {
    return Math.hypot(this.re, this.im);
  }
}
