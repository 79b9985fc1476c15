import { ts } from "ts-morph";
import { isAssigned } from "./jsArguments.js";
import type { Edit, Parsed } from "./textEdits.js";

/**
 * Parameters that a function of JavaScript takes from `arguments`, as parameters:
 *
 *     function f(a) { var k = arguments.length > 1 && arguments[1] !== undefined ? arguments[1] : 2; ... }
 *     function max() { for (var i = 0; i < arguments.length; i++) ... arguments[i] ... }
 *
 * become `f(a, k = 2)`, as it was before a compiler made it older, and `max(...arguments_)`. What looks at nothing but
 * the number of arguments, or at parameters that have names, is left to `withoutArguments`.
 */
export function withArgumentLists({ text, parsed }: Parsed): Edit[] {
  if (!/\barguments\b/.test(text)) return [];
  const file = parsed();
  const edits: Edit[] = [];
  const visit = (node: ts.Node): void => {
    if (hasOwnArguments(node)) edits.push(...editsFor(node));
    ts.forEachChild(node, visit);
  };
  visit(file);
  return edits;
}

type Taking = ts.FunctionLikeDeclaration & { readonly body: ts.Block };

const hasOwnArguments = (node: ts.Node): node is Taking =>
  (ts.isFunctionDeclaration(node) ||
    ts.isFunctionExpression(node) ||
    ts.isMethodDeclaration(node) ||
    ts.isConstructorDeclaration(node)) &&
  node.body !== undefined;

function editsFor(fn: Taking): Edit[] {
  const uses = argumentsIn(fn);
  if (uses.length === 0) return [];
  const names = fn.parameters.map(({ name, initializer, dotDotDotToken }) =>
    ts.isIdentifier(name) && !initializer && !dotDotDotToken
      ? name.text
      : undefined,
  );
  if (names.includes(undefined)) return [];
  const defaults = defaultsIn(fn);
  if (defaults !== undefined && uses.length === 3 * defaults.length)
    return asDefaults(fn, defaults);
  const isNamed = uses.every((use) => namesOne(use, fn.parameters.length));
  if (isNamed) return [];
  // where the two are one
  const isShared = names.some((name) => name && isAssigned(fn, name));
  if (isShared && !isStrict(fn.getSourceFile())) return [];
  const inside = uses.map(meaning);
  if (inside.includes(undefined)) return [];
  return [
    ...inside.flatMap((one) => one ?? []),
    ...asList(fn, names as readonly string[]),
  ];
}

/** In strict mode `arguments` does not change with the parameters. */
const isStrict = (file: ts.SourceFile): boolean =>
  file.statements.some(
    (one, k) =>
      ts.isImportDeclaration(one) ||
      ts.isExportDeclaration(one) ||
      ts.isExportAssignment(one) ||
      (k === 0 && /^["']use strict["']/.test(one.getText())),
  );

/** The places where a function names its own `arguments`. */
function argumentsIn(fn: Taking): ts.Identifier[] {
  const found: ts.Identifier[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isFunctionLike(node) && !ts.isArrowFunction(node)) return;
    const isName =
      ts.isIdentifier(node) &&
      node.text === "arguments" &&
      !(
        ts.isPropertyAccessExpression(node.parent) && node.parent.name === node
      );
    if (isName) found.push(node);
    ts.forEachChild(node, visit);
  };
  ts.forEachChild(fn.body, visit);
  return found;
}

// ---- defaults ----

interface Default {
  readonly declaration: ts.VariableDeclaration;
  readonly value: ts.Expression;
}

/** The declarations at the start of a body that are parameters with defaults, in their order. */
function defaultsIn(fn: Taking): Default[] | undefined {
  const found: Default[] = [];
  for (const statement of fn.body.statements) {
    if (
      ts.isExpressionStatement(statement) &&
      ts.isStringLiteral(statement.expression)
    )
      continue;
    if (!ts.isVariableStatement(statement)) break;
    const { declarations } = statement.declarationList;
    const all = declarations.map((one, k) =>
      defaultOf(one, fn.parameters.length + found.length + k),
    );
    if (all.includes(undefined)) break;
    found.push(...all.flatMap((one) => one ?? []));
  }
  return found.length > 0 ? found : undefined;
}

/** `k = arguments.length > 1 && arguments[1] !== undefined ? arguments[1] : 2` */
function defaultOf(
  declaration: ts.VariableDeclaration,
  place: number,
): Default | undefined {
  const { name, initializer } = declaration;
  if (!ts.isIdentifier(name) || initializer === undefined) return undefined;
  if (!ts.isConditionalExpression(initializer)) return undefined;
  const { condition, whenTrue, whenFalse } = initializer;
  const asked = condition
    .getText()
    .replace(/\s/g, "")
    .replace("void0", "undefined");
  const given = `arguments[${place}]`;
  const isIt =
    asked === `arguments.length>${place}&&${given}!==undefined` &&
    whenTrue.getText() === given;
  return isIt ? { declaration, value: whenFalse } : undefined;
}

function asDefaults(fn: Taking, defaults: readonly Default[]): Edit[] {
  const list = defaults
    .map(
      ({ declaration, value }) =>
        `${declaration.name.getText()} = ${value.getText()}`,
    )
    .join(", ");
  const last = fn.parameters.at(-1);
  const at = last === undefined ? fn.parameters.pos : last.end;
  const whole = new Set(
    defaults.map(({ declaration }) => declaration.parent.parent),
  );
  return [
    { start: at, end: at, text: last === undefined ? list : `, ${list}` },
    ...[...whole].map((statement) => ({
      start: statement.getStart(),
      end: statement.end,
      text: "",
    })),
  ];
}

// ---- a list ----

/** Does it ask for a parameter that has a name, or for the number of arguments? */
function namesOne({ parent }: ts.Identifier, count: number): boolean {
  if (ts.isPropertyAccessExpression(parent))
    return parent.name.text === "length";
  return (
    ts.isElementAccessExpression(parent) &&
    ts.isNumericLiteral(parent.argumentExpression) &&
    Number(parent.argumentExpression.text) < count
  );
}

const list = "arguments_";

/** What stands for a use of `arguments`: nothing may write into it or hand it on. */
function meaning(use: ts.Identifier): Edit[] | undefined {
  const { parent } = use;
  const named: Edit = { start: use.getStart(), end: use.end, text: list };
  if (ts.isPropertyAccessExpression(parent))
    return parent.name.text === "length" ? [named] : undefined;
  if (ts.isElementAccessExpression(parent) && parent.expression === use)
    return isRead(parent) ? [named] : undefined;
  if (ts.isSpreadElement(parent) || ts.isForOfStatement(parent)) return [named];
  if (!ts.isCallExpression(parent)) return undefined;
  const callee = parent.expression.getText().replace(/\s/g, "");
  const [first, from, ...more] = parent.arguments;
  if (first !== use || more.length > 0) return undefined;
  const isSlice =
    callee === "Array.prototype.slice.call" || callee === "[].slice.call";
  if (!isSlice && (callee !== "Array.from" || from !== undefined))
    return undefined;
  const text = `${list}.slice(${from?.getText() ?? ""})`;
  return [{ start: parent.getStart(), end: parent.end, text }];
}

function isRead(node: ts.ElementAccessExpression): boolean {
  const { parent } = node;
  if (ts.isPrefixUnaryExpression(parent) || ts.isPostfixUnaryExpression(parent))
    return (
      parent.operator !== ts.SyntaxKind.PlusPlusToken &&
      parent.operator !== ts.SyntaxKind.MinusMinusToken
    );
  if (!ts.isBinaryExpression(parent) || parent.left !== node) return true;
  const { kind } = parent.operatorToken;
  return (
    kind < ts.SyntaxKind.FirstAssignment || kind > ts.SyntaxKind.LastAssignment
  );
}

function asList(fn: Taking, names: readonly string[]): Edit[] {
  const { parameters, body } = fn;
  const last = parameters.at(-1);
  const start = parameters[0]?.getStart() ?? parameters.pos;
  const end = last?.end ?? parameters.pos;
  const taken = names.map((name, k) => `${name} = ${list}[${k}]`).join(", ");
  const at = body.getStart() + 1;
  return [
    { start, end, text: `...${list}` },
    ...(taken === "" ? [] : [{ start: at, end: at, text: ` var ${taken};` }]),
  ];
}
