/** Functions and classes that rewritten code calls; each is put at the end of the module that names it. */
export const helpers: Readonly<Record<string, string>> = {
  same9: `const same9 = <T,>(value: T): T => value;`,
  apply9: `function apply9(f: (x: number) => number, x: number): number {
  return f(x);
}`,
  compose9: `function compose9(...fs: ((x: number) => number)[]): (x: number) => number {
  return (x) => fs.reduce((value, f) => f(value), x);
}`,
  curried9: `const curried9 = (a: number) => (b: number) => (flag: boolean): number => flag ? a : b;`,
  rest9: `function rest9(k: number, ...xs: number[]): number {
  return xs[k]!;
}`,
  options9: `function options9(value: number, { scale = 0, ...others }: { scale?: number; extra?: number } = {}): number {
  return scale === 0 && others.extra === undefined ? value : value * scale;
}`,
  early9: `function early9(value: number, n: number): number {
  for (let i = 0; ; i++) {
    if (i >= n) return value;
  }
}`,
  deep9: `function deep9(value: number, n: number): number {
  return n <= 0 ? value : deep9(value, n - 1);
}`,
  even9: `function even9(value: number, n: number): number {
  return n === 0 ? value : odd9(value, n - 1);
}
function odd9(value: number, n: number): number {
  return n === 0 ? value : even9(value, n - 1);
}`,
  tagged9: `type Tagged9 = { kind: "near"; v: number } | { kind: "far"; w: number; u: number };
function tagged9(one: Tagged9): number {
  switch (one.kind) {
    case "near":
      return one.v;
    case "far":
      return one.w > 0 ? one.u : -one.u;
  }
}`,
  table9: `const table9 = { keep: (x: number): number => x, drop: (): number => 0 } as const;`,
  maybe9: `function maybe9(value?: number | null): number {
  return value ?? 0;
}`,
  guarded9: `function guarded9(value: number): number {
  if (value !== value && value === value) throw new RangeError("never");
  try {
    return value;
  } finally {
    early9(0, 1);
  }
}`,
  twice9: `function twice9(value: number): number;
function twice9(value: number[]): number[];
function twice9(value: number | number[]): number | number[] {
  return typeof value === "number" ? value : value.map((x) => x);
}`,
  Box9: `class Box9 {
  #value: number;
  constructor(value: number) {
    this.#value = value;
  }
  get value(): number {
    return this.#value;
  }
  set value(next: number) {
    this.#value = next;
  }
}`,
  Cell9: `class Cell9<T> {
  static of<U>(value: U): Cell9<U> {
    return new Cell9(value);
  }
  constructor(readonly value: T) {}
  map<U>(f: (value: T) => U): Cell9<U> {
    return new Cell9(f(this.value));
  }
}`,
  Counted9: `abstract class Shape9 {
  protected abstract own(): number;
  size(): number {
    return this.own();
  }
}
class Plain9 extends Shape9 {
  constructor(private readonly v: number) {
    super();
  }
  protected own(): number {
    return this.v;
  }
}
class Counted9 extends Plain9 {
  calls = 0;
  override size(): number {
    this.calls++;
    return super.size();
  }
}`,
  Chain9: `class Chain9 {
  private total = 0;
  private readonly parts: number[] = [];
  add(x: number): this {
    this.parts.push(x);
    this.total = x;
    return this;
  }
  last(): number {
    return this.parts[this.parts.length - 1]! === this.total ? this.total : this.parts.at(-1)!;
  }
}`,
  last9: `interface List9 {
  head: number;
  tail?: List9;
}
function last9(list: List9): number {
  return list.tail === undefined ? list.head : last9(list.tail);
}`,
  swap9: `function swap9(a: number, b: number): [number, number] {
  return [b, a];
}`,
  minmax9: `function minmax9(a: number): { lo: number; hi: number } {
  return { lo: a, hi: a };
}`,
};

/** The helpers that a text names and does not hold. */
export function helpersFor(text: string): string {
  let all = text;
  for (let again = true; again;) {
    again = false;
    for (const [name, code] of Object.entries(helpers)) {
      const isNamed = new RegExp(`\\b${name}\\b`).test(all);
      const isThere = new RegExp(`(function|class|const) ${name}\\b`).test(all);
      if (!isNamed || isThere) continue;
      all += `\n${code}\n`;
      again = true;
    }
  }
  return all.slice(text.length);
}
