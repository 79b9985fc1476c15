import type { Ids } from "../ir/builder.js";
import type { ConstInstr, Instr, OpInstr, Value } from "../ir/ir.js";
import { sameTy } from "../ir/types.js";
import type { Rewriting } from "./rewrite.js";

export type Definitions = ReadonlyMap<Value, Instr>;

export const constantOf = (
  value: Value | undefined,
  definitions: Definitions,
): ConstInstr["value"] => {
  const instr = value && definitions.get(value);
  return instr?.kind === "const" || instr?.kind === "global"
    ? instr.value
    : undefined;
};

export function simplifyOp(
  instr: OpInstr,
  ids: Ids,
  definitions: Definitions,
): Rewriting | undefined {
  const [a, b, c] = instr.args;
  const x = constantOf(a, definitions);
  const y = constantOf(b, definitions);
  const as = (op: OpInstr["op"], ...args: Value[]): Rewriting => ({
    instrs: [{ ...instr, op, args }],
  });
  const negated = (value: Value | undefined): Value | undefined => {
    const made = value && definitions.get(value);
    return made?.kind === "op" && made.op === "neg" ? made.args[0] : undefined;
  };
  const folded = foldIntegers(instr, x, y);
  if (folded !== undefined) return folded;
  switch (instr.op) {
    case "mul": {
      if (x === 1) return { values: [b!] };
      if (y === 1) return { values: [a!] };
      if (x === -1) return as("neg", b!);
      if (y === -1) return as("neg", a!);
      return signOfProduct(instr, negated(a), negated(b), ids);
    }
    // A constant that is not 0 needs no guard.
    case "guardMul":
      return typeof x === "number" && x !== 0 ? as("mul", a!, b!) : undefined;
    case "guardDiv":
      return typeof x === "number" && x !== 0 ? as("div", a!, b!) : undefined;
    case "div":
      return y === 1 ? { values: [a!] } : undefined;
    case "neg": {
      const inner = negated(a);
      return inner === undefined ? undefined : { values: [inner] };
    }
    case "add": {
      const right = negated(b);
      if (right !== undefined) return as("sub", a!, right);
      const left = negated(a);
      return left === undefined ? undefined : as("sub", b!, left);
    }
    case "sub": {
      // x - 0 is x, also for -0 (x + 0 is not)
      if (Object.is(y, 0)) return { values: [a!] };
      const right = negated(b);
      return right === undefined ? undefined : as("add", a!, right);
    }
    case "isUndefined":
    case "isNull":
    case "isNil": {
      const what = kindOfNothing(a, definitions);
      return what === undefined
        ? undefined
        : constant(
            instr,
            instr.op === "isNil"
              ? what !== "there"
              : what === (instr.op === "isNull" ? "null" : "undefined"),
          );
    }
    case "select":
      return typeof x === "boolean" ? { values: [x ? b! : c!] } : undefined;
    // Tags of kinds; a seed that is compared with 0.
    case "eq":
    case "ne": {
      const isBoth = a!.ty.kind === "bool" && b!.ty.kind === "bool";
      const side = typeof x === "boolean" ? x : y;
      if (isBoth && typeof side === "boolean") {
        const other = typeof x === "boolean" ? b! : a!;
        return side === (instr.op === "eq")
          ? { values: [other] }
          : as("not", other);
      }
      return (typeof x === "string" && typeof y === "string") ||
        (typeof x === "number" && typeof y === "number")
        ? constant(instr, (x === y) === (instr.op === "eq"))
        : undefined;
    }
    case "not": {
      if (typeof x === "boolean") return constant(instr, !x);
      const inner = definitions.get(a!);
      return inner?.kind === "op" && inner.op === "not"
        ? { values: [inner.args[0]!] }
        : undefined;
    }
    case "and":
    case "or": {
      const isDecided = (one: unknown): boolean => one === (instr.op === "or");
      if (isDecided(x) || isDecided(y))
        return constant(instr, instr.op === "or");
      if (typeof x === "boolean") return { values: [b!] };
      return typeof y === "boolean" ? { values: [a!] } : undefined;
    }
    case "unwrap":
      return (
        unwrapped(instr, definitions) ??
        (sameKind(a!, instr.results[0]!) ? { values: [a!] } : undefined)
      );
    case "wrap":
      return sameKind(a!, instr.results[0]!) ? { values: [a!] } : undefined;
    default:
      return undefined;
  }
}

/** A word or a number that is there for sure, whatever the type around it allows: `unwrap (wrap "meters")`. */
function unwrapped(
  instr: OpInstr,
  definitions: Definitions,
): Rewriting | undefined {
  const made = instr.args[0] && definitions.get(instr.args[0]);
  if (made?.kind !== "op" || made.op !== "wrap") return undefined;
  const [inner] = made.args;
  const value = constantOf(inner, definitions);
  if (typeof value === "string") return constant(instr, value);
  return inner !== undefined && sameKind(inner, instr.results[0]!)
    ? { values: [inner] }
    : undefined;
}

const sameKind = (a: Value, b: Value): boolean =>
  a.ty.kind === b.ty.kind && sameTy(a.ty, b.ty);

/** -x * y = x * -y = -(x * y), to the bit. */
function signOfProduct(
  instr: OpInstr,
  left: Value | undefined,
  right: Value | undefined,
  ids: Ids,
): Rewriting | undefined {
  const [a, b] = instr.args;
  if (left !== undefined && right !== undefined)
    return { instrs: [{ ...instr, args: [left, right] }] };
  if (left === undefined && right === undefined) return undefined;
  const product = ids.fresh(instr.results[0]!.ty);
  return {
    instrs: [
      { ...instr, args: [left ?? a!, right ?? b!], results: [product] },
      { ...instr, op: "neg", args: [product] },
    ],
  };
}

/** 1 / 2 and the like, which is no longer to read as a number. */
const isHalf = (x: number, y: number): boolean =>
  x === 1 && (y === 2 || y === 4);

function foldIntegers(
  instr: OpInstr,
  x: unknown,
  y: unknown,
): Rewriting | undefined {
  const isSmall = (value: unknown): value is number =>
    typeof value === "number" &&
    Number.isInteger(value) &&
    Math.abs(value) < 2 ** 26 &&
    !Object.is(value, -0);
  if (instr.op === "neg" && typeof x === "number") return constant(instr, -x);
  if (!isSmall(x)) return undefined;
  if (instr.op === "ceil" || instr.op === "floor") return constant(instr, x);
  if (!isSmall(y)) return undefined;
  switch (instr.op) {
    case "add":
      return constant(instr, x + y);
    case "sub":
      return constant(instr, x - y);
    case "mul":
      return constant(instr, x * y);
    case "div":
      return y !== 0 && (Number.isInteger(x / y) || isHalf(x, y))
        ? constant(instr, x / y)
        : undefined;
    case "rem":
      return x >= 0 && y > 0 ? constant(instr, x % y) : undefined;
    case "lt":
      return constant(instr, x < y);
    case "le":
      return constant(instr, x <= y);
    case "gt":
      return constant(instr, x > y);
    case "ge":
      return constant(instr, x >= y);
    default:
      return undefined;
  }
}

/** What a value is that is asked whether it is there: known of constants, and of what arithmetic gives. */
function kindOfNothing(
  value: Value | undefined,
  definitions: Definitions,
): "undefined" | "null" | "there" | undefined {
  const made = value && definitions.get(value);
  if (made?.kind === "const") {
    if (made.value === undefined) return "undefined";
    if (made.value === null) return "null";
    return typeof made.value === "object" ? undefined : "there";
  }
  if (made !== undefined && makes.has(made.kind)) return "there";
  if (made?.kind !== "op") return undefined;
  if (made.op === "wrap") return kindOfNothing(made.args[0], definitions);
  const isNumber = made.results[0]?.ty.kind === "num";
  return isNumber && !handsOn.has(made.op) ? "there" : undefined;
}

const makes: ReadonlySet<Instr["kind"]> = new Set<Instr["kind"]>([
  "newArray",
  "arrayLit",
  "newRecord",
  "slice",
  "length",
]);

/** Operations whose result is one of their operands. */
const handsOn: ReadonlySet<string> = new Set([
  "unwrap",
  "select",
  "detach",
  "withSlope",
]);

export function constant(
  instr: OpInstr,
  value: number | boolean | string,
): Rewriting {
  const { args: _args, ...rest } = instr;
  return {
    instrs: [{ ...rest, kind: "const", value, args: [] } as ConstInstr],
  };
}
