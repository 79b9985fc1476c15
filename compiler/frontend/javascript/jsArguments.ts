import { ts } from "ts-morph";
import type { Edit, Parsed } from "./textEdits.js";

/**
 * `arguments.length` and `arguments[1]` in a function of which every call passes the same number of arguments: that
 * number, and the parameter. The old words stay in a comment, by which later calls see that they matter.
 */
export function withoutArguments(
  { parsed }: Parsed,
  counts: ReadonlyMap<number, ReadonlySet<string>>,
): Edit[] {
  if (counts.size === 0) return [];
  const file = parsed();
  const edits: Edit[] = [];
  const visit = (node: ts.Node): void => {
    const known = ts.isFunctionLike(node) && counts.get(node.getStart());
    const [count, ...others] = known ? known : [];
    if (count !== undefined && others.length === 0)
      edits.push(...editsIn(node as ts.FunctionLikeDeclaration, count));
    ts.forEachChild(node, visit);
  };
  visit(file);
  return edits;
}

/** Does the function ask how many arguments it got? */
export const asksForArguments = (decl: ts.Node): boolean =>
  /\barguments\b/.test(decl.getText());

function editsIn(decl: ts.FunctionLikeDeclaration, count: string): Edit[] {
  const edits: Edit[] = [];
  let isPlain = true;
  const visit = (node: ts.Node): void => {
    if (ts.isFunctionLike(node) && !ts.isArrowFunction(node)) return;
    if (ts.isIdentifier(node) && node.text === "arguments") {
      const text = meaning(decl, node, Number(count));
      if (text === undefined) isPlain = false;
      else {
        const { parent } = node;
        const start = parent.getStart();
        edits.push({
          start,
          end: parent.end,
          text: `/* ${parent.getText()} */ ${text}`,
        });
      }
    }
    ts.forEachChild(node, visit);
  };
  if (decl.body !== undefined) ts.forEachChild(decl.body, visit);
  return isPlain ? edits : [];
}

function meaning(
  decl: ts.FunctionLikeDeclaration,
  node: ts.Identifier,
  count: number,
): string | undefined {
  const { parent } = node;
  if (isTarget(parent)) return undefined;
  if (ts.isPropertyAccessExpression(parent) && parent.expression === node)
    return parent.name.text === "length" ? String(count) : undefined;
  if (!ts.isElementAccessExpression(parent)) return undefined;
  if (!ts.isNumericLiteral(parent.argumentExpression)) return undefined;
  const k = Number(parent.argumentExpression.text);
  if (k >= count) return "undefined";
  const name = decl.parameters[k]?.name;
  // in sloppy mode the two are one; assigned, they may or may not be
  return name && ts.isIdentifier(name) && !isAssigned(decl, name.text)
    ? name.text
    : undefined;
}

function isTarget(node: ts.Node): boolean {
  const { parent } = node;
  return (
    (ts.isBinaryExpression(parent) &&
      parent.left === node &&
      parent.operatorToken.kind >= ts.SyntaxKind.FirstAssignment &&
      parent.operatorToken.kind <= ts.SyntaxKind.LastAssignment) ||
    ts.isPrefixUnaryExpression(parent) ||
    ts.isPostfixUnaryExpression(parent)
  );
}

export function isAssigned(decl: ts.Node, name: string): boolean {
  let found = false;
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node) && node.text === name)
      found ||= isTarget(node) || isDeclaredAgain(node) || isInPattern(node);
    ts.forEachChild(node, visit);
  };
  visit(decl);
  return found;
}

/** `var a = a || 1` */
const isDeclaredAgain = ({ parent }: ts.Identifier): boolean =>
  ts.isVariableDeclaration(parent) && parent.initializer !== undefined;

/** `[a, b] = [b, a]`, `for (a of list)` */
function isInPattern(node: ts.Node): boolean {
  const { parent } = node;
  if (ts.isForOfStatement(parent) || ts.isForInStatement(parent))
    return parent.initializer === node;
  if (ts.isBinaryExpression(parent)) return isTarget(node) && isList(node);
  const isPart =
    isList(parent) ||
    ts.isPropertyAssignment(parent) ||
    ts.isShorthandPropertyAssignment(parent);
  return isPart && isInPattern(parent);
}

const isList = (node: ts.Node): boolean =>
  ts.isArrayLiteralExpression(node) || ts.isObjectLiteralExpression(node);
