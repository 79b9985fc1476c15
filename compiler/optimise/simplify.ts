import type {
  ConstInstr,
  ForInstr,
  Func,
  IfInstr,
  Instr,
  OpInstr,
  Value,
  WhileInstr,
} from "../ir/ir.js";

import type { Ids } from "../ir/builder.js";
import { integersOf } from "../analysis/integers.js";
import { type Signs, signsOf } from "../analysis/signs.js";
import { sameTy } from "../ir/types.js";
import { newDecided } from "./decided.js";
import { type Rewriting, rewrite } from "./rewrite.js";
import { replaceInRegion } from "../ir/visit.js";

/**
 * Local simplifications that change no bit of any value: products with 1, signs moved into sums, decided branches,
 * carried values that never change, arithmetic on small integer constants. Nothing that is only true of real numbers.
 */
export function simplify(fn: Func): Func {
  const definitions = new Map<Value, Instr>();
  let integers: ReadonlySet<Value> | undefined;
  const isInteger = (value: Value): boolean =>
    (integers ??= integersOf(fn)).has(value);
  let signs: Signs | undefined;
  const known = (): Signs => (signs ??= signsOf(fn));
  const decided = newDecided(definitions);
  const see = (instr: Instr): void => {
    for (const result of instr.results) definitions.set(result, instr);
  };
  return rewrite(fn, {
    instr: (instr, ids) => {
      const outcome =
        instr.kind === "length"
          ? knownLength(instr.args[0]!, definitions, isInteger)
          : (simplifyInstr(instr, ids, definitions) ??
            decidedBySign(instr, definitions, known) ??
            decided.simplify(instr));
      if (outcome === undefined) see(instr);
      else for (const made of outcome.instrs ?? []) see(made);
      return outcome;
    },
    enter: decided.enter,
    leave: decided.leave,
  });
}

type Definitions = ReadonlyMap<Value, Instr>;

function simplifyInstr(
  instr: Instr,
  ids: Ids,
  definitions: Definitions,
): Rewriting | undefined {
  switch (instr.kind) {
    case "op":
      return simplifyOp(instr, ids, definitions);
    case "if":
      return simplifyIf(instr, definitions);
    case "for":
      return dropUnchanged(instr, 2, 1, instr.breaks ? 1 : 0);
    case "while":
      return dropUnchanged(instr, 0, 0, 1);
    default:
      return undefined;
  }
}

/** A typed array has the length that it was made with, if that is an integer: 2.5 makes one of 2 cells. */
function knownLength(
  array: Value,
  definitions: Definitions,
  isInteger: (value: Value) => boolean,
): Rewriting | undefined {
  const made = definitions.get(array);
  const isTyped = array.ty.kind === "array" && array.ty.store !== "js";
  if (made?.kind !== "newArray" || !isTyped) return undefined;
  const [length] = made.args as [Value];
  return isInteger(length) ? { values: [length] } : undefined;
}

/** `1 + exp(x) < 0` never holds; a slope that is never 0 needs no guard. */
function decidedBySign(
  instr: Instr,
  definitions: Definitions,
  signs: () => Signs,
): Rewriting | undefined {
  if (instr.kind !== "op") return undefined;
  const [a, b] = instr.args as [Value, Value];
  switch (instr.op) {
    case "lt":
      return constantOf(b, definitions) === 0 && signs().isNeverBelowZero(a)
        ? constant(instr, false)
        : undefined;
    case "guardMul":
    case "guardDiv": {
      const op = instr.op === "guardMul" ? "mul" : "div";
      return signs().isNeverZero(a)
        ? { instrs: [{ ...instr, op }] }
        : undefined;
    }
    default:
      return undefined;
  }
}

const constantOf = (
  value: Value | undefined,
  definitions: Definitions,
): ConstInstr["value"] => {
  const instr = value && definitions.get(value);
  return instr?.kind === "const" || instr?.kind === "global"
    ? instr.value
    : undefined;
};

function simplifyOp(
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
    case "ne":
      return (typeof x === "string" && typeof y === "string") ||
        (typeof x === "number" && typeof y === "number")
        ? constant(instr, (x === y) === (instr.op === "eq"))
        : undefined;
    case "not":
      return typeof x === "boolean" ? constant(instr, !x) : undefined;
    case "unwrap":
    case "wrap":
      return sameKind(a!, instr.results[0]!) ? { values: [a!] } : undefined;
    default:
      return undefined;
  }
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
      return x * y === 0 ? undefined : constant(instr, x * y);
    case "div":
      return y !== 0 && Number.isInteger(x / y) && x !== 0
        ? constant(instr, x / y)
        : undefined;
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
  if (made?.kind !== "op") return undefined;
  if (made.op === "wrap") return kindOfNothing(made.args[0], definitions);
  const isNumber = made.results[0]?.ty.kind === "num";
  return isNumber && !handsOn.has(made.op) ? "there" : undefined;
}

/** Operations whose result is one of their operands. */
const handsOn: ReadonlySet<string> = new Set([
  "unwrap",
  "select",
  "detach",
  "withSlope",
]);

function constant(instr: OpInstr, value: number | boolean): Rewriting {
  const { args: _args, ...rest } = instr;
  return {
    instrs: [{ ...rest, kind: "const", value, args: [] } as ConstInstr],
  };
}

/** A decided branch is spliced in; results that both arms agree on need no branch. */
function simplifyIf(
  instr: IfInstr,
  definitions: Definitions,
): Rewriting | undefined {
  const condition = constantOf(instr.args[0], definitions);
  if (typeof condition === "boolean") {
    const arm = instr.regions[condition ? 0 : 1]!;
    return { instrs: arm.body, values: arm.yields };
  }
  const [yes, no] = instr.regions as [
    IfInstr["regions"][number],
    IfInstr["regions"][number],
  ];
  const agreed = instr.results.map((_, i) =>
    agreement(yes.yields[i]!, no.yields[i]!, definitions),
  );
  if (agreed.every((value) => value === undefined)) return undefined;
  const keep = agreed.map((value) => value === undefined);
  const regions = instr.regions.map((region) => ({
    ...region,
    yields: region.yields.filter((_, i) => keep[i]),
  }));
  const results = instr.results.filter((_, i) => keep[i]);
  return {
    instrs: [{ ...instr, results, regions }],
    values: instr.results.map((result, i) => agreed[i] ?? result),
  };
}

/** The one value that two arms yield; it must be visible outside, so constants of an arm do not count. */
function agreement(
  a: Value,
  b: Value,
  _definitions: Definitions,
): Value | undefined {
  return a === b ? a : undefined;
}

/** A carried value that every iteration yields unchanged is its initial value. */
function dropUnchanged(
  instr: ForInstr | WhileInstr,
  args: number,
  params: number,
  yields: number,
): Rewriting | undefined {
  const body = instr.regions[0]!;
  const isSame = instr.results.map(
    (_, i) => body.yields[i + yields] === body.params[i + params],
  );
  if (!isSame.includes(true)) return undefined;
  const keep =
    (skip: number) =>
    (_: Value, i: number): boolean =>
      i < skip || !isSame[i - skip];
  const inits = new Map<Value, Value>();
  isSame.forEach((same, i) => {
    if (same) inits.set(body.params[i + params]!, instr.args[i + args]!);
  });
  const inner = replaceInRegion(body, (value) => inits.get(value) ?? value);
  const region = {
    params: body.params.filter(keep(params)),
    body: inner.body,
    yields: inner.yields.filter(keep(yields)),
  };
  const loop = {
    ...instr,
    args: instr.args.filter(keep(args)),
    results: instr.results.filter((_, i) => !isSame[i]),
    regions: [region],
  };
  return {
    instrs: [loop],
    values: instr.results.map((result, i) =>
      isSame[i] ? instr.args[i + args]! : result,
    ),
  };
}
