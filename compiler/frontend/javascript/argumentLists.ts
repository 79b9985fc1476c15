import { ts } from "ts-morph";
import { isAssigned } from "./jsArguments.js";
import type { Edit, Parsed, Part } from "./textEdits.js";

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

/** A function with statements. */
export type Taking = ts.FunctionLikeDeclaration & { readonly body: ts.Block };

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
  if (defaults !== undefined && uses.length === countUses(defaults))
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
export function argumentsIn(fn: Taking): ts.Identifier[] {
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
  readonly value: ts.Expression | undefined;
  /** How often it says `arguments`. */
  readonly uses: number;
}

const countUses = (defaults: readonly Default[]): number =>
  defaults.reduce((sum, { uses }) => sum + uses, 0);

/** The declarations at the start of a body that are parameters with defaults, in their order. */
function defaultsIn(fn: Taking): Default[] | undefined {
  const found: Default[] = [];
  for (const statement of fn.body.statements) {
    if (isHead(statement)) continue;
    if (!ts.isVariableStatement(statement)) break;
    const { declarations } = statement.declarationList;
    const first = found.length;
    for (const one of declarations) {
      const made = defaultOf(one, fn.parameters.length + found.length);
      if (made === undefined || (made.value && asks(fn.body, made.value)))
        break;
      found.push(made);
    }
    if (found.length - first < declarations.length) break;
  }
  return found.length > 0 ? found : undefined;
}

/** `"use strict"`, `_classCallCheck(this, F)` */
const isHead = (statement: ts.Statement): boolean =>
  ts.isExpressionStatement(statement) &&
  (ts.isStringLiteral(statement.expression) ||
    /^\w*classCallCheck\w*\(this\b/i.test(statement.getText()));

/** Does a value name a variable of the body? */
function asks(body: ts.Block, value: ts.Expression): boolean {
  const names = new Set<string>();
  const note = (node: ts.Node): void => {
    if (ts.isVariableDeclaration(node) || ts.isFunctionDeclaration(node))
      names.add(node.name?.getText() ?? "");
    ts.forEachChild(node, note);
  };
  note(body);
  const says = (node: ts.Node): boolean =>
    (ts.isIdentifier(node) && names.has(node.text)) ||
    (ts.forEachChild(node, says) ?? false);
  return says(value);
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
  if (whenFalse.getText() === given)
    return asked === `arguments.length<=${place}||${given}===undefined`
      ? { declaration, value: whenTrue, uses: 3 }
      : undefined;
  if (whenTrue.getText() !== given) return undefined;
  if (asked === `arguments.length>${place}&&${given}!==undefined`)
    return { declaration, value: whenFalse, uses: 3 };
  const isBare =
    asked === `arguments.length>${place}` &&
    /^(undefined|void 0)$/.test(whenFalse.getText());
  return isBare ? { declaration, value: undefined, uses: 2 } : undefined;
}

function asDefaults(fn: Taking, defaults: readonly Default[]): Edit[] {
  const last = fn.parameters.at(-1);
  const at = last === undefined ? fn.parameters.pos : last.end;
  const list = defaults.flatMap(
    ({ declaration: { name }, value }, k): Part[] => [
      ...(k === 0 && last === undefined ? [] : [", "]),
      { start: name.getStart(), end: name.end },
      ...(value ? [" = ", { start: value.getStart(), end: value.end }] : []),
    ],
  );
  const taken = new Set(defaults.map(({ declaration }) => declaration));
  const statements = new Set(
    defaults.map(({ declaration }) => declaration.parent.parent),
  );
  return [
    { start: at, end: at, text: list },
    ...[...statements].map((one) => removalOf(one, taken)),
  ];
}

/** They stand at the start of their statement. */
function removalOf(
  statement: ts.Node,
  taken: ReadonlySet<ts.VariableDeclaration>,
): Edit {
  const whole = statement as ts.VariableStatement;
  const { declarations } = whole.declarationList;
  const first = declarations.find((one) => !taken.has(one));
  return first === undefined
    ? { start: whole.getStart(), end: whole.end, text: "" }
    : { start: declarations[0]!.getStart(), end: first.getStart(), text: "" };
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
