import type { Func } from "../ir/ir.js";
import {
  bare,
  fieldOf,
  isRef,
  someTy,
  withPair,
  type Compared,
  type Ty,
} from "../ir/types.js";
import { eachInstr } from "../ir/visit.js";
import { cast, type Expr } from "./tree.js";

/**
 * The type that a declaration must state because TypeScript would infer another one from the initial value. `isFilled`:
 * references are put into arrays and records here, so that `{ p: new Float64Array(3) }` must not be one of
 * `Float64Array<ArrayBuffer>`.
 */
export function declaredType(
  ty: Ty,
  init: Expr,
  how: "const" | "let",
  isFilled: boolean,
): Ty | undefined {
  // new Map<string, number>() says it already
  if (init.kind === "call" && init.isNew && ty.kind === "table")
    return undefined;
  if (how === "let" && needsTypeInLet(ty)) return ty;
  // `let t = ok;` where a loop gives t to ok: what `true` or `false` narrows goes round in a circle
  if (how === "let" && ty.kind === "bool" && init.kind === "name") return ty;
  if (needsTypeFor(ty, init)) return ty;
  const isLiteral = init.kind === "array" || init.kind === "object";
  return isLiteral &&
    isFilled &&
    isRef(ty) &&
    (holdsTyped(ty) || holdsEmpty(init))
    ? ty
    : undefined;
}

/** `a == null`, `a === undefined` */
export const isNilTest = (expr: Expr): boolean =>
  expr.kind === "binary" &&
  /^[!=]==?$/.test(expr.op) &&
  expr.right.kind === "literal" &&
  /^(null|undefined)$/.test(expr.right.text);

/** Does a function put references into arrays or records, or anything behind the end of an array? */
export function fillsWithReferences(fn: Func): boolean {
  let fills = false;
  eachInstr(fn.body, ({ kind, args }) => {
    const value = kind === "push" ? args[1] : args.at(-1);
    const puts = kind === "setField" || kind === "store" || kind === "push";
    const isPush = kind === "push";
    if (puts && value !== undefined && (isPush || isRef(value.ty)))
      fills = true;
  });
  return fills;
}

const holdsTyped = (ty: Ty): boolean =>
  someTy(ty, (one) => one.kind === "array" && one.store !== "js");

/** The first value of a variable; a choice of words would narrow what TypeScript expects of it later. */
export const asDeclared = (ty: Ty, init: Expr): Expr =>
  init.kind === "cond" &&
  ty.kind === "opaque" &&
  !/^(string|unknown)$/.test(ty.text)
    ? cast(init, ty)
    : init;

/** Later values may be of a wider type than the first. */
function needsTypeInLet(ty: Ty): boolean {
  switch (ty.kind) {
    case "num":
    case "bool":
    case "tape":
      return false;
    case "opaque":
    case "maybe":
    case "record":
    case "table":
      return true;
    case "array":
      return ty.store !== "js" || ty.fixed !== undefined || holdsReadonly(ty);
  }
}

const holdsReadonly = (ty: Ty): boolean =>
  (ty.kind === "array" && (ty.readonly === true || holdsReadonly(ty.elem))) ||
  (ty.kind === "record" && ty.readonly === true);

/** A literal whose type is more precise than what is inferred from it. */
function needsTypeFor(ty: Ty, init: Expr): boolean {
  if (init.kind === "array")
    return (
      ty.kind !== "array" ||
      ty.fixed !== undefined ||
      init.elements.length === 0 ||
      isDelicate(ty.elem)
    );
  if (init.kind === "object") return isDelicate(ty) || ty.kind !== "record";
  if (init.kind === "spread") return true;
  if (ty.kind === "num" && ty.literal === true && isTakenAsIs(init))
    return true;
  // `1 | -1` would be compared with 0 in vain
  return (
    init.kind === "cond" &&
    ty.kind === "num" &&
    isNumber(init.yes) &&
    isNumber(init.no)
  );
}

/** `{ parts: [] }`: an array of nothing is one of `never`. */
const holdsEmpty = (init: Expr): boolean =>
  (init.kind === "array" && init.elements.length === 0) ||
  (init.kind === "array" && init.elements.some(holdsEmpty)) ||
  (init.kind === "object" && init.entries.some((one) => holdsEmpty(one.value)));

/** Has the constant the type of what stands there, however narrow? */
const isTakenAsIs = ({ kind }: Expr): boolean =>
  kind === "name" ||
  kind === "member" ||
  kind === "index" ||
  kind === "nonNull" ||
  kind === "call" ||
  kind === "cond";

const isNumber = (expr: Expr): boolean =>
  (expr.kind === "literal" && /^-?[\d.]/.test(expr.text)) ||
  (expr.kind === "unary" && expr.op === "-" && isNumber(expr.arg));

/** Does the type hold something that a literal does not say by itself: a tuple, a missing value, a union of strings? */
function isDelicate(ty: Ty): boolean {
  switch (ty.kind) {
    case "num":
    case "bool":
    case "tape":
      return false;
    case "opaque":
      return ty.text !== "string";
    case "maybe":
    case "table":
      return true;
    case "array":
      return ty.fixed !== undefined || isDelicate(ty.elem);
    case "record":
      return (
        ty.tuple ||
        ty.recursive === true ||
        ty.fields.some(
          (field) => field.optional === true || isDelicate(field.ty),
        )
      );
  }
}

/** The expression, with a cast where it is an array to TypeScript and a tuple is expected. */
export function asExpected(expr: Expr, from: Ty, to: Ty): Expr {
  if (expr.kind === "array" && from.kind === "array") return expr;
  return lacksTuple(from, to) ? cast(expr, to) : expr;
}

/** Is there a tuple in the one type where the other has an array? */
function lacksTuple(from: Ty, to: Ty, above: Compared = []): boolean {
  if (to.kind === "maybe") return lacksTuple(bare(from), to.of, above);
  if (from.kind === "maybe") return lacksTuple(from.of, to, above);
  if (from.kind === "array" && to.kind === "array")
    return (
      (to.fixed !== undefined && from.fixed !== to.fixed) ||
      lacksTuple(from.elem, to.elem, above)
    );
  if (from.kind === "table" && to.kind === "table")
    return lacksTuple(from.elem, to.elem, above);
  if (from.kind !== "record" || to.kind !== "record") return false;
  const pairs = withPair(above, from, to);
  if (pairs === undefined) return false;
  return to.fields.some((field) => {
    const other = fieldOf(from, field.name);
    return other !== undefined && lacksTuple(other.ty, field.ty, pairs);
  });
}
