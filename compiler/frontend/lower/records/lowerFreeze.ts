import { ts } from "ts-morph";
import type { Value } from "../../../ir/ir.js";
import { bare, isRef, type RecordTy, type Ty } from "../../../ir/types.js";
import { isGlobalName } from "../../syntax/callee.js";
import { isJavaScript } from "../../syntax/jsFunctions.js";
import { bareExpression } from "../../syntax/scan.js";
import { lowerExpression } from "../lowerExpressions.js";
import type { Site } from "../lowerSite.js";
import { classAround } from "../classes/lowerOwnClass.js";

/**
 * `Object.freeze(object)` is the object. What it changes, a write into it that throws, is seen nowhere: objects are
 * taken of whose fields the program writes none, and lists that have no name under which they could be written.
 */
export function lowerFreeze(
  site: Site,
  node: ts.CallExpression,
  want: Ty | undefined,
): { value: Value | undefined } | undefined {
  const callee = bareExpression(node.expression);
  const [given, ...others] = node.arguments;
  if (
    !ts.isPropertyAccessExpression(callee) ||
    callee.name.text !== "freeze" ||
    !isGlobalName(site.ctx.checker, callee.expression, "Object") ||
    given === undefined ||
    others.length > 0 ||
    ts.isSpreadElement(given) ||
    isJavaScript(node)
  )
    return undefined;
  const object = bareExpression(given);
  if (object.kind === ts.SyntaxKind.ThisKeyword && isInConstructor(node))
    return freezeMade(site, node, object);
  const value = lowerExpression(site, given, want);
  const ty = bare(value.ty);
  if (!isRef(ty)) return { value };
  if (ty.kind === "record" && !ty.tuple) refuseWritten(site, node, object, ty);
  else if (!isFresh(object) || isCast(node))
    site.ctx.refuse(
      node,
      "DC2122",
      "Object.freeze takes a list here that has a name of its own, under which it may be written",
      "leave it out: readonly in the type says the same; or freeze the list where it is made",
    );
  return { value };
}

/** `Object.freeze(this);` at the end of the constructor of a class that nobody extends. */
function freezeMade(
  site: Site,
  node: ts.CallExpression,
  self: ts.Expression,
): { value: undefined } {
  const owner = classAround(site.ctx.checker, node);
  const isEnd = endsConstructor(node);
  if (!isEnd || !owner || site.ctx.classes.below(owner).length > 0)
    site.ctx.refuse(
      node,
      "DC2122",
      `Object.freeze takes an object here to which ${isEnd ? "the classes that extend it" : "what follows"} may give fields`,
      "leave it out: readonly in the type says the same",
    );
  const type = site.ctx.checker.getTypeAtLocation(self);
  const ty = site.ctx.tyOf(type, node);
  if (ty.kind === "record") refuseWritten(site, node, self, ty);
  return { value: undefined };
}

function isInConstructor(node: ts.Node): boolean {
  let up = node.parent;
  while (ts.isArrowFunction(up) || !ts.isFunctionLike(up)) {
    if (ts.isSourceFile(up)) return false;
    up = up.parent;
  }
  return ts.isConstructorDeclaration(up);
}

/** Is it the last statement? */
function endsConstructor({ parent }: ts.CallExpression): boolean {
  if (!ts.isExpressionStatement(parent) || !ts.isBlock(parent.parent))
    return false;
  const body = parent.parent;
  return (
    ts.isConstructorDeclaration(body.parent) &&
    body.statements.at(-1) === parent
  );
}

function refuseWritten(
  site: Site,
  node: ts.CallExpression,
  object: ts.Expression,
  ty: RecordTy,
): void {
  const { classes, checker } = site.ctx;
  const type = checker.getTypeAtLocation(object);
  const written = ty.fields.find(
    ({ name }) =>
      classes.isWritten(ty, name) || classes.isWrittenOf(type, name),
  );
  if (written === undefined) return;
  site.ctx.refuse(
    node,
    "DC2122",
    `Object.freeze makes ${written.name} throw where it is written, and the program writes such a field`,
    "leave it out: readonly in the type says the same; or make a new object instead of writing into one",
  );
}

/** A list that nobody else has. */
const isFresh = (node: ts.Expression): boolean =>
  ts.isArrayLiteralExpression(node) ||
  (ts.isCallExpression(node) &&
    ts.isPropertyAccessExpression(node.expression) &&
    /^(map|filter|slice|concat|from|of|flat|flatMap|toSorted|toReversed)$/.test(
      node.expression.name.text,
    ));

const isCast = ({ parent }: ts.Node): boolean =>
  ts.isParenthesizedExpression(parent)
    ? isCast(parent)
    : ts.isAsExpression(parent) || ts.isTypeAssertionExpression(parent);
