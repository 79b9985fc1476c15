import type { Value } from "../ir/ir.js";
import { bare, type Ty } from "../ir/types.js";
import type { Expr } from "./tree.js";

/** A name for a value: the user's, or one that says what is computed, or `t`. */
export function suggestedName(
  value: Value | undefined,
  expr: Expr | undefined,
): string {
  return (
    value?.hint ??
    (value && expr && isAnonymous(expr) ? typeName(value.ty) : undefined) ??
    (expr === undefined ? undefined : nameOf(expr)) ??
    (value?.ty.kind === "bool" ? "flag" : "t")
  );
}

/** Does the expression say less of what it is than its type? */
const isAnonymous = ({ kind }: Expr): boolean =>
  kind === "object" || kind === "array" || kind === "index" || kind === "call";

/** A `Vec3` is a `vec3`, several are `vec3s`; what holds the slopes of one, by its type `Vec3Grad`, holds slopes. */
export function typeName(ty: Ty): string | undefined {
  const whole = bare(ty);
  if (whole.kind === "array") {
    const of = typeName(whole.elem);
    return of === undefined || of === "slopes" ? of : `${of}s`;
  }
  if (whole.kind !== "record" || whole.called === undefined) return undefined;
  const { called } = whole;
  return called.endsWith("Grad") ? "slopes" : uncapitalised(called);
}

const uncapitalised = (text: string): string =>
  text.charAt(0).toLowerCase() + text.slice(1);

/** The names that a loop's counter may have, where the user gave none or `i`: the first that is free. */
export const counterNames: readonly string[] = ["i", "j", "k", "l", "m"];

function nameOf(expr: Expr): string | undefined {
  switch (expr.kind) {
    case "index":
      return elementName(expr);
    case "member":
      return expr.name === "length"
        ? "n"
        : /^\d/.test(expr.name)
          ? undefined
          : expr.name;
    case "call":
      return callName(expr);
    case "array":
      return "values";
    case "object":
      return "record";
    case "nonNull":
    case "cast":
      return nameOf(expr.arg);
    case "name":
      return expr.name;
    default:
      return undefined;
  }
}

/** `x[i]` is `xi`, `a[i][j]` is `aij`. */
function elementName(expr: Expr & { kind: "index" }): string | undefined {
  const base =
    expr.object.kind === "index"
      ? elementName(expr.object)
      : expr.object.kind === "name"
        ? expr.object.name
        : undefined;
  if (base === undefined || base.length > 5) return undefined;
  if (expr.index.kind === "name" && expr.index.name.length === 1)
    return base + expr.index.name;
  return expr.index.kind === "literal" && /^\d$/.test(expr.index.text)
    ? base + expr.index.text
    : undefined;
}

function callName(expr: Expr & { kind: "call" }): string | undefined {
  const { callee } = expr;
  if (expr.isNew) return "values";
  if (callee.kind === "name") return "result";
  if (
    callee.kind !== "member" ||
    callee.object.kind !== "name" ||
    callee.object.name !== "Math"
  )
    return undefined;
  const [arg] = expr.args;
  const isShort =
    arg?.kind === "name" && arg.name.length <= 3 && expr.args.length === 1;
  return isShort
    ? callee.name + arg.name.charAt(0).toUpperCase() + arg.name.slice(1)
    : callee.name;
}
