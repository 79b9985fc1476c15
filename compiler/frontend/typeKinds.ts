import { ts } from "ts-morph";
import type { MaybeTy, Ty } from "../ir/types.js";

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

export const literalNumber: Ty = { kind: "num", literal: true };

/** Is it a numeric enum or a part of one? A number at run time, but nobody wants its slope. */
export const isEnum = (type: ts.Type): boolean =>
  (type.flags & ts.TypeFlags.EnumLike) !== 0 ||
  (type.isUnion() && type.types.every((part) => isEnum(part)));
