import { ts } from "ts-morph";
import type { Value } from "../../ir/ir.js";
import {
  isAtModuleLevel,
  isGlobalName,
  isAmbient,
  isInJson,
} from "../syntax/callee.js";
import { coerce, mayBeNil, tyOfNode } from "./lowerCoerce.js";
import {
  bareExpression,
  definedSymbol,
  eachNode,
  symbolOf,
} from "../syntax/scan.js";
import { lowerExpression } from "./lowerExpressions.js";
import { isInstanceTy } from "./classes/lowerInitialise.js";
import { giveUpIfReported } from "./functions/lowerUnreadable.js";
import { moduleFunctions } from "./functions/lowerModuleFunctions.js";
import { moduleInstance } from "./classes/lowerModuleInstance.js";
import { orLeftOut } from "./functions/lowerSignature.js";
import { wordOfEnum } from "./values/enumWords.js";
import { openTyOf } from "./functions/lowerSignature.js";
import { tyOfPart } from "./tyHere.js";
import { moduleState } from "./lowerModuleState.js";
import { constant, poison, type Site, type Variable } from "./lowerSite.js";
import { bare, maybe, type Ty } from "../../ir/types.js";

/** The variable of a declared name, made when it is first met. */
export function variableOf(
  site: Site,
  name: ts.Identifier,
  /** What it is given where it is declared, for a name of which the checker knows no type. */
  given?: Ty,
): Variable {
  const { checker } = site.ctx;
  const symbol = checker.getSymbolAtLocation(name);
  if (symbol === undefined)
    return site.ctx.refuse(
      name,
      "DC2114",
      `nothing is known of ${name.text}`,
      "declare it with let or const",
    );
  const known = site.variables.get(symbol);
  if (known !== undefined) return known;
  const type = evolvedType(site, symbol) ?? checker.getTypeOfSymbol(symbol);
  const declared = given ?? site.ctx.tyOf(type, name);
  const decl = symbol.valueDeclaration;
  // Without strictNullChecks the type of `x?: T` does not say that x may be missing.
  const isOptional =
    decl !== undefined &&
    ts.isParameter(decl) &&
    decl.questionToken !== undefined;
  const ty =
    isOptional || isTakenOnTrust(site, symbol)
      ? orLeftOut(declared)
      : isReadAsNil(site, symbol)
        ? orNil(declared, isStartedWithNull(decl))
        : declared;
  const variable: Variable = { name: name.text, ty };
  site.variables.set(symbol, variable);
  return variable;
}

/** `let x: T` that is read as `x!`: TypeScript was told that it has a value, and may have been told wrong. */
function isTakenOnTrust(site: Site, symbol: ts.Symbol): boolean {
  const decl = symbol.valueDeclaration;
  if (
    decl === undefined ||
    !ts.isVariableDeclaration(decl) ||
    decl.initializer !== undefined ||
    ts.isForOfStatement(decl.parent.parent)
  )
    return isHoistedVar(decl) && isReadWithBang(site, symbol);
  return decl.exclamationToken !== undefined || isReadWithBang(site, symbol);
}

/** A `var` may be read where its declaration has not run. */
const isHoistedVar = (decl: ts.Declaration | undefined): boolean =>
  decl !== undefined &&
  ts.isVariableDeclaration(decl) &&
  (decl.parent.flags & ts.NodeFlags.BlockScoped) === 0;

function isReadWithBang(site: Site, symbol: ts.Symbol): boolean {
  let found = false;
  eachNode(site.decl, (node) => {
    if (
      ts.isNonNullExpression(node) &&
      ts.isIdentifier(node.expression) &&
      symbolOf(site.ctx.checker, node.expression) === symbol
    )
      found = true;
  });
  return found;
}

/**
 * The type of `const out = []` and `let x;`, which TypeScript finds from what is put there: that of the last use at
 * which it is known.
 */
export function evolvedType(
  site: Site,
  symbol: ts.Symbol,
): ts.Type | undefined {
  const { checker } = site.ctx;
  const decl = symbol.valueDeclaration;
  const evolves =
    decl !== undefined &&
    ts.isVariableDeclaration(decl) &&
    decl.type === undefined &&
    !ts.isForOfStatement(decl.parent.parent) &&
    (decl.initializer === undefined ||
      isNull(decl.initializer) ||
      (ts.isArrayLiteralExpression(decl.initializer) &&
        decl.initializer.elements.length === 0));
  if (!evolves) return undefined;
  let found: ts.Type | undefined;
  eachNode(site.decl, (node) => {
    if (!ts.isIdentifier(node) || symbolOf(checker, node) !== symbol) return;
    const type = checker.getTypeAtLocation(node);
    if (isKnown(checker, type)) found = type;
  });
  return found;
}

const isStartedWithNull = (decl: ts.Declaration | undefined): boolean =>
  decl !== undefined &&
  ts.isVariableDeclaration(decl) &&
  decl.initializer !== undefined &&
  isNull(decl.initializer);

const orNil = (ty: Ty, startsWithNull: boolean): Ty =>
  startsWithNull && ty.kind !== "maybe" && ty.kind !== "opaque"
    ? maybe(ty, "null")
    : orLeftOut(ty);

const isNull = (node: ts.Expression): boolean =>
  node.kind === ts.SyntaxKind.NullKeyword;

/** `let x;` or `let x = null`, and x is read where it may still be nothing. */
function isReadAsNil(site: Site, symbol: ts.Symbol): boolean {
  const { checker } = site.ctx;
  const decl = symbol.valueDeclaration;
  if (decl === undefined || !ts.isVariableDeclaration(decl)) return false;
  if (decl.type || !startsAsNothing(decl)) return false;
  let found = false;
  eachNode(site.decl, (node) => {
    if (!ts.isIdentifier(node) || symbolOf(checker, node) !== symbol) return;
    const { parent } = node;
    const isTarget =
      parent === decl ||
      (ts.isBinaryExpression(parent) &&
        parent.left === node &&
        parent.operatorToken.kind === ts.SyntaxKind.EqualsToken);
    found ||= !isTarget && mayBeNil(checker.getTypeAtLocation(node));
  });
  return found;
}

const startsAsNothing = ({
  initializer,
  parent,
}: ts.VariableDeclaration): boolean =>
  initializer === undefined
    ? ts.isVariableStatement(parent.parent)
    : isNull(initializer);

function isKnown(checker: ts.TypeChecker, type: ts.Type): boolean {
  const unknown =
    ts.TypeFlags.Any |
    ts.TypeFlags.Never |
    ts.TypeFlags.Undefined |
    ts.TypeFlags.Null;
  if (type.flags & unknown) return false;
  if (!checker.isArrayType(type)) return true;
  const [elem] = checker.getTypeArguments(type as ts.TypeReference);
  return elem !== undefined && isKnown(checker, elem);
}

/** The local variable that an identifier stands for, if it stands for one. */
export function localVariable(site: Site, node: ts.Node): Variable | undefined {
  const symbol = definedSymbol(site.ctx.checker, node);
  return symbol === undefined ? undefined : site.variables.get(symbol);
}

/** The type of an array or object that is looked into: a local's own, for TypeScript may know less of it there. */
export function ownerTy(site: Site, node: ts.Expression): Ty {
  const variable = localVariable(site, bareExpression(node));
  return bare(variable?.ty ?? openPart(site, node) ?? tyOfNode(site, node));
}

/** `p.x` of a `{ x: number[] | Float64Array }`: what it is here. */
function openPart(site: Site, node: ts.Expression): Ty | undefined {
  const type = site.ctx.checker.getTypeAtLocation(node);
  const declared = openTyOf(site.ctx, type);
  return declared.kind === "problem" ? tyOfPart(site, node) : undefined;
}

/** `fit(x).weights`, of which only the result of that call says where its numbers are: lowered to see it. */
export function lowerUntoldOwner(
  site: Site,
  given: ts.Expression,
): Value | undefined {
  let root = bareExpression(given);
  while (ts.isPropertyAccessExpression(root))
    root = bareExpression(root.expression);
  if (!ts.isCallExpression(root)) return undefined;
  const declared = site.ctx.tryTyOf(site.ctx.checker.getTypeAtLocation(given));
  return declared.kind === "problem" && !declared.isAny
    ? lowerExpression(site, given)
    : undefined;
}

/** A list that is gone through. Of instances more is known than a type says: those of one class stay that. */
export function lowerOwner(site: Site, node: ts.Expression): Value {
  const ty = ownerTy(site, node);
  const isOpen = ty.kind === "array" && isInstanceTy(site.ctx, ty.elem);
  return lowerExpression(site, node, isOpen ? undefined : ty);
}

export function setVariable(
  site: Site,
  node: ts.Node,
  variable: Variable,
  value: Value,
): Value {
  const stored = coerce(site, node, value, variable.ty);
  site.env.values.set(variable, stored);
  return stored;
}

/** Declares a variable without a value: undefined where its type allows it, else nothing that is looked at. */
export function declareEmpty(site: Site, name: ts.Identifier): void {
  const variable = variableOf(site, name);
  const { ty } = variable;
  const empty =
    ty.kind === "maybe" || ty.kind === "opaque"
      ? constant(site, name, undefined, ty)
      : poison(site, name, ty);
  site.env.values.set(variable, empty);
}

/** `undefined`, the library's. */
export const isUndefinedName = (site: Site, node: ts.Node): boolean =>
  isGlobalName(site.ctx.checker, node, "undefined");

/** A constant, table or function of the module or of another one. */
export function lowerModuleName(
  site: Site,
  node: ts.Identifier,
  want: Ty | undefined,
): Value {
  const { ctx } = site;
  giveUpIfReported(site, node);
  const symbol = definedSymbol(ctx.checker, node);
  if (symbol === undefined)
    return ctx.refuse(
      node,
      "DC2102",
      `nothing is known of ${node.text}`,
      "declare it",
    );
  const literal = ctx.constantOf(symbol);
  if (literal !== undefined) return constantAs(site, node, literal, want);
  if (symbol.flags & ts.SymbolFlags.Function)
    return ctx.refuse(
      node,
      "DC2104",
      `the function ${node.text} is used as a value`,
      "call it by its name",
    );
  const { valueDeclaration } = symbol;
  if (valueDeclaration !== undefined && isStillToCome(node, valueDeclaration))
    return ctx.refuse(
      node,
      "DC2114",
      `${node.text} is read here, and gets its value further down`,
      "move its declaration up, in front of what reads it",
    );
  const own = symbolOf(ctx.checker, node);
  const isImported =
    own !== undefined && (own.flags & ts.SymbolFlags.Alias) !== 0;
  const isSeen =
    valueDeclaration !== undefined &&
    (isAtModuleLevel(valueDeclaration) || isInJson(valueDeclaration));
  if (isImported && !isSeen)
    return ctx.refuse(
      node,
      "DC2104",
      `${node.text} is what a module exports as a whole, and diffc does not see what is called of it`,
      "import the function by its name, or write its few lines in your project",
    );
  if (!isSeen)
    return ctx.refuse(
      node,
      "DC2104",
      `${node.text} belongs to the function around this one`,
      "pass it as a parameter",
    );
  if (isInJson(valueDeclaration)) return globalOf(site, node, symbol);
  return (
    moduleFunctions(site, symbol) ??
    moduleInstance(site, symbol) ??
    moduleState(site, node, symbol) ??
    constantMember(site, symbol, want) ??
    globalOf(site, node, symbol)
  );
}

/** `const none: Option<never> = { kind: "none" }`, which is one of several kinds where it is used: made there. */
function constantMember(
  site: Site,
  symbol: ts.Symbol,
  want: Ty | undefined,
): Value | undefined {
  const { ctx } = site;
  const decl = symbol.valueDeclaration;
  const isCarried =
    ctx.tryTyOf(ctx.checker.getTypeOfSymbol(symbol)).kind === "opaque";
  if (!isCarried || want === undefined || bare(want).kind !== "record")
    return undefined;
  if (decl === undefined || !ts.isVariableDeclaration(decl)) return undefined;
  return decl.initializer && ctx.isNeverWritten(symbol)
    ? lowerExpression(site, decl.initializer, bare(want))
    : undefined;
}

/** A variable of a function around, of which nothing is known here: control has not come to its declaration. */
function isStillToCome(node: ts.Node, decl: ts.Declaration): boolean {
  if (!ts.isVariableDeclaration(decl) || isAtModuleLevel(decl)) return false;
  for (let up = node.parent; !ts.isSourceFile(up); up = up.parent) {
    if (ts.isClassLike(up)) return false;
    if (ts.isFunctionLike(up) && up.pos <= decl.pos && decl.end <= up.end)
      return true;
  }
  return false;
}

/** A literal, as a number, boolean or string of the type that its place asks for. */
export function constantAs(
  site: Site,
  node: ts.Node,
  value: number | string | boolean,
  want: Ty | undefined,
): Value {
  const isOpaque = want?.kind === "opaque";
  if (typeof value === "string" && !ts.isStringLiteralLike(node)) {
    const member = wordOfEnum(site, node, value);
    if (member !== undefined) return member;
  }
  return constant(site, node, value, isOpaque ? want : undefined);
}

/** Module memory is never written, so each name is read once, where the function starts. */
function globalOf(site: Site, node: ts.Identifier, symbol: ts.Symbol): Value {
  const known = site.globals.get(symbol);
  if (known !== undefined) return known;
  const { ctx } = site;
  const { valueDeclaration: decl } = symbol;
  if (decl !== undefined && !ts.isSourceFile(decl))
    ctx.refuseReplaced(decl, node);
  // a package is imported by its name, which only the import here says
  const isNamedHere =
    isAmbient(symbol) || (decl !== undefined && isInJson(decl));
  const named = isNamedHere ? symbolOf(ctx.checker, node) : undefined;
  const binding = ctx.bindingOf(named ?? symbol, node);
  const ty = ctx.tyOf(ctx.checker.getTypeOfSymbol(symbol), node);
  const result = site.ids.fresh(ty, node.text);
  site.root.body.unshift({
    kind: "global",
    binding,
    args: [],
    results: [result],
    regions: [],
    span: ctx.spanOf(node),
  });
  site.globals.set(symbol, result);
  site.facts.ofModule.add(result);
  return result;
}
