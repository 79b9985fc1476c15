import { ts } from "ts-morph";
import { isNumber, localVariables } from "./sites.js";
import { type Edit, inPlaceOf, type Unit } from "./unit.js";

export type Local = ts.VariableDeclaration & { readonly name: ts.Identifier };

/** Local variables that hold a number. */
export const numbers = (unit: Unit): Local[] =>
  localVariables(unit).filter(
    (one): one is Local =>
      ts.isIdentifier(one.name) && isNumber(unit, one.name),
  );

/** The edit for one use, where `{ x }` means `{ x: x }`. */
export const asUse = (use: ts.Identifier, text: string): Edit =>
  ts.isShorthandPropertyAssignment(use.parent)
    ? inPlaceOf(use.parent, `${use.text}: ${text}`)
    : inPlaceOf(use, text);
