import { ts } from "ts-morph";
import type { Value } from "../../ir/ir.js";
import { bare, isRef } from "../../ir/types.js";
import { eachWritten, symbolOf } from "../syntax/scan.js";
import type { Site, Variable } from "./lowerSite.js";
import { holdsInstances, isProblem } from "../special.js";

/**
 * A variable that keeps its first value, an instance, has that value's type: `const s: Shape = new Circle(1)` is known
 * to be a Circle. Undefined where the declared type has to do.
 */
export function adoptedVariable(
  site: Site,
  name: ts.Identifier,
  value: Value,
): Variable | undefined {
  const { checker, classes } = site.ctx;
  const symbol = checker.getSymbolAtLocation(name);
  if (symbol === undefined) return undefined;
  const type = checker.getTypeOfSymbol(symbol);
  const declared = site.ctx.tryTyOf(type);
  const isUnion = isProblem(declared) && type.isUnion();
  // `cond: unknown`
  const isUnknown = (type.flags & ts.TypeFlags.Unknown) !== 0;
  const isCarried = !isProblem(declared) && bare(declared).kind === "opaque";
  const isLeftOut = value.ty.kind === "opaque" && value.ty.text === "undefined";
  if (isLeftOut) site.facts.known.set(value, { absent: true });
  if (!isRef(value.ty) && !isUnion && !isUnknown && !isLeftOut)
    return undefined;
  const isOpen =
    isUnion ||
    isUnknown ||
    isLeftOut ||
    holdsInstances(value.ty, classes) ||
    isCarried ||
    (declared.kind === "table" && value.ty.kind === "record");
  // what is assigned later has to be of the same kind
  const isSettled =
    (isUnion && value.ty.kind === "array") || keepsValue(site, symbol);
  if (!isOpen || !isSettled) return undefined;
  const mayBeMissing = !isProblem(declared) && declared.kind === "maybe";
  if (mayBeMissing && !isCarried && value.ty.kind !== "maybe") return undefined;
  const variable: Variable = { name: name.text, ty: value.ty };
  site.variables.set(symbol, variable);
  return variable;
}

/** Is a variable never assigned again? */
export function keepsValue(site: Site, symbol: ts.Symbol): boolean {
  const decl = symbol.valueDeclaration;
  if (decl === undefined) return false;
  if (
    ts.isVariableDeclaration(decl) &&
    (decl.parent.flags & ts.NodeFlags.Const) !== 0
  )
    return true;
  let holder: ts.Node = decl;
  while (!ts.isFunctionLike(holder) && !ts.isSourceFile(holder))
    holder = holder.parent;
  let isAssigned = false;
  eachWritten(holder, (target) => {
    if (
      ts.isIdentifier(target) &&
      symbolOf(site.ctx.checker, target) === symbol
    )
      isAssigned = true;
  });
  return !isAssigned;
}
