import { ts } from "ts-morph";
import type { Value } from "../../../ir/ir.js";
import { bool, type Ty } from "../../../ir/types.js";
import { memberOf } from "../../classes.js";
import { bareExpression, definedSymbol } from "../../syntax/scan.js";
import { fieldIn } from "../lowerAccess.js";
import { coerce, nothingOf } from "../lowerCoerce.js";
import { lowerExpression } from "../lowerExpressions.js";
import { choose } from "../control/lowerJoin.js";
import { mayBeNothing } from "../facts/lowerMissing.js";
import { lowerNullable } from "../values/lowerOptional.js";
import { isKeptIn } from "../functions/lowerValueCalls.js";
import { constant, decidedConstant, op, type Site } from "../lowerSite.js";
import { has } from "./lowerDispatch.js";
import { testOf } from "./lowerTags.js";
import {
  instanceAt,
  instancesOf,
  isInstance,
  nameOf,
  presentOf,
  type Access,
} from "./lowerInstanceKinds.js";
import { throwNoFunction } from "../functions/lowerAbsentFunctions.js";
import { callMember } from "./lowerMembers.js";

/**
 * Methods that a class may have or not: `bounce?(ray: Ray): Ray` of an interface or an abstract class. Whether an object
 * has one, its class says, and of an object literal the field under that name.
 */

/** `m.bounce` or `m?.bounce`, of which it is asked whether it is there; undefined for everything else. */
export function methodThere(
  site: Site,
  given: ts.Expression,
): Value | undefined {
  const node = bareExpression(given);
  if (!ts.isPropertyAccessExpression(node)) return undefined;
  if (ts.isOptionalChain(node) && node.questionDotToken === undefined)
    return undefined;
  if (!isOptionalMethod(site, node)) return undefined;
  const asked = (owner: Value): Value =>
    hasMethod(site, node, presentOf(site, node, owner));
  if (node.questionDotToken === undefined)
    return asked(lowerExpression(site, node.expression));
  const owner = lowerNullable(site, node.expression);
  if (!mayBeNothing(site, owner, node.expression)) return asked(owner);
  return choose(
    site,
    node,
    op(site, node, "isNil", [owner]),
    bool,
    () => constant(site, node, false),
    () => asked(owner),
  );
}

/** Is it a member that some classes have as a method, and others need not have? */
export function isOptionalMethod(site: Site, node: Access): boolean {
  const { checker, classes } = site.ctx;
  const member = definedSymbol(checker, node.name);
  if (member === undefined || !(member.flags & ts.SymbolFlags.Optional))
    return false;
  if (!isInstance(site, node.expression)) return false;
  const type = checker.getNonNullableType(
    checker.getTypeAtLocation(node.expression),
  );
  const ty = site.ctx.tryTyOf(type);
  if (ty.kind === "problem") return false;
  const own = classes.instanceOf(ty);
  const kinds = own ? [own] : instancesOf(site, classes.familyOf(ty));
  const isMethod = (member.flags & ts.SymbolFlags.Method) !== 0;
  return (
    isMethod ||
    kinds.some((one) => memberOf(checker, one, nameOf(node)) !== undefined)
  );
}

/** Has the object a method of that name? */
function hasMethod(site: Site, node: Access, owner: Value): Value {
  const name = nameOf(node);
  const own = instanceAt(site, node.expression, owner);
  const family = instancesOf(site, site.ctx.classes.familyOf(owner.ty));
  const kinds = own ? [own] : family;
  const isHeld = isKeptIn(site, owner, name);
  const withName = kinds.filter((one) => has(site, one, name));
  const able = withName.filter(
    (one) => memberOf(site.ctx.checker, one, name) !== undefined,
  );
  if (able.length < withName.length && !isHeld)
    return site.ctx.refuse(
      node,
      "DC2104",
      `${name} is a method in some classes here, and a field of others, of which diffc cannot see what it holds`,
      "write it as a method in all of them",
    );
  const held = isHeld
    ? op(site, node, "not", [
        op(site, node, "isNil", [fieldIn(site, node, owner, name)]),
      ])
    : undefined;
  if (own !== undefined || able.length === 0)
    return held ?? decidedConstant(site, node, able.length > 0);
  if (able.length === kinds.length) return decidedConstant(site, node, true);
  const tests = able.flatMap(
    (one) => testOf(site, node, owner, one, false) ?? [],
  );
  return [...tests, ...(held ? [held] : [])].reduce((a, b) =>
    op(site, node, "or", [a, b]),
  );
}

/** Throws what JavaScript does, where no class that the object may be of has the method: control gets there in vain. */
export function throwIfNowhere(
  site: Site,
  node: ts.CallExpression,
  callee: Access,
  owner: Value,
): boolean {
  const name = nameOf(callee);
  const own = instanceAt(site, callee.expression, owner);
  const family = instancesOf(site, site.ctx.classes.familyOf(owner.ty));
  const kinds = own ? [own] : family;
  const isNowhere =
    kinds.length > 0 && !kinds.some((one) => has(site, one, name));
  if (!isNowhere || !isOptionalMethod(site, callee)) return false;
  throwNoFunction(site, node, constant(site, node, true));
  return true;
}

/** `m.bounce?.(ray)`: the arguments are evaluated only where there is such a method. */
export function callIfThere(
  site: Site,
  node: ts.CallExpression,
  callee: Access,
  owner: Value,
  ty: Ty,
): Value {
  const there = hasMethod(site, callee, owner);
  const call = (): Value => {
    const value = callMember(site, node, callee, owner);
    return value === undefined
      ? nothingOf(site, node, undefined, ty)
      : coerce(site, node, value, ty);
  };
  const answer = site.facts.decided.get(there);
  if (answer !== undefined)
    return answer ? call() : constant(site, node, undefined, ty);
  return choose(site, node, there, ty, call, () =>
    nothingOf(site, node, undefined, ty),
  );
}
