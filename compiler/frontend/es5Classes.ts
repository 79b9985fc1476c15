import { ts } from "ts-morph";
import type { Edit } from "./textEdits.js";

/**
 * A class as compilers write it for old engines:
 *
 *     var Circle = (function (_super) {
 *       __extends(Circle, _super);
 *       function Circle(r) { var _this = _super.call(this, "round") || this; _this.r = r; return _this; }
 *       Circle.prototype.area = function () { return Math.PI * this.r * this.r; };
 *       Object.defineProperty(Circle.prototype, "size", { get: function () { ... }, ... });
 *       return Circle;
 *     }(Shape));
 *
 * The wrapper goes; `classFrom` makes a class of what is in it.
 */
export interface Es5Class {
  readonly decl: ts.FunctionDeclaration;
  readonly name: string;
  /** The statements behind the constructor, but for the last one. */
  readonly rest: readonly ts.Statement[];
  /** Text of the class that it extends. */
  readonly base: string | undefined;
  readonly edits: readonly Edit[];
}

export function es5Class(statement: ts.Statement): Es5Class | undefined {
  if (!ts.isVariableStatement(statement)) return undefined;
  const [made, ...others] = statement.declarationList.declarations;
  if (made === undefined || others.length > 0) return undefined;
  const call = made.initializer && calledIn(made.initializer);
  if (call === undefined || !ts.isIdentifier(made.name)) return undefined;
  const { fn, given } = call;
  const [parameter] = fn.parameters;
  const statements = [...fn.body.statements];
  const last = statements.pop();
  if (!last || !ts.isReturnStatement(last)) return undefined;
  const { expression } = last;
  if (!expression || !ts.isIdentifier(expression)) return undefined;
  // a bundler may have given it another name inside
  const name = expression.text;
  const outer = made.name.text;
  const at = statements.findIndex(
    (one) => ts.isFunctionDeclaration(one) && one.name?.text === name,
  );
  const decl = statements[at];
  if (!decl || !ts.isFunctionDeclaration(decl)) return undefined;
  const heads = statements.slice(0, at);
  if (!heads.every((one) => isHead(one, name))) return undefined;
  const base = parameter === undefined ? undefined : given?.getText();
  if ((parameter === undefined) !== (given === undefined)) return undefined;
  const exported = (statement.modifiers ?? [])
    .map((one) => `${one.getText()} `)
    .join("");
  const own = parameter?.name.getText();
  return {
    decl,
    name,
    rest: statements.slice(at + 1),
    base,
    edits: [
      {
        start: statement.getStart(),
        end: decl.getStart(),
        text: name === outer ? exported : "",
      },
      {
        start: last.getStart(),
        end: statement.end,
        text: name === outer ? "" : ` ${exported}var ${outer} = ${name};`,
      },
      ...(own === undefined ? [] : superEdits(fn.body, decl, own)),
    ],
  };
}

type Wrapper = ts.FunctionExpression & { readonly body: ts.Block };

function calledIn(
  given: ts.Expression,
): { fn: Wrapper; given: ts.Expression | undefined } | undefined {
  let node = given;
  while (ts.isParenthesizedExpression(node)) node = node.expression;
  if (!ts.isCallExpression(node) || node.arguments.length > 1) return undefined;
  let fn: ts.Expression = node.expression;
  while (ts.isParenthesizedExpression(fn)) fn = fn.expression;
  return ts.isFunctionExpression(fn) && fn.parameters.length < 2
    ? { fn: fn as Wrapper, given: node.arguments[0] }
    : undefined;
}

/** `"use strict"`, `__extends(Circle, _super)`, `_inheritsLoose(Circle, _super)` */
function isHead(statement: ts.Statement, name: string): boolean {
  if (!ts.isExpressionStatement(statement)) return false;
  const { expression } = statement;
  if (ts.isStringLiteral(expression)) return true;
  return (
    ts.isCallExpression(expression) &&
    /(^|[._])(extends|inherits(Loose)?)$/.test(
      expression.expression.getText(),
    ) &&
    expression.arguments[0]?.getText() === name
  );
}

/** `_super.call(this, x) || this` is `super(x)`, `_super.prototype.m.call(this, x)` is `super.m(x)`. */
function superEdits(
  body: ts.Block,
  constructor: ts.FunctionDeclaration,
  name: string,
): Edit[] {
  const edits: Edit[] = [];
  const visit = (node: ts.Node): void => {
    const method = ts.isCallExpression(node) && superMethod(node, name);
    if (method) {
      const [first, second] = node.arguments;
      const from = second?.getStart() ?? first?.end ?? node.end;
      edits.push({
        start: node.getStart(),
        end: from,
        text: method === "new" ? "super(" : `super.${method}(`,
      });
    }
    ts.forEachChild(node, visit);
  };
  visit(body);
  if (constructor.body !== undefined)
    edits.push(...thisEdits(constructor.body, name));
  return edits;
}

function superMethod(
  { expression, arguments: given }: ts.CallExpression,
  name: string,
): string | undefined {
  if (!ts.isPropertyAccessExpression(expression)) return undefined;
  if (expression.name.text !== "call" || given.length === 0) return undefined;
  const owner = expression.expression;
  if (owner.getText() === name) return "new";
  return ts.isPropertyAccessExpression(owner) &&
    owner.expression.getText() === `${name}.prototype`
    ? owner.name.text
    : undefined;
}

/** `var _this = _super.call(this, x) || this; ... return _this;` with `this` for `_this`. */
function thisEdits(body: ts.Block, name: string): Edit[] {
  const edits: Edit[] = [];
  let self: string | undefined;
  for (const statement of body.statements) {
    if (ts.isVariableStatement(statement)) {
      const [made] = statement.declarationList.declarations;
      const value = made?.initializer;
      const isSuper =
        value !== undefined &&
        ts.isBinaryExpression(value) &&
        value.right.kind === ts.SyntaxKind.ThisKeyword &&
        value.left.getText().startsWith(`${name}.call(`);
      if (made && isSuper) {
        self = made.name.getText();
        edits.push(
          { start: statement.getStart(), end: value.getStart(), text: "" },
          {
            start: value.left.end,
            end: statement.end,
            text: `; var ${self} = this;`,
          },
        );
      }
    }
    // `return _super !== null && _super.apply(this, arguments) || this` has no constructor of its own: not carried
    const isSelf =
      ts.isReturnStatement(statement) &&
      statement.expression?.getText() === self &&
      self !== undefined;
    if (isSelf)
      edits.push({ start: statement.getStart(), end: statement.end, text: "" });
  }
  const visit = (node: ts.Node): void => {
    if (ts.isFunctionLike(node) && !ts.isArrowFunction(node)) return;
    const isName = ts.isIdentifier(node) && node.text === self;
    const isDeclared = isName && ts.isVariableDeclaration(node.parent);
    const isReturned = isName && ts.isReturnStatement(node.parent);
    if (isName && !isDeclared && !isReturned)
      edits.push({ start: node.getStart(), end: node.end, text: "this" });
    ts.forEachChild(node, visit);
  };
  if (self !== undefined) ts.forEachChild(body, visit);
  return edits;
}
