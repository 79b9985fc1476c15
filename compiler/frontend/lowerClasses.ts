import { ts } from "ts-morph";
import type { Func, Param, Value } from "../ir/ir.js";
import {
  isRef,
  maybe,
  num,
  recordOf,
  sameTy,
  type Field,
  type RecordTy,
  type Ty,
} from "../ir/types.js";
import { classOf, fieldNameOf, isStatic, type Instance } from "./classes.js";
import type { LowerContext } from "./context.js";
import { readField } from "./lowerAccess.js";
import { coerce } from "./lowerCoerce.js";
import { declareHoisted } from "./lowerDeclarations.js";
import { bindName, withDefault } from "./lowerDestructuring.js";
import { lowerExpression } from "./lowerExpressions.js";
import { factsInside, newFacts } from "./lowerFacts.js";
import { holdsTag, knownOf, type Known } from "./lowerKnown.js";
import { valueOf as namedValue } from "./jsFunctions.js";
import { keepsFunctions } from "./lowerWritten.js";
import { effectsOf } from "./lowerEffects.js";
import { finishArm } from "./lowerJoin.js";
import { methodName, setBuilding } from "./lowerMembers.js";
import { bareExpression, definedSymbol, eachNode } from "./lowerScan.js";
import { isOptional, parameterTy } from "./lowerSignature.js";
import {
  constant,
  emit,
  newSite,
  perform,
  poison,
  type Site,
} from "./lowerSite.js";
import { callSpecial, lowerArgumentsFor } from "./lowerSpecial.js";
import { lowerList } from "./lowerStatements.js";
import { declareThis, lowerThis, thisOf } from "./lowerThis.js";
import { isProblem, type Special } from "./special.js";
import type { TypeEnv, TypeProblem } from "./types.js";

/** `new C(...)` of a class of the project; undefined for others. */
export function lowerNewInstance(
  site: Site,
  node: ts.NewExpression,
): Value | undefined {
  const { checker } = site.ctx;
  const type = checker.getTypeAtLocation(node);
  // a package without declarations
  if (type.flags & ts.TypeFlags.Any) site.ctx.openPackage(node.expression);
  const symbol = type.symbol as ts.Symbol | undefined;
  const decl = symbol && classOf(symbol);
  if (symbol === undefined || decl === undefined) return undefined;
  if (decl.getSourceFile().isDeclarationFile) {
    if (isInPackage(decl)) site.ctx.openPackage(node.expression);
    return undefined;
  }
  const named = definedSymbol(checker, bareExpression(node.expression));
  if (named !== symbol && !(named && isNameOf(checker, named, decl)))
    return site.ctx.refuse(
      node.expression,
      "DC2105",
      "which class is made here is known only at run time",
      "name the class after new",
    );
  return construct(site, node, instanceOf(site.ctx, type, symbol), decl);
}

const isInPackage = (node: ts.Node): boolean =>
  /\/node_modules\/(?!typescript\/)/.test(node.getSourceFile().fileName);

/** `const C = class { ... }`, `exports.C = C`, `export const C = lib.C` */
function isNameOf(
  checker: ts.TypeChecker,
  symbol: ts.Symbol,
  decl: ts.ClassLikeDeclaration,
  depth = 0,
): boolean {
  const one = symbol.valueDeclaration;
  if (one === decl) return true;
  if (one === undefined || depth > 8) return false;
  const isTyped = ts.isVariableDeclaration(one) && one.type !== undefined;
  const given = isTyped ? undefined : namedValue(checker, one);
  const value = given && bareExpression(given);
  if (value === undefined) return false;
  if (ts.isClassExpression(value)) return value === (decl as ts.Node);
  const name = ts.isPropertyAccessExpression(value) ? value.name : value;
  if (!ts.isIdentifier(name)) return false;
  const other = definedSymbol(checker, name);
  return other !== undefined && isNameOf(checker, other, decl, depth + 1);
}

/** The class at a type, with its declared record where it has one. */
function instanceOf(
  ctx: LowerContext,
  type: ts.Type,
  symbol: ts.Symbol,
): Instance {
  const ty = ctx.tryTyOf(type);
  const known = isProblem(ty) ? undefined : ctx.classes.instanceOf(ty);
  if (known?.symbol === symbol) return known;
  return { type, symbol, env: envOf(ctx, type), hidden: [] };
}

/** What the type parameters of a class mean. */
function envOf(ctx: LowerContext, type: ts.Type): TypeEnv {
  const found = new Map(ctx.env);
  const { target } = type as ts.TypeReference;
  const args = target
    ? ctx.checker.getTypeArguments(type as ts.TypeReference)
    : [];
  (target as ts.InterfaceType | undefined)?.typeParameters?.forEach(
    (one, k) => {
      const arg = args[k];
      if (arg !== undefined && arg !== one) found.set(one, ctx.tryTyOf(arg));
    },
  );
  return found;
}

function construct(
  site: Site,
  node: ts.NewExpression | ts.CallExpression,
  instance: Instance,
  decl: ts.ClassLikeDeclaration,
): Value {
  const maker = constructorOf(site.ctx, decl);
  const args = lowerArgumentsFor(site, node, maker, instance.env);
  if (makersOf(site.ctx, decl).some((one) => keepsFunctions(site.ctx, one)))
    return constructHere(site, node, instance, decl, args);
  const value = callSpecial(site, node, {
    decl,
    name: methodName({ ...instance }, "new").replace(
      /^(.)(.*)New$/,
      (_, a: string, b: string) => `new${a.toUpperCase()}${b}`,
    ),
    env: instance.env,
    self: { ty: declaredTy(site.ctx, instance), instance },
    args,
  });
  if (value === undefined) throw new TypeError("a class gave no instance");
  return value;
}

/** A class and those above it. */
function makersOf(
  ctx: LowerContext,
  decl: ts.ClassLikeDeclaration,
): ts.ClassLikeDeclaration[] {
  const base = baseOf(ctx, decl);
  return base === undefined ? [decl] : [decl, ...makersOf(ctx, base.decl)];
}

/** Makes an instance where it is asked for: functions are known only there. */
function constructHere(
  site: Site,
  node: ts.Node,
  instance: Instance,
  decl: ts.ClassLikeDeclaration,
  args: readonly Value[],
): Value {
  const whole = usesWhole(decl);
  if (whole !== undefined)
    return site.ctx.refuse(
      whole.node,
      "DC2105",
      "this constructor takes functions, and uses `this` as a whole, in a loop, or before it returns early",
      "give the fields their values one after the other",
    );
  const { ctx, variables, decl: around, facts, targets, inside } = site;
  const { returnTo, returnVariable } = site;
  const asFunction = decl as unknown as ts.FunctionLikeDeclaration;
  Object.assign(site, {
    ctx: ctx.withTypes(instance.env),
    variables: new Map(),
    decl: asFunction,
    facts: factsInside(facts, {
      checker: ctx.checker,
      decl: asFunction,
      constantOf: (symbol) => ctx.constantOf(symbol),
      neverShrinks: facts.neverShrinks,
    }),
    inside: [...inside, decl],
    targets: [],
    returnTo: { kind: "return", hint: "returned" },
    returnVariable: undefined,
  });
  try {
    const ty = declaredTy(ctx, instance);
    declareThis(site, ty, instance, undefined);
    const maker = constructorOf(site.ctx, decl);
    const isOwn = maker?.parent === decl;
    if (isOwn)
      maker.parameters.forEach((one, k) => {
        const given = args[k] ?? constant(site, node, undefined, maybe(num));
        const { initializer } = one;
        const inner =
          initializer === undefined
            ? given
            : withDefault(site, one, given, initializer, undefined);
        bindParameter(site, one, inner);
      });
    const base = baseOf(site.ctx, decl);
    if (base === undefined) initialise(site, decl, isOwn ? maker : undefined);
    else if (!isOwn) {
      const above = instanceAbove(site, base.type, base.symbol, instance);
      takeFields(site, node, constructHere(site, node, above, base.decl, args));
      initialise(site, decl, undefined);
    }
    if (isOwn && maker.body !== undefined) runBody(site, maker.body);
    return finished(site, node, instance);
  } finally {
    Object.assign(site, {
      ctx,
      variables,
      decl: around,
      facts,
      targets,
      inside,
      returnTo,
      returnVariable,
    });
  }
}

/** The record of the class as it is declared; empty where that cannot be said. */
function declaredTy(ctx: LowerContext, instance: Instance): Ty {
  const ty = ctx.withTypes(instance.env).tryTyOf(instance.type);
  const found =
    !isProblem(ty) && ctx.classes.instanceOf(ty)?.symbol === instance.symbol
      ? ty
      : !isProblem(ty)
        ? ctx.classes
            .familyOf(ty)
            ?.find(
              (one) => ctx.classes.instanceOf(one)?.symbol === instance.symbol,
            )
        : undefined;
  return found ?? recordOf([]);
}

/** The constructor that runs for a class: its own, or the nearest one above. */
function constructorOf(
  ctx: LowerContext,
  decl: ts.ClassLikeDeclaration,
): ts.ConstructorDeclaration | undefined {
  const own = decl.members.find(
    (one): one is ts.ConstructorDeclaration =>
      ts.isConstructorDeclaration(one) && one.body !== undefined,
  );
  if (own !== undefined) return own;
  const base = baseOf(ctx, decl);
  return base === undefined ? undefined : constructorOf(ctx, base.decl);
}

function baseOf(
  ctx: LowerContext,
  decl: ts.ClassLikeDeclaration,
):
  | { decl: ts.ClassLikeDeclaration; type: ts.Type; symbol: ts.Symbol }
  | undefined {
  const clause = decl.heritageClauses?.find(
    (one) => one.token === ts.SyntaxKind.ExtendsKeyword,
  );
  const [base] = clause?.types ?? [];
  if (base === undefined) return undefined;
  const type = ctx.checker.getTypeAtLocation(base);
  const symbol = type.symbol as ts.Symbol | undefined;
  const found = symbol && classOf(symbol);
  const named = definedSymbol(ctx.checker, bareExpression(base.expression));
  if (
    found !== undefined &&
    named !== symbol &&
    !(named && isNameOf(ctx.checker, named, found))
  )
    return ctx.refuse(
      base.expression,
      "DC2105",
      "which class is extended here is known only at run time",
      "name the class after extends",
    );
  if (
    symbol === undefined ||
    found === undefined ||
    found.getSourceFile().isDeclarationFile
  )
    return ctx.refuse(
      base,
      "DC2105",
      "the class above is not one of the project",
      "extend a class that is declared in this project",
    );
  return { decl: found, type, symbol };
}

/**
 * A class as a function that makes an instance. While the constructor only gives values to fields, the fields are
 * variables, and the object is made of them at the end; where it uses `this` as a whole there is an object from the
 * start.
 */
export function lowerConstruct(
  special: Special,
  name: string,
  ctx: LowerContext,
): Func {
  const decl = special.decl as ts.ClassLikeDeclaration;
  const { self } = special;
  if (self === undefined) throw new TypeError("a class without an instance");
  const asFunction = decl as unknown as ts.FunctionLikeDeclaration;
  const facts = newFacts({
    checker: ctx.checker,
    decl: asFunction,
    constantOf: (symbol) => ctx.constantOf(symbol),
    neverShrinks: () => !effectsOf(ctx.checker, [decl]).shrinks,
  });
  const site = newSite(ctx, asFunction, facts);
  const maker = constructorOf(ctx, decl);
  const isOwn = maker?.parent === decl;
  const whole = usesWhole(decl);
  if (whole !== undefined && self.ty.kind === "record")
    declareThis(site, self.ty, self.instance, emptyObject(site, decl, self.ty));
  else declareThis(site, self.ty, self.instance, undefined);
  const params = (maker?.parameters ?? []).map((one, k) =>
    constructorParameter(site, one, k, special.args[k], isOwn),
  );
  const base = baseOf(ctx, decl);
  if (base === undefined) initialise(site, decl, isOwn ? maker : undefined);
  else if (!isOwn) {
    takeBase(
      site,
      decl,
      base,
      params.map((one) => one.value),
    );
    initialise(site, decl, undefined);
  }
  if (isOwn && maker?.body !== undefined) runBody(site, maker.body);
  const made = finished(site, decl, self.instance);
  const region = finishArm({ b: site.root, env: site.env, values: [] }, [made]);
  return {
    name,
    params,
    body: { ...region, params: params.map((one) => one.value) },
    results: [made.ty],
    span: ctx.spanOf(decl.name ?? decl),
  };
}

function constructorParameter(
  site: Site,
  parameter: ts.ParameterDeclaration,
  index: number,
  given: Ty | undefined,
  isOwn: boolean,
): Param {
  const { ctx } = site;
  const ty = given ?? parameterTy(ctx, parameter);
  const label = ts.isIdentifier(parameter.name)
    ? parameter.name.text
    : `arg${index}`;
  const value = site.ids.fresh(ty, label);
  if (isOwn) {
    const { initializer } = parameter;
    const inside =
      initializer === undefined
        ? value
        : withDefault(
            site,
            parameter,
            value,
            initializer,
            ty.kind === "maybe" ? ty.of : ty,
          );
    bindParameter(site, parameter, inside);
  }
  return {
    name: label,
    value,
    optional: isOptional(parameter),
    span: ctx.spanOf(parameter),
  };
}

/** A parameter that is a field, too, goes by two symbols. */
function bindParameter(
  site: Site,
  parameter: ts.ParameterDeclaration,
  value: Value,
): void {
  bindName(site, parameter.name, value);
  const { name } = parameter;
  if (
    !ts.isIdentifier(name) ||
    !ts.isParameterPropertyDeclaration(parameter, parameter.parent)
  )
    return;
  const { checker } = site.ctx;
  const bound = checker.getSymbolAtLocation(name);
  const variable = bound && site.variables.get(bound);
  const symbols = checker.getSymbolsOfParameterPropertyDeclaration(
    parameter,
    name.text,
  );
  if (variable !== undefined)
    for (const one of symbols) site.variables.set(one, variable);
}

/** An object whose fields have no values yet. */
function emptyObject(site: Site, node: ts.Node, ty: RecordTy): Value {
  const args = ty.fields.map((field) => emptyValue(site, node, field.ty));
  return emit(site, node, "newRecord", args, ty, {});
}

/** Before there is a value, a number is what JavaScript computes with: NaN. */
export function emptyValue(site: Site, node: ts.Node, ty: Ty): Value {
  switch (ty.kind) {
    case "num":
      return constant(site, node, NaN);
    case "bool":
      return constant(site, node, false);
    case "record":
      return emptyObject(site, node, ty);
    case "array": {
      const none = constant(site, node, 0);
      return ty.store === "js"
        ? emit(site, node, "arrayLit", [], ty, {})
        : emit(site, node, "newArray", [none], ty, {});
    }
    default:
      return constant(site, node, undefined, ty);
  }
}

interface Whole {
  readonly node: ts.Node;
  /** Is a method called on it, or is it handed on? */
  readonly isVirtual: boolean;
}

/** Inside of a loop, or of a function that may be called again. */
function isRepeated(node: ts.Node): boolean {
  for (let up = node.parent; !ts.isClassLike(up); up = up.parent) {
    if (ts.isIterationStatement(up, false)) return true;
    if (ts.isFunctionLike(up)) return !ts.isConstructorDeclaration(up);
  }
  return false;
}

/** The first place where a constructor or an initialiser uses `this` other than to read or write a field. */
function usesWhole(decl: ts.ClassLikeDeclaration): Whole | undefined {
  let found: Whole | undefined;
  const methods = new Set(
    decl.members.flatMap((one) =>
      ts.isMethodDeclaration(one) || ts.isAccessor(one)
        ? [one.name.getText()]
        : [],
    ),
  );
  const see = (node: ts.Node): void => {
    // whoever leaves early leaves fields behind that are not the same on all paths
    if (ts.isReturnStatement(node)) found ??= { node, isVirtual: false };
    if (node.kind !== ts.SyntaxKind.ThisKeyword) return;
    const { parent } = node;
    const isField =
      ts.isPropertyAccessExpression(parent) &&
      parent.expression === node &&
      !methods.has(parent.name.text) &&
      !(
        ts.isCallExpression(parent.parent) &&
        parent.parent.expression === parent
      );
    if (!isField) found = { node, isVirtual: true };
    else if (isRepeated(node)) found ??= { node, isVirtual: false };
  };
  const enter = (node: ts.Node): boolean =>
    !ts.isFunctionLike(node) ||
    ts.isConstructorDeclaration(node) ||
    ts.isArrowFunction(node);
  for (const member of decl.members)
    if (ts.isConstructorDeclaration(member)) eachNode(member, see, enter);
    else if (
      ts.isPropertyDeclaration(member) &&
      member.initializer &&
      !isStatic(member) &&
      !isFunction(member.initializer)
    )
      eachNode(member.initializer, see, enter);
  return found;
}

const isFunction = (node: ts.Expression): boolean =>
  ts.isArrowFunction(node) || ts.isFunctionExpression(node);

/** Parameter properties, then the initialisers of fields. */
function initialise(
  site: Site,
  decl: ts.ClassLikeDeclaration,
  maker: ts.ConstructorDeclaration | undefined,
): void {
  for (const parameter of maker?.parameters ?? []) {
    if (!ts.isParameterPropertyDeclaration(parameter, parameter.parent))
      continue;
    const variable = valueOf(site, parameter);
    if (variable === undefined) continue;
    const name = (parameter.name as ts.Identifier).text;
    setOwn(site, parameter, name, variable);
  }
  for (const member of decl.members) {
    if (!ts.isPropertyDeclaration(member) || isStatic(member)) continue;
    if (member.initializer !== undefined && isFunction(member.initializer))
      continue;
    const symbol = site.ctx.checker.getSymbolAtLocation(member.name);
    if (symbol === undefined) continue;
    const name = fieldNameOf(symbol);
    const declared = site.ctx.tryTyOf(site.ctx.checker.getTypeOfSymbol(symbol));
    if (member.initializer === undefined) {
      const isFunction =
        site.ctx.checker.getTypeOfSymbol(symbol).getCallSignatures().length > 0;
      if (
        !isProblem(declared) &&
        !isFunction &&
        thisOf(site)?.fields !== undefined
      )
        declareField(site, member, name, declared);
      continue;
    }
    const want =
      isProblem(declared) || isInstanceTy(site.ctx, declared)
        ? undefined
        : declared;
    const value = lowerExpression(site, member.initializer, want);
    refuseProblem(site, member, declared, value);
    setOwn(site, member, name, value);
  }
}

/** Of a field whose declared type says too little, only an instance says more. */
function refuseProblem(
  site: Site,
  node: ts.Node,
  declared: Ty | TypeProblem,
  value: Value,
): void {
  if (!isProblem(declared) || isRef(value.ty)) return;
  site.ctx.refuse(node, declared.code, declared.message, declared.help);
}

const isInstanceTy = (ctx: LowerContext, ty: Ty): boolean =>
  ctx.classes.instanceOf(ty) !== undefined ||
  ctx.classes.familyOf(ty) !== undefined;

function valueOf(
  site: Site,
  parameter: ts.ParameterDeclaration,
): Value | undefined {
  for (const [symbol, one] of site.variables)
    if (symbol.valueDeclaration === parameter) return site.env.values.get(one);
  return undefined;
}

/** A field without a value: undefined where its type allows that, else nothing that is looked at. */
function declareField(site: Site, node: ts.Node, name: string, ty: Ty): void {
  const empty = emptyValue(site, node, ty);
  const variable = { name, ty };
  thisOf(site)?.fields?.set(name, variable);
  site.env.values.set(variable, empty);
}

function setOwn(site: Site, node: ts.Node, name: string, value: Value): void {
  const self = thisOf(site);
  if (self?.fields !== undefined) return setBuilding(site, node, name, value);
  const object = self && site.env.values.get(self);
  const field =
    object?.ty.kind === "record"
      ? object.ty.fields.find((one) => one.name === name)
      : undefined;
  if (object === undefined || field === undefined)
    return site.ctx.refuse(
      node,
      "DC2105",
      `the field ${name} is given a value while the constructor uses \`this\` as a whole`,
      "give the fields their values first, of types that say where the numbers are",
    );
  perform(
    site,
    node,
    "setField",
    [object, coerce(site, node, value, field.ty)],
    {
      field: name,
    },
  );
}

/** `super(...)`: the instance of the class above gives its fields. */
export function lowerSuperCall(site: Site, node: ts.CallExpression): void {
  const decl = site.decl as unknown as ts.ClassLikeDeclaration;
  const base = ts.isClassLike(decl) ? baseOf(site.ctx, decl) : undefined;
  if (base === undefined)
    return site.ctx.refuse(
      node,
      "DC2105",
      "super is called outside of a constructor",
      "call it in the constructor of a class that extends another one",
    );
  const self = thisOf(site);
  refuseWholeBase(site, node, base.decl);
  const instance = instanceAbove(site, base.type, base.symbol, self?.instance);
  takeFields(site, node, construct(site, node, instance, base.decl));
  const maker = constructorOf(site.ctx, decl);
  initialise(site, decl, maker?.parent === decl ? maker : undefined);
}

/** A class without a constructor hands its arguments on. */
function takeBase(
  site: Site,
  decl: ts.ClassLikeDeclaration,
  base: { decl: ts.ClassLikeDeclaration; type: ts.Type; symbol: ts.Symbol },
  args: readonly Value[],
): void {
  refuseWholeBase(site, decl.name ?? decl, base.decl);
  const instance = instanceAbove(
    site,
    base.type,
    base.symbol,
    thisOf(site)?.instance,
  );
  const value = callSpecial(site, decl, {
    decl: base.decl,
    name: `new${base.symbol.name}`,
    env: instance.env,
    self: { ty: declaredTy(site.ctx, instance), instance },
    args,
  });
  if (value !== undefined) takeFields(site, decl, value);
}

function instanceAbove(
  site: Site,
  type: ts.Type,
  symbol: ts.Symbol,
  self: Instance | undefined,
): Instance {
  const own = instanceOf(site.ctx, type, symbol);
  return self === undefined
    ? own
    : { ...own, env: new Map([...own.env, ...self.env]) };
}

/** In the constructor above `this` is this object already, with methods of this class. */
function refuseWholeBase(
  site: Site,
  node: ts.Node,
  base: ts.ClassLikeDeclaration,
): void {
  const whole = usesWhole(base);
  if (whole?.isVirtual !== true) return;
  site.ctx.refuse(
    node,
    "DC2105",
    `the constructor of ${base.name?.text ?? "the class above"} uses \`this\` as a whole, before this class has its fields`,
    "compute there from the arguments, and call methods once the object is made",
  );
}

function takeFields(site: Site, node: ts.Node, value: Value): void {
  if (value.ty.kind !== "record") return;
  for (const field of value.ty.fields)
    setOwn(site, node, field.name, readField(site, node, value, field.name));
}

function runBody(site: Site, body: ts.Block): void {
  declareHoisted(site, body);
  eachNode(
    body,
    (one) => {
      if (!ts.isReturnStatement(one) || one.expression === undefined) return;
      if (!givesThis(site, one.expression))
        site.ctx.refuse(
          one,
          "DC2105",
          "this constructor returns an object, which new gives in place of the instance",
          "make the other object in a function",
        );
    },
    (one) => !ts.isFunctionLike(one),
  );
  // the end of the body is no return: what the fields are then is what matters
  lowerList(site, body.statements, new Set());
  if (site.env.exits.delete(site.returnTo)) site.env.dead = false;
}

/** `this`, or a call of a method on it that gives it back. */
function givesThis(
  site: Site,
  given: ts.Expression,
  seen: readonly ts.Node[] = [],
): boolean {
  const node = bareExpression(given);
  if (node.kind === ts.SyntaxKind.ThisKeyword) return true;
  if (!ts.isCallExpression(node)) return false;
  const access = bareExpression(node.expression);
  if (!ts.isPropertyAccessExpression(access)) return false;
  if (!givesThis(site, access.expression, seen)) return false;
  const symbol = definedSymbol(site.ctx.checker, access.name);
  const decl = symbol?.valueDeclaration;
  if (!decl || !ts.isMethodDeclaration(decl) || !decl.body) return false;
  if (seen.includes(decl)) return true;
  const returned: (ts.Expression | undefined)[] = [];
  eachNode(
    decl.body,
    (one) => {
      if (ts.isReturnStatement(one)) returned.push(one.expression);
    },
    (one) => !ts.isFunctionLike(one),
  );
  return (
    returned.length > 0 &&
    ts.isReturnStatement(decl.body.statements.at(-1) ?? decl) &&
    returned.every((one) => one && givesThis(site, one, [...seen, decl]))
  );
}

function finished(site: Site, decl: ts.Node, instance: Instance): Value {
  const self = thisOf(site);
  if (self?.fields === undefined) return lowerThis(site, decl as ts.Expression);
  if (site.env.dead) return poison(site, decl, self.ty);
  const declared = self.ty.kind === "record" ? self.ty : recordOf([]);
  const names = [
    ...new Set([
      ...declared.fields.map((one) => one.name),
      ...self.fields.keys(),
    ]),
  ];
  const fields: Field[] = [];
  const args: Value[] = [];
  const known = new Map<string, Known>();
  for (const name of names) {
    const asked = declared.fields.find((one) => one.name === name);
    const variable = self.fields.get(name);
    const value = variable && site.env.values.get(variable);
    if (value === undefined) {
      if (asked?.ty.kind !== "maybe") continue;
      args.push(constant(site, decl, undefined, asked.ty));
      fields.push(asked);
      continue;
    }
    const held = holdsTag(site, value) ? knownOf(site, value) : undefined;
    if (held !== undefined) known.set(name, held);
    const ty =
      asked && !held && !isInstanceTy(site.ctx, asked.ty) ? asked.ty : value.ty;
    args.push(coerce(site, decl, value, ty));
    fields.push({ name, ty, ...(asked?.optional ? { optional: true } : {}) });
  }
  const made = recordOf(fields);
  const isDeclared =
    sameTy(made, declared) &&
    fields.every((one, k) => one.ty === declared.fields[k]?.ty);
  const ty = isDeclared ? declared : made;
  if (!isDeclared) site.ctx.classes.note(ty, instance);
  const object = emit(site, decl, "newRecord", args, ty, {});
  if (known.size > 0) site.facts.known.set(object, { members: known });
  return object;
}
