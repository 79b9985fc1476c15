import { ts } from "ts-morph";
import type { TypeText } from "../../ir/ir.js";
import type { ArgumentCase } from "../../ir/program.js";
import type { Ty } from "../../ir/types.js";
import type { LowerContext } from "../context.js";
import {
  isOptional,
  orLeftOut,
  parameterType,
} from "../lower/functions/lowerSignature.js";
import { nilFlags, nilOf } from "../types/typeKinds.js";
import { kindsOf, type Kind } from "./unionKinds.js";

/** One of the kinds of values that a parameter takes, and what the function is lowered for then. */
export interface ParameterCase extends ArgumentCase {
  readonly ty: Ty;
  readonly text: TypeText;
}

/**
 * The kinds of values of a parameter that keep their numbers in different places, `number | Vec`, where running code can
 * tell them apart, in the order in which it asks. Undefined for a parameter of one kind, and where they look alike: the
 * type is then refused where it is read.
 */
export function casesOf(
  ctx: LowerContext,
  parameter: ts.ParameterDeclaration,
): readonly ParameterCase[] | undefined {
  if (parameter.dotDotDotToken !== undefined) return undefined;
  const type = parameterType(ctx, parameter);
  const kinds = kindsOf(ctx, type, parameter);
  if (kinds === undefined) return undefined;
  const ordered = [...kinds].sort((a, b) => rank(a) - rank(b));
  if (!ordered.every((one, k) => isApart(one, ordered.slice(k + 1))))
    return undefined;
  const declared = ctx.typeTextOf(parameter.type ?? type, parameter);
  const isAsked = (what: string): boolean =>
    ordered.slice(0, -1).some(({ test }) => test?.kind === what);
  const isHidden =
    isAsked("nested") ||
    (isAsked("array") && ordered.some((one) => one.isReadonly));
  const nothing = placeOfNothing(ctx, ordered, parameter, type);
  return ordered.map((kind, k) => {
    const isLast = k === ordered.length - 1;
    const { test, isReadonly, type: _, ...own } = kind;
    const one: ParameterCase = {
      ...own,
      declared,
      ...(isLast || test === undefined ? {} : { test }),
      ...(isHidden ? { isHidden } : {}),
    };
    return k === nothing ? withNothing(one, parameter, type, isLast) : one;
  });
}

/** Library classes and arrays of arrays first: the tests after them would hold for them, too. */
function rank({ test, copies }: Kind): number {
  if (copies !== undefined) return 9;
  if (test === undefined) return 8;
  if (test.kind === "nested") return 2;
  if (test.kind === "array") return 3;
  return test.kind === "instance" ? 1 : 0;
}

/** Is it told apart from all that come after it? */
function isApart(kind: Kind, later: readonly Kind[]): boolean {
  const own = keyOf(kind);
  return later.every((one) => own !== undefined && keyOf(one) !== own);
}

function keyOf({ test }: Kind): string | undefined {
  if (test?.kind === "typeof") return test.name;
  if (test?.kind !== "instance") return test?.kind;
  return typeof test.of === "string" ? test.of : `class ${test.of.name}`;
}

/** The kind to which the value belongs that is not there: that of the default, or the last. */
function placeOfNothing(
  { checker }: LowerContext,
  kinds: readonly Kind[],
  parameter: ts.ParameterDeclaration,
  type: ts.Type,
): number {
  const { initializer } = parameter;
  if (!isOptional(parameter) && nilsIn(type).length === 0) return -1;
  if (initializer === undefined) return kinds.length - 1;
  const own = checker.getTypeAtLocation(initializer);
  const found = kinds.findIndex(
    (kind) => kind.type && checker.isTypeAssignableTo(own, kind.type),
  );
  return found < 0 ? kinds.length - 1 : found;
}

const nilsIn = (type: ts.Type): ts.Type[] =>
  type.isUnion() ? type.types.filter((part) => part.flags & nilFlags) : [];

function withNothing(
  one: ParameterCase,
  parameter: ts.ParameterDeclaration,
  type: ts.Type,
  isLast: boolean,
): ParameterCase {
  const nils = nilsIn(type);
  const declared: Ty =
    nils.length === 0
      ? one.ty
      : { kind: "maybe", of: one.ty, nil: nilOf(nils) };
  const ty = isOptional(parameter) ? orLeftOut(declared) : declared;
  const hasNull = nils.some((part) => part.flags & ts.TypeFlags.Null);
  const text = hasNull
    ? { ...one.text, text: `${one.text.text} | null` }
    : one.text;
  return { ...one, ty, text, ...(isLast ? {} : { orNothing: true }) };
}

/** What running code has to know of it. */
export const argumentCase = ({
  ty: _ty,
  text: _text,
  ...own
}: ParameterCase): ArgumentCase => own;
