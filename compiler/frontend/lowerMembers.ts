import { ts } from "ts-morph";
import type { Value } from "../ir/ir.js";
import { bare, bool, fieldOf, type RecordTy, type Ty } from "../ir/types.js";
import {
  classOf,
  isStatic,
  memberOf,
  setterOf,
  tagField,
  type Instance,
  type Member,
} from "./classes.js";
import { readField } from "./lowerAccess.js";
import { lowerUserCall } from "./lowerCalls.js";
import { isMath } from "./lowerCallee.js";
import { coerce, describeTy } from "./lowerCoerce.js";
import { lowerExpression } from "./lowerExpressions.js";
import { moduleState } from "./lowerModuleState.js";
import { branch, choose } from "./lowerJoin.js";
import { throwError } from "./lowerOpaque.js";
import {
  bareExpression,
  definedSymbol,
  eachNode,
  eachWritten,
} from "./lowerScan.js";
import {
  constant,
  emit,
  nameValue,
  op,
  perform,
  poison,
  type Site,
} from "./lowerSite.js";
import {
  callSpecial,
  lowerArgumentsFor,
  typesAt,
  type Callable,
} from "./lowerSpecial.js";
import { takesFunctions } from "./functionTypes.js";
import { callGiven } from "./lowerValueCalls.js";
import { holdsTag, knownOf, type CodeFunction } from "./lowerKnown.js";
import { codeIn, literalMember, writeOutMember } from "./lowerWritten.js";
import { isThis, thisOf } from "./lowerThis.js";
import { localVariable } from "./lowerVariables.js";
import type { Place } from "./lowerAssign.js";

/** Members of instances: fields, accessors and methods, also where the class is known only at run time. */

type Access = ts.PropertyAccessExpression;

/** `owner.name` where the owner is an instance or a class; undefined for everything else. */
export function lowerMemberRead(
  site: Site,
  node: Access,
  want: Ty | undefined,
): Value | undefined {
  const building = buildingField(site, node);
  if (building !== undefined) return building;
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

/** The one class that an object is of. A method has been chosen by the class of `this`, so that this is known. */
function instanceAt(
  site: Site,
  node: ts.Expression | undefined,
  owner: Value,
): Instance | undefined {
  const self = node !== undefined && isThis(node) ? thisOf(site) : undefined;
  return self?.instance ?? site.ctx.classes.instanceOf(owner.ty);
}

function givenBy(site: Site, node: ts.Node, value: Value | undefined): Value {
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

/** `owner.name = value` for an accessor, and for a field of an object that is being made. */
export function memberPlace(site: Site, node: Access): Place | undefined {
  const { checker, classes } = site.ctx;
  const self = isThis(node.expression) ? thisOf(site) : undefined;
  if (self?.fields !== undefined) {
    const name = nameOf(node);
    const known = self.fields.get(name);
    const declared = site.ctx.tryTyOf(checker.getTypeAtLocation(node));
    const ty = known?.ty ?? (declared.kind === "problem" ? self.ty : declared);
    return {
      ty,
      read: () => lowerExpression(site, node),
      write: (value) => setBuilding(site, node, name, value),
    };
  }
  if (!isInstance(site, node.expression)) return undefined;
  const owner = presentOf(site, node, lowerExpression(site, node.expression));
  const name = nameOf(node);
  const own = classes.instanceOf(owner.ty);
  const setter = own && setterOf(checker, own, name);
  const field =
    owner.ty.kind === "record" ? fieldOf(owner.ty, name) : undefined;
  if (setter === undefined && field === undefined)
    return site.ctx.refuse(
      node,
      "DC2107",
      `the field ${name} is not one of ${describeTy(owner.ty)}`,
      "assign to a field of the class",
    );
  if (setter === undefined && field !== undefined)
    return {
      ty: field.ty,
      read: () =>
        emit(site, node, "getField", [owner], field.ty, { field: name }),
      write: (value) =>
        perform(
          site,
          node,
          "setField",
          [owner, coerce(site, node, value, field.ty)],
          {
            field: name,
          },
        ),
    };
  const [parameter] = setter!.parameters;
  const ty = site.ctx.tyOf(checker.getTypeAtLocation(parameter ?? node), node);
  return {
    ty,
    read: () => readMember(site, node, owner),
    write: (value) =>
      void callSpecial(site, node, {
        decl: setter!,
        name: methodName(own!, `set_${name}`),
        env: own!.env,
        self: { ty: owner.ty, instance: own! },
        receiver: owner,
        args: [coerce(site, node, value, ty)],
      }),
  };
}

export function setBuilding(
  site: Site,
  node: ts.Node,
  name: string,
  value: Value,
): void {
  const fields = thisOf(site)?.fields;
  if (fields === undefined) throw new TypeError("nothing is being made");
  const known = fields.get(name);
  nameValue(value, name.replace(/^\$/, ""));
  const variable = known ?? { name, ty: value.ty };
  fields.set(name, variable);
  site.env.values.set(variable, coerce(site, node, value, variable.ty));
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
  const ofClass = staticMethod(site, callee);
  if (ofClass !== undefined)
    return { value: lowerUserCall(site, node, ofClass) };
  const literal = lowerLiteralMember(site, node, callee, undefined);
  if (literal !== undefined) return literal;
  if (!isInstance(site, callee.expression)) return undefined;
  const owner = lowerExpression(site, callee.expression);
  if (knownOf(site, owner)?.members?.get(nameOf(callee))?.fns !== undefined) {
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
  const fn = codeIn(site, owner, nameOf(access));
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
  const member = { name: nameOf(callee), ownerNode: callee.expression };
  return dispatch(site, node, member, owner, "method", (decl, env) =>
    lowerArgumentsFor(site, node, decl, env),
  );
}

interface MemberName {
  readonly name: string;
  /** What the owner is written as, where it is written. */
  readonly ownerNode: ts.Expression | undefined;
}

/** Calls the member of the class that the owner has; where that is one of several, the one that its tag says. */
function dispatch(
  site: Site,
  node: ts.Node,
  { name, ownerNode }: MemberName,
  owner: Value,
  kind: "method" | "getter",
  argsFor: (
    decl: ts.FunctionLikeDeclaration,
    env: Instance["env"],
  ) => readonly Value[],
): Value | undefined {
  const { classes } = site.ctx;
  const own = instanceAt(site, ownerNode, owner);
  const instances = own ? [own] : instancesOf(site, classes.familyOf(owner.ty));
  const callables: Callable[] = [];
  let args: readonly Value[] | undefined;
  for (const instance of instances) {
    const decl = declOf(site, node, instance, name, kind);
    site.ctx.refuseReplaced(decl, node);
    const env = ts.isCallExpression(node)
      ? typesAt(site, node, decl, instance.env)
      : instance.env;
    refuseEffects(site, node, decl, kind, name);
    if (own && (holdsTag(site, owner) || takesFunctions(site, decl))) {
      const ctx = site.ctx.withTypes(own.env);
      const fn: CodeFunction = { kind: "code", decl, scope: new Map(), ctx };
      return writeOutMember(site, node, fn, owner, own, undefined);
    }
    // evaluated once, whichever method it is
    args ??= argsFor(decl, env);
    callables.push({
      decl,
      name: methodName(instance, name),
      env,
      self: { ty: owner.ty, instance },
      receiver: owner,
      args,
    });
  }
  const [first, ...others] = callables;
  if (first === undefined)
    return site.ctx.refuse(
      node,
      "DC2103",
      `diffc cannot see which class's ${name} this is`,
      "declare the classes in this project",
    );
  if (others.length === 0) return callSpecial(site, node, first);
  return chooseCall(site, node, owner, callables);
}

function chooseCall(
  site: Site,
  node: ts.Node,
  owner: Value,
  callables: readonly Callable[],
): Value | undefined {
  const { ctx } = site;
  const results = callables.map(
    ({ decl, name, env, self, args }) =>
      ctx.specialise(
        {
          decl,
          name,
          env,
          ...(self ? { self } : {}),
          args: args.map((one) => one.ty),
        },
        node,
      ).result,
  );
  const ty = commonResult(site, node, results);
  const step = (k: number): Value | undefined => {
    const callable = callables[k];
    if (callable === undefined) {
      throwError(site, node, 'TypeError("an instance of an unknown class")');
      return ty && poison(site, node, ty);
    }
    const call = (): Value | undefined => {
      const value = callSpecial(site, node, callable);
      return value && ty ? coerce(site, node, value, ty) : undefined;
    };
    const isLast = k === callables.length - 1;
    const symbol = callable.self?.instance.symbol;
    if (symbol === undefined || (isLast && !isExported(site, symbol)))
      return call();
    const test = isOfClass(site, node, owner, symbol);
    if (ty === undefined) {
      branch(
        site,
        node,
        test,
        [],
        () => void call(),
        () => void step(k + 1),
      );
      return undefined;
    }
    return choose(
      site,
      node,
      test,
      ty,
      () => call()!,
      () => step(k + 1)!,
    );
  };
  return step(0);
}

function commonResult(
  site: Site,
  node: ts.Node,
  results: readonly (Ty | undefined)[],
): Ty | undefined {
  const [first] = results;
  if (results.every((one) => one === undefined)) return undefined;
  if (first !== undefined && results.every((one) => one === first))
    return first;
  return site.ctx.tyOf(site.ctx.checker.getTypeAtLocation(node), node);
}

/** Is the class of the instance this very one? */
export function isOfClass(
  site: Site,
  node: ts.Node,
  owner: Value,
  symbol: ts.Symbol,
): Value {
  const field = owner.ty.kind === "record" && fieldOf(owner.ty, tagField);
  if (!field) throw new TypeError("an instance without a tag");
  const tag = emit(site, node, "getField", [owner], field.ty, {
    field: tagField,
  });
  return op(site, node, "eq", [tag, tagOf(site, node, symbol)], bool);
}

/** What stands for a class in generated code: itself where it can be imported, else its name. */
export function tagOf(site: Site, node: ts.Node, symbol: ts.Symbol): Value {
  const ty: Ty = { kind: "opaque", text: "unknown" };
  if (!isExported(site, symbol)) return constant(site, node, symbol.name, ty);
  return emit(site, node, "global", [], ty, {
    binding: site.ctx.bindingOf(symbol, node),
  });
}

const isExported = (site: Site, symbol: ts.Symbol): boolean =>
  site.ctx.isExported(symbol);

function declOf(
  site: Site,
  node: ts.Node,
  instance: Instance,
  name: string,
  kind: "method" | "getter",
): ts.FunctionLikeDeclaration {
  const member: Member | undefined = memberOf(site.ctx.checker, instance, name);
  if (member?.kind === kind) return member.decl;
  return site.ctx.refuse(
    node,
    "DC2103",
    `diffc cannot see the code of ${name} of ${instance.symbol?.name ?? "this object"}`,
    "write it as a method of the class, with a body",
  );
}

/** A getter computes, and nothing else: a reader does not expect that reading changes something. */
function refuseEffects(
  site: Site,
  node: ts.Node,
  decl: ts.FunctionLikeDeclaration,
  kind: string,
  name: string,
): void {
  if (kind !== "getter") return;
  let writes = false;
  eachWritten(decl, (target) => (writes ||= !ts.isIdentifier(target)));
  eachNode(decl, (one) => {
    if (!ts.isCallExpression(one)) return;
    const callee = one.expression;
    writes ||=
      ts.isPropertyAccessExpression(callee) &&
      callee.expression.getText() === "console";
  });
  if (writes)
    site.ctx.refuse(
      node,
      "DC2115",
      `reading ${name} changes something: its accessor writes or logs`,
      "compute the value in a method, or store it in the constructor",
    );
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
  const decl = symbol?.declarations?.find(
    (one): one is ts.MethodDeclaration =>
      ts.isMethodDeclaration(one) && one.body !== undefined,
  );
  if (self === undefined || receiver === undefined || decl === undefined)
    return site.ctx.refuse(
      node,
      "DC2105",
      "diffc cannot see which method this is",
      "call a method that the class above declares with a body",
    );
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

// ---- statics ----

/** `Vec3.of(...)` */
function staticMethod(
  site: Site,
  callee: Access,
): ts.FunctionLikeDeclaration | undefined {
  const symbol = definedSymbol(site.ctx.checker, callee.name);
  return symbol?.declarations?.find(
    (one): one is ts.MethodDeclaration =>
      ts.isMethodDeclaration(one) &&
      one.body !== undefined &&
      isStatic(one) &&
      !one.getSourceFile().isDeclarationFile,
  );
}

/** `Vec3.ZERO`, `Config.limit` */
function lowerStaticRead(
  site: Site,
  node: Access,
  want: Ty | undefined,
): Value | undefined {
  const symbol = definedSymbol(site.ctx.checker, node.name);
  const decl = symbol?.declarations?.find(
    (one) =>
      (ts.isPropertyDeclaration(one) || ts.isGetAccessor(one)) && isStatic(one),
  );
  if (symbol === undefined || decl === undefined) return undefined;
  if (decl.getSourceFile().isDeclarationFile) return undefined;
  if (ts.isGetAccessor(decl))
    return givenBy(
      site,
      node,
      callSpecial(site, node, {
        decl,
        name: decl.name.getText(),
        env: new Map(),
        args: [],
      }),
    );
  const { initializer } = decl as ts.PropertyDeclaration;
  const isConstant =
    initializer !== undefined && !site.ctx.classes.isAssigned(decl);
  if (!isConstant)
    return site.ctx.refuse(
      node,
      "DC2005",
      `${node.getText()} is state of its class: it is assigned elsewhere`,
      "pass it as a parameter, or make it readonly",
    );
  return (
    moduleState(site, node.name, symbol) ??
    lowerExpression(site, initializer, want)
  );
}

// ---- which expressions are instances ----

/** Does the expression give an instance of a class of the project? */
export function isInstance(site: Site, given: ts.Expression): boolean {
  const node = bareExpression(given);
  if (node.kind === ts.SyntaxKind.SuperKeyword) return false;
  const { checker, classes } = site.ctx;
  // at first sight: what TypeScript says of it would be found by a walk back through the function
  if (isMath(checker, node)) return false;
  const ty = refinedTy(site, node);
  if (ty !== undefined) {
    const isNoted =
      classes.instanceOf(ty) !== undefined || isClassFamily(site, ty);
    if (isNoted || ty.kind === "array") return isNoted;
  }
  const type = checker.getNonNullableType(checker.getTypeAtLocation(node));
  const symbol = type.symbol as ts.Symbol | undefined;
  if (symbol !== undefined && symbol.flags & ts.SymbolFlags.Interface)
    return hasMethods(type) && classes.concreteOf(symbol).length > 0;
  return (
    symbol !== undefined &&
    (symbol.flags & ts.SymbolFlags.Class) !== 0 &&
    classOf(symbol)?.getSourceFile().isDeclarationFile === false &&
    // the class itself, not an instance of it
    checker.getTypeOfSymbol(symbol) !== type
  );
}

const hasMethods = (type: ts.Type): boolean =>
  type.getProperties().some((one) => (one.flags & ts.SymbolFlags.Method) !== 0);

export const isClassFamily = (site: Site, ty: Ty): boolean =>
  site.ctx.classes
    .familyOf(ty)
    ?.every((one) => site.ctx.classes.instanceOf(one)?.symbol) === true;

/** The type of an expression as it is known without lowering it, where diffc knows more than its declaration says. */
export function refinedTy(site: Site, given: ts.Expression): Ty | undefined {
  const node = bareExpression(given);
  if (node.kind === ts.SyntaxKind.ThisKeyword) return thisOf(site)?.ty;
  const variable = ts.isIdentifier(node)
    ? localVariable(site, node)
    : undefined;
  if (variable !== undefined) return bare(variable.ty);
  if (ts.isPropertyAccessExpression(node)) {
    if (isThis(node.expression)) {
      const field = thisOf(site)?.fields?.get(nameOf(node));
      if (field !== undefined) return bare(field.ty);
    }
    const owner = refinedTy(site, node.expression);
    const field =
      owner?.kind === "record" ? fieldOf(owner, nameOf(node)) : undefined;
    if (field !== undefined) return bare(field.ty);
  }
  if (ts.isElementAccessExpression(node)) {
    const owner = refinedTy(site, node.expression);
    if (owner?.kind === "array") return bare(owner.elem);
  }
  const ty = site.ctx.tryTyOf(site.ctx.checker.getTypeAtLocation(node));
  return ty.kind === "problem" ? undefined : bare(ty);
}

export const nameOf = (node: Access): string =>
  ts.isPrivateIdentifier(node.name)
    ? `$${node.name.text.slice(1)}`
    : node.name.text;

function presentOf(site: Site, node: ts.Node, value: Value): Value {
  return value.ty.kind === "maybe"
    ? op(site, node, "unwrap", [value], value.ty.of)
    : value;
}

const instancesOf = (
  site: Site,
  family: readonly RecordTy[] | undefined,
): Instance[] =>
  (family ?? []).flatMap((one) => site.ctx.classes.instanceOf(one) ?? []);

/** `vec3Add` */
export function methodName({ symbol }: Instance, name: string): string {
  const plain = name.replace(/[^\w]/g, "");
  const owner = symbol?.name ?? "object";
  const whole = plain === "" ? "Member" : plain;
  return (
    owner.charAt(0).toLowerCase() +
    owner.slice(1) +
    whole.charAt(0).toUpperCase() +
    whole.slice(1)
  );
}
