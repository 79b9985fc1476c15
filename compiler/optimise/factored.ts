import type { RegionBuilder } from "../ir/builder.js";
import type { Value } from "../ir/ir.js";

/** A product, added or taken away. */
export interface Term {
  readonly sign: 1 | -1;
  readonly factors: readonly Value[];
}

/** Writes a sum with what its terms have in common taken out, the most common factor first; the terms keep their order. */
export function writeSum(
  out: RegionBuilder,
  terms: readonly Term[],
  constants: ReadonlyMap<Value, number>,
): Value {
  const merged = terms.map(({ sign, factors }) => ({
    sign,
    // equal constants are one factor
    factors: factors.map((value) => sameConstant(value, terms, constants)),
  }));
  const { sign, value } = new Writer(out).sum(twice(merged));
  return sign === 1 ? value : out.op("neg", [value]);
}

function sameConstant(
  value: Value,
  terms: readonly Term[],
  constants: ReadonlyMap<Value, number>,
): Value {
  const number = constants.get(value);
  if (number === undefined) return value;
  const isSame = (other: Value): boolean =>
    Object.is(constants.get(other), number);
  return terms.flatMap(({ factors }) => factors).find(isSame) ?? value;
}

/** How often a product is added: `t + t` is `t`, twice. */
interface Product extends Term {
  readonly times: number;
}

interface Written {
  readonly sign: 1 | -1;
  readonly value: Value;
}

function twice(terms: readonly Term[]): readonly Product[] {
  const products: Product[] = [];
  for (const term of terms) {
    const at = products.findIndex((other) => isSameProduct(other, term));
    const known = products[at];
    if (known === undefined) products.push({ ...term, times: 1 });
    else products[at] = { ...known, times: known.times + 1 };
  }
  return products;
}

function isSameProduct(a: Term, b: Term): boolean {
  if (a.sign !== b.sign || a.factors.length !== b.factors.length) return false;
  const rest = [...a.factors];
  for (const factor of b.factors) {
    const at = rest.indexOf(factor);
    if (at < 0) return false;
    rest.splice(at, 1);
  }
  return true;
}

/** A factor: a number that is at hand, or how often something is added. */
type Factor = Value | number;

class Writer {
  private readonly out: RegionBuilder;

  constructor(out: RegionBuilder) {
    this.out = out;
  }

  sum(terms: readonly Product[]): Written {
    if (terms.length === 1) return this.product(terms[0]!);
    const common = mostCommon(terms);
    if (common === undefined)
      return this.added(terms.map((t) => () => this.product(t)));
    const isIn = (term: Product): boolean => has(term, common);
    const first = terms.findIndex(isIn);
    const inside = terms.filter(isIn).map((term) => without(term, common));
    const parts: (() => Written)[] = [];
    const group = (): Written => this.times(common, this.sum(inside));
    if (inside.length === terms.length) return group();
    const rest = terms.filter((term) => !isIn(term));
    const before = terms.slice(0, first);
    const behind = rest.slice(before.length);
    if (before.length > 0) parts.push(() => this.sum(before));
    parts.push(group);
    if (behind.length > 0) parts.push(() => this.sum(behind));
    return this.added(parts);
  }

  private times(factor: Factor, { sign, value }: Written): Written {
    const { out } = this;
    const by = typeof factor === "number" ? out.constant(factor) : factor;
    return { sign, value: out.op("mul", [by, value]) };
  }

  /** One after the other, beginning with one that is not taken away where there is one. */
  private added(parts: readonly (() => Written)[]): Written {
    const { out } = this;
    const written = parts.map((part) => part());
    const start = Math.max(
      0,
      written.findIndex(({ sign }) => sign === 1),
    );
    const first = written[start]!;
    const rest = written.filter((_, i) => i !== start);
    const value = rest.reduce(
      (sum, part) =>
        out.op(part.sign === first.sign ? "add" : "sub", [sum, part.value]),
      first.value,
    );
    return { sign: first.sign, value };
  }

  private product({ sign, factors, times }: Product): Written {
    const { out } = this;
    const [first, ...rest] = factors;
    if (first === undefined) return { sign, value: out.constant(times) };
    const once = rest.reduce(
      (product, by) => out.op("mul", [product, by]),
      first,
    );
    if (times === 1) return { sign, value: once };
    const value =
      times === 2
        ? out.op("add", [once, once])
        : out.op("mul", [out.constant(times), once]);
    return { sign, value };
  }
}

/** The factor that most terms have, if two of them or more; of several the one that comes first. */
function mostCommon(terms: readonly Product[]): Factor | undefined {
  const counts = new Map<Factor, number>();
  for (const { factors, times } of terms) {
    if (times > 1) counts.set(times, (counts.get(times) ?? 0) + 1);
    for (const factor of new Set(factors))
      counts.set(factor, (counts.get(factor) ?? 0) + 1);
  }
  let best: Factor | undefined;
  for (const [factor, count] of counts)
    if (count > 1 && count > (best === undefined ? 1 : counts.get(best)!))
      best = factor;
  return best;
}

const has = ({ factors, times }: Product, factor: Factor): boolean =>
  typeof factor === "number" ? times === factor : factors.includes(factor);

function without(term: Product, factor: Factor): Product {
  if (typeof factor === "number") return { ...term, times: 1 };
  const at = term.factors.indexOf(factor);
  return { ...term, factors: term.factors.filter((_, i) => i !== at) };
}
