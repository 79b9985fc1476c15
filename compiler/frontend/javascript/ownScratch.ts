import { ts } from "ts-morph";
import type { Edit, Parsed } from "./textEdits.js";

/**
 * A function with variables of its own that live on from call to call, or several with functions of their own:
 *
 *     var turn = (function () { var tmp = [0, 0]; return function (a) { ... tmp ... }; })();
 *     var lib = (function () { function f() { ... } return { f: f }; })();
 *     var wave = (function () { function f() { ... } return repeated(f, 2); })();
 *
 * They are variables of the module that nobody else sees, and are written as such: `var tmp = [0, 0]; var turn = function
 * (a) { ... };`. Those that another name in the module is like are renamed.
 */
export function withoutOwnScratch({ text, parsed }: Parsed): Edit[] {
  if (!/return\s+(function|\{|[\w$]+\()/.test(text)) return [];
  const file = parsed();
  const edits: Edit[] = [];
  for (const statement of file.statements) {
    const made = madeBy(statement);
    const found = made && editsFor(file, statement, made, edits.length);
    if (found !== undefined) edits.push(...found);
  }
  return edits;
}

/** The value that a statement at the top of a module gives to one name. */
function madeBy(statement: ts.Statement): ts.Expression | undefined {
  if (ts.isVariableStatement(statement)) {
    const [one, ...others] = statement.declarationList.declarations;
    return others.length === 0 ? one?.initializer : undefined;
  }
  if (!ts.isExpressionStatement(statement)) return undefined;
  const { expression } = statement;
  const isExport =
    ts.isBinaryExpression(expression) &&
    expression.operatorToken.kind === ts.SyntaxKind.EqualsToken &&
    /^(module\.)?exports\b/.test(expression.left.getText());
  return isExport ? expression.right : undefined;
}

function editsFor(
  file: ts.SourceFile,
  statement: ts.Statement,
  made: ts.Expression,
  count: number,
): Edit[] | undefined {
  const body = wrapperBody(made);
  const last = body?.statements.at(-1);
  if (!body || !last || !ts.isReturnStatement(last)) return undefined;
  const fn = last.expression;
  const isGiven =
    fn !== undefined &&
    (ts.isFunctionExpression(fn) ||
      ts.isObjectLiteralExpression(fn) ||
      isMade(fn));
  if (!isGiven) return undefined;
  const before = body.statements.slice(0, -1);
  if (before.length === 0 || !before.every(isDeclaration)) return undefined;
  const names = before.flatMap(namesOf);
  const renamed = renamings(file, body, names, count);
  if (renamed === undefined) return undefined;
  const head = file.text.slice(statement.getStart(), made.getStart());
  return [
    { start: statement.getStart(), end: body.getStart() + 1, text: "" },
    { start: last.getStart(), end: fn.getStart(), text: head },
    { start: fn.end, end: statement.end, text: ";" },
    ...renamed,
  ];
}

/** `wrapped(f, g)`, of names and constants */
const isMade = (node: ts.Expression): boolean =>
  ts.isCallExpression(node) &&
  ts.isIdentifier(node.expression) &&
  node.arguments.every(
    (one) =>
      ts.isIdentifier(one) || ts.isLiteralExpression(one) || isNegative(one),
  );

const isNegative = (node: ts.Expression): boolean =>
  ts.isPrefixUnaryExpression(node) && ts.isNumericLiteral(node.operand);

/** What runs in `(function () { ... })()`. */
function wrapperBody(given: ts.Expression): ts.Block | undefined {
  let node = given;
  while (ts.isParenthesizedExpression(node)) node = node.expression;
  if (!ts.isCallExpression(node) || node.arguments.length > 0) return undefined;
  let fn: ts.Expression = node.expression;
  while (ts.isParenthesizedExpression(fn)) fn = fn.expression;
  if (!ts.isFunctionExpression(fn) && !ts.isArrowFunction(fn)) return undefined;
  const isPlain = fn.parameters.length === 0 && fn.modifiers === undefined;
  return isPlain && ts.isBlock(fn.body) ? fn.body : undefined;
}

/** It runs once, wherever it stands at the top of a module. */
const isDeclaration = (statement: ts.Statement): boolean =>
  ts.isFunctionDeclaration(statement) ||
  ts.isClassDeclaration(statement) ||
  ts.isEmptyStatement(statement) ||
  (ts.isExpressionStatement(statement) &&
    (ts.isStringLiteral(statement.expression) ||
      /^\w+\.prototype\.\w+\s*=/.test(statement.getText()))) ||
  (ts.isVariableStatement(statement) &&
    statement.declarationList.declarations.every(
      (one) => ts.isIdentifier(one.name) && one.initializer !== undefined,
    ));

function namesOf(statement: ts.Statement): string[] {
  if (ts.isFunctionDeclaration(statement) || ts.isClassDeclaration(statement))
    return statement.name === undefined ? [] : [statement.name.text];
  return ts.isVariableStatement(statement)
    ? statement.declarationList.declarations.map((one) => one.name.getText())
    : [];
}

/** Undefined where a name means something else further inside. */
function renamings(
  file: ts.SourceFile,
  body: ts.Block,
  names: readonly string[],
  count: number,
): Edit[] | undefined {
  const edits: Edit[] = [];
  const declared = new Map<string, number>();
  const outside = new Set<string>();
  const inside: ts.Identifier[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node) && names.includes(node.text) && !isKey(node)) {
      const isInside = body.pos <= node.pos && node.end <= body.end;
      if (isInside) inside.push(node);
      else outside.add(node.text);
      const { parent } = node;
      const isOwn =
        (ts.isVariableDeclaration(parent) ||
          ts.isParameter(parent) ||
          ts.isBindingElement(parent) ||
          ts.isFunctionLike(parent)) &&
        parent.name === node;
      if (isInside && isOwn)
        declared.set(node.text, (declared.get(node.text) ?? 0) + 1);
      if (isInside && ts.isShorthandPropertyAssignment(parent))
        declared.set(node.text, 2);
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  if ([...declared.values()].some((times) => times > 1)) return undefined;
  for (const node of inside)
    if (outside.has(node.text))
      edits.push({
        start: node.getStart(),
        end: node.end,
        text: `${node.text}_${count}`,
      });
  return edits;
}

/** `a.name`, `{ name: 1 }` */
const isKey = (node: ts.Identifier): boolean =>
  (ts.isPropertyAccessExpression(node.parent) && node.parent.name === node) ||
  (ts.isPropertyAssignment(node.parent) && node.parent.name === node);
