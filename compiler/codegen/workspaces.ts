import type { Value } from "../ir/ir.js";
import { eachInstr } from "../ir/visit.js";
import type { Emitter } from "./emitter.js";
import { roundedLength } from "./literals.js";
import {
  binary,
  call,
  cond,
  construct,
  type Expr,
  literal,
  member,
  name,
} from "./tree.js";
import type { Computed } from "./computed.js";
import type { NewArrayInstr, SliceInstr } from "../ir/memoryInstrs.js";

/** Room for arrays whose length is only known in the call; longer ones are allocated. */
const capacity = 4096;
/** Room for copies of the caller's arrays. */
const nearCapacity = 16384;

function constantLength(length: Expr): number | undefined {
  const value = length.kind === "literal" ? Number(length.text) : NaN;
  return Number.isInteger(value) && value <= 2 ** 16 ? value : undefined;
}

/** `new Float64Array(n)` throws for a negative n, and takes the whole part of another. */
const isLength = (length: Expr): Expr =>
  binary(
    "&&",
    call("Number.isInteger", [length]),
    binary(">=", length, literal("0")),
  );

/** The length, if it is asked for. */
function sizeOf(
  emitter: Emitter,
  instr: NewArrayInstr,
  local: Expr,
  own: Expr,
  length: Expr,
): Expr {
  const result = instr.results[0] as Value;
  let isAsked = false;
  eachInstr(emitter.placement.fn.body, (other) => {
    if (other.kind === "length" && other.args[0] === result) isAsked = true;
  });
  if (instr.workspace === "sized" || !isAsked) return length;
  const text = emitter.names.fresh("size");
  const isOwn = binary("===", local, own);
  const init = cond(isOwn, length, member(local, "length"));
  emitter.push({ kind: "declare", how: "const", name: text, init });
  return name(text);
}

/**
 * A Float64Array at module level, behind a function that gives it. A bundler may make a `var` of a module-level `const`,
 * which V8 does not fold; what a closure holds it folds all the same, once it has inlined the call.
 */
export function moduleArray(
  { context, names }: Emitter,
  hint: string,
  size: number,
): Expr {
  const text = context.workspace(hint, size, (one) => names.isTaken(one));
  names.reserve(text);
  return call(text, []);
}

/**
 * An array of the module's, cleared. V8 knows its address, through the local alias too.
 *
 *     const y = n <= Y().length ? Y() : new Float64Array(n);
 *     y.fill(0, 0, n);
 */
export function emitWorkspace(
  emitter: Emitter,
  instr: NewArrayInstr,
  args: readonly Computed[],
): void {
  const [given, fill] = args as [Computed, Computed | undefined];
  const result = instr.results[0] as Value;
  const size = constantLength(given.expr);
  const length =
    size === undefined ? emitter.nameIt(given, "size").expr : given.expr;
  const { names } = emitter;
  const hint = result.hint ?? "work";
  const own = moduleArray(emitter, hint, size ?? capacity);
  const isShort = binary("<=", length, member(own, "length"));
  const fits =
    instr.notBelow === undefined
      ? isShort
      : binary(
          "&&",
          binary(">=", length, literal(String(instr.notBelow))),
          isShort,
        );
  const array: Expr =
    size !== undefined
      ? own
      : cond(
          instr.workspace === "sized"
            ? fits
            : binary("&&", isLength(length), fits),
          own,
          construct("Float64Array", [roundedLength(instr, length)]),
        );
  const text = names.fresh(hint);
  const local = name(text);
  emitter.setName(result, text);
  emitter.push({ kind: "declare", how: "const", name: text, init: array });
  emitter.sizes.set(result, sizeOf(emitter, instr, local, own, length));
  const bounds = size !== undefined ? [] : [literal("0"), length];
  emitter.push({
    kind: "expr",
    expr: call(member(local, "fill"), [fill?.expr ?? literal("0"), ...bounds]),
  });
}

/**
 * An array that the module hands out, of which there may be several.
 *
 *     const rows = ROWS();
 *     ...
 *     const next = rows.floats(n);
 */
export function rowExpr(
  emitter: Emitter,
  instr: NewArrayInstr,
  length: Expr,
  fill: Expr | undefined,
): Expr {
  const { ty } = instr.results[0]!;
  const isTyped = ty.kind === "array" && ty.store !== "js";
  const isAgain = instr.workspace === "again" && !isTyped;
  const method = isAgain ? "numbersAt" : isTyped ? "floats" : "numbers";
  const place = isAgain ? [literal(String(emitter.rows.places++))] : [];
  const given = fill === undefined ? [] : [fill];
  return call(member(name(emitter.rows.name), method), [
    ...place,
    length,
    ...given,
  ]);
}

/** `rows.floatsOf(u)` or `rows.numbersOf(u)` instead of `u.slice()`. */
export function rowOfExpr(
  emitter: Emitter,
  instr: SliceInstr,
  args: readonly Expr[],
): Expr {
  const { ty } = instr.results[0]!;
  const isTyped = ty.kind === "array" && ty.store !== "js";
  const method = isTyped ? "floatsOf" : "numbersOf";
  return call(member(name(emitter.rows.name), method), args);
}

/** `const rows = ROWS();` in front of a function that takes rows. */
export function declareRows(emitter: Emitter): void {
  let isTaken = false;
  eachInstr(emitter.placement.fn.body, (instr) => {
    if (instr.kind !== "newArray" && instr.kind !== "slice") return;
    if (instr.workspace === "row" || instr.workspace === "again")
      isTaken = true;
  });
  if (!isTaken) return;
  const { context, names } = emitter;
  const own = context.workspace("rows", undefined, (one) => names.isTaken(one));
  names.reserve(own);
  emitter.rows.name = names.fresh("rows");
  emitter.push({
    kind: "declare",
    how: "const",
    name: emitter.rows.name,
    init: call(own, []),
  });
}

/**
 * A copy of one of the caller's arrays in an array of the module's; a longer one is used as it is, through a view, so that
 * V8 sees the module's array alone until the first longer one comes.
 *
 *     const y1 = copyInto(Y(), y) ? Y() : y.subarray();
 */
export function emitNearCopy(
  emitter: Emitter,
  instr: SliceInstr,
  array: Expr,
): void {
  const result = instr.results[0] as Value;
  const { names } = emitter;
  const hint = result.hint ?? "work";
  const own = moduleArray(emitter, hint, nearCapacity);
  const text = names.fresh(hint);
  emitter.setName(result, text);
  const isCopied = call(emitter.context.runtime("copyInto"), [own, array]);
  const init = cond(isCopied, own, call(member(array, "subarray"), []));
  emitter.push({ kind: "declare", how: "const", name: text, init });
}
