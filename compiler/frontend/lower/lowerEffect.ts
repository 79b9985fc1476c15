import { ts } from "ts-morph";
import { lowerAssignment, lowerUpdate } from "./lowerAssign.js";
import { lowerCall } from "./functions/lowerCalls.js";
import { lowerCondition } from "./control/lowerConditions.js";
import { lowerExpression } from "./lowerExpressions.js";
import { branch } from "./control/lowerJoin.js";
import { isAssignment, isUpdate } from "../syntax/scan.js";
import { op, type Site } from "./lowerSite.js";
import { lowerNullable } from "./values/lowerOptional.js";

/** An expression whose value nobody looks at: `x = 1;`, `f();`, `ok && g();` */
export function lowerEffect(site: Site, node: ts.Expression): void {
  if (
    ts.isParenthesizedExpression(node) ||
    ts.isVoidExpression(node) ||
    ts.isNonNullExpression(node)
  ) {
    lowerEffect(site, node.expression);
  } else if (isAssignment(node)) {
    lowerAssignment(site, node, undefined, true);
  } else if (isUpdate(node)) {
    lowerUpdate(site, node);
  } else if (ts.isCallExpression(node) && !ts.isOptionalChain(node)) {
    lowerCall(site, node, undefined);
  } else if (ts.isConditionalExpression(node)) {
    const condition = lowerCondition(site, node.condition);
    branch(
      site,
      node,
      condition,
      [],
      () => lowerEffect(site, node.whenTrue),
      () => lowerEffect(site, node.whenFalse),
    );
  } else if (
    ts.isBinaryExpression(node) &&
    isSequencing(node.operatorToken.kind)
  ) {
    lowerSequence(site, node);
  } else {
    lowerExpression(site, node);
  }
}

const isSequencing = (kind: ts.SyntaxKind): boolean =>
  kind === ts.SyntaxKind.CommaToken ||
  kind === ts.SyntaxKind.AmpersandAmpersandToken ||
  kind === ts.SyntaxKind.BarBarToken ||
  kind === ts.SyntaxKind.QuestionQuestionToken;

function lowerSequence(site: Site, node: ts.BinaryExpression): void {
  const kind = node.operatorToken.kind;
  if (kind === ts.SyntaxKind.CommaToken) {
    lowerEffect(site, node.left);
    lowerEffect(site, node.right);
    return;
  }
  const right = (): void => lowerEffect(site, node.right);
  const nothing = (): void => undefined;
  if (kind === ts.SyntaxKind.QuestionQuestionToken) {
    const left = lowerNullable(site, node.left);
    const missing = op(site, node, "isNil", [left]);
    branch(site, node, missing, [], right, nothing);
    return;
  }
  const truth = lowerCondition(site, node.left);
  if (kind === ts.SyntaxKind.AmpersandAmpersandToken)
    branch(site, node, truth, [], right, nothing);
  else branch(site, node, truth, [], nothing, right);
}
