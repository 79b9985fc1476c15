import { ts } from "ts-morph";
import type { Value } from "../../../ir/ir.js";
import { bare, isRef, maybe, type Ty } from "../../../ir/types.js";
import { lowerCallOn } from "../functions/lowerCalls.js";
import { coerce, nothingOf, tyOfNode } from "../lowerCoerce.js";
import { lowerExpression, lowerRaw } from "../lowerExpressions.js";
import { choose } from "../control/lowerJoin.js";
import { knownOf } from "../functions/lowerKnown.js";
import { mayBeNothing } from "../facts/lowerMissing.js";
import { carryOn } from "./lowerOpaque.js";
import { bareExpression } from "../../syntax/scan.js";
import { callGiven, lowerMaybeFunction } from "../functions/lowerValueCalls.js";
import { lowerNamedFunction } from "../functions/lowerFunctionTables.js";
import { constant, op, type Site } from "../lowerSite.js";
import { ownerTy } from "../lowerVariables.js";
import {
  isIntegerIndex,
  loadMaybe,
  lowerElementOf,
  lowerIndex,
} from "../arrays/lowerElements.js";
import {
  isMissing,
  mayBeMissing,
  whereGiven,
} from "../functions/lowerAbsentFunctions.js";
import { presentOf } from "../classes/lowerInstanceKinds.js";
import {
  callIfThere,
  isOptionalMethod,
} from "../classes/lowerOptionalMethods.js";
import { lowerPropertyOf } from "../lowerAccess.js";
import { tableAt } from "../records/lowerTableLists.js";
import { keyedTy, keyOf, readEntry } from "../records/lowerTables.js";

/** An expression of which it is asked whether it is there: an element is then looked up within its bounds. */
export function lowerNullable(site: Site, given: ts.Expression): Value {
  const node = bareExpression(given);
  if (
    ts.isElementAccessExpression(node) &&
    !ts.isOptionalChain(node) &&
    ownerTy(site, node.expression).kind === "array"
  ) {
    const array = lowerExpression(
      site,
      node.expression,
      ownerTy(site, node.expression),
    );
    return loadMaybe(
      site,
      node,
      array,
      lowerIndex(site, node),
      isIntegerIndex(site, node),
    );
  }
  // a table of functions that are known
  const fn =
    ts.isElementAccessExpression(node) && !ts.isOptionalChain(node)
      ? lowerNamedFunction(site, node)
      : undefined;
  if (fn !== undefined) return fn;
  const isAccess =
    ts.isElementAccessExpression(node) || ts.isPropertyAccessExpression(node);
  if (isAccess && !ts.isOptionalChain(node) && isKeyedAccess(site, node)) {
    const owner = tableAt(site, node.expression);
    return readEntry(site, node, owner, keyOf(site, node), false);
  }
  // As it is declared, not as TypeScript has narrowed it: the question is the user's to ask.
  return lowerRaw(site, node, undefined);
}

/** `table[key]`, or `record[key]` of a key that may be any word. */
function isKeyedAccess(
  site: Site,
  node: ts.ElementAccessExpression | ts.PropertyAccessExpression,
): boolean {
  const ty = ownerTy(site, node.expression);
  if (ty.kind === "table") return true;
  if (!ts.isElementAccessExpression(node)) return false;
  const key = site.ctx.checker.getTypeAtLocation(node.argumentExpression);
  const isWord = (key.flags & ts.TypeFlags.String) !== 0;
  return isWord && keyedTy(site, ty) !== undefined;
}

/** An expression of which only the truth matters, or first of all: of an element, it asks whether it is there. */
export function lowerAsked(site: Site, given: ts.Expression): Value {
  const isElement = ts.isElementAccessExpression(bareExpression(given));
  return isElement && site.ctx.hasHoles
    ? lowerNullable(site, given)
    : lowerExpression(site, given);
}

/** `a?.b.c[0]`: undefined where `a` is missing, without a look at the rest. */
export function lowerOptionalChain(
  site: Site,
  node: ts.Expression,
  want: Ty | undefined,
): Value {
  const own = tyOfNode(site, node);
  const ty = own.kind === "opaque" ? own : maybe(bare(want ?? own));
  return chain(site, node, ty, (value) => coerce(site, node, value, ty));
}

function chain(
  site: Site,
  node: ts.Expression,
  ty: Ty,
  then: (value: Value) => Value,
): Value {
  if (ts.isNonNullExpression(node))
    return chain(site, node.expression, ty, then);
  const isLink =
    ts.isPropertyAccessExpression(node) ||
    ts.isElementAccessExpression(node) ||
    ts.isCallExpression(node);
  if (!isLink || !ts.isOptionalChain(node))
    return then(lowerNullable(site, node));
  const linkOf = (owner: Value): Value => {
    const present =
      owner.ty.kind === "maybe"
        ? op(site, node, "unwrap", [owner], owner.ty.of)
        : owner;
    return then(link(site, node, present));
  };
  if (ts.isCallExpression(node) && node.questionDotToken !== undefined) {
    const method = bareExpression(node.expression);
    if (ts.isPropertyAccessExpression(method) && isOptionalMethod(site, method))
      return chainOf(site, method, ty, (owner) =>
        then(callIfThere(site, node, method, presentOf(site, node, owner), ty)),
      );
    // f?.(x) of a function that is known to be there, or not to be
    const callee = lowerMaybeFunction(site, node.expression);
    if (callee !== undefined && knownOf(site, callee)?.absent)
      return then(constant(site, node, undefined, ty));
    if (callee !== undefined && mayBeMissing(site, callee))
      return then(
        choose(
          site,
          node,
          isMissing(site, node, callee),
          ty,
          () => nothingOf(site, node, undefined, ty),
          () => {
            const given = whereGiven(site, callee, () =>
              callGiven(site, node, callee, ty),
            );
            return given === undefined
              ? nothingOf(site, node, undefined, ty)
              : coerce(site, node, given, ty);
          },
        ),
      );
    if (callee !== undefined && callee.ty.kind === "maybe")
      return then(
        choose(
          site,
          node,
          op(site, node, "isNil", [callee]),
          ty,
          () => nothingOf(site, node, undefined, ty),
          () => {
            const given = callGiven(site, node, callee, ty);
            return given === undefined
              ? nothingOf(site, node, undefined, ty)
              : coerce(site, node, given, ty);
          },
        ),
      );
    if (callee !== undefined)
      return then(
        callGiven(site, node, callee, ty) ??
          constant(site, node, undefined, ty),
      );
    return site.ctx.refuse(
      node,
      "DC2104",
      "a function that may be missing is called",
      "call a function by its name",
    );
  }
  const from = ts.isCallExpression(node) ? calledOwner(node) : node;
  return chainOf(site, from, ty, linkOf);
}

/** What `a.f` or `a?.f` is asked of: nothing where `a` is missing. */
function chainOf(
  site: Site,
  node: ts.PropertyAccessExpression | ts.ElementAccessExpression,
  ty: Ty,
  then: (owner: Value) => Value,
): Value {
  if (node.questionDotToken === undefined)
    return chain(site, node.expression, ty, then);
  return chain(site, node.expression, ty, (owner) => {
    if (!mayBeNothing(site, owner, node.expression)) return then(owner);
    const missing = op(site, node, "isNil", [owner]);
    return choose(
      site,
      node,
      missing,
      ty,
      () => nothingOf(site, node, undefined, ty),
      () => then(owner),
    );
  });
}

/** The `a?.f` of a call `a?.f()`. */
function calledOwner(node: ts.CallExpression): ts.PropertyAccessExpression {
  const callee = node.expression;
  if (ts.isPropertyAccessExpression(callee)) return callee;
  throw new TypeError("a call of something else than a method");
}

/** One step of a chain, on what is there. */
function link(
  site: Site,
  node:
    | ts.PropertyAccessExpression
    | ts.ElementAccessExpression
    | ts.CallExpression,
  owner: Value,
): Value {
  const isMemory = isRef(owner.ty);
  if (ts.isCallExpression(node)) return lowerCallOn(site, node, owner);
  if (!isMemory) return carryOn(site, node, owner);
  return ts.isPropertyAccessExpression(node)
    ? lowerPropertyOf(site, node, owner)
    : lowerElementOf(site, node, owner);
}
