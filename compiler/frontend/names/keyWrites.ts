import { ts } from "ts-morph";
import { libraryName } from "../syntax/libraryNames.js";
import { bareExpression, eachNode, eachWritten } from "../syntax/scan.js";

/** Objects into which `object[key] = x` writes, and whether others may be written that way: `delete o.x`, casts. */
export interface KeyWrites {
  readonly into: readonly ts.Type[];
  readonly isOpen: boolean;
}

export function keyWritesIn(
  checker: ts.TypeChecker,
  file: ts.SourceFile,
): KeyWrites {
  const into: ts.Type[] = [];
  let isOpen = false;
  eachWritten(file, (target) => {
    if (!ts.isElementAccessExpression(target)) return;
    const key = checker.getTypeAtLocation(target.argumentExpression);
    const isPlace = (key.flags & ts.TypeFlags.NumberLike) !== 0;
    if (isPlace || isMadeHere(checker, target.expression)) return;
    const type = checker.getTypeAtLocation(target.expression);
    into.push(type);
    isOpen ||=
      (type.flags & ts.TypeFlags.Object) === 0 ||
      (isInGeneric(target) && !isListAt(checker, target));
  });
  eachNode(file, (node) => {
    isOpen ||=
      ts.isDeleteExpression(node) ||
      writesFields(checker, node) ||
      (into.length > 0 && isCastToKeyed(checker, node));
  });
  return { into, isOpen };
}

/** What the types here mean is said by calls: `o[k] = 1` of a Record<K, number>. */
export function isInGeneric(node: ts.Node): boolean {
  for (let up = node; !ts.isSourceFile(up); up = up.parent)
    if ((ts.isFunctionLike(up) || ts.isClassLike(up)) && up.typeParameters)
      return true;
  return false;
}

/** `groups[key] ??= []`: a constant that is looked at has no lists that may be changed. */
function isListAt(checker: ts.TypeChecker, place: ts.Expression): boolean {
  const type = checker.getTypeAtLocation(place);
  const own = checker.getBaseConstraintOfType(type) ?? type;
  return checker.isArrayType(checker.getNonNullableType(own));
}

/** `p as unknown as Record<string, number>`; of `{}` nobody has another name. */
function isCastToKeyed(checker: ts.TypeChecker, node: ts.Node): boolean {
  if (!ts.isAsExpression(node) && !ts.isTypeAssertionExpression(node))
    return false;
  return (
    !ts.isObjectLiteralExpression(bareExpression(node.expression)) &&
    checker.getIndexInfosOfType(checker.getTypeAtLocation(node)).length > 0
  );
}

/** `Object.assign` and its kin, under whatever name, where it is not called with an object that is made there. */
function writesFields(checker: ts.TypeChecker, node: ts.Node): boolean {
  const isName =
    ts.isPropertyAccessExpression(node) ||
    (ts.isIdentifier(node) && isRead(node));
  if (!isName || !changing.test(libraryName(checker, node) ?? "")) return false;
  const { parent } = node;
  const [first] =
    ts.isCallExpression(parent) && parent.expression === node
      ? parent.arguments
      : [];
  return !first || !ts.isObjectLiteralExpression(bareExpression(first));
}

const changing = /^(Object\.(assign|definePropert(y|ies))|Reflect\.\w+)$/;

/** Not the name of a declaration, nor the last part of `o.assign`. */
const isRead = ({ parent }: ts.Identifier): boolean =>
  ts.isExpression(parent) && !ts.isPropertyAccessExpression(parent);

/** `const memo: Record<string, number> = {}` */
function isMadeHere(checker: ts.TypeChecker, given: ts.Expression): boolean {
  const decl = checker.getSymbolAtLocation(bareExpression(given));
  const made = decl?.valueDeclaration;
  return (
    made !== undefined &&
    ts.isVariableDeclaration(made) &&
    made.initializer !== undefined &&
    ts.isObjectLiteralExpression(bareExpression(made.initializer))
  );
}
