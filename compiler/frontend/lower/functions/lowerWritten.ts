import { ts } from "ts-morph";
import type { Value } from "../../../ir/ir.js";
import { bare, type Field, type RecordTy, type Ty } from "../../../ir/types.js";
import { memberOf, type Instance } from "../../classes.js";
import type { LowerContext } from "../../context.js";
import { holdsFunction } from "../../types/functionTypes.js";
import { callValue, functionConstant } from "./lowerFunctionValues.js";
import { knownOf, type CodeFunction } from "./lowerKnown.js";
import type { Site, Variable } from "../lowerSite.js";
import { declareThis } from "../classes/lowerThis.js";
import { callGiven } from "./lowerValueCalls.js";

/**
 * Methods that are written out where they are called: those of object literals, which see the variables around them,
 * and those of classes where functions are kept in fields or handed over.
 */
export function writeOutMember(
  site: Site,
  node: ts.Node,
  fn: CodeFunction,
  receiver: Value,
  instance: Instance,
  want: Ty | undefined,
): Value | undefined {
  const scope = new Map<ts.Symbol, Variable>(fn.scope);
  const outer = site.variables;
  site.variables = scope;
  declareThis(site, receiver.ty, instance, receiver);
  site.variables = outer;
  const value = functionConstant(site, node, { ...fn, scope });
  return ts.isCallExpression(node)
    ? callGiven(site, node, value, want)
    : callValue(site, node, value, [], want);
}

/** The method or getter of an object literal that a name stands for. */
export function literalMember(
  symbol: ts.Symbol | undefined,
): ts.FunctionLikeDeclaration | undefined {
  return symbol?.declarations?.find(
    (one): one is ts.MethodDeclaration | ts.GetAccessorDeclaration =>
      (ts.isMethodDeclaration(one) || ts.isGetAccessor(one)) &&
      ts.isObjectLiteralExpression(one.parent),
  );
}

/** The setter of an object literal that an assignment runs. */
export const literalSetter = (
  symbol: ts.Symbol | undefined,
): ts.SetAccessorDeclaration | undefined =>
  symbol?.declarations?.find(
    (one): one is ts.SetAccessorDeclaration =>
      ts.isSetAccessor(one) && ts.isObjectLiteralExpression(one.parent),
  );

/** Where an object keeps the accessors of that name. Not under the name: they are no fields, which could be copied. */
export const setterField = (name: string): string => `set ${name}`;
export const getterField = (name: string): string => `get ${name}`;

/** `{ ...o }`, `Object.values(o)`: what goes through all fields would ask a getter once, and copy what it gives. */
export function refuseAccessors(
  site: Site,
  node: ts.Node,
  { ty }: Value,
): void {
  const fields =
    bare(ty).kind === "record" ? (bare(ty) as RecordTy).fields : [];
  const ofLiteral = fields.find(({ name }) => /^[gs]et /.test(name));
  const one =
    ofLiteral?.name.slice(4) ??
    fields.find(({ name }) => isAccessorOfSome(site, bare(ty), name))?.name;
  if (one === undefined) return;
  site.ctx.refuse(
    node,
    "DC2107",
    `the fields of an object are taken one by one here, and ${one} is not a field of it but an accessor`,
    "name the fields that are wanted",
  );
}

/** Such a field is no place in memory. */
export function refuseComputed(
  site: Site,
  node: ts.Node,
  ty: Ty,
  name: string,
): void {
  if (isAccessorOfSome(site, ty, name))
    site.ctx.refuse(
      node,
      "DC2107",
      `${name} is a field in one class of this object's family, and an accessor in another`,
      `ask for it as .${name}, or hand on the object as its class`,
    );
}

/** A field in one class of a family, and computed by another one. */
export function isAccessorOfSome(
  { ctx: { classes, checker } }: Site,
  ty: Ty,
  name: string,
): boolean {
  return (classes.familyOf(ty) ?? []).some((one) => {
    const instance = classes.instanceOf(one);
    return instance && memberOf(checker, instance, name) !== undefined;
  });
}

/** `const o: { a: number } = { get a() { ... } }`: by its type a field, which it is not. */
export function refuseAsField(
  site: Site,
  node: ts.Node,
  name: string,
  fields: ReadonlyMap<string, Field>,
): void {
  if (!fields.has(name)) return;
  if (ts.isObjectLiteralExpression(node.parent))
    site.ctx.noteLiteral(node.parent);
  site.ctx.refuse(
    node,
    "DC2107",
    `${name} is an accessor here, and a field of the type that the place asks for`,
    "leave that type out, or write a class",
  );
}

/** Runs a setter of an object literal. */
export function runSetter(
  site: Site,
  node: ts.Node,
  fn: CodeFunction,
  receiver: Value,
  instance: Instance,
  value: Value,
): void {
  const scope = new Map<ts.Symbol, Variable>(fn.scope);
  const outer = site.variables;
  site.variables = scope;
  declareThis(site, receiver.ty, instance, receiver);
  site.variables = outer;
  const code = functionConstant(site, node, { ...fn, scope });
  callValue(site, node, code, [value], "nothing");
}

/** The code that is known to be in a field of an object. */
export function codeIn(
  site: Site,
  owner: Value,
  name: string,
): CodeFunction | undefined {
  const [tag, ...others] = knownOf(site, owner)?.members?.get(name)?.fns ?? [];
  const fn = tag === undefined ? undefined : site.shared.functions[tag];
  return fn?.kind === "code" && others.length === 0 ? fn : undefined;
}

/** Does making an instance of the class take functions, or keep one? */
export function keepsFunctions(
  ctx: LowerContext,
  decl: ts.ClassLikeDeclaration,
): boolean {
  const isFunction = (node: ts.Node): boolean =>
    holdsFunction(ctx.checker, ctx.checker.getTypeAtLocation(node));
  return decl.members.some((one) => {
    if (ts.isConstructorDeclaration(one))
      return one.parameters.some(isFunction);
    if (!ts.isPropertyDeclaration(one)) return false;
    const { initializer } = one;
    const isMethod =
      initializer !== undefined &&
      (ts.isArrowFunction(initializer) || ts.isFunctionExpression(initializer));
    return !isMethod && isFunction(one);
  });
}
