import { ts } from "ts-morph";
import { isFilling } from "./names/filledLater.js";
import { libraryName } from "./syntax/libraryNames.js";
import { bareExpression, eachNode, eachWritten } from "./syntax/scan.js";

/** Where the program writes into fields of objects, seen once for all its files. */
export interface WrittenFields {
  readonly names: ReadonlySet<string>;
  /** By the name of a field: the objects in which it is written. */
  readonly writers: ReadonlyMap<string, readonly ts.Expression[]>;
  /** Declarations of the fields that are written. */
  readonly declarations: ReadonlySet<ts.Node>;
  /** What static blocks give to static fields. */
  readonly statics: ReadonlyMap<ts.Node, readonly ts.Expression[]>;
  /** Is there `object[key] = value` where nobody knows of what kind the object is? */
  readonly isAnyWritten: boolean;
}

export function scanWrittenFields(
  checker: ts.TypeChecker,
  files: readonly ts.SourceFile[],
): WrittenFields {
  const names = new Set<string>();
  const writers = new Map<string, ts.Expression[]>();
  const declarations = new Set<ts.Node>();
  const statics = new Map<ts.Node, ts.Expression[]>();
  let isAnyWritten = false;
  const noteField = (name: string, field: ts.Symbol | undefined): void => {
    names.add(name);
    for (const one of field?.declarations ?? []) declarations.add(one);
  };
  const noteWriter = (name: string, owner: ts.Expression): void => {
    const all = writers.get(name) ?? [];
    writers.set(name, all);
    all.push(owner);
  };
  const noteAll = (owner: ts.Expression, fields: readonly string[]): void => {
    isAnyWritten ||= fields === everything;
    if (fields.length === 0) return;
    const type = checker.getTypeAtLocation(owner);
    for (const name of fields) {
      noteField(name, checker.getPropertyOfType(type, name));
      noteWriter(name, owner);
    }
  };
  const noteNamed = (target: ts.PropertyAccessExpression): void => {
    const field = checker.getSymbolAtLocation(target.name);
    const given = givenInStaticBlock(target);
    if (given !== undefined) {
      for (const one of field?.declarations ?? [])
        statics.set(one, [...(statics.get(one) ?? []), given]);
      return;
    }
    const name = target.name.text.replace(/^#/, "$");
    noteWriter(name, target.expression);
    if (!isFilling(checker, target)) noteField(name, field);
  };
  for (const file of files) {
    eachWritten(file, (target) => {
      if (ts.isElementAccessExpression(target))
        noteAll(target.expression, namedByKey(checker, target));
      if (!ts.isPropertyAccessExpression(target)) return;
      if (!isBuilding(target.expression)) noteNamed(target);
    });
    if (!/\b(assign|definePropert|Reflect)/.test(file.text)) continue;
    eachNode(file, (node) => {
      if (!ts.isCallExpression(node)) return;
      const [owner] = node.arguments;
      if (owner !== undefined) noteAll(owner, namedByCall(checker, node));
    });
  }
  return { names, writers, declarations, statics, isAnyWritten };
}

/** `this` in the constructor. */
const isBuilding = (node: ts.Expression): boolean =>
  node.kind === ts.SyntaxKind.ThisKeyword &&
  ts.isConstructorDeclaration(functionAround(node));

/** An object that nobody else has yet: `Object.assign({}, p)`, `Object.assign(this, p)` in the constructor. */
function isMadeHere(given: ts.Expression): boolean {
  const node = bareExpression(given);
  return ts.isObjectLiteralExpression(node) || isBuilding(node);
}

/** The fields that `o[key] = x` may write: those that the type of the key names, else all. */
function namedByKey(
  checker: ts.TypeChecker,
  { expression, argumentExpression: key }: ts.ElementAccessExpression,
): readonly string[] {
  if (ts.isNumericLiteral(key) || isMadeHere(expression)) return [];
  const given = checker.getTypeAtLocation(key);
  const type = checker.getBaseConstraintOfType(given) ?? given;
  const parts = type.isUnion() ? type.types : [type];
  const words = parts.filter((one) => !(one.flags & ts.TypeFlags.NumberLike));
  if (words.length === 0) return [];
  return words.every((one) => one.isStringLiteral())
    ? words.map(({ value }) => value)
    : fieldsOf(checker, expression);
}

/** The fields that `Object.assign(o, { x })` and its kin may write. */
function namedByCall(
  checker: ts.TypeChecker,
  { expression, arguments: [owner, ...given] }: ts.CallExpression,
): readonly string[] {
  if (owner === undefined || isMadeHere(owner)) return [];
  const name = libraryName(checker, expression) ?? "";
  if (!/^(Object\.(assign|definePropert(y|ies))|Reflect\.\w+)$/.test(name))
    return [];
  const known =
    name === "Object.assign" && !given.some(ts.isSpreadElement)
      ? given.map((one) => givenFieldsOf(checker, one))
      : [everything];
  return known.includes(everything) ? fieldsOf(checker, owner) : known.flat();
}

/** Where nobody knows what an object has. */
const everything: readonly string[] = [];

/** All fields, of all that the object may be; none of a list, whose places are no fields. */
function fieldsOf(
  checker: ts.TypeChecker,
  owner: ts.Expression,
): readonly string[] {
  const given = checker.getNonNullableType(checker.getTypeAtLocation(owner));
  const parts = given.isUnion() ? given.types : [given];
  if (parts.some((one) => !(one.flags & ts.TypeFlags.Object)))
    return everything;
  return parts
    .filter((one) => !checker.isArrayLikeType(one))
    .flatMap((one) => checker.getPropertiesOfType(one))
    .filter(({ flags }) => flags & ts.SymbolFlags.Property)
    .map((one) => one.name);
}

/** Those of what is copied from, which may have more of them than its type names. */
const givenFieldsOf = (
  checker: ts.TypeChecker,
  given: ts.Expression,
): readonly string[] =>
  checker.getTypeAtLocation(given).getStringIndexType() === undefined
    ? fieldsOf(checker, given)
    : everything;

/** `static { C.k = 3; }`: the 3. */
function givenInStaticBlock(
  target: ts.PropertyAccessExpression,
): ts.Expression | undefined {
  const assigned = target.parent;
  const isPlain =
    ts.isBinaryExpression(assigned) &&
    assigned.left === target &&
    assigned.operatorToken.kind === ts.SyntaxKind.EqualsToken &&
    ts.isExpressionStatement(assigned.parent) &&
    ts.isBlock(assigned.parent.parent) &&
    ts.isClassStaticBlockDeclaration(assigned.parent.parent.parent);
  return isPlain ? assigned.right : undefined;
}

function functionAround(node: ts.Node): ts.Node {
  let up = node.parent;
  while (!ts.isFunctionLike(up) && !ts.isSourceFile(up)) up = up.parent;
  return up;
}
