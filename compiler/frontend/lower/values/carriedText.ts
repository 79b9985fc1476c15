import { ts } from "ts-morph";
import type { Binding, OpaqueInstr, Value } from "../../../ir/ir.js";
import { holdsFloat, isRef } from "../../../ir/types.js";
import { describeCall } from "./carriedCalls.js";
import { addName, addTable, isClassOrLibrary } from "./carriedNames.js";
import { kindInWords } from "../../syntax/kindInWords.js";
import { isOfNewError } from "./lowerErrors.js";
import { addText, refuseOwnText } from "./ownTexts.js";
import { addShown, isShown } from "./lowerShown.js";
import { refuseFunction } from "../functions/lowerEscapes.js";
import { tyOfNode } from "../lowerCoerce.js";
import { lowerExpression } from "../lowerExpressions.js";
import { refuseLibrary, wholeObject } from "./lowerRefused.js";
import { isJavaScript } from "../../syntax/jsFunctions.js";
import { bareExpression } from "../../syntax/scan.js";
import type { Site } from "../lowerSite.js";

/**
 * Passive source that is carried and not understood: its text, with holes for the parts that are values of the IR.
 * No reference to memory with numbers passes in or out; what passes as a number is checked later not to be active.
 */
export interface Carried {
  readonly parts: string[];
  readonly args: Value[];
  readonly needs: Map<string, Binding>;
}

export type Effect = OpaqueInstr["effect"];

export const newCarried = (): Carried => ({
  parts: [""],
  args: [],
  needs: new Map(),
});

export function text(carried: Carried, added: string): void {
  carried.parts[carried.parts.length - 1] += added;
}

/** Adds the text of an expression that is carried itself. */
export function describe(
  site: Site,
  given: ts.Expression,
  carried: Carried,
): Effect {
  const node = bareExpression(given);
  if (ts.isTemplateExpression(node)) {
    describeTemplate(site, node, carried);
  } else if (ts.isBinaryExpression(node)) {
    const isSum = node.operatorToken.kind === ts.SyntaxKind.PlusToken;
    if (isSum) addText(site, node.left, carried, "default");
    else addPart(site, node.left, carried);
    text(carried, ` ${node.operatorToken.getText()} `);
    if (isSum) addText(site, node.right, carried, "default");
    else if (!addTable(site, node.right, carried))
      addPart(site, node.right, carried);
  } else if (ts.isPrefixUnaryExpression(node)) {
    text(carried, ts.tokenToString(node.operator) ?? "");
    addPart(site, node.operand, carried);
  } else if (ts.isTypeOfExpression(node)) {
    text(carried, "typeof ");
    addPart(site, node.expression, carried);
  } else if (ts.isRegularExpressionLiteral(node)) {
    text(carried, node.text);
  } else if (
    ts.isPropertyAccessExpression(node) ||
    ts.isElementAccessExpression(node)
  ) {
    addPart(site, node.expression, carried);
    describeMember(site, node, carried);
  } else if (ts.isCallExpression(node)) {
    return describeCall(site, node, carried);
  } else if (ts.isNewExpression(node)) {
    refuseLibrary(site, node);
    text(carried, "new ");
    addPart(site, node.expression, carried);
    describeArguments(
      site,
      node.arguments ?? ts.factory.createNodeArray(),
      carried,
    );
    return "effect";
  } else if (isEmptyObject(node) && isJavaScript(node)) {
    text(carried, "{}");
    // each time it is another one
    return "effect";
  } else refuseCarried(site, node);
  return "none";
}

/** `properties || {}` */
const isEmptyObject = (node: ts.Expression): boolean =>
  ts.isObjectLiteralExpression(node) && node.properties.length === 0;

function describeTemplate(
  site: Site,
  node: ts.TemplateExpression,
  carried: Carried,
): void {
  text(carried, node.head.getText());
  for (const span of node.templateSpans) {
    addText(site, span.expression, carried, "string");
    text(carried, span.literal.getText());
  }
}

export function describeMember(
  site: Site,
  node: ts.PropertyAccessExpression | ts.ElementAccessExpression,
  carried: Carried,
): void {
  const optional = node.questionDotToken === undefined ? "" : "?.";
  if (ts.isPropertyAccessExpression(node)) {
    text(carried, `${optional === "" ? "." : optional}${node.name.text}`);
    return;
  }
  text(carried, `${optional}[`);
  addPart(site, node.argumentExpression, carried);
  text(carried, "]");
}

export function describeArguments(
  site: Site,
  args: ts.NodeArray<ts.Expression>,
  carried: Carried,
  isPure = false,
): void {
  text(carried, "(");
  args.forEach((arg, k) => {
    if (k > 0) text(carried, ", ");
    if (!isPure || !addTable(site, arg, carried)) addPart(site, arg, carried);
  });
  text(carried, ")");
}

/** An expression inside of carried text: as text where it is a literal or a library's name, else as a hole. */
export function addPart(
  site: Site,
  given: ts.Expression,
  carried: Carried,
): void {
  const node = bareExpression(given);
  if (ts.isSpreadElement(node)) {
    text(carried, "...");
    addPart(site, node.expression, carried);
  } else if (
    ts.isNumericLiteral(node) ||
    ts.isStringLiteralLike(node) ||
    ts.isRegularExpressionLiteral(node)
  ) {
    text(carried, node.getText());
  } else if (ts.isNewExpression(node) && !isSeenInside(site, node)) {
    describe(site, node, carried);
  } else if (isPlainList(site, node)) {
    // new Map([["a", 2]]), console.log([x, y]): nobody else has this array
    text(carried, "[");
    node.elements.forEach((one, k) => {
      if (k > 0) text(carried, ", ");
      addPart(site, one, carried);
    });
    text(carried, "]");
  } else if (ts.isObjectLiteralExpression(node) && isOfNewError(site, node)) {
    describeObject(site, node, carried);
  } else if (ts.isIdentifier(node) && isClassOrLibrary(site, node)) {
    addName(site, node, carried);
  } else {
    addHole(site, given, carried, lowerExpression(site, given));
  }
}

/** `console.log(new Vec(x, y))`: the object is one like others, and shown as such. */
const isSeenInside = (site: Site, node: ts.NewExpression): boolean =>
  isShown(site, node) && tyOfNode(site, node).kind === "record";

/** `{ code: 3, cause: error }` of an error that is made: nobody else has this object. */
function describeObject(
  site: Site,
  { properties }: ts.ObjectLiteralExpression,
  carried: Carried,
): void {
  text(carried, properties.length === 0 ? "{" : "{ ");
  properties.forEach((one, k) => {
    if (k > 0) text(carried, ", ");
    text(carried, `${one.name?.getText() ?? ""}: `);
    if (ts.isPropertyAssignment(one)) addPart(site, one.initializer, carried);
    else if (ts.isShorthandPropertyAssignment(one))
      addPart(site, one.name, carried);
  });
  text(carried, properties.length === 0 ? "}" : " }");
}

/** An array literal of scalars, or of such literals, that is handed to `new`, or that is only shown. */
function isPlainList(
  site: Site,
  node: ts.Expression,
): node is ts.ArrayLiteralExpression {
  if (!ts.isArrayLiteralExpression(node)) return false;
  let up = node.parent;
  while (ts.isArrayLiteralExpression(up) || ts.isAsExpression(up))
    up = up.parent;
  const isHandedOn =
    ts.isNewExpression(up) && /^(Map|Set)$/.test(up.expression.getText());
  return (
    node.elements.every(
      (one) => !ts.isSpreadElement(one) && !ts.isOmittedExpression(one),
    ) &&
    (isHandedOn || isShown(site, node))
  );
}

export function addHole(
  site: Site,
  node: ts.Expression,
  carried: Carried,
  value: Value,
): void {
  refuseFunction(site, node, value);
  refuseOwnText(site, node, value.ty);
  if (isRef(value.ty) && holdsFloat(value.ty)) {
    if (isShown(site, node)) return addShown(site, node, carried, value);
    refuseMemory(site, node);
  }
  carried.args.push(value);
  carried.parts.push("");
}

/** An array or object with numbers in it goes into code that nobody looks into. */
function refuseMemory({ ctx }: Site, node: ts.Expression): never {
  const call = node.parent;
  const known = ts.isCallExpression(call) ? wholeObject(call) : undefined;
  if (known !== undefined)
    return ctx.refuse(known.node, known.code, known.message, known.help);
  return ctx.refuse(
    node,
    "DC2111",
    "an array or object that holds numbers passes into code that is only carried",
    "pass the numbers one by one, or leave this out of the differentiated function",
  );
}

export function refuseCarried(site: Site, node: ts.Expression): never {
  return site.ctx.refuse(
    node,
    "DC2102",
    `${kindInWords(node)} is not carried`,
    "write it with arithmetic, calls, arrays and objects with named fields",
  );
}
