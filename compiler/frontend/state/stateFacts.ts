import {
  constantIndex,
  isConstantIndex,
  leastOf,
  replaced,
  sum,
  textOfIndex,
  type Bounds,
  type Index,
} from "./stateIndex.js";

/** One step into memory: a field, an element, or all elements from `lo` to before `hi`. */
export type Step =
  | { readonly kind: "field"; readonly name: string }
  | { readonly kind: "at"; readonly index: Index }
  | { readonly kind: "range"; readonly lo: Index; readonly hi: Index };

/** A place in module memory: the name of the state, and the way from there. */
export interface Path {
  readonly state: string;
  readonly steps: readonly Step[];
}

/** The places that were written in this call, whatever path it took; `whole` stands for all that is below. */
export type Written = Map<string, Path & { readonly whole?: true }>;

export type BoundsOf = (atom: string) => Bounds | undefined;

export const into = (path: Path, step: Step): Path => ({
  state: path.state,
  steps: [...path.steps, step],
});

export function textOfPath({ state, steps }: Path): string {
  const parts = steps.map((step) =>
    step.kind === "field"
      ? `.${step.name}`
      : step.kind === "at"
        ? `[${textOfIndex(step.index)}]`
        : `[${textOfIndex(step.lo)}:${textOfIndex(step.hi)}]`,
  );
  return state + parts.join("");
}

/** The path without its indices: places with different shapes are never the same. */
export const shapeOf = ({ state, steps }: Path): string =>
  state +
  steps
    .map((step) => (step.kind === "field" ? `.${step.name}` : "[]"))
    .join("");

export function addWritten(written: Written, path: Path): void {
  if (written.size < 20_000) written.set(textOfPath(path), path);
  // tmp[0] on its own, and tmp[1] ... tmp[n - 1] in a loop
  const at = path.steps.findLastIndex((step) => step.kind === "range");
  const range = path.steps[at];
  if (range?.kind !== "range" || !isConstantIndex(range.lo)) return;
  let first = range.lo.constant;
  const isThere = (k: number): boolean =>
    written.has(
      textOfPath(withStep(path, at, { kind: "at", index: constantIndex(k) })),
    );
  while (first > 0 && isThere(first - 1)) first--;
  if (first === range.lo.constant) return;
  const longer: Step = { ...range, lo: constantIndex(first) };
  const more = withStep(path, at, longer);
  written.set(textOfPath(more), more);
}

export function addWhole(written: Written, path: Path): void {
  written.set(`${textOfPath(path)}*`, { ...path, whole: true });
}

/** Something that an older call may have left is put there. */
export function forget(written: Written, path: Path): void {
  const shape = shapeOf(path);
  for (const [key, fact] of written)
    if (
      shapeOf(fact) === shape ||
      (fact.whole && shape.startsWith(shapeOf(fact)))
    )
      written.delete(key);
}

/** Is it sure that a place was written in this call? */
export function covers(
  written: Written,
  path: Path,
  boundsOf: BoundsOf,
): boolean {
  if (written.has(textOfPath(path))) return true;
  for (const fact of written.values())
    if (fact.state === path.state && matches(fact, path, boundsOf)) return true;
  const at = path.steps.findIndex((step) => step.kind === "range");
  const range = path.steps[at];
  if (range?.kind !== "range") return false;
  const one = (index: Index): Path => withStep(path, at, { kind: "at", index });
  const { lo, hi } = range;
  if (isConstantIndex(lo) && isConstantIndex(hi)) {
    if (hi.constant - lo.constant > 4096) return false;
    for (let k = lo.constant; k < hi.constant; k++)
      if (!covers(written, one(constantIndex(k)), boundsOf)) return false;
    return true;
  }
  // the first element on its own, the others in a loop
  if (!isConstantIndex(lo) || lo.constant > 8) return false;
  if (!covers(written, one(lo), boundsOf)) return false;
  const rest: Step = { kind: "range", lo: sum(lo, constantIndex(1)), hi };
  return covers(written, withStep(path, at, rest), boundsOf);
}

const withStep = (path: Path, at: number, step: Step): Path => ({
  state: path.state,
  steps: path.steps.map((one, k) => (k === at ? step : one)),
});

function matches(
  fact: Path & { readonly whole?: true },
  path: Path,
  boundsOf: BoundsOf,
): boolean {
  const { steps, whole } = fact;
  if (
    whole
      ? steps.length > path.steps.length
      : steps.length !== path.steps.length
  )
    return false;
  return steps.every((step, k) => holds(step, path.steps[k]!, boundsOf));
}

function holds(fact: Step, asked: Step, boundsOf: BoundsOf): boolean {
  if (fact.kind === "field")
    return asked.kind === "field" && asked.name === fact.name;
  if (asked.kind === "field") return false;
  if (fact.kind === "at")
    return (
      asked.kind === "at" &&
      textOfIndex(asked.index) === textOfIndex(fact.index)
    );
  const first = asked.kind === "at" ? asked.index : asked.lo;
  const end =
    asked.kind === "at" ? sum(asked.index, constantIndex(1)) : asked.hi;
  const least = (a: Index, b: Index): number =>
    leastOf(sum(a, b, -1), boundsOf) ?? -1;
  return least(first, fact.lo) >= 0 && least(fact.hi, end) >= 0;
}

/** What was written on both of two ways to the same point. */
export function common(a: Written, b: Written, boundsOf: BoundsOf): Written {
  const both: Written = new Map();
  for (const [key, fact] of a)
    if (b.has(key) || (!fact.whole && covers(b, fact, boundsOf)))
      both.set(key, fact);
  for (const [key, fact] of b)
    if (!both.has(key) && !fact.whole && covers(a, fact, boundsOf))
      both.set(key, fact);
  return both;
}

/** Every value of the loop's variable, or all of lo ... hi - 1 where these are numbers. */
export interface Trips {
  readonly atom: string;
  readonly lo: Index;
  readonly hi: Index;
  readonly step: number;
}

/**
 * What is written once a loop has run, of what each iteration writes: the variable of the loop stands for all that it
 * was. Facts about values that each iteration has anew say nothing outside of it.
 */
export function afterLoop(
  written: Written,
  trips: Trips,
  isInner: (atom: string) => boolean,
): Path[] {
  const found: Path[] = [];
  for (const fact of written.values()) {
    if (fact.whole) continue;
    const atoms = fact.steps.flatMap(atomsOf);
    if (!atoms.includes(trips.atom)) continue;
    if (atoms.some((one) => one !== trips.atom && isInner(one))) continue;
    found.push(...unrolled(fact, trips), ...stretched(fact, trips));
  }
  return found;
}

export const atomsOf = (step: Step): readonly string[] =>
  step.kind === "field"
    ? []
    : step.kind === "at"
      ? [...step.index.terms.keys()]
      : [...step.lo.terms.keys(), ...step.hi.terms.keys()];

/** `tmp[3 * i + 1]` for i = 0, 1, 2 */
function unrolled(fact: Path, { atom, lo, hi, step }: Trips): Path[] {
  if (!isConstantIndex(lo) || !isConstantIndex(hi)) return [];
  const found: Path[] = [];
  const count = (hi.constant - lo.constant) / Math.abs(step);
  if (count > 256) return [];
  for (let k = 0; k < count; k++) {
    const value =
      step > 0 ? lo.constant + k * step : hi.constant - 1 + k * step;
    found.push(
      substituted(fact, (index) => replaced(index, atom, constantIndex(value))),
    );
  }
  return found;
}

const substituted = (fact: Path, by: (index: Index) => Index): Path => ({
  state: fact.state,
  steps: fact.steps.map((step) =>
    step.kind === "field"
      ? step
      : step.kind === "at"
        ? { kind: "at", index: by(step.index) }
        : { kind: "range", lo: by(step.lo), hi: by(step.hi) },
  ),
});

/** `tmp[i + 1]` for i = 0 ... n - 1 */
function stretched(fact: Path, { atom, lo, hi, step }: Trips): Path[] {
  if (Math.abs(step) !== 1) return [];
  const at = fact.steps.findIndex((one) => atomsOf(one).includes(atom));
  const more = fact.steps.slice(at + 1).some((s) => atomsOf(s).includes(atom));
  const one = fact.steps[at];
  if (more || one?.kind !== "at" || one.index.terms.get(atom) !== 1) return [];
  const range: Step = {
    kind: "range",
    lo: replaced(one.index, atom, lo),
    hi: replaced(one.index, atom, hi),
  };
  return [withStep(fact, at, range)];
}
