import { ts } from "ts-morph";
import { type Carried, addHole, addPart } from "./carriedText.js";
import type { Value } from "../../../ir/ir.js";
import { bare, type Ty } from "../../../ir/types.js";
import { memberOf } from "../../classes.js";
import { dispatch } from "../classes/lowerDispatch.js";
import { instancesOf, isInstance } from "../classes/lowerInstanceKinds.js";
import { lowerExpression } from "../lowerExpressions.js";
import type { Site } from "../lowerSite.js";
import { bareExpression } from "../../syntax/scan.js";

/**
 * Objects that say themselves what their text or their number is. In carried code they would not be asked: there the
 * object has no class.
 */

/** An expression of which the text is wanted: `toString` is called where its class has one. */
export function addText(
  site: Site,
  given: ts.Expression,
  carried: Carried,
  hint: "string" | "default",
): void {
  const node = bareExpression(given);
  if (!isInstance(site, node)) return addPart(site, given, carried);
  const owner = lowerExpression(site, given);
  addHole(site, given, carried, ownText(site, given, owner, hint) ?? owner);
}

/** The text that an object gives of itself; undefined where its class does not say. */
export function ownText(
  site: Site,
  node: ts.Expression,
  owner: Value,
  hint: "string" | "default" = "string",
): Value | undefined {
  const { ty } = owner;
  const others = hint === "default" ? ["valueOf", primitive] : [primitive];
  if (ty.kind !== "record" || !has(site, ty, ["toString"])) return undefined;
  if (has(site, ty, others)) return undefined;
  const name = { name: "toString", ownerNode: undefined };
  return dispatch(site, node, name, owner, "method", () => []);
}

/** The same of an element of an array, where it cannot be asked: refused. */
export function elementText(
  site: Site,
  node: ts.Expression,
  element: Value,
): Value {
  const text = ownText(site, node, element);
  if (text === undefined && has(site, element.ty, asked)) refuse(site, node);
  return text ?? element;
}

/** An object, or a list of such, that goes into carried code which asks for its text or number. */
export function refuseOwnText(site: Site, node: ts.Expression, ty: Ty): void {
  if (!isConverted(node)) return;
  const isInJson = ts.isCallExpression(node.parent);
  if (has(site, ty, asked) || (isInJson && holdsOwn(site, ty)))
    refuse(site, node);
}

const refuse = (site: Site, node: ts.Node): never =>
  site.ctx.refuse(
    node,
    "DC2111",
    "this code is only carried, and would not call the toString, valueOf or toJSON of this object, or see it as it is",
    "call the method by its name, or use the fields",
  );

/** Is there somewhere in it an object that shows itself otherwise than by its fields, or has fields that nobody sees? */
function holdsOwn(site: Site, given: Ty, seen = new Set<Ty>()): boolean {
  const ty = bare(given);
  if (seen.has(ty)) return false;
  seen.add(ty);
  if (ty.kind === "array" || ty.kind === "table")
    return holdsOwn(site, ty.elem, seen);
  if (ty.kind !== "record") return false;
  return (
    has(site, ty, asked) ||
    ty.fields.some(
      (one) => one.name.startsWith("$") || holdsOwn(site, one.ty, seen),
    )
  );
}

/** Stands for `[Symbol.toPrimitive]` and `[Symbol.toStringTag]`. */
const primitive = "[Symbol]";

const asked = ["toString", "valueOf", "toJSON", "toLocaleString", primitive];

function has(site: Site, given: Ty, names: readonly string[]): boolean {
  const ty = bare(given);
  if (ty.kind === "array") return has(site, ty.elem, names);
  const { classes, checker } = site.ctx;
  const own = classes.instanceOf(ty);
  const kinds = own ? [own] : instancesOf(site, classes.familyOf(ty));
  return kinds.some(({ type, ...one }) =>
    names.some((name) =>
      name === primitive
        ? type
            .getProperties()
            .some(({ name }) => /toPrimitive|toStringTag/.test(name))
        : memberOf(checker, { type, ...one }, name)?.kind === "method",
    ),
  );
}

/** Does JavaScript make a text or a number of it there, or of what is in it? */
function isConverted(node: ts.Expression): boolean {
  let inner: ts.Node = node;
  let { parent } = node;
  while (ts.isParenthesizedExpression(parent) || ts.isAsExpression(parent)) {
    inner = parent;
    ({ parent } = parent);
  }
  if (ts.isBinaryExpression(parent))
    return !comparing.has(parent.operatorToken.kind);
  if (ts.isPrefixUnaryExpression(parent))
    return parent.operator !== ts.SyntaxKind.ExclamationToken;
  if (ts.isElementAccessExpression(parent))
    return parent.argumentExpression === inner;
  if (ts.isPropertyAccessExpression(parent))
    return /^(join|toString|toLocaleString)$/.test(parent.name.text);
  if (!ts.isCallExpression(parent)) return ts.isTemplateSpan(parent);
  return (
    parent.expression !== inner && !looking.test(parent.expression.getText())
  );
}

const comparing: ReadonlySet<ts.SyntaxKind> = new Set([
  ts.SyntaxKind.EqualsEqualsEqualsToken,
  ts.SyntaxKind.ExclamationEqualsEqualsToken,
  ts.SyntaxKind.InstanceOfKeyword,
  ts.SyntaxKind.AmpersandAmpersandToken,
  ts.SyntaxKind.BarBarToken,
  ts.SyntaxKind.QuestionQuestionToken,
]);

/** Calls that look at an object and make nothing of it. */
const looking =
  /^console\.|\.(get|has|set|add|delete|includes|indexOf|lastIndexOf|push|is|isArray|keys|hasOwn)$/;
