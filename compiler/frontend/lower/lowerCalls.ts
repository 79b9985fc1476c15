import { ts } from "ts-morph";
import type { Value } from "../../ir/ir.js";
import {
  bare,
  bool,
  holdsFloat,
  isRef,
  maybe,
  num,
  type Ty,
} from "../../ir/types.js";
import { lowerArrayMethod } from "./lowerArrayMethods.js";
import { lowerNewArray } from "./lowerNewArray.js";
import { lowerCallbackMethod, takesCallback } from "./lowerCallbacks.js";
import { arrayOfElements, arrayOfValues } from "./lowerArrayLiteral.js";
import { arrayTest } from "../javascript/jsExpressionType.js";
import { calleeOf, isGlobalName } from "../syntax/callee.js";
import { coerce, tyOfNode } from "./lowerCoerce.js";
import { lowerCollectionMethod } from "./lowerCollections.js";
import { isCollection } from "./lowerTables.js";
import { refuseThrower, throwsInside } from "./refuseThrowers.js";
import { givenAhead, withAhead } from "./lowerAhead.js";
import { isCaught } from "./lowerThrowers.js";
import { placeOfText } from "./lowerElements.js";
import { lowerSpread } from "./lowerSpread.js";
import { lowerTableCall } from "./lowerTableLists.js";
import { truthOf } from "./lowerConditions.js";
import { lowerRegistryCall } from "./lowerFunctionTables.js";
import { lowerExpression } from "./lowerExpressions.js";
import { lowerMathCall, lowerNumberCall } from "./lowerMath.js";
import {
  carryExpression,
  carryOn,
  carryStatement,
  throwError,
} from "./lowerOpaque.js";
import { isJavaScript } from "../syntax/jsFunctions.js";
import { asksOnlyForCount } from "./lowerArguments.js";
import { lowerCreate } from "./lowerCreate.js";
import { lowerNewInstance } from "./lowerClasses.js";
import { lowerSuperCall } from "./lowerSuper.js";
import { lowerObjectAssign } from "./lowerObjectAssign.js";
import { callMember, lowerMemberCall } from "./lowerMembers.js";
import { lowerBind } from "./lowerBind.js";
import { libraryName } from "../syntax/libraryNames.js";
import { lowerTextTest, lowerTypeTag } from "./lowerTypeTag.js";
import { directCall } from "./lowerIndirect.js";
import { keptOnFunction } from "./lowerFunctionFields.js";
import { refuseLibrary } from "./lowerRefused.js";
import { bareExpression } from "../syntax/scan.js";
import {
  callSpecial,
  isSpecial,
  takesNamedRecord,
  lowerArgumentsFor,
  nameOfFunction,
  typesAt,
} from "./lowerSpecial.js";
import { takesFunctions } from "../types/functionTypes.js";
import { closureOf, functionConstant } from "./lowerFunctionValues.js";
import { refuseUnreadable } from "./lowerUnreadable.js";
import { callGiven, lowerValueCall } from "./lowerValueCalls.js";
import { parameterTy, resultTy } from "./lowerSignature.js";
import { localVariable, ownerTy } from "./lowerVariables.js";
import { noteTypes, noteValues } from "./lowerNoted.js";
import { at, constant, decidedConstant, op, type Site } from "./lowerSite.js";
import { lowerNewCollection } from "./lowerNewCollection.js";
import { arrayConstructor } from "./arrayConstructors.js";
import { lowerArrayStatic } from "./lowerArrayStatics.js";
import { lowerFilled } from "./lowerFilled.js";

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
  refuseLibrary(site, node);
  const bound = lowerBind(site, node);
  if (bound !== undefined) return bound;
  const asked = lowerTypeTag(site, node) ?? lowerTextTest(site, node);
  if (asked !== undefined) return asked;
  const direct = directCall(site, node);
  if (direct !== undefined) return lowerCall(site, direct, want);
  const member = lowerMemberCall(site, node);
  if (member !== undefined) return member.value;
  const callee = calleeOf(ctx.checker, node);
  switch (callee.kind) {
    case "math":
      return lowerMathCall(site, node, callee.member);
    case "function":
      if (takesFunctions(site, callee.decl))
        return lowerValueCall(site, node, want);
      return asksOnlyForCount(callee.decl)
        ? callWrittenOut(site, node, callee.decl, want)
        : lowerUserCall(site, node, callee.decl);
    case "ambient": {
      refuseReplacedMethod(site, node);
      const kept = keptOnFunction(site, bareExpression(node.expression));
      if (kept !== undefined) return callGiven(site, node, kept, want);
      const decl = ctx.implementationOf(node);
      if (decl === undefined || isPassive(site, node))
        return lowerAmbientCall(site, node, want);
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

// ---- functions of the project ----

export function lowerUserCall(
  site: Site,
  node: ts.CallExpression,
  decl: ts.FunctionLikeDeclaration,
): Value | undefined {
  const { ctx } = site;
  if (site.writtenOut.has(node)) {
    const fn = functionConstant(site, node, closureOf(site, decl));
    return callGiven(site, node, fn, undefined);
  }
  if (isCaught(site) && throwsInside(site, decl)) refuseThrower(site, node);
  const isOpen = isSpecial(ctx, decl) || takesNamedRecord(site, node, decl);
  noteValues(site, node, decl, isOpen);
  if (isOpen) {
    const env = typesAt(site, node, decl, new Map());
    const args = lowerArgumentsFor(site, node, decl, env);
    noteTypes(site, node, decl, args);
    const name = nameOfFunction(decl);
    return callSpecial(site, node, { decl, name, env, args });
  }
  const name = ctx.funcFor(decl, node);
  const args = lowerArguments(site, node, decl);
  const ty = resultTy(ctx, decl);
  const results = ty === undefined ? [] : [site.ids.fresh(ty)];
  const b = at(site, node);
  b.emit({ kind: "call", callee: name, ...b.plain(args, results) });
  const isNever =
    (ctx.checker.getTypeAtLocation(node).flags & ts.TypeFlags.Never) !== 0;
  if (isNever && ts.isExpressionStatement(node.parent))
    // The callee throws whatever happens: control does not come back.
    throwError(site, node, 'Error("unreachable")');
  return results[0];
}

function lowerArguments(
  site: Site,
  node: ts.CallExpression,
  decl: ts.FunctionLikeDeclaration,
): Value[] {
  const { ctx } = site;
  const last = decl.parameters.at(-1);
  const takesRest = last?.dotDotDotToken !== undefined;
  if (!takesRest && node.arguments.some(ts.isSpreadElement))
    return lowerSpreadArguments(site, node, decl);
  const given = node.arguments;
  const early = given.findIndex(ts.isSpreadElement);
  if (early >= 0 && early < decl.parameters.length - 1)
    return lowerSpreadArguments(site, node, decl);
  const values = decl.parameters.map((parameter, k) => {
    const ty = parameterTy(ctx, parameter);
    if (parameter.dotDotDotToken !== undefined) {
      const list = bare(ty);
      if (list.kind === "array")
        return arrayOfElements(site, node, given.slice(k), list);
      return refuseSpread(site, node);
    }
    const argument = given[k];
    if (argument === undefined) return constant(site, node, undefined, ty);
    if (ts.isSpreadElement(argument)) return refuseSpread(site, argument);
    return lowerExpression(site, argument, ty);
  });
  // More arguments than parameters: evaluated, and not passed.
  if (!takesRest)
    for (const extra of given.slice(decl.parameters.length))
      lowerExpression(site, extra);
  return values;
}

/** `f(...pair, x)`: a tuple gives as many arguments as it has elements. */
function lowerSpreadArguments(
  site: Site,
  node: ts.CallExpression,
  decl: ts.FunctionLikeDeclaration,
): Value[] {
  const values = lowerSpread(site, node.arguments);
  return decl.parameters.map((parameter, k) => {
    const ty = parameterTy(site.ctx, parameter);
    const value = values[k];
    const list = bare(ty);
    if (parameter.dotDotDotToken !== undefined && list.kind === "array") {
      const rest = values.slice(k).map((v) => coerce(site, node, v, list.elem));
      const { fixed: _, ...open } = list;
      return arrayOfValues(site, node, rest, open);
    }
    return value === undefined
      ? constant(site, node, undefined, ty)
      : coerce(site, node, value, ty);
  });
}

function refuseSpread(site: Site, node: ts.Node): never {
  return site.ctx.refuse(
    node,
    "DC2110",
    "an array is spread over several parameters",
    "pass the arguments one by one",
  );
}

// ---- the library, and what is only declared ----

function lowerAmbientCall(
  site: Site,
  node: ts.CallExpression,
  want: Ty | undefined,
): Value | undefined {
  const fn = lowerRegistryCall(site, node);
  if (fn !== undefined) return fn;
  const number = lowerNumberCall(site, node);
  if (number !== undefined) return number;
  const filled = lowerFilled(site, node, want);
  if (filled !== undefined) return filled;
  const ofTable = lowerTableCall(site, node);
  if (ofTable !== undefined) return ofTable;
  const made = lowerArrayStatic(site, node, want);
  if (made !== undefined) return made;
  const callee = bareExpression(node.expression);
  if (arrayConstructor(site, callee) === "Array")
    return lowerNewArray(site, node, "Array", want);
  const cast = lowerCast(site, node);
  if (cast !== undefined) return cast;
  if (
    ts.isPropertyAccessExpression(callee) &&
    !isLibraryName(site, callee.expression)
  ) {
    const ty = ownerTy(site, callee.expression);
    const name = callee.name.text;
    if (ty.kind === "array" && takesCallback(name))
      return lowerCallbackMethod(site, node, callee.expression, name, want);
    if (ty.kind === "array") {
      const array = lowerExpression(site, callee.expression, ty);
      return lowerArrayMethod(site, node, array, callee.name.text);
    }
    if (ty.kind === "table" && ty.form !== "object") {
      const table = lowerExpression(site, callee.expression, ty);
      if (isCollection(table))
        return lowerCollectionMethod(site, node, table, name);
    }
  }
  const isVoid =
    (site.ctx.checker.getTypeAtLocation(node).flags & ts.TypeFlags.Void) !== 0;
  if (!isVoid) return carryExpression(site, node, want);
  carryStatement(site, node);
  return undefined;
}

const isLibraryName = (site: Site, node: ts.Expression): boolean =>
  ["console", "Object", "JSON", "Number", "String", "Array"].some((name) =>
    isGlobalName(site.ctx.checker, node, name),
  );

/** `Boolean(x)`, `Number(b)`, `Array.isArray(x)` */
function lowerCast(site: Site, node: ts.CallExpression): Value | undefined {
  const { checker } = site.ctx;
  const [arg] = node.arguments;
  if (
    arg === undefined ||
    node.arguments.length !== 1 ||
    ts.isSpreadElement(arg)
  )
    return undefined;
  if (isGlobalName(checker, node.expression, "Boolean"))
    return truthOf(site, arg, lowerExpression(site, arg));
  if (isGlobalName(checker, node.expression, "Number")) {
    const place = placeOfText(site, arg);
    if (place !== undefined) return place;
    if (tyOfNode(site, arg).kind !== "bool") return undefined;
    return op(site, node, "bool2num", [lowerExpression(site, arg, bool)]);
  }
  const isArray = arrayTest(checker, node) ?? isListHere(site, node, arg);
  if (isArray !== undefined) return decidedConstant(site, node, isArray);
  return undefined;
}

/** `Array.isArray(p)` of a variable, where this call says what it is. */
function isListHere(
  site: Site,
  node: ts.CallExpression,
  arg: ts.Expression,
): boolean | undefined {
  const isAsked =
    /[iI]sArray$/.test(node.expression.getText()) &&
    libraryName(site.ctx.checker, node.expression) === "Array.isArray";
  const ty = isAsked ? localVariable(site, bareExpression(arg))?.ty : undefined;
  if (ty === undefined || ty.kind === "opaque" || ty.kind === "maybe")
    return undefined;
  // a Float64Array is none
  if (ty.kind === "array") return ty.store === "js";
  return ty.kind === "record" && ty.tuple;
}

export function lowerNew(
  site: Site,
  node: ts.NewExpression,
  want: Ty | undefined,
): Value {
  refuseLibrary(site, node);
  const name = arrayConstructor(site, node.expression);
  if (name !== undefined) return lowerNewArray(site, node, name, want);
  const instance = lowerNewInstance(site, node);
  if (instance !== undefined) return instance;
  const ty = bare(tyOfNode(site, node));
  const asked = want === undefined ? undefined : bare(want);
  const made = asked?.kind === "table" && asked.form !== "object" ? asked : ty;
  if (made.kind === "table" && made.form !== "object")
    return lowerNewCollection(site, node, made);
  if (ty.kind === "opaque" && ts.isIdentifier(node.expression)) {
    const isUserClass = !isGlobalName(
      site.ctx.checker,
      node.expression,
      node.expression.text,
    );
    if (!isUserClass) return carryExpression(site, node, want);
  }
  return site.ctx.refuse(
    node,
    "DC2105",
    "diffc cannot see the class that is made here",
    "make instances of classes that are declared in this project",
  );
}
