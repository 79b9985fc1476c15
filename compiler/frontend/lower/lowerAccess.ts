import { isWrittenAgain } from "../syntax/memberWrites.js";
import { ts } from "ts-morph";
import type { Value } from "../../ir/ir.js";
import { fieldOf, type Ty } from "../../ir/types.js";
import { isMath } from "../syntax/callee.js";
import { describeTy } from "../types/describeTy.js";
import { lowerExpression } from "./lowerExpressions.js";
import { countedHere } from "./functions/lowerArguments.js";
import { keptOnFunction } from "./functions/lowerFunctionFields.js";
import { lacks } from "../javascript/valueByType.js";
import { isJavaScript } from "../syntax/jsFunctions.js";
import { isWritten } from "../syntax/usesOfNames.js";
import {
  functionConstant,
  namedFunction,
} from "./functions/lowerFunctionValues.js";
import { knownOf } from "./functions/lowerKnown.js";
import { carryExpression } from "./values/lowerOpaque.js";
import { constantOfJsEnum, holderOfMember } from "../javascript/jsEnums.js";
import { bareExpression, definedSymbol, isAssignment } from "../syntax/scan.js";
import { constant, emit, type Site } from "./lowerSite.js";
import {
  constantAs,
  lowerModuleName,
  lowerUntoldOwner,
  ownerTy,
} from "./lowerVariables.js";
import { mathConstant, numberConstant } from "./values/lowerMath.js";
import { lowerErrorMember } from "./values/lowerErrors.js";
import { lowerMemberRead, readMember } from "./classes/lowerMembers.js";
import { refuseHost } from "./values/lowerRefused.js";
import { lengthOf } from "./arrays/lowerElements.js";
import { lowerFirstListed } from "./records/lowerCollectionLists.js";
import { sizeOf } from "./records/lowerCollections.js";
import { isCollection, isTable, lowerEntry } from "./records/lowerTables.js";
import { getterField, refuseComputed } from "./functions/lowerWritten.js";

export function lowerPropertyAccess(
  site: Site,
  node: ts.PropertyAccessExpression,
  want: Ty | undefined,
): Value {
  const { checker } = site.ctx;
  const literal = constantMember(site, node);
  if (literal !== undefined) return constantAs(site, node, literal, want);
  const fixed = isJavaScript(node) ? constantAssigned(site, node) : undefined;
  if (fixed !== undefined) return constantAs(site, node, fixed, want);
  const count = countedHere(site, node);
  if (typeof count === "number") return constant(site, node, count);
  const kept = keptOnFunction(site, node);
  if (kept !== undefined) return kept;
  const ofError = lowerErrorMember(site, node);
  if (ofError !== undefined) return ofError;
  const member = lowerMemberRead(site, node, want);
  if (member !== undefined) return member;
  const fn = namedFunction(site, node);
  if (fn !== undefined) return functionConstant(site, node, fn);
  if (isMath(checker, node.expression)) {
    const value = mathConstant(site, node);
    return constant(site, node, value);
  }
  const listed = lowerFirstListed(site, node);
  if (listed !== undefined) return listed;
  const known = numberConstant(checker, node);
  if (known !== undefined) return constant(site, node, known);
  if (ts.isIdentifier(node.expression)) refuseHost(site, node.expression);
  if (isNamespace(checker, node.expression) && ts.isIdentifier(node.name))
    return lowerModuleName(site, node.name, want);
  const made = lowerUntoldOwner(site, node.expression);
  if (made !== undefined) return lowerPropertyOf(site, node, made);
  const ty = ownerTy(site, node.expression);
  // x.isVector3, where x is a number: nothing is there
  const isNumber =
    isJavaScript(node) && (ty.kind === "num" || ty.kind === "bool");
  if (isNumber && definedSymbol(checker, node.name) === undefined)
    return constant(site, node, undefined, {
      kind: "opaque",
      text: "undefined",
    });
  if (ty.kind !== "array" && ty.kind !== "record" && ty.kind !== "table")
    return carryExpression(site, node, want);
  return lowerPropertyOf(
    site,
    node,
    lowerExpression(site, node.expression, ty),
  );
}

/** `Euler.DEFAULT_ORDER`, of a literal that is assigned once, at the top of a module. */
function constantAssigned(
  { ctx }: Site,
  node: ts.PropertyAccessExpression,
): string | number | undefined {
  const { checker } = ctx;
  const symbol = definedSymbol(checker, node.name);
  const [decl, ...others] = symbol?.declarations ?? [];
  if (symbol === undefined || decl === undefined || others.length > 0)
    return undefined;
  const value = assignedConstant(decl);
  if (value !== undefined && isWrittenAgain(checker, symbol))
    return ctx.refuse(
      node,
      "DC2005",
      `${node.getText()} lives on from call to call: its module gives it a value in several places`,
      "pass it as a parameter, where the package lets you",
    );
  return value;
}

/** The literal that the only declaration of a property assigns. */
export function assignedConstant(
  decl: ts.Declaration,
): string | number | undefined {
  const assigned = ts.isBinaryExpression(decl) ? decl : decl.parent;
  if (!isAssignment(assigned) || !ts.isExpressionStatement(assigned.parent))
    return undefined;
  if (!ts.isSourceFile(assigned.parent.parent)) return undefined;
  const { right } = assigned;
  if (ts.isStringLiteral(right)) return right.text;
  return ts.isNumericLiteral(right) ? Number(right.text) : undefined;
}

export function lowerPropertyOf(
  site: Site,
  node: ts.PropertyAccessExpression,
  owner: Value,
): Value {
  const name = node.name.text;
  if (owner.ty.kind === "record") return readMember(site, node, owner);
  if (isCollection(owner)) return sizeOf(site, node, owner);
  if (isTable(owner)) return lowerEntry(site, node, owner);
  if (name === "length") return lengthOf(site, node, owner);
  const absent = missingProperty(site, node);
  if (absent !== undefined) return absent;
  return site.ctx.refuse(
    node,
    "DC2106",
    `the property ${name} of an array is not carried`,
    "use indices, length, and the methods fill, push, pop, slice, subarray and set",
  );
}

/** `els.elements || els` in JavaScript, where els is a list: what a list does not have is undefined. */
function missingProperty(
  site: Site,
  node: ts.PropertyAccessExpression,
): Value | undefined {
  const { checker } = site.ctx;
  const type = checker.getTypeAtLocation(node.expression);
  const name = node.name.text;
  if (!isJavaScript(node) || isWritten(node)) return undefined;
  if (!lacks(checker, type, name)) return undefined;
  site.ctx.refuseReplacedLibrary(`Array.prototype.${name}`, node.name);
  return constant(site, node, undefined, { kind: "opaque", text: "undefined" });
}

export function readField(
  site: Site,
  node: ts.Node,
  record: Value,
  name: string,
): Value {
  refuseComputed(site, node, record.ty, name);
  return fieldIn(site, node, record, name);
}

/** The same where the object is known to keep it. */
export function fieldIn(
  site: Site,
  node: ts.Node,
  record: Value,
  name: string,
): Value {
  const field =
    record.ty.kind === "record" ? fieldOf(record.ty, name) : undefined;
  if (field === undefined) {
    if (record.ty.kind === "record" && record.ty.tuple && name === "length")
      return constant(site, node, record.ty.fields.length);
    if (record.ty.kind === "record" && fieldOf(record.ty, getterField(name)))
      return site.ctx.refuse(
        node,
        "DC2107",
        `${name} is an accessor, and no field of the object`,
        `ask for it as .${name}`,
      );
    return site.ctx.refuse(
      node,
      "DC2107",
      `the field ${name} is not one of ${describeTy(record.ty)}`,
      "name a field of the declared type",
    );
  }
  const value = emit(site, node, "getField", [record], field.ty, {
    field: name,
  });
  if (site.facts.ofModule.has(record)) site.facts.ofModule.add(value);
  const known = knownOf(site, record)?.members?.get(name);
  if (known !== undefined) site.facts.known.set(value, known);
  return value;
}

/** The value of an enum member, or of a constant of a namespace. */
export function constantMember(
  site: Site,
  node: ts.PropertyAccessExpression | ts.ElementAccessExpression,
): number | string | boolean | undefined {
  const { checker } = site.ctx;
  // `Axis["X"]`; p[Axis.X] is a field of p
  const name = ts.isPropertyAccessExpression(node)
    ? node.name
    : bareExpression(node.argumentExpression);
  const isNamed =
    ts.isPropertyAccessExpression(node) || ts.isStringLiteralLike(name);
  if (!isNamed) return undefined;
  const symbol = definedSymbol(checker, name);
  const isMember =
    symbol !== undefined && (symbol.flags & ts.SymbolFlags.EnumMember) !== 0;
  if (isMember) return site.ctx.constantOf(symbol);
  const decl = symbol?.valueDeclaration;
  const value = constantOfJsEnum(decl);
  if (value === undefined) return undefined;
  // an object all the same, that somebody may change
  const holder = holderOfMember(decl as ts.PropertyAssignment);
  const own = holder && checker.getSymbolAtLocation(holder.name);
  return own && site.ctx.isOnlyRead(own) ? value : undefined;
}

/** `import * as helpers from ...` */
function isNamespace(checker: ts.TypeChecker, node: ts.Expression): boolean {
  if (!ts.isIdentifier(node)) return false;
  const symbol = definedSymbol(checker, node);
  return (
    symbol !== undefined && (symbol.flags & ts.SymbolFlags.ValueModule) !== 0
  );
}
