import { ts } from "ts-morph";
import {
  functionOf,
  isAtModuleLevel,
  isConst,
  isMath,
  mathMember,
} from "../syntax/callee.js";
import { comesFromUntyped } from "../javascript/errorsAboutJavaScript.js";
import { isJavaScript } from "../syntax/jsFunctions.js";
import { readTooEarly } from "../syntax/readTooEarly.js";
import { isProblem } from "../special.js";
import { bindName } from "./lowerDestructuring.js";
import { isInstance } from "./classes/lowerInstanceKinds.js";
import { dictionaryLiteral } from "./records/lowerDictionary.js";
import { lowerExpression } from "./lowerExpressions.js";
import {
  bareExpression,
  definedSymbol,
  eachNode,
  isFunctionNode,
} from "../syntax/scan.js";
import { openTyOf } from "./functions/lowerSignature.js";
import { nameValue, type Site } from "./lowerSite.js";
import { bare, type Ty } from "../../ir/types.js";
import {
  declareEmpty,
  evolvedType,
  setVariable,
  variableOf,
} from "./lowerVariables.js";

/** `let x = 1, y;` */
export function lowerDeclarations(
  site: Site,
  list: ts.VariableDeclarationList,
): void {
  if ((list.flags & ts.NodeFlags.Using) === ts.NodeFlags.Using)
    site.ctx.refuse(
      list,
      "DC2101",
      "using declarations are not carried",
      "use const, and dispose outside of the differentiated function",
    );
  for (const decl of list.declarations) lowerDeclaration(site, decl);
}

function lowerDeclaration(site: Site, decl: ts.VariableDeclaration): void {
  const { name, initializer } = decl;
  if (initializer === undefined) {
    // `var x;` where x is known already changes nothing
    if (ts.isIdentifier(name) && !isHoistedAgain(site, decl, name))
      declareEmpty(site, name);
    return;
  }
  if (isConst(decl)) {
    if (isMathAlias(site, name, initializer)) return;
    if (isFunctionAlias(site, initializer)) return;
  }
  const table =
    isConst(decl) && ts.isIdentifier(name)
      ? dictionaryLiteral(site, name, initializer)
      : undefined;
  if (table !== undefined) return bindName(site, name, table);
  const isAdopted =
    ts.isIdentifier(name) &&
    ((isInstance(site, name) && isConst(decl)) || isOpenUnion(site, name));
  if (isAdopted) {
    bindName(site, name, lowerExpression(site, initializer));
    return;
  }
  if (ts.isIdentifier(name)) {
    const early = isUntyped(site, name)
      ? lowerExpression(site, initializer)
      : undefined;
    const variable = variableOf(site, name, early && knownTy(early.ty));
    const value = early ?? lowerExpression(site, initializer, variable.ty);
    nameValue(value, name.text);
    setVariable(site, name, variable, value);
    return;
  }
  bindName(site, name, lowerExpression(site, initializer));
}

/** What is only carried says nothing of what else the variable may hold. */
function knownTy(ty: Ty): Ty | undefined {
  if (ty.kind === "array") return knownTy(ty.elem) && ty;
  const inner = bare(ty);
  return inner.kind === "opaque" ? undefined : ty;
}

/**
 * A variable of JavaScript, or one that a package without declarations gives its value, of which the checker does not know
 * what it holds: it is what it is given.
 */
function isUntyped(site: Site, name: ts.Identifier): boolean {
  const { checker, tryTyOf } = site.ctx;
  const symbol = checker.getSymbolAtLocation(name);
  const decl = symbol?.valueDeclaration;
  if (!decl || !ts.isVariableDeclaration(decl)) return false;
  const ty = tryTyOf(checker.getTypeOfSymbol(symbol));
  if (!isProblem(ty) || !ty.isAny) return false;
  const isOpen =
    isJavaScript(name) ||
    (decl.type === undefined &&
      decl.initializer !== undefined &&
      (comesFromUntyped(decl.initializer, checker) ||
        isDeclaredAny(checker, decl.initializer)));
  return isOpen && evolvedType(site, symbol) === undefined;
}

/** `const m = mat4.create()`, a tuple or something like an array: it is what it is given. */
function isOpenUnion(site: Site, name: ts.Identifier): boolean {
  const type = site.ctx.checker.getTypeAtLocation(name);
  const ty = openTyOf(site.ctx, type);
  return isProblem(ty) && !ty.isAny && !isGeneric(type);
}

const isGeneric = (type: ts.Type): boolean =>
  (type.flags & ts.TypeFlags.Instantiable) !== 0;

/** `rotationTo(...): any` in the declarations of a package: its code says more. */
function isDeclaredAny(checker: ts.TypeChecker, given: ts.Expression): boolean {
  const call = bareExpression(given);
  if (!ts.isCallExpression(call)) return false;
  const file = checker.getResolvedSignature(call)?.declaration?.getSourceFile();
  return (
    file !== undefined &&
    file.isDeclarationFile &&
    file.fileName.includes("/node_modules/")
  );
}

function isHoistedAgain(
  site: Site,
  decl: ts.VariableDeclaration,
  name: ts.Identifier,
): boolean {
  const isVar = (decl.parent.flags & ts.NodeFlags.BlockScoped) === 0;
  return isVar && site.env.values.has(variableOf(site, name));
}

/** `const { sqrt } = Math`, `const sin = Math.sin`: only names, no values. */
function isMathAlias(
  site: Site,
  name: ts.BindingName,
  initializer: ts.Expression,
): boolean {
  const { checker } = site.ctx;
  if (isMath(checker, initializer)) return true;
  if (!ts.isIdentifier(name)) return false;
  const member = mathMember(checker, initializer);
  return (
    member !== undefined &&
    checker.getTypeAtLocation(initializer).getCallSignatures().length > 0
  );
}

/** `const g = helper`: another name for a function of a module. */
function isFunctionAlias(site: Site, initializer: ts.Expression): boolean {
  const { checker } = site.ctx;
  const value = bareExpression(initializer);
  const symbol = ts.isIdentifier(value) && definedSymbol(checker, value);
  const decl = symbol ? functionOf(checker, symbol) : undefined;
  return decl !== undefined && isAtModuleLevel(decl);
}

/** `var`s that are declared deeper than the function's own statements exist from its start. */
export function declareHoisted(site: Site, body: ts.Node): void {
  eachNode(
    body,
    (node) => {
      if (!ts.isVariableDeclarationList(node)) return;
      if ((node.flags & ts.NodeFlags.BlockScoped) !== 0) return;
      if (isTopLevel(node, body)) return;
      for (const decl of node.declarations) {
        declareNames(site, decl.name);
        refuseTooEarly(site, decl.name, body);
      }
    },
    (node) => node === body || !isFunctionNode(node),
  );
}

/** What is read before it has a value is undefined, which its type has to say. */
function refuseTooEarly(site: Site, name: ts.BindingName, body: ts.Node): void {
  if (!ts.isIdentifier(name)) {
    for (const one of name.elements)
      if (!ts.isOmittedExpression(one)) refuseTooEarly(site, one.name, body);
    return;
  }
  if (isParameter(site, name) || isUntyped(site, name)) return;
  if (variableOf(site, name).ty.kind === "maybe") return;
  if (!readTooEarly(body, name.text)) return;
  site.ctx.refuse(
    name,
    "DC2101",
    `${name.text} may be read where it has no value yet`,
    `declare it with a value in front of the statement that it stands in`,
  );
}

/** `if (c) { var x = 2 * x; }`, of a parameter x: it has a value from the start. */
function isParameter({ ctx }: Site, name: ts.Identifier): boolean {
  const symbol = ctx.checker.getSymbolAtLocation(name);
  return (symbol?.declarations ?? []).some(ts.isParameter);
}

const isTopLevel = (list: ts.VariableDeclarationList, body: ts.Node): boolean =>
  list.parent.parent === body;

/** Gives every name of a pattern an empty value. */
export function declareNames(site: Site, name: ts.BindingName): void {
  if (ts.isIdentifier(name)) {
    // of what is known only where it gets its value, there is nothing before
    if (!isUntyped(site, name) && !isParameter(site, name))
      declareEmpty(site, name);
    return;
  }
  for (const element of name.elements)
    if (!ts.isOmittedExpression(element)) declareNames(site, element.name);
}
