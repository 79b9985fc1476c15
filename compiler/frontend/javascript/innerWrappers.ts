import { ts } from "ts-morph";
import { eachNode, eachWritten, isFunctionNode } from "../syntax/scan.js";
import type { Edit, Parsed } from "./textEdits.js";

/**
 * Functions that are called where they stand, among the statements of a module, as those statements:
 *
 *     var lib = {};
 *     (function (global) {
 *       var square = function (x) { return x * x; };
 *       global.area = function (r) { return Math.PI * square(r); };
 *     })(lib);
 *
 * Their variables get other names where the file has the same ones elsewhere; their parameters have those of what is
 * passed. And `var lib = lib || {}` is `{}`: there was none before.
 */
export function withoutInnerWrappers({ text, parsed }: Parsed): Edit[] {
  if (!/\}\s*(\)\s*\(|\()[\w$\s.,]*\)\s*\)?/.test(text) && !/\|\|/.test(text))
    return [];
  const file = parsed();
  const wrappers = file.statements.flatMap((one) => wrapperIn(one) ?? []);
  const edits = wrappers.flatMap((one, k) => opened(file, one, k + 1));
  return [...edits, ...file.statements.flatMap(withoutEarlier)];
}

interface Wrapper {
  readonly statement: ts.Statement;
  readonly body: ts.Block;
  /** Parameters that have another name than what is passed. */
  readonly given: ReadonlyMap<string, string>;
}

function wrapperIn(statement: ts.Statement): Wrapper | undefined {
  if (!ts.isExpressionStatement(statement)) return undefined;
  const call = inner(statement.expression);
  if (!ts.isCallExpression(call)) return undefined;
  const fn = inner(call.expression);
  if (!ts.isFunctionExpression(fn) && !ts.isArrowFunction(fn)) return undefined;
  if (!ts.isBlock(fn.body) || fn.modifiers?.length) return undefined;
  if (fn.name !== undefined || hasOwnWays(fn.body)) return undefined;
  if (!ts.isArrowFunction(fn) && fn.asteriskToken) return undefined;
  if (call.arguments.length !== fn.parameters.length) return undefined;
  const given = new Map<string, string>();
  for (const [k, { name, initializer, dotDotDotToken }] of [
    ...fn.parameters,
  ].entries()) {
    const passed = call.arguments[k];
    if (!ts.isIdentifier(name) || !passed || !ts.isIdentifier(passed))
      return undefined;
    if (initializer ?? dotDotDotToken) return undefined;
    if (isAssigned(fn.body, name.text)) return undefined;
    given.set(name.text, passed.text);
  }
  return { statement, body: fn.body, given };
}

function inner(node: ts.Expression): ts.Expression {
  if (ts.isParenthesizedExpression(node)) return inner(node.expression);
  return ts.isPrefixUnaryExpression(node) &&
    node.operator === ts.SyntaxKind.ExclamationToken
    ? inner(node.operand)
    : node;
}

/** `return`, `this` and `arguments` are of the function itself. */
function hasOwnWays(body: ts.Block): boolean {
  let found = false;
  eachNode(
    body,
    (node) => {
      found ||=
        ts.isReturnStatement(node) ||
        node.kind === ts.SyntaxKind.ThisKeyword ||
        (ts.isIdentifier(node) && /^(arguments|eval)$/.test(node.text));
    },
    (node) => !isFunctionNode(node) || ts.isArrowFunction(node),
  );
  return found;
}

function isAssigned(body: ts.Block, name: string): boolean {
  let found = false;
  eachNode(body, (node) => {
    const { name: own } = node as { name?: ts.Node };
    const isOwn =
      own && ts.isIdentifier(own) && own.text === name && !isMember(own);
    found ||= Boolean(isOwn);
  });
  eachWritten(body, (target) => (found ||= target.getText() === name));
  return found;
}

function opened(
  file: ts.SourceFile,
  { statement, body, given }: Wrapper,
  count: number,
): Edit[] {
  const outside = namesIn(file, statement);
  const names = new Map(given);
  let isClear = true;
  for (const one of declaredIn(body)) {
    if (!outside.has(one)) continue;
    const other = `${one}$${count}`;
    isClear &&= !file.text.includes(other);
    names.set(one, other);
  }
  // what is passed must not mean something else inside
  const inside = declaredAnywhere(body);
  for (const one of given.values()) isClear &&= !inside.has(one);
  const renamed: Edit[] = [];
  eachNode(body, (node) => {
    if (!ts.isIdentifier(node) || isMember(node)) return;
    const other = names.get(node.text);
    if (other === undefined || other === node.text) return;
    if (ts.isShorthandPropertyAssignment(node.parent)) isClear = false;
    if (ts.isBindingElement(node.parent) && !node.parent.propertyName)
      isClear &&= ts.isArrayBindingPattern(node.parent.parent);
    renamed.push({ start: node.getStart(), end: node.end, text: other });
  });
  return isClear
    ? [
        {
          start: statement.getStart(),
          end: body.getStart() + 1,
          text: "",
        },
        ...renamed,
        { start: body.end - 1, end: statement.end, text: "" },
      ]
    : [];
}

/** The names that a file mentions outside of a statement. */
function namesIn(
  file: ts.SourceFile,
  without: ts.Statement,
): ReadonlySet<string> {
  const names = new Set<string>();
  eachNode(
    file,
    (node) => {
      if (ts.isIdentifier(node) && !isMember(node)) names.add(node.text);
    },
    (node) => node !== without,
  );
  return names;
}

/** The names that stand for something in the function itself: its variables, functions and classes. */
function declaredIn(body: ts.Block): ReadonlySet<string> {
  const names = new Set<string>();
  eachNode(
    body,
    (node) => {
      const isOne =
        ts.isVariableDeclaration(node) ||
        ts.isBindingElement(node) ||
        ts.isFunctionDeclaration(node) ||
        ts.isClassDeclaration(node);
      if (isOne && node.name && ts.isIdentifier(node.name))
        names.add(node.name.text);
    },
    (node) => !isFunctionNode(node),
  );
  // of a function declaration the name is of the body around it
  for (const one of body.statements)
    if (ts.isFunctionDeclaration(one) && one.name) names.add(one.name.text);
  return names;
}

function declaredAnywhere(body: ts.Block): ReadonlySet<string> {
  const names = new Set<string>();
  eachNode(body, (node) => {
    const { name } = node as { name?: ts.Node };
    if (name && ts.isIdentifier(name) && !isMember(name)) names.add(name.text);
  });
  return names;
}

const isMember = (node: ts.Identifier): boolean => {
  const { parent } = node;
  return (
    (ts.isPropertyAccessExpression(parent) && parent.name === node) ||
    (ts.isPropertyAssignment(parent) && parent.name === node) ||
    (ts.isMethodDeclaration(parent) && parent.name === node) ||
    (ts.isPropertyDeclaration(parent) && parent.name === node) ||
    (ts.isAccessor(parent) && parent.name === node) ||
    (ts.isBindingElement(parent) && parent.propertyName === node) ||
    ts.isLabeledStatement(parent) ||
    ts.isBreakOrContinueStatement(parent)
  );
};

/** `var lib = lib || {}` */
function withoutEarlier(one: ts.Statement): Edit[] {
  if (!ts.isVariableStatement(one)) return [];
  if (one.declarationList.flags & ts.NodeFlags.BlockScoped) return [];
  const [first, ...others] = one.declarationList.declarations;
  const value = first?.initializer;
  const isIt =
    others.length === 0 &&
    value &&
    ts.isBinaryExpression(value) &&
    value.operatorToken.kind === ts.SyntaxKind.BarBarToken &&
    value.left.getText() === first.name.getText() &&
    ts.isObjectLiteralExpression(value.right);
  return isIt
    ? [{ start: value.getStart(), end: value.right.getStart(), text: "" }]
    : [];
}
