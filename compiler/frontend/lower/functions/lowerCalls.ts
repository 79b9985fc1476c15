import { ts } from "ts-morph";
import { openClassGiven } from "../classes/packageClasses.js";
import type { Value } from "../../../ir/ir.js";
import {
  bare,
  holdsFloat,
  isRef,
  maybe,
  num,
  type Ty,
} from "../../../ir/types.js";
import { lowerArrayMethod } from "../arrays/lowerArrayMethods.js";
import {
  lowerCallbackMethod,
  takesCallback,
} from "../arrays/lowerCallbacks.js";
import { calleeOf } from "../../syntax/callee.js";
import { lowerCollectionMethod } from "../records/lowerCollections.js";
import { isCollection } from "../records/lowerTables.js";
import { givenAhead, withAhead } from "../lowerAhead.js";
import { lowerMessage } from "../control/lowerMessages.js";
import { lowerErrorCall } from "../values/lowerErrors.js";
import { lowerMathCall } from "../values/lowerMath.js";
import { carryOn } from "../values/lowerOpaque.js";
import { isJavaScript } from "../../syntax/jsFunctions.js";
import { asksOnlyForCount } from "./lowerArguments.js";
import { lowerCreate } from "../records/lowerCreate.js";
import { lowerSuperCall } from "../classes/lowerSuper.js";
import { lowerFreeze } from "../records/lowerFreeze.js";
import { lowerObjectAssign } from "../records/lowerObjectAssign.js";
import { callMember, lowerMemberCall } from "../classes/lowerMembers.js";
import { lowerBind } from "./lowerBind.js";
import { lowerTextTest, lowerTypeTag } from "../classes/lowerTypeTag.js";
import { directCall } from "./lowerIndirect.js";
import { keptOnFunction } from "./lowerFunctionFields.js";
import { refuseLibrary } from "../values/lowerRefused.js";
import { bareExpression } from "../../syntax/scan.js";
import { takesFunctions } from "../../types/functionTypes.js";
import {
  closureOf,
  functionConstant,
  madeFunction,
} from "./lowerFunctionValues.js";
import { refuseUnreadable } from "./lowerUnreadable.js";
import { readField } from "../lowerAccess.js";
import { knownOf } from "./lowerKnown.js";
import {
  callGiven,
  isKeptIn,
  lowerValueCall,
  refuseUnknown,
} from "./lowerValueCalls.js";
import { constant, type Site } from "../lowerSite.js";
import { lowerUserCall } from "./lowerUserCalls.js";
import { lowerAmbientCall } from "./lowerAmbientCalls.js";

/** A call; undefined where it gives nothing. */
export function lowerCall(
  site: Site,
  node: ts.CallExpression,
  want: Ty | undefined,
): Value | undefined {
  const { ctx } = site;
  const ahead = givenAhead(site, node);
  if (ahead !== undefined) return ahead.value;
  if (node.expression.kind === ts.SyntaxKind.SuperKeyword) {
    lowerSuperCall(site, node);
    return undefined;
  }
  refuseUnreadable(site, node);
  const created = lowerCreate(site, node);
  if (created !== undefined) return created;
  const merged = lowerObjectAssign(site, node, want);
  if (merged !== undefined) return merged;
  const frozen = lowerFreeze(site, node, want);
  if (frozen !== undefined) return frozen.value;
  refuseLibrary(site, node);
  const bound = lowerBind(site, node);
  if (bound !== undefined) return bound;
  const asked = lowerTypeTag(site, node) ?? lowerTextTest(site, node);
  if (asked !== undefined) return asked;
  const direct = directCall(site, node);
  if (direct !== undefined) return lowerCall(site, direct, want);
  const member = lowerErrorCall(site, node) ?? lowerMemberCall(site, node);
  if (member !== undefined) return member.value;
  const callee = calleeOf(ctx.checker, node);
  switch (callee.kind) {
    case "math":
      return lowerMathCall(site, node, callee.member);
    case "function": {
      if (lowerMessage(site, node)) return undefined;
      const own = ctx.copyFor(node, callee.decl);
      if (own === callee.decl && takesFunctions(site, own))
        return lowerValueCall(site, node, want);
      return asksOnlyForCount(own) || takesFunctions(site, own)
        ? callWrittenOut(site, node, own, want)
        : lowerUserCall(site, node, own);
    }
    case "ambient": {
      refuseReplacedMethod(site, node);
      const kept = keptOnFunction(site, bareExpression(node.expression));
      if (kept !== undefined) return callGiven(site, node, kept, want);
      const decl = ctx.implementationOf(node);
      const made =
        decl === undefined && !isPassive(site, node)
          ? madeFunction(site, node.expression)
          : undefined;
      if (made !== undefined) return callGiven(site, node, made, want);
      if (decl === undefined || isPassive(site, node))
        return lowerAmbientCall(site, node, want);
      if (isJavaScript(decl)) openClassGiven(site, node);
      if (!takesFunctions(site, decl) && !asksOnlyForCount(decl))
        return lowerUserCall(site, node, decl);
      return callWrittenOut(site, node, decl, want);
    }
    case "closure":
    case "other":
      return lowerValueCall(site, node, want);
  }
}

/** Its functions are known there, and how many arguments there are. */
function callWrittenOut(
  site: Site,
  node: ts.CallExpression,
  decl: ts.FunctionLikeDeclaration,
  want: Ty | undefined,
): Value | undefined {
  if (isJavaScript(decl)) site.ctx.noteCall(node, decl);
  const fn = functionConstant(site, node, closureOf(site, decl));
  return callGiven(site, node, fn, want);
}

/** `xs.map(f)`, `Number.isNaN(x)`, where the program has given the library another function. */
function refuseReplacedMethod(site: Site, node: ts.CallExpression): void {
  const callee = bareExpression(node.expression);
  if (!ts.isPropertyAccessExpression(callee)) return;
  const { text } = callee.name;
  const owners = ["Array", "Float64Array", "Float32Array", "Number", "String"];
  for (const owner of owners)
    site.ctx.refuseReplacedLibrary(`${owner}.prototype.${text}`, callee.name);
  if (ts.isIdentifier(callee.expression))
    site.ctx.refuseReplacedLibrary(callee.getText(), callee);
}

/** No number goes in, and no array or object comes out: such a call is made as it stands. */
function isPassive(site: Site, node: ts.CallExpression): boolean {
  const { checker } = site.ctx;
  const holdsNone = (type: ts.Type): boolean => {
    const ty = site.ctx.tryTyOf(type);
    return (
      ty.kind !== "problem" &&
      !holdsFloat(ty) &&
      type.getCallSignatures().length === 0
    );
  };
  const result = site.ctx.tryTyOf(checker.getTypeAtLocation(node));
  return (
    node.arguments.every(
      (one) =>
        holdsNone(checker.getTypeAtLocation(one)) && !makesNumbers(site, one),
    ) &&
    result.kind !== "problem" &&
    !isRef(bare(result))
  );
}

/** `new Matrix(rows)`: whatever is declared of the class, it is made of numbers. */
function makesNumbers({ ctx }: Site, given: ts.Expression): boolean {
  const node = bareExpression(given);
  return (
    ts.isNewExpression(node) &&
    (node.arguments ?? []).some((one) => {
      const ty = ctx.tryTyOf(ctx.checker.getTypeAtLocation(one));
      return ty.kind === "problem" || holdsFloat(ty);
    })
  );
}

/** A call of a method on an owner that has been evaluated before: a link of `a?.f()`. */
export function lowerCallOn(
  site: Site,
  node: ts.CallExpression,
  owner: Value,
): Value {
  const callee = node.expression;
  const { classes } = site.ctx;
  const isInstance =
    classes.instanceOf(owner.ty) !== undefined ||
    classes.familyOf(owner.ty) !== undefined;
  if (isInstance && ts.isPropertyAccessExpression(callee)) {
    const given = callMember(site, node, callee, owner);
    return given ?? constant(site, node, undefined, maybe(num));
  }
  if (isCollection(owner) && ts.isPropertyAccessExpression(callee)) {
    const given = lowerCollectionMethod(site, node, owner, callee.name.text);
    return given ?? constant(site, node, undefined, maybe(num));
  }
  if (owner.ty.kind === "record" && ts.isPropertyAccessExpression(callee))
    return callFieldOf(site, node, callee, owner);
  if (owner.ty.kind !== "array" || !ts.isPropertyAccessExpression(callee))
    return carryOn(site, node, owner);
  const name = callee.name.text;
  const value = takesCallback(name)
    ? withAhead(site, callee.expression, owner, () =>
        lowerCallbackMethod(site, node, callee.expression, name, undefined),
      )
    : lowerArrayMethod(site, node, owner, name);
  return value ?? constant(site, node, undefined, maybe(num));
}

/** `a?.f(x)`, where `f` is a function that the object holds. */
function callFieldOf(
  site: Site,
  node: ts.CallExpression,
  callee: ts.PropertyAccessExpression,
  owner: Value,
): Value {
  const name = callee.name.text;
  const isKnown = knownOf(site, owner)?.members?.get(name)?.fns !== undefined;
  if (!isKnown && !isKeptIn(site, owner, name))
    return refuseUnknown(site, callee);
  const field = readField(site, callee, owner, name);
  const given = callGiven(site, node, field, undefined);
  return given ?? constant(site, node, undefined, maybe(num));
}
