import { RegionBuilder } from "../ir/builder.js";
import type { Instr, Value } from "../ir/ir.js";

/** An integer that may be written down where its values are in scope. */
export type Term =
  | number
  | Value
  | {
      readonly op: "add" | "sub" | "mul" | "max";
      readonly a: Term;
      readonly b: Term;
    };

/** rest + the sum of coefficient * variable. */
export interface Affine {
  readonly coefs: ReadonlyMap<Value, Term>;
  readonly rest: Term;
}

export function plus(a: Term, b: Term): Term {
  if (typeof a === "number" && typeof b === "number") return a + b;
  if (a === 0) return b;
  return b === 0 ? a : { op: "add", a, b };
}

export function minus(a: Term, b: Term): Term {
  if (typeof a === "number" && typeof b === "number") return a - b;
  return b === 0 ? a : { op: "sub", a, b };
}

export function times(a: Term, b: Term): Term {
  if (typeof a === "number" && typeof b === "number") return a * b;
  if (a === 0 || b === 0) return 0;
  if (a === 1) return b;
  return b === 1 ? a : { op: "mul", a, b };
}

export function emitTerm(term: Term, out: RegionBuilder): Value {
  if (typeof term === "number") return out.constant(term);
  if (!("op" in term)) return term;
  return out.op(term.op, [emitTerm(term.a, out), emitTerm(term.b, out)]);
}

/**
 * The index as a linear function of the variables, all else in it being values from outside; undefined where it is none.
 * Exact for integers only: the caller sees to that.
 */
export function affineOf(
  value: Value,
  variables: ReadonlySet<Value>,
  isOutside: (value: Value) => boolean,
  definition: (value: Value) => Instr | undefined,
): Affine | undefined {
  const of = (one: Value): Affine | undefined => {
    if (variables.has(one)) return { coefs: new Map([[one, 1]]), rest: 0 };
    const instr = definition(one);
    if (instr?.kind === "const" && typeof instr.value === "number")
      return { coefs: new Map(), rest: instr.value };
    if (isOutside(one)) return { coefs: new Map(), rest: one };
    if (instr?.kind !== "op") return undefined;
    const [a, b] = instr.args.map(of);
    if (a === undefined) return undefined;
    if (instr.op === "neg") return scaled(a, -1);
    if (b === undefined) return undefined;
    if (instr.op === "add") return sum(a, b);
    if (instr.op === "sub") return sum(a, scaled(b, -1));
    if (instr.op !== "mul") return undefined;
    if (a.coefs.size === 0) return scaled(b, a.rest);
    return b.coefs.size === 0 ? scaled(a, b.rest) : undefined;
  };
  return of(value);
}

const scaled = ({ coefs, rest }: Affine, by: Term): Affine => ({
  coefs: new Map([...coefs].map(([value, coef]) => [value, times(coef, by)])),
  rest: times(rest, by),
});

function sum(a: Affine, b: Affine): Affine {
  const coefs = new Map(a.coefs);
  for (const [value, coef] of b.coefs)
    coefs.set(value, plus(coefs.get(value) ?? 0, coef));
  return { coefs, rest: plus(a.rest, b.rest) };
}
