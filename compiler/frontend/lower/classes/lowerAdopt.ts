import { ts } from "ts-morph";
import type { Value } from "../../../ir/ir.js";
import { bare, isRef, type Ty } from "../../../ir/types.js";
import { eachNode, eachWritten, symbolOf } from "../../syntax/scan.js";
import { mayBeFunction } from "../../types/functionTypes.js";
import type { Site, Surroundings, Variable } from "../lowerSite.js";
import { holdsInstances, isProblem } from "../../special.js";
import { openTyOf } from "../functions/lowerSignature.js";
import { knownOf } from "../functions/lowerKnown.js";
import { standFor } from "../lowerTurned.js";

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
  const declared = openTyOf(site.ctx, type);
  // also one in a field: `const p: { x: number[] | Float64Array } = { x }`
  const isUnion = isProblem(declared) && !declared.isAny;
  // `cond: unknown`
  const isUnknown = (type.flags & ts.TypeFlags.Unknown) !== 0;
  const isCarried = !isProblem(declared) && bare(declared).kind === "opaque";
  const isLeftOut = value.ty.kind === "opaque" && value.ty.text === "undefined";
  if (isLeftOut) site.facts.known.set(value, { absent: true });
  // `width: number | ((d: Datum) => number)`, of which this call gives the number
  const isNumber = isCarried && value.ty.kind === "num" && mayBeFunction(type);
  if (!isRef(value.ty) && !isUnion && !isUnknown && !isLeftOut && !isNumber)
    return undefined;
  const isOpen =
    isUnion ||
    isNumber ||
    isUnknown ||
    isLeftOut ||
    holdsInstances(value.ty, classes) ||
    isCarried ||
    (declared.kind === "table" && value.ty.kind === "record");
  // what is assigned later has to be of the same kind
  const isSettled =
    (isUnion && value.ty.kind === "array") || keepsValue(site, symbol);
  if (isUnion && !isSettled && mayTurn(site, symbol))
    return settled(site, symbol, name.text, value);
  if (!isOpen || !isSettled) return undefined;
  const mayBeMissing = !isProblem(declared) && declared.kind === "maybe";
  if (mayBeMissing && !isCarried && value.ty.kind !== "maybe") return undefined;
  const variable: Variable = { name: name.text, ty: value.ty };
  site.variables.set(symbol, variable);
  return variable;
}

/**
 * `if (typeof p === "number") p = new Vec(p, p)`, of a `number | Vec` that this call makes a number: from there on the
 * name stands for another variable, of another type. No function may look at it, for that would see the first one, and no
 * loop or catch, which are lowered once for all ways that lead there.
 */
export function turnedVariable(
  site: Site,
  name: ts.Identifier,
  variable: Variable,
  value: Value,
): Variable | undefined {
  if (!turnsInto(site, variable, value.ty)) return undefined;
  const symbol = symbolOf(site.ctx.checker, name);
  return symbol && settled(site, symbol, variable.name, value);
}

/**
 * The type that an expression is lowered as, which the variable is given here; undefined where the variable has stood for
 * nothing, so that the expression says it.
 */
export function turnedTy(
  site: Site,
  variable: Variable,
  given: ts.Expression,
): Ty | undefined {
  const before = site.env.values.get(variable);
  const isOpen =
    variable.settledIn !== undefined && variable.ty.kind !== "maybe";
  if (isOpen && before && knownOf(site, before)?.absent) return undefined;
  const own = site.ctx.tryTyOf(site.ctx.checker.getTypeAtLocation(given));
  const turns = !isProblem(own) && turnsInto(site, variable, own);
  return turns ? own : variable.ty;
}

/** Types of one kind are coerced: only from a number to an object, from a list to an object, and back. */
function turnsInto(site: Site, { ty, settledIn }: Variable, to: Ty): boolean {
  if (settledIn === undefined || ty.kind === to.kind || to.kind === "maybe")
    return false;
  const { loop, guards } = surroundings(site);
  return loop === settledIn.loop && guards === settledIn.guards;
}

const surroundings = ({ targets, guards }: Site): Surroundings => ({
  loop: targets.findLast(({ continueTo }) => continueTo !== undefined),
  guards: guards.length,
});

function settled(
  site: Site,
  symbol: ts.Symbol,
  name: string,
  { ty }: Value,
): Variable {
  const variable = { name, ty, settledIn: surroundings(site) };
  standFor(site, symbol, variable);
  return variable;
}

/** Is the variable seen by its own function only? */
function mayTurn({ ctx }: Site, symbol: ts.Symbol): boolean {
  const decl = symbol.valueDeclaration;
  if (decl === undefined) return false;
  const own = holderOf(decl);
  let isSeenInside = false;
  eachNode(own, (node) => {
    if (!ts.isIdentifier(node) || symbolOf(ctx.checker, node) !== symbol)
      return;
    isSeenInside ||= holderOf(node.parent) !== own;
  });
  return !isSeenInside;
}

function holderOf(node: ts.Node): ts.Node {
  let holder = node;
  while (!ts.isFunctionLike(holder) && !ts.isSourceFile(holder))
    holder = holder.parent;
  return holder;
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
  let isAssigned = false;
  eachWritten(holderOf(decl), (target) => {
    if (
      ts.isIdentifier(target) &&
      symbolOf(site.ctx.checker, target) === symbol
    )
      isAssigned = true;
  });
  return !isAssigned;
}
