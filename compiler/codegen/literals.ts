import {
  type ArrayTy,
  bare,
  type RecordTy,
  typedArrayName,
} from "../ir/types.js";
import {
  type Expr,
  construct,
  call,
  member,
  array,
  cast,
  literal,
  name,
  type Entry,
  binary,
  object,
} from "./tree.js";
import { isTuple } from "./types.js";
import type { Value } from "../ir/ir.js";
import { asExpected } from "./declare.js";
import { result } from "./computed.js";
import type { Instr } from "../ir/ir.js";
import type { NewArrayInstr } from "../ir/memoryInstrs.js";

/** The length to allocate. */
export const roundedLength = (instr: NewArrayInstr, length: Expr): Expr =>
  instr.roundsUp === true && length.kind !== "literal"
    ? call(member(name("Math"), "ceil"), [length])
    : length;

export function newArrayExpr(
  ty: ArrayTy,
  n: Expr,
  fill: Expr | undefined,
  zeros: () => Expr,
): Expr {
  if (ty.store !== "js") {
    const made = construct(typedArrayName[ty.store], [n]);
    return fill === undefined ? made : call(member(made, "fill"), [fill]);
  }
  if (n.kind === "literal" && n.text === "0") return array([]);
  const isZeros =
    ty.elem.kind === "num" &&
    (fill === undefined || (fill.kind === "literal" && fill.text === "0"));
  if (isZeros && ty.fixed !== undefined && ty.fixed <= 8)
    return asTuple(
      ty,
      array(Array.from({ length: ty.fixed }, () => literal("0"))),
    );
  return asTuple(ty, isZeros ? call(zeros(), [n]) : filledArray(ty, n, fill));
}

/** Part k of a literal, as the literal's type wants it. */
export function elementOf(instr: MemoryInstr, expr: Expr, k: number): Expr {
  const whole = bare(result(instr).ty);
  const wanted =
    whole.kind === "array" || whole.kind === "table"
      ? whole.elem
      : whole.kind === "record"
        ? whole.fields[k]?.ty
        : undefined;
  const { ty } = instr.args[k] as Value;
  return wanted === undefined ? expr : asExpected(expr, ty, wanted);
}

/** A tuple made by a call is an array to TypeScript. */
export const asTuple = (ty: ArrayTy, made: Expr): Expr =>
  ty.store === "js" && ty.fixed !== undefined ? cast(made, ty) : made;

function filledArray(ty: ArrayTy, n: Expr, fill: Expr | undefined): Expr {
  const made = construct("Array", [n], ty.elem);
  const value =
    fill ?? (ty.elem.kind === "bool" ? literal("false") : undefined);
  // the cells of a new array are undefined
  return value === undefined || isUndefined(value)
    ? made
    : call(member(made, "fill"), [value]);
}

export const arrayLiteral = (ty: ArrayTy, elements: readonly Expr[]): Expr =>
  ty.store === "js"
    ? array(elements)
    : call(member(name(typedArrayName[ty.store]), "of"), elements);

const isUndefined = (e: Expr): boolean =>
  e.kind === "name" && e.name === "undefined";

/** `{ x, ...(y === undefined ? {} : { y }) }` where y may be left out. */
export function recordLiteral(
  ty: RecordTy,
  values: readonly Expr[],
  /** Fields that have a value, though they may be left out. */
  isThere: readonly boolean[],
): Expr {
  if (isTuple(ty)) return array(values);
  const entries = ty.fields.flatMap((field, k): Entry[] => {
    const value = values[k] as Expr;
    if (field.optional !== true || isThere[k])
      return [{ key: field.name, value }];
    if (isUndefined(value)) return [];
    // cond ? undefined : v
    const choice =
      value.kind === "cond" && isUndefined(value.yes)
        ? { test: value.test, there: value.no }
        : value.kind === "name"
          ? { test: binary("===", value, name("undefined")), there: value }
          : undefined;
    if (choice === undefined) return [{ key: field.name, value }];
    const spread: Expr = {
      kind: "cond",
      test: choice.test,
      yes: object([]),
      no: object([{ key: field.name, value: choice.there }]),
    };
    return [
      {
        value: {
          kind: "spread",
          arg: { kind: "raw", parts: ["(", spread, ")"], atomic: true },
        },
      },
    ];
  });
  return object(entries);
}

export type MemoryInstr = Exclude<
  Instr,
  {
    kind:
      | "const"
      | "global"
      | "op"
      | "opaque"
      | "if"
      | "for"
      | "while"
      | "struct"
      | "newTape"
      | "tapePush"
      | "tapePop"
      | "call";
  }
>;
