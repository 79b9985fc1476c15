import { ts } from "ts-morph";
import type { Value } from "../../../ir/ir.js";
import { fieldOf, type Ty } from "../../../ir/types.js";
import { memberOf, type Instance } from "../../classes.js";
import { readField } from "../lowerAccess.js";
import { withParts } from "../functions/lowerIndirect.js";
import { lowerExpression } from "../lowerExpressions.js";
import { bareExpression, definedSymbol } from "../../syntax/scan.js";
import { poison, type Site, type Variable } from "../lowerSite.js";
import {
  callSpecial,
  lowerArgumentsFor,
  typesAt,
} from "../functions/lowerSpecial.js";
import { takesFunctions } from "../../types/functionTypes.js";
import { functionConstant } from "../functions/lowerFunctionValues.js";
import { callGiven, isKeptIn } from "../functions/lowerValueCalls.js";
import { knownOf, type CodeFunction } from "../functions/lowerKnown.js";
import {
  codeIn,
  getterField,
  isAccessorOfSome,
  literalMember,
  writeOutMember,
} from "../functions/lowerWritten.js";
import { declareThis, isThis, thisOf } from "./lowerThis.js";
import {
  type Access,
  isInstance,
  presentOf,
  nameOf,
  instanceAt,
  instancesOf,
} from "./lowerInstanceKinds.js";
import { lowerSuperRead } from "./lowerSuperAccess.js";
import { lowerStaticRead, staticMethod } from "./lowerStatics.js";
import { throwIfNowhere } from "./lowerOptionalMethods.js";
import { dispatch, refuseEffects, methodName } from "./lowerDispatch.js";
import { lowerUserCall } from "../functions/lowerUserCalls.js";

/** `owner.name` where the owner is an instance or a class; undefined for everything else. */
export function lowerMemberRead(
  site: Site,
  node: Access,
  want: Ty | undefined,
): Value | undefined {
  const building = buildingField(site, node);
  if (building !== undefined) return building;
  const above = lowerSuperRead(site, node);
  if (above !== undefined) return above;
  refuseOwnClass(site, node);
  const ofClass = lowerStaticRead(site, node, want);
  if (ofClass !== undefined) return ofClass;
  const literal = lowerLiteralMember(site, node, node, want);
  if (literal !== undefined) return givenBy(site, node, literal.value);
  if (!isInstance(site, node.expression)) return undefined;
  const owner = lowerExpression(site, node.expression);
  return readMember(site, node, presentOf(site, node, owner));
}

/** `object.constructor`: the class as a value, which the record that stands for the object does not have. */
function refuseOwnClass(site: Site, node: Access): void {
  if (node.name.text !== "constructor") return;
  site.ctx.refuse(
    node,
    "DC2122",
    "constructor asks an object for its class",
    "name the class, or ask with instanceof",
  );
}

/** A member of an instance that has been evaluated. */
export const readMember = (site: Site, node: Access, owner: Value): Value =>
  readNamed(site, node, owner, nameOf(node), node.expression);

/** `node` is an expression for the member, or a binding that takes it. */
export function readNamed(
  site: Site,
  node: ts.Node,
  owner: Value,
  name: string,
  ownerNode?: ts.Expression,
): Value {
  const { classes, checker } = site.ctx;
  const own = instanceAt(site, ownerNode, owner);
  const family = own ? undefined : classes.familyOf(owner.ty);
  const kinds = own ? [own] : instancesOf(site, family);
  const members = kinds.map((one) => memberOf(checker, one, name));
  if (members.some((one) => one?.kind === "getter"))
    return givenBy(
      site,
      node,
      dispatch(site, node, { name, ownerNode }, owner, "getter", () => []),
    );
  const [only] = members;
  if (own && only?.kind === "method" && ts.isArrowFunction(only.decl))
    return functionConstant(
      site,
      node,
      fieldFunction(site, own, only.decl, owner),
    );
  if (members.some((one) => one?.kind === "method"))
    return site.ctx.refuse(
      node,
      "DC2104",
      `the method ${name} is used as a value`,
      "call it where it is needed, or write a function that calls it",
    );
  const field =
    owner.ty.kind === "record" ? fieldOf(owner.ty, name) : undefined;
  if (field === undefined && own?.symbol !== undefined)
    // an arm for another class: control never gets here
    return poison(
      site,
      node,
      site.ctx.tyOf(site.ctx.checker.getTypeAtLocation(node), node),
    );
  return readField(site, node, owner, name);
}

/** `object.f`, where the class has `f = (x) => this.k * x`: it sees the object that it belongs to. */
function fieldFunction(
  site: Site,
  instance: Instance,
  decl: ts.ArrowFunction,
  owner: Value,
): CodeFunction {
  const scope = new Map<ts.Symbol, Variable>();
  const outer = site.variables;
  site.variables = scope;
  declareThis(site, owner.ty, instance, owner);
  site.variables = outer;
  const ctx = site.ctx.withTypes(instance.env);
  return { kind: "code", decl, scope, ctx };
}

export function givenBy(
  site: Site,
  node: ts.Node,
  value: Value | undefined,
): Value {
  return (
    value ??
    site.ctx.refuse(
      node,
      "DC2105",
      "this accessor gives nothing",
      "let it return a value",
    )
  );
}

function buildingField(site: Site, node: Access): Value | undefined {
  if (!isThis(node.expression)) return undefined;
  const variable = thisOf(site)?.fields?.get(nameOf(node));
  return variable && site.env.values.get(variable);
}

/** `object.method(...)` of the project; undefined for other calls. */
export function lowerMemberCall(
  site: Site,
  node: ts.CallExpression,
): { readonly value: Value | undefined } | undefined {
  const callee = bareExpression(node.expression);
  if (!ts.isPropertyAccessExpression(callee)) return undefined;
  if (callee.expression.kind === ts.SyntaxKind.SuperKeyword)
    return { value: lowerSuperMethod(site, node, callee) };
  const own = methodOfPrototype(node, callee);
  if (own !== undefined)
    return { value: lowerSuperMethod(site, own, own.expression as Access) };
  const ofClass = staticMethod(site, callee);
  if (ofClass !== undefined && takesFunctions(site, ofClass)) {
    const ctx = site.ctx.withTypes(new Map());
    const code = {
      kind: "code",
      decl: ofClass,
      scope: new Map(),
      ctx,
    } as const;
    const fn = functionConstant(site, node, code);
    return { value: callGiven(site, node, fn, undefined) };
  }
  if (ofClass !== undefined)
    return {
      value: lowerUserCall(site, node, site.ctx.copyFor(node, ofClass)),
    };
  const literal = lowerLiteralMember(site, node, callee, undefined);
  if (literal !== undefined) return literal;
  if (!isInstance(site, callee.expression)) return undefined;
  const owner = lowerExpression(site, callee.expression);
  const isKnown =
    knownOf(site, owner)?.members?.get(nameOf(callee))?.fns !== undefined;
  const name = nameOf(callee);
  const isHeld =
    isKeptIn(site, owner, name) && !isAccessorOfSome(site, owner.ty, name);
  if (isKnown || isHeld) {
    const field = readField(site, callee, owner, nameOf(callee));
    return { value: callGiven(site, node, field, undefined) };
  }
  return {
    value: callMember(site, node, callee, presentOf(site, callee, owner)),
  };
}

/** A method or getter of an object literal; undefined where the name stands for something else. */
function lowerLiteralMember(
  site: Site,
  node: ts.Node,
  access: Access,
  want: Ty | undefined,
): { readonly value: Value | undefined } | undefined {
  const { checker } = site.ctx;
  const decl = literalMember(definedSymbol(checker, access.name));
  const isRead = decl !== undefined && ts.isGetAccessor(decl);
  if (decl === undefined || isRead === ts.isCallExpression(node))
    return undefined;
  const owner = presentOf(
    site,
    access,
    lowerExpression(site, access.expression),
  );
  const name = nameOf(access);
  const fn = codeIn(site, owner, isRead ? getterField(name) : name);
  if (
    fn === undefined &&
    ts.isCallExpression(node) &&
    isKeptIn(site, owner, nameOf(access))
  ) {
    const field = readField(site, access, owner, nameOf(access));
    return { value: callGiven(site, node, field, want) };
  }
  if (fn === undefined)
    return site.ctx.refuse(
      access,
      "DC2104",
      `diffc cannot see which ${nameOf(access)} this is`,
      "make the object in the function that uses it, or write a class",
    );
  if (isRead) refuseEffects(site, access, decl, "getter", nameOf(access));
  const type = checker.getTypeAtLocation(decl.parent);
  const { env } = site.ctx;
  const instance: Instance = { type, env, symbol: undefined, hidden: [] };
  return { value: writeOutMember(site, node, fn, owner, instance, want) };
}

export function callMember(
  site: Site,
  node: ts.CallExpression,
  callee: Access,
  owner: Value,
): Value | undefined {
  if (throwIfNowhere(site, node, callee, owner))
    return nothingCalled(site, node);
  const member = { name: nameOf(callee), ownerNode: callee.expression };
  return dispatch(site, node, member, owner, "method", (decl, env) =>
    lowerArgumentsFor(site, node, decl, env),
  );
}

/** A value that nobody sees. */
function nothingCalled(site: Site, node: ts.CallExpression): Value | undefined {
  const type = site.ctx.checker.getTypeAtLocation(node);
  const isNothing =
    (type.flags & (ts.TypeFlags.Void | ts.TypeFlags.Undefined)) !== 0;
  return isNothing ? undefined : poison(site, node, site.ctx.tyOf(type, node));
}

/** `C.prototype.m.call(this, x)`: as `super.m(x)`, the method of this very class. */
export function methodOfPrototype(
  node: ts.CallExpression,
  callee: Access,
): ts.CallExpression | undefined {
  const [self, ...args] = node.arguments;
  const method = bareExpression(callee.expression);
  const isMethod =
    nameOf(callee) === "call" &&
    self !== undefined &&
    isThis(self) &&
    ts.isPropertyAccessExpression(method) &&
    ts.isPropertyAccessExpression(method.expression) &&
    method.expression.name.text === "prototype";
  return isMethod ? withParts(node, method, args) : undefined;
}

/** `super.m(...)`: the method of the class above, on this object. */
function lowerSuperMethod(
  site: Site,
  node: ts.CallExpression,
  callee: Access,
): Value | undefined {
  const self = thisOf(site);
  const receiver = self && site.env.values.get(self);
  const symbol = definedSymbol(site.ctx.checker, callee.name);
  const method = symbol?.declarations?.find(
    (one): one is ts.MethodDeclaration =>
      ts.isMethodDeclaration(one) && one.body !== undefined,
  );
  const decl = method && site.ctx.copyFor(node, method);
  if (self === undefined || receiver === undefined || decl === undefined)
    return site.ctx.refuse(
      node,
      "DC2105",
      "diffc cannot see which method this is",
      "call a method that the class above declares with a body",
    );
  if (takesFunctions(site, decl)) {
    const ctx = site.ctx.withTypes(self.instance.env);
    const fn: CodeFunction = { kind: "code", decl, scope: new Map(), ctx };
    return writeOutMember(site, node, fn, receiver, self.instance, undefined);
  }
  const env = typesAt(site, node, decl, self.instance.env);
  const owner = ts.isClassLike(decl.parent)
    ? decl.parent.name?.text
    : undefined;
  return callSpecial(site, node, {
    decl,
    name: `${methodName(self.instance, nameOf(callee))}Of${owner ?? "Base"}`,
    env,
    self: { ty: receiver.ty, instance: self.instance },
    receiver,
    args: lowerArgumentsFor(site, node, decl, env),
  });
}
