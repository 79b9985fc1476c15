import { ts } from "ts-morph";
import type { Edit, Parsed } from "./textEdits.js";

/**
 * `var square, cube; square = function (x) { ... };`: functions that get their names first and their bodies later, each
 * once, are declared where they have their bodies.
 */
export function withLateFunctions({ text, parsed }: Parsed): Edit[] {
  if (!/^\s*\w+\s*=\s*function\b/m.test(text)) return [];
  const file = parsed();
  const edits: Edit[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isSourceFile(node)) edits.push(...editsIn(node.statements, node));
    const isBody = ts.isBlock(node) && ts.isFunctionLike(node.parent);
    if (isBody) edits.push(...editsIn(node.statements, node));
    ts.forEachChild(node, visit);
  };
  visit(file);
  return edits;
}

function editsIn(statements: readonly ts.Statement[], scope: ts.Node): Edit[] {
  const late = new Map<string, ts.Statement>();
  for (const statement of statements) {
    const name = functionGiven(statement);
    if (name !== undefined && !late.has(name)) late.set(name, statement);
  }
  const edits: Edit[] = [];
  for (const statement of late.size === 0 ? [] : statements) {
    if (!ts.isVariableStatement(statement) || statement.modifiers) continue;
    const { declarations, flags } = statement.declarationList;
    if (flags & ts.NodeFlags.BlockScoped) continue;
    const moved = declarations.filter(
      ({ name, initializer }) =>
        initializer === undefined &&
        ts.isIdentifier(name) &&
        late.has(name.text) &&
        timesGiven(scope, name.text) === 1,
    );
    if (moved.length === 0) continue;
    edits.push(...withoutNames(statement, declarations, moved));
    for (const { name } of moved) {
      const at = late.get(name.getText())!.getStart();
      edits.push({ start: at, end: at, text: "var " });
    }
  }
  return edits;
}

/** `name = function ...` as a statement. */
function functionGiven(statement: ts.Statement): string | undefined {
  if (!ts.isExpressionStatement(statement)) return undefined;
  const { expression } = statement;
  return ts.isBinaryExpression(expression) &&
    expression.operatorToken.kind === ts.SyntaxKind.EqualsToken &&
    ts.isIdentifier(expression.left) &&
    ts.isFunctionExpression(expression.right)
    ? expression.left.text
    : undefined;
}

/** How often is something of this name declared or assigned, here or further inside? Twice is once too often. */
function timesGiven(scope: ts.Node, name: string): number {
  let times = 0;
  const visit = (node: ts.Node): void => {
    const isTarget =
      (ts.isBinaryExpression(node) &&
        node.operatorToken.kind >= ts.SyntaxKind.FirstAssignment &&
        node.operatorToken.kind <= ts.SyntaxKind.LastAssignment &&
        node.left.getText() === name) ||
      (ts.isParameter(node) && node.name.getText() === name) ||
      (ts.isVariableDeclaration(node) &&
        node.initializer !== undefined &&
        node.name.getText() === name);
    if (isTarget) times++;
    ts.forEachChild(node, visit);
  };
  visit(scope);
  return times;
}

function withoutNames(
  statement: ts.VariableStatement,
  all: readonly ts.VariableDeclaration[],
  moved: readonly ts.VariableDeclaration[],
): Edit[] {
  const lastKept = all.findLastIndex((one) => !moved.includes(one));
  if (lastKept < 0)
    return [{ start: statement.getStart(), end: statement.end, text: "" }];
  const edits: Edit[] = [];
  all.forEach((one, k) => {
    const next = all[k + 1];
    if (moved.includes(one) && k < lastKept && next !== undefined)
      edits.push({ start: one.getStart(), end: next.getStart(), text: "" });
  });
  const kept = all[lastKept]!;
  const end = all.at(-1)!.end;
  return end > kept.end
    ? [...edits, { start: kept.end, end, text: "" }]
    : edits;
}
