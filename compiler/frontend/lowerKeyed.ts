import { ts } from "ts-morph";
import type { Value } from "../ir/ir.js";
import { maybe, num, type Field, type RecordTy, type Ty } from "../ir/types.js";
import { isJavaScript, isNeverReassigned } from "./jsFunctions.js";
import { isConst } from "./lowerCallee.js";
import { coerce, tyOfNode } from "./lowerCoerce.js";
import { lowerExpression } from "./lowerExpressions.js";
import { choose } from "./lowerJoin.js";
import {
  bareExpression,
  definedSymbol,
  eachNode,
  isAssignment,
  isUpdate,
} from "./lowerScan.js";
import { constant, op, type Site } from "./lowerSite.js";
import { readField } from "./lowerAccess.js";

/** `record[key]`: one of the fields that the type of the key names. */
export function lowerKeyed(
  site: Site,
  node: ts.ElementAccessExpression,
  owner: Value,
): Value {
  const argument = node.argumentExpression;
  const type = site.ctx.checker.getTypeAtLocation(argument);
  const names = type.isUnion()
    ? type.types.flatMap((one) => (one.isStringLiteral() ? [one.value] : []))
    : [];
  // a union comes in the order in which the program met its members: other files must not change the output
  const [last, ...others] = inOrderOf(owner.ty, names).toReversed();
  const isWord = (type.flags & ts.TypeFlags.String) !== 0;
  if (isWord && isTable(owner.ty) && isOfNumbers(site, node)) {
    const found = lowerNamed(site, node, owner, owner.ty.fields);
    return found.ty.kind === "maybe"
      ? op(site, node, "unwrap", [found], found.ty.of)
      : found;
  }
  if (!type.isUnion() || last === undefined || names.length < type.types.length)
    return readField(site, node, owner, fieldName(site, node));
  const key = lowerExpression(site, argument);
  const ty = tyOfNode(site, node);
  const read = (name: string): Value =>
    coerce(site, node, readField(site, node, owner, name), ty);
  const from = (rest: readonly string[]): Value => {
    const [name, ...more] = rest;
    if (name === undefined) return read(last);
    const literal = constant(site, node, name, key.ty);
    const isIt = op(site, node, "eq", [key, literal]);
    return choose(
      site,
      node,
      isIt,
      ty,
      () => read(name),
      () => from(more),
    );
  };
  return from(others.toReversed());
}

const inOrderOf = (ty: Ty, names: readonly string[]): string[] => {
  const fields = ty.kind === "record" ? ty.fields.map((one) => one.name) : [];
  return [...names].sort(
    (a, b) => fields.indexOf(a) - fields.indexOf(b) || (a < b ? -1 : 1),
  );
};

/** An object of one kind of scalar under some names. */
export const isTable = (ty: Ty): ty is RecordTy =>
  ty.kind === "record" &&
  !ty.tuple &&
  ty.fields.length <= 64 &&
  ty.fields.every((one) => one.ty.kind === "num");

/** `const table = { a: 1, b: 2 }`, which is only looked into: nothing active is in there. */
export function isOfNumbers(
  site: Site,
  { expression }: ts.ElementAccessExpression,
): boolean {
  const { checker } = site.ctx;
  const name = bareExpression(expression);
  const symbol = ts.isIdentifier(name)
    ? definedSymbol(checker, name)
    : undefined;
  const decl = symbol?.valueDeclaration;
  if (!decl || !ts.isVariableDeclaration(decl) || !isFixed(checker, decl))
    return false;
  const made = decl.initializer && bareExpression(decl.initializer);
  if (!made || !ts.isObjectLiteralExpression(made)) return false;
  const isOfModule = ts.isSourceFile(decl.parent.parent.parent);
  const isNumber = (one: ts.Expression): boolean =>
    ts.isNumericLiteral(one) ||
    (ts.isPrefixUnaryExpression(one) && isNumber(one.operand)) ||
    // nothing active is made before the function is called
    (isOfModule &&
      (checker.getTypeAtLocation(one).flags & ts.TypeFlags.NumberLike) !== 0);
  const isNumbers = made.properties.every(
    (one) => ts.isPropertyAssignment(one) && isNumber(one.initializer),
  );
  let isRead = true;
  eachNode(decl.getSourceFile(), (one) => {
    if (!ts.isIdentifier(one) || one === decl.name) return;
    if (definedSymbol(checker, one) !== symbol) return;
    const { parent } = one;
    const isLookedUp =
      ts.isElementAccessExpression(parent) &&
      parent.expression === one &&
      !isTarget(parent);
    isRead &&= isLookedUp || ts.isExportSpecifier(parent);
  });
  return isNumbers && isRead;
}

const isFixed = (
  checker: ts.TypeChecker,
  decl: ts.VariableDeclaration,
): boolean =>
  isConst(decl) || (isJavaScript(decl) && isNeverReassigned(checker, decl));

function isTarget(node: ts.Expression): boolean {
  const { parent } = node;
  return (
    (isAssignment(parent) && parent.left === node) ||
    isUpdate(parent) ||
    ts.isDeleteExpression(parent)
  );
}

/** The field whose name a word is, or undefined. */
export function lowerNamed(
  site: Site,
  node: ts.ElementAccessExpression,
  owner: Value,
  fields: readonly Field[],
): Value {
  const key = lowerExpression(site, node.argumentExpression);
  const ty = maybe(num);
  const from = ([first, ...rest]: readonly Field[]): Value => {
    if (first === undefined) return constant(site, node, undefined, ty);
    const name = constant(site, node, first.name, key.ty);
    const isIt = op(site, node, "eq", [key, name]);
    const read = (): Value => readField(site, node, owner, first.name);
    return choose(
      site,
      node,
      isIt,
      ty,
      () => coerce(site, node, read(), ty),
      () => from(rest),
    );
  };
  return from(fields);
}

/** The name of a field that is given as `["name"]`, or as the place in a tuple. */
export function fieldName(
  site: Site,
  node: ts.ElementAccessExpression,
): string {
  const type = site.ctx.checker.getTypeAtLocation(node.argumentExpression);
  if (type.isStringLiteral() || type.isNumberLiteral())
    return String(type.value);
  return site.ctx.refuse(
    node.argumentExpression,
    "DC2107",
    "which field this is, is known only at run time",
    "name the field, or use an array with a numeric index",
  );
}
