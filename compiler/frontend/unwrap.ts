import { ts } from "ts-morph";
import type { Edit, Parsed } from "./textEdits.js";

/**
 * Takes the wrapper of a module away, so that its functions stand at the top level and its exports can be seen:
 *
 *     (function (root, factory) { ... factory(exports, require("a")) ... })(this, function (exports, a) { BODY });
 *     (function () { BODY })();
 *
 * become BODY, with `var a = require("a")` before it and `module.exports = ` for its last `return`.
 */
export function unwrapped({ text, parsed }: Parsed): Edit[] {
  if (!startsWithCall(text)) return [];
  const file = parsed();
  const [only, second] = file.statements.filter(
    (one) =>
      !ts.isEmptyStatement(one) &&
      !(ts.isExpressionStatement(one) && ts.isStringLiteral(one.expression)),
  );
  if (only === undefined || second !== undefined) return [];
  const call = ts.isExpressionStatement(only) && calledIn(only.expression);
  if (!call) return [];
  const wrapper = functionIn(call.expression);
  if (wrapper === undefined) return [];
  const filled = exportsGiven(wrapper, call);
  if (filled !== undefined)
    return [...editsFor(only, wrapper, ""), ...asExports(wrapper, filled)];
  const factory = call.arguments.map(functionIn).find((one) => one?.body);
  if (factory === undefined)
    return call.arguments.length === 0 || wrapper.parameters.length === 0
      ? editsFor(only, wrapper, "")
      : [];
  const given = argumentsOfFactory(wrapper, call, factory);
  const lines = factory.parameters.map(({ name }, k) => {
    const text = given?.[k]?.getText() ?? "";
    if (!ts.isIdentifier(name)) return undefined;
    if (name.text === text || name.text === "exports") return "";
    return text.startsWith("require(")
      ? `var ${name.text} = ${text};`
      : undefined;
  });
  if (lines.includes(undefined)) return [];
  return editsFor(only, factory, lines.join(""));
}

/** Is the first code a `(`, `!`, `+` or `;`? Comment by comment: one pattern for all of them would try every way. */
function startsWithCall(text: string): boolean {
  const skipped = /\s+|\/\/.*|\/\*[^]*?\*\/|["']use strict["'];?/y;
  let at = 0;
  while (skipped.test(text)) at = skipped.lastIndex;
  return "(!+;".includes(text.charAt(at) || " ");
}

/** The call in `!function () {}()`, `(function () {}())`, `(function () {}).call(this)`. */
function calledIn(given: ts.Expression): ts.CallExpression | undefined {
  const node = inner(given);
  return ts.isCallExpression(node) ? node : undefined;
}

function inner(node: ts.Expression): ts.Expression {
  if (ts.isParenthesizedExpression(node)) return inner(node.expression);
  if (ts.isPrefixUnaryExpression(node) || ts.isVoidExpression(node))
    return inner(ts.isVoidExpression(node) ? node.expression : node.operand);
  return node;
}

function functionIn(
  given: ts.Expression,
): ts.FunctionExpression | ts.ArrowFunction | undefined {
  const node = inner(given);
  if (ts.isFunctionExpression(node) || ts.isArrowFunction(node))
    return ts.isBlock(node.body) ? node : undefined;
  // f.call(this)
  return ts.isPropertyAccessExpression(node) && node.name.text === "call"
    ? functionIn(node.expression)
    : undefined;
}

/** What the wrapper calls the factory with where it finds `module.exports` or `exports`. */
function argumentsOfFactory(
  wrapper: ts.FunctionExpression | ts.ArrowFunction,
  call: ts.CallExpression,
  factory: ts.Node,
): readonly ts.Expression[] | undefined {
  const place = call.arguments.findIndex((one) => inner(one) === factory);
  const name = wrapper.parameters[place]?.name.getText();
  let found: readonly ts.Expression[] | undefined;
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && node.expression.getText() === name)
      found ??= node.arguments;
    ts.forEachChild(node, visit);
  };
  visit(wrapper.body);
  return found;
}

/** `(function (global) { global.f = ... })(typeof module === "undefined" ? this : module.exports)`: what is filled. */
function exportsGiven(
  { parameters }: ts.FunctionExpression | ts.ArrowFunction,
  call: ts.CallExpression,
): string | undefined {
  const [parameter, ...others] = parameters;
  const [argument, ...more] = call.arguments;
  if (parameter === undefined || argument === undefined) return undefined;
  if (others.length > 0 || more.length > 0) return undefined;
  const given = inner(argument);
  if (!ts.isConditionalExpression(given)) return undefined;
  const arms = [given.whenTrue, given.whenFalse].map((arm) => arm.getText());
  return arms.some((arm) => arm === "exports" || arm === "module.exports")
    ? parameter.name.getText()
    : undefined;
}

/** `global.f` is `exports.f`. */
function asExports(wrapper: ts.Node, name: string): Edit[] {
  const edits: Edit[] = [];
  const visit = (node: ts.Node): void => {
    if (
      ts.isPropertyAccessExpression(node) &&
      ts.isIdentifier(node.expression) &&
      node.expression.text === name
    ) {
      const { expression } = node;
      const start = expression.getStart();
      edits.push({ start, end: expression.end, text: "exports" });
    }
    ts.forEachChild(node, visit);
  };
  visit(wrapper);
  return edits;
}

function editsFor(
  whole: ts.Statement,
  { body }: ts.FunctionExpression | ts.ArrowFunction,
  before: string,
): Edit[] {
  if (!ts.isBlock(body)) return [];
  const edits: Edit[] = [
    { start: whole.getStart(), end: body.getStart() + 1, text: before },
    { start: body.end - 1, end: whole.end, text: "" },
  ];
  for (const statement of body.statements) {
    if (!ts.isReturnStatement(statement)) continue;
    if (statement.expression === undefined) return [];
    edits.push({
      start: statement.getStart(),
      end: statement.expression.getStart(),
      text: "module.exports = ",
    });
  }
  return edits;
}
