import { ts } from "ts-morph";
import { asExports } from "./ownExports.js";
import type { Edit, Parsed } from "./textEdits.js";

/**
 * Takes the wrapper of a module away, so that its functions stand at the top level and its exports can be seen:
 *
 *     (function (root, factory) { ... factory(exports, require("a")) ... })(this, function (exports, a) { BODY });
 *     (function () { BODY })();
 *
 * become BODY, with `var a = require("a")` before it and `module.exports = ` for its last `return`. What a factory calls its
 * exports is `exports`.
 */
export function unwrapped({ text, parsed }: Parsed): Edit[] {
  if (!startsWithCall(text)) return [];
  const file = parsed();
  const ahead: ts.Statement[] = [];
  const [only, second] = file.statements.filter((one) => {
    if (isBareVariable(one)) ahead.push(one);
    return (
      !ts.isEmptyStatement(one) &&
      !isBareVariable(one) &&
      !(ts.isExpressionStatement(one) && ts.isStringLiteral(one.expression))
    );
  });
  if (only === undefined || second !== undefined) return [];
  const call = ts.isExpressionStatement(only) && calledIn(only.expression);
  if (!call) return [];
  const wrapper = functionIn(call.expression);
  if (wrapper === undefined) return [];
  const [handed] = call.arguments;
  const [taker] = wrapper.parameters;
  if (handed && taker && isExporter(handed) && call.arguments.length === 1)
    return [
      ...editsFor(only, wrapper, ""),
      ...asExported(wrapper, taker.name.getText()),
    ];
  const factory = call.arguments.map(functionIn).find((one) => one?.body);
  if (factory === undefined) {
    const own = wrapper.parameters.map((one, k) =>
      variableFor(one, call.arguments[k]),
    );
    return own.includes(undefined) || call.arguments.some(ts.isSpreadElement)
      ? []
      : editsFor(only, wrapper, own.join(""));
  }
  const given = argumentsOfFactory(wrapper, call, factory);
  const lines = factory.parameters.map(({ name }, k) => {
    const text = given?.[k]?.getText() ?? "";
    if (!ts.isIdentifier(name)) return undefined;
    if (name.text === text || name.text === "exports") return "";
    if (/^(module\.)?exports$/.test(text)) return "";
    return text.startsWith("require(")
      ? `var ${name.text} = ${text};`
      : undefined;
  });
  if (lines.includes(undefined)) return [];
  const names = factory.parameters.map(({ name }) => name.getText());
  const renamed = factory.parameters.map(({ name }, k) =>
    /^(module\.)?exports$/.test(given?.[k]?.getText() ?? "")
      ? asExports(factory.body, name.getText(), name)
      : [],
  );
  if (renamed.includes(undefined)) return [];
  return [
    ...renamed.flatMap((one) => one ?? []),
    ...ahead
      .filter((one) => isBareVariable(one, names))
      .map((one) => ({ start: one.getStart(), end: one.end, text: "" })),
    ...editsFor(only, factory, lines.join("")),
  ];
}

/** `var LIB;`, which is the whole in a browser, where the wrapper is called with it. */
function isBareVariable(
  one: ts.Statement,
  names?: readonly string[],
): one is ts.VariableStatement {
  return (
    ts.isVariableStatement(one) &&
    one.declarationList.declarations.every(
      ({ name, initializer }) =>
        ts.isIdentifier(name) &&
        !initializer &&
        (names?.includes(name.text) ?? true),
    )
  );
}

/** `(function (lib, M, undef) { ... })(this, Math)`: a parameter as the variable that it is. */
function variableFor(
  { name, initializer }: ts.ParameterDeclaration,
  given: ts.Expression | undefined,
): string | undefined {
  if (!ts.isIdentifier(name) || initializer !== undefined) return undefined;
  const text = given?.getText() ?? "undefined";
  if (name.text === text) return "";
  // typeof module === "undefined" ? this : module.exports
  const isModule =
    text === "this" || (given !== undefined && isOfModule(given));
  if (name.text === "exports" && isModule) return "";
  if (/^(exports|module|require)$/.test(name.text)) return undefined;
  return `var ${name.text} = ${isModule ? "module.exports" : text};`;
}

/** `exports`, `module.exports`, or a choice of which one arm is that. */
function isOfModule(given: ts.Expression): boolean {
  const node = inner(given);
  return ts.isConditionalExpression(node)
    ? isOfModule(node.whenTrue) || isOfModule(node.whenFalse)
    : /^(module\.)?exports$/.test(node.getText());
}

/** Is the first code a `(`, `!`, `+` or `;`? Comment by comment: one pattern for all of them would try every way. */
function startsWithCall(text: string): boolean {
  const skipped = /\s+|\/\/.*|\/\*[^]*?\*\/|["']use strict["'];?|var [\w$]+;/y;
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

/** `typeof exports === "object" ? function (e) { module.exports = e; } : ...` */
function isExporter(given: ts.Expression): boolean {
  const node = inner(given);
  if (!ts.isConditionalExpression(node)) return false;
  return [node.whenTrue, node.whenFalse].some((arm) => {
    const fn = functionIn(arm);
    const [parameter, ...others] = fn?.parameters ?? [];
    const body = fn?.body.getText().replace(/[\s{};]/g, "");
    return (
      parameter !== undefined &&
      others.length === 0 &&
      body === `module.exports=${parameter.name.getText()}`
    );
  });
}

/** `exports(f)`, as a statement: `module.exports = (f)`. */
function asExported(
  { body }: ts.FunctionExpression | ts.ArrowFunction,
  name: string,
): Edit[] {
  const { statements } = body as ts.Block;
  return statements.flatMap((one): Edit[] => {
    if (!ts.isExpressionStatement(one)) return [];
    const call = one.expression;
    const isIt =
      ts.isCallExpression(call) &&
      call.expression.getText() === name &&
      call.arguments.length === 1;
    return isIt
      ? [
          {
            start: call.getStart(),
            end: call.expression.end,
            text: "module.exports = ",
          },
        ]
      : [];
  });
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
