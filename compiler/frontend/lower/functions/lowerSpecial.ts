import { ts } from "ts-morph";
import { valueParameters } from "../../syntax/valueParameters.js";
import type { Value } from "../../../ir/ir.js";
import { bare, isRef, maybe, someTy, type Ty } from "../../../ir/types.js";
import type { LowerContext } from "../../context.js";
import { holdsFunction } from "../../types/functionTypes.js";
import { arrayOfElements } from "../arrays/lowerArrayLiteral.js";
import { coerce } from "../lowerCoerce.js";
import { nameWithoutCopy } from "../../javascript/functionCopies.js";
import { isJavaScript } from "../../syntax/jsFunctions.js";
import { lowerExpression } from "../lowerExpressions.js";
import { bareExpression } from "../../syntax/scan.js";
import {
  isOptional,
  openTyOf,
  parameterTy,
  parameterType,
} from "./lowerSignature.js";
import { at, constant, decidedConstant, type Site } from "../lowerSite.js";
import { lowerSpread } from "./lowerSpread.js";
import { keyedTy } from "../records/lowerTables.js";
import { isUndefinedName, ownerTy } from "../lowerVariables.js";
import { holdsInstances, isProblem, type Receiver } from "../../special.js";
import type { TypeEnv } from "../../types/types.js";
import type { TypeProblem } from "../../types/typeProblem.js";

/** Calls of functions that are lowered for the use at hand. */
export interface Callable {
  readonly decl: ts.FunctionLikeDeclaration | ts.ClassLikeDeclaration;
  readonly maker?: ts.ConstructorDeclaration | ts.MethodDeclaration;
  readonly name: string;
  readonly env: TypeEnv;
  readonly self?: Receiver;
  /** The object on which a method is called. */
  readonly receiver?: Value;
  readonly args: readonly Value[];
}

export function callSpecial(
  site: Site,
  node: ts.Node,
  { decl, maker, name, env, self, receiver, args }: Callable,
): Value | undefined {
  const made = site.ctx.specialise(
    {
      decl,
      name,
      env,
      ...(self === undefined ? {} : { self }),
      ...(maker === undefined ? {} : { maker }),
      args: args.map((one) => one.ty),
    },
    node,
  );
  if (made.answer !== undefined)
    return decidedConstant(site, node, made.answer);
  const results =
    made.result === undefined ? [] : [site.ids.fresh(made.result)];
  const all = receiver === undefined ? args : [receiver, ...args];
  const b = at(site, node);
  b.emit({ kind: "call", callee: made.name, ...b.plain(all, results) });
  return results[0];
}

/** Does a call have to say more than the declaration does: types, or classes of instances? */
export function isSpecial(
  ctx: LowerContext,
  decl: ts.FunctionLikeDeclaration,
): boolean {
  if (decl.typeParameters?.length) return true;
  const isOpen = (ty: Ty | TypeProblem): boolean =>
    isProblem(ty) ? !ty.isAny : holdsInstances(ty, ctx.classes);
  if (
    valueParameters(decl).some((p) =>
      isOpen(openTyOf(ctx, parameterType(ctx, p))),
    )
  )
    return true;
  const signature = ctx.checker.getSignatureFromDeclaration(decl);
  const type = signature && ctx.checker.getReturnTypeOfSignature(signature);
  return type !== undefined && isOpen(ctx.tryTyOf(type));
}

/** What the type parameters of a callee mean in this call. */
export function typesAt(
  site: Site,
  node: ts.CallExpression | ts.NewExpression,
  decl: ts.FunctionLikeDeclaration,
  env: TypeEnv,
): TypeEnv {
  const { checker } = site.ctx;
  if (decl.typeParameters === undefined) return env;
  const signature = checker.getResolvedSignature(node);
  const { getTypeArgumentsForResolvedSignature } =
    checker as unknown as WithTypeArguments;
  const args = signature && getTypeArgumentsForResolvedSignature(signature);
  const found = new Map(env);
  decl.typeParameters.forEach((parameter, k) => {
    const arg = args?.[k];
    if (arg !== undefined)
      found.set(checker.getTypeAtLocation(parameter), site.ctx.tryTyOf(arg));
  });
  return found;
}

/** Not in the compiler's public types. */
interface WithTypeArguments {
  getTypeArgumentsForResolvedSignature(
    signature: ts.Signature,
  ): readonly ts.Type[] | undefined;
}

/** The arguments of a call: instances as they are, everything else as it is declared. */
export function lowerArgumentsFor(
  site: Site,
  node: ts.CallExpression | ts.NewExpression,
  decl: ts.FunctionLikeDeclaration | undefined,
  env: TypeEnv,
): readonly Value[] {
  const given = [...(node.arguments ?? [])];
  if (decl !== undefined && isJavaScript(decl)) site.ctx.noteCall(node, decl);
  const ctx = site.ctx.withTypes(env);
  const parameters = decl === undefined ? [] : valueParameters(decl);
  const rest = parameters.at(-1)?.dotDotDotToken !== undefined;
  if (!rest && given.some(ts.isSpreadElement)) {
    const values = lowerSpread(site, ts.factory.createNodeArray(given));
    return parameters.map((one, k) =>
      fit(site, node, ctx, one, values[k], undefined),
    );
  }
  const values = parameters.map((parameter, k) => {
    if (parameter.dotDotDotToken === undefined)
      return fit(site, node, ctx, parameter, undefined, given[k]);
    const list = bare(ctx.tyOf(parameterType(ctx, parameter), node));
    if (list.kind === "array")
      return arrayOfElements(site, node, given.slice(k), list);
    return site.ctx.refuse(
      node,
      "DC2110",
      "a rest parameter of several types gets these arguments",
      "pass the arguments one by one",
    );
  });
  if (!rest)
    for (const extra of given.slice(parameters.length))
      lowerExpression(site, extra);
  return values;
}

function fit(
  site: Site,
  node: ts.Node,
  ctx: LowerContext,
  parameter: ts.ParameterDeclaration,
  given: Value | undefined,
  argument: ts.Expression | undefined,
): Value {
  const optional = isOptional(parameter);
  const type = ctx.checker.getTypeAtLocation(parameter);
  if (
    argument !== undefined &&
    holdsFunction(ctx.checker, type) &&
    !isServed(site, type)
  )
    return lowerExpression(site, argument);
  const plain = openTyOf(ctx, parameterType(ctx, parameter));
  const declared = isProblem(plain) ? plain : optional ? maybe(plain) : plain;
  const isOpen =
    isProblem(declared) ||
    (holdsInstances(declared, site.ctx.classes) && !isTree(declared));
  const family = isProblem(declared)
    ? undefined
    : site.ctx.classes.familyOf(bare(declared));
  // a union of plain records: one of several, whatever is known here
  const isData = family?.some(
    (one) => site.ctx.classes.instanceOf(one) === undefined,
  );
  if (isData && argument !== undefined && !isProblem(declared)) {
    const literal = ts.isObjectLiteralExpression(bareExpression(argument));
    const value = lowerExpression(
      site,
      argument,
      literal ? declared : undefined,
    );
    return site.ctx.classes.familyOf(bare(value.ty)) === undefined || literal
      ? coerce(site, argument, value, declared)
      : declared.kind === "maybe"
        ? coerce(site, argument, value, maybe(bare(value.ty), declared.nil))
        : value;
  }
  const isNothing =
    given === undefined && (argument === undefined || isNil(site, argument));
  const named = namedRecord(site, declared, given, argument);
  if (named !== undefined) return named;
  const isLiteral =
    !isProblem(declared) &&
    argument !== undefined &&
    ts.isObjectLiteralExpression(bareExpression(argument)) &&
    family?.some((one) => site.ctx.classes.instanceOf(one)?.isLiteral) === true;
  if (isLiteral) return lowerExpression(site, argument, declared);
  if (!isOpen || (isNothing && !isProblem(declared))) {
    if (given !== undefined) return coerce(site, node, given, declared);
    return argument === undefined
      ? constant(site, node, undefined, declared)
      : lowerExpression(site, argument, declared);
  }
  const value =
    given ??
    (argument && lowerExpression(site, argument)) ??
    (optional ? constant(site, node, undefined, leftOut) : undefined);
  const isUnion = type.isUnion();
  // in JavaScript the type comes from this very call, and `cond: unknown` takes whatever is given
  const isTold =
    isProblem(declared) &&
    ((declared.isAny && isJavaScript(parameter)) ||
      (type.flags & ts.TypeFlags.Unknown) !== 0);
  if (
    value === undefined ||
    (isProblem(declared) &&
      !isRef(value.ty) &&
      value.ty !== leftOut &&
      !isUnion &&
      !isTold)
  )
    return site.ctx.refuse(
      argument ?? node,
      isProblem(declared) ? declared.code : "DC2110",
      isProblem(declared) ? declared.message : "an argument is missing",
      isProblem(declared) ? declared.help : "pass it",
    );
  if (isProblem(declared)) return value;
  if (!isRicher(value.ty, declared))
    return coerce(site, argument ?? node, value, declared);
  return declared.kind === "maybe"
    ? coerce(site, argument ?? node, value, maybe(bare(value.ty), declared.nil))
    : value.ty.kind === "maybe"
      ? coerce(site, argument ?? node, value, value.ty.of)
      : value;
}

/** What is left out, where only what is given says what type a parameter has. */
const leftOut: Ty = { kind: "opaque", text: "undefined" };

/** An object with named fields, where any keys would do: it is known better than the parameter says. */
function namedRecord(
  site: Site,
  declared: Ty | TypeProblem,
  given: Value | undefined,
  argument: ts.Expression | undefined,
): Value | undefined {
  if (isProblem(declared) || declared.kind !== "table") return undefined;
  if (given !== undefined)
    return keyedTy(site, given.ty) === undefined ? undefined : given;
  return argument !== undefined && givesNamedRecord(site, declared, argument)
    ? lowerExpression(site, argument)
    : undefined;
}

/** Is one of the arguments an object with named fields, where any keys would do? */
export const takesNamedRecord = (
  site: Site,
  node: ts.CallExpression,
  decl: ts.FunctionLikeDeclaration,
): boolean =>
  valueParameters(decl).some((parameter, k) => {
    const argument = node.arguments[k];
    const { checker } = site.ctx;
    const type = checker.getTypeAtLocation(parameter);
    return (
      argument !== undefined &&
      parameter.dotDotDotToken === undefined &&
      checker.getIndexInfoOfType(type, ts.IndexKind.String) !== undefined &&
      givesNamedRecord(site, parameterTy(site.ctx, parameter), argument)
    );
  });

/** Does an expression give an object with fields of one type, where a table is declared? */
export function givesNamedRecord(
  site: Site,
  declared: Ty,
  node: ts.Expression,
): boolean {
  if (declared.kind !== "table" || declared.form !== "object") return false;
  if (ts.isObjectLiteralExpression(bareExpression(node))) return false;
  const ty = ownerTy(site, node);
  return ty.kind === "record" && keyedTy(site, ty) !== undefined;
}

/** One type stands for all that may hang in it. */
const isTree = (ty: Ty): boolean =>
  someTy(ty, (one) => one.kind === "record" && one.recursive === true);

/** Does the value hold all that the declaration promises, and is it known at least as well? */
function isRicher(value: Ty, declared: Ty): boolean {
  const a = bare(value);
  const b = bare(declared);
  if (a.kind === "array" && b.kind === "array")
    return a.store === b.store && isRicher(a.elem, b.elem);
  if (a.kind !== "record" || b.kind !== "record") return a.kind === b.kind;
  return b.fields.every(
    (field) =>
      field.optional === true ||
      field.name === "constructor" ||
      a.fields.some((one) => one.name === field.name),
  );
}

/** An interface that classes implement: its objects are instances. */
function isServed({ ctx }: Site, type: ts.Type): boolean {
  const { symbol: own } = ctx.checker.getNonNullableType(type);
  const symbol = own as ts.Symbol | undefined;
  return symbol !== undefined && ctx.classes.concreteOf(symbol).length > 0;
}

function isNil(site: Site, given: ts.Expression): boolean {
  const node = bareExpression(given);
  return node.kind === ts.SyntaxKind.NullKeyword || isUndefinedName(site, node);
}

/** The name of a function, or of the const that holds it. */
export function nameOfFunction(decl: ts.FunctionLikeDeclaration): string {
  if (decl.name !== undefined && ts.isIdentifier(decl.name))
    return nameWithoutCopy(decl.name.text);
  const { parent } = decl;
  return ts.isVariableDeclaration(parent) && ts.isIdentifier(parent.name)
    ? nameWithoutCopy(parent.name.text)
    : "helper";
}
