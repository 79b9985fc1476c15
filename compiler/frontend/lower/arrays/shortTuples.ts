import { ts } from "ts-morph";
import type { Ty } from "../../../ir/types.js";
import { mayBeNil } from "../lowerCoerce.js";
import type { Site } from "../lowerSite.js";

/** `[lo: number, hi?: number]` is a list that may be shorter; an undefined that stands in it would be no number. */
export function refuseUndefined(
  { ctx }: Site,
  list: ts.Type | undefined,
  given: ts.Expression,
  elem: Ty,
): void {
  if (list === undefined || elem.kind === "maybe") return;
  if (!isShort(ctx.checker, list)) return;
  if (!mayBeNil(ctx.checker.getTypeAtLocation(given))) return;
  ctx.refuse(
    given,
    "DC2106",
    "an element that may be undefined is put into a tuple of numbers",
    "leave it out, or use an object with a field that may be missing",
  );
}

function isShort(checker: ts.TypeChecker, type: ts.Type): boolean {
  const present = checker.getNonNullableType(type);
  return (
    checker.isTupleType(present) &&
    ((present as ts.TypeReference).target as ts.TupleType).elementFlags.some(
      (flag) => flag & ts.ElementFlags.Optional,
    )
  );
}
