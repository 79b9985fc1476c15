import { ts } from "ts-morph";
import type { Value } from "../../../ir/ir.js";
import { bool, str, type RecordTy } from "../../../ir/types.js";
import { eachNode, eachWritten } from "../../syntax/scan.js";
import { isJavaScript } from "../../syntax/jsFunctions.js";
import { noteAsked, refuseUndefined } from "./keyOrder.js";
import { constant, emit, type Site } from "../lowerSite.js";

/**
 * `"y" in p`, where `y?: number` may be there and undefined: the object itself is asked. One that is made here has no such
 * key: where somebody gives it undefined, the question is refused.
 */
export function lowerOwnKey(
  site: Site,
  node: ts.Node,
  owner: Value,
  ty: RecordTy,
  name: string,
): Value | undefined {
  const { checker, classes } = site.ctx;
  const declared = classes.fieldsOf(ty)?.get(name) ?? [];
  noteAsked(site, node, name);
  if (!declared.some((one) => mayBeUndefined(checker, one))) return undefined;
  const isGiven = classes
    .files()
    .some((file) => givesUndefined(checker, file, name, declared));
  if (isGiven) return refuseUndefined(site, node, name);
  const key = constant(site, node, name, str);
  return emit(site, node, "has", [owner, key], bool, {});
}

const mayBeUndefined = (checker: ts.TypeChecker, node: ts.Node): boolean =>
  ts.isPropertySignature(node) &&
  (node.questionToken !== undefined ||
    holdsUndefined(checker.getTypeAtLocation(node)));

const holdsUndefined = (type: ts.Type): boolean =>
  (type.isUnion() ? type.types : [type]).some(
    ({ flags }) => (flags & ts.TypeFlags.Undefined) !== 0,
  );

/** `{ y: undefined }`, `p.y = maybe`, `{ ...p }` of a p that may have it, where that may be this very y. */
function givesUndefined(
  checker: ts.TypeChecker,
  file: ts.SourceFile,
  name: string,
  declared: readonly ts.Node[],
): boolean {
  // what fills an object later stands as undefined in its literal there
  if (file.isDeclarationFile || isJavaScript(file)) return false;
  if (!file.text.includes(name)) return false;
  const isMeant = (one: ts.Symbol | undefined): boolean =>
    one?.declarations?.some((decl) => declared.includes(decl)) === true;
  let found = false;
  eachNode(file, (node) => {
    if (found || !ts.isObjectLiteralElementLike(node)) return;
    if (!givesAt(checker, node, name)) return;
    const whole = node.parent as ts.ObjectLiteralExpression;
    found = isMeant(checker.getContextualType(whole)?.getProperty(name));
  });
  eachWritten(file, (target, by) => {
    if (!ts.isPropertyAccessExpression(target) || target.name.text !== name)
      return;
    if (!isMeant(checker.getSymbolAtLocation(target.name))) return;
    found ||=
      !ts.isBinaryExpression(by) ||
      holdsUndefined(checker.getTypeAtLocation(by.right));
  });
  return found;
}

function givesAt(
  checker: ts.TypeChecker,
  node: ts.ObjectLiteralElementLike,
  name: string,
): boolean {
  if (ts.isSpreadAssignment(node)) {
    const of = checker.getTypeAtLocation(node.expression).getProperty(name);
    return of !== undefined && holdsUndefined(checker.getTypeOfSymbol(of));
  }
  if (node.name.getText() !== name) return false;
  const given = ts.isPropertyAssignment(node)
    ? node.initializer
    : ts.isShorthandPropertyAssignment(node)
      ? node.name
      : undefined;
  return (
    given !== undefined && holdsUndefined(checker.getTypeAtLocation(given))
  );
}
