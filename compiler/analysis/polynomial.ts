/**
 * Polynomials in quantities that have names (`xs.length`, `n`), for sizes that are shown to people. A term is its atoms,
 * sorted and joined, with its coefficient.
 */
export type Polynomial = ReadonlyMap<string, number>;

/** Between the atoms of a term, whose names may have any other character. */
const times = "\n";

export const constantPolynomial = (value: number): Polynomial =>
  new Map(value === 0 ? [] : [["", value]]);

export const atom = (name: string): Polynomial => new Map([[name, 1]]);

export function sum(a: Polynomial, b: Polynomial): Polynomial {
  const total = new Map(a);
  for (const [term, factor] of b) {
    const value = (total.get(term) ?? 0) + factor;
    if (value === 0) total.delete(term);
    else total.set(term, value);
  }
  return total;
}

export const scaled = (a: Polynomial, by: number): Polynomial =>
  product(a, constantPolynomial(by));

export const difference = (a: Polynomial, b: Polynomial): Polynomial =>
  sum(a, scaled(b, -1));

export function product(a: Polynomial, b: Polynomial): Polynomial {
  let total: Polynomial = new Map();
  for (const [one, x] of a)
    for (const [other, y] of b)
      total = sum(total, new Map([[joined(one, other), x * y]]));
  return total;
}

/** What an operation makes of polynomials, where that is one whatever they are. */
export function arithmetic(
  op: string,
  args: readonly Polynomial[],
): Polynomial | undefined {
  const [a, b] = args;
  if (a === undefined) return undefined;
  if (b === undefined) return op === "neg" ? scaled(a, -1) : undefined;
  if (op === "add") return sum(a, b);
  if (op === "sub") return difference(a, b);
  return op === "mul" ? product(a, b) : undefined;
}

const atomsOf = (term: string): string[] =>
  term === "" ? [] : term.split(times);

const joined = (a: string, b: string): string =>
  [...atomsOf(a), ...atomsOf(b)].sort().join(times);

/** The terms: a factor each, and the names that it is multiplied with. */
export const termsOf = (
  a: Polynomial,
): readonly { factor: number; atoms: readonly string[] }[] =>
  [...a].map(([term, factor]) => ({ factor, atoms: atomsOf(term) }));

/** The value, where it does not depend on anything. */
export function asConstant(a: Polynomial): number | undefined {
  if (a.size === 0) return 0;
  return a.size === 1 ? a.get("") : undefined;
}

/** Undefined: a power that has no entry. */
export function substituted(
  a: Polynomial,
  name: string,
  powers: readonly Polynomial[],
): Polynomial | undefined {
  let total: Polynomial = new Map();
  for (const [term, factor] of a) {
    const atoms = atomsOf(term);
    const power = atoms.filter((one) => one === name).length;
    const value = powers[power];
    if (value === undefined) return undefined;
    const rest = atoms.filter((one) => one !== name).join(times);
    total = sum(total, product(new Map([[rest, factor]]), value));
  }
  return total;
}

/**
 * The sum of `a` over `name` = first, first + step, ..., `count` of them. Above the third power `name` stays in it as it
 * is.
 */
export function summed(
  a: Polynomial,
  name: string,
  first: Polynomial,
  step: number,
  count: Polynomial,
): Polynomial {
  const trip = `${name}'`;
  const index = sum(first, scaled(atom(trip), step));
  const powers: Polynomial[] = [constantPolynomial(1)];
  for (let n = 0; n < 3; n++) powers.push(product(powers[n]!, index));
  const inTrips = substituted(a, name, powers);
  const less = difference(count, constantPolynomial(1));
  const square = product(count, less);
  const total =
    inTrips &&
    substituted(inTrips, trip, [
      count,
      scaled(square, 1 / 2),
      scaled(product(square, sum(count, less)), 1 / 6),
      scaled(product(square, square), 1 / 4),
    ]);
  return total ?? product(a, count);
}

/** In each term the larger coefficient. */
export function larger(a: Polynomial, b: Polynomial): Polynomial {
  const terms = new Set([...a.keys(), ...b.keys()]);
  return new Map(
    [...terms].map((term) => [
      term,
      Math.max(a.get(term) ?? 0, b.get(term) ?? 0),
    ]),
  );
}

export function areEqual(a: Polynomial, b: Polynomial): boolean {
  return difference(a, b).size === 0;
}

/** `16*n*m + 8*n`, terms with most factors first. */
export function polynomialText(a: Polynomial): string {
  const terms = [...a].sort(
    ([one], [other]) => atomsOf(other).length - atomsOf(one).length,
  );
  if (terms.length === 0) return "0";
  return terms
    .map(([term, factor], n) => {
      const size = Math.abs(factor);
      const shown = String(+size.toFixed(3));
      const atoms = atomsOf(term);
      const factors = size === 1 && term !== "" ? atoms : [shown, ...atoms];
      const text = factors.join("*");
      if (n === 0) return factor < 0 ? `-${text}` : text;
      return factor < 0 ? ` - ${text}` : ` + ${text}`;
    })
    .join("");
}
