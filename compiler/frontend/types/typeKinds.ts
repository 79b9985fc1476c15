import { ts } from "ts-morph";
import { num, type MaybeTy, type NumTy } from "../../ir/types.js";

/** Kinds of types that can be told at a glance. */

export const nilFlags =
  ts.TypeFlags.Undefined | ts.TypeFlags.Null | ts.TypeFlags.Void;

export function nilOf(nils: readonly ts.Type[]): MaybeTy["nil"] {
  const hasNull = nils.some((part) => part.flags & ts.TypeFlags.Null);
  const hasUndefined = nils.some((part) => !(part.flags & ts.TypeFlags.Null));
  return hasNull && hasUndefined ? "both" : hasNull ? "null" : "undefined";
}

/** Numbers, literals of them, and numeric enums, which are numbers at run time. */
export const isNumeric = (type: ts.Type): boolean =>
  (type.flags & ts.TypeFlags.NumberLike) !== 0 &&
  (type.flags & ts.TypeFlags.StringLiteral) === 0;

export const isNumber = (type: ts.Type): boolean =>
  (type.flags & ts.TypeFlags.Number) !== 0;

/** A number that TypeScript knows to be one of a few: `1 | -1`, an enum. */
export function literalNumber(type: ts.Type): NumTy {
  const parts = type.isUnion() ? type.types : [type];
  return { kind: "num", literal: true, ...known(parts.map(valueOf)) };
}

const known = (
  values: readonly (number | undefined)[],
): Pick<NumTy, "values"> =>
  values.every((value) => value !== undefined)
    ? { values: [...new Set(values)] }
    : {};

const valueOf = (type: ts.Type): number | undefined =>
  type.isNumberLiteral() ? type.value : undefined;

/** A number that is one or the other. */
export function eitherNumber(a: NumTy, b: NumTy): NumTy {
  if (a.literal !== true || b.literal !== true) return num;
  const both = a.values && b.values && [...a.values, ...b.values];
  return { kind: "num", literal: true, ...known(both ?? [undefined]) };
}

/** Is it a numeric enum or a part of one? A number at run time, but nobody wants its slope. */
export const isEnum = (type: ts.Type): boolean =>
  (type.flags & ts.TypeFlags.EnumLike) !== 0 ||
  (type.isUnion() && type.types.every((part) => isEnum(part)));

/** `{ ok: true; value: never }`, of which there is none: a Result<never> is an error. */
export function isImpossible(checker: ts.TypeChecker, type: ts.Type): boolean {
  return (
    (type.flags & ts.TypeFlags.Object) !== 0 &&
    checker
      .getPropertiesOfType(type)
      .some(
        (one) =>
          (one.flags & ts.SymbolFlags.Property) !== 0 &&
          (one.flags & ts.SymbolFlags.Optional) === 0 &&
          (checker.getTypeOfSymbol(one).flags & ts.TypeFlags.Never) !== 0,
      )
  );
}
