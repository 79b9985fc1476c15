import { ts } from "ts-morph";
import { es5Class, type Es5Class } from "./es5Classes.js";
import type { Edit, Parsed } from "./textEdits.js";

/**
 * A constructor function with its prototype, written as the class that it is:
 *
 *     function Vec(x, y) { this.x = x; this.y = y; }
 *     Vec.prototype.dot = function (o) { ... };
 *     Vec.prototype = { length: function () { ... } };
 *     Vec.unit = function () { ... };
 *
 * Only where the methods follow the constructor at once, so that everything keeps its place in the text.
 */
export function asClasses({ text, parsed }: Parsed): Edit[] {
  if (!/\.prototype\b|\bclass\b|@class/.test(text)) return [];
  const file = parsed();
  const edits: Edit[] = [];
  // in wrappers that are gone
  const done = new Set<ts.Node>();
  const visit = (statements: ts.NodeArray<ts.Statement>): void => {
    statements.forEach((one, k) => {
      const rest = statements.slice(k + 1);
      const old = es5Class(one);
      if (old !== undefined) {
        done.add(old.decl);
        return edits.push(...fromWrapper(old));
      }
      if (done.has(one)) return;
      if (ts.isFunctionDeclaration(one) && one.name && one.body)
        edits.push(...classFrom(one, one.name.text, rest));
      if (ts.isVariableStatement(one)) edits.push(...fromVariable(one, rest));
      if (ts.isClassDeclaration(one)) edits.push(...withStatics(one, rest));
    });
  };
  visit(file.statements);
  // the body of a wrapper
  const look = (node: ts.Node): void => {
    if (ts.isClassLike(node)) edits.push(...withFields(node));
    if (ts.isBlock(node)) visit(node.statements);
    ts.forEachChild(node, look);
  };
  look(file);
  return edits;
}

function fromWrapper(old: Es5Class): Edit[] {
  const { decl, name, rest, base } = old;
  const isPlain = rest.every(
    (one) => methodEdits(one, name) ?? aliasEdits(one, name, rest),
  );
  if (!isPlain) return [];
  const made = classFrom(decl, name, rest, decl, base ?? "");
  return made.length === 0 ? [] : [...made, ...old.edits];
}

/** `var Vec = function (x, y) { ... };` and its prototype. */
function fromVariable(
  statement: ts.VariableStatement,
  following: readonly ts.Statement[],
): Edit[] {
  const [made, ...others] = statement.declarationList.declarations;
  if (made === undefined || others.length > 0) return [];
  const { name, initializer } = made;
  if (!ts.isIdentifier(name) || initializer === undefined) return [];
  if (!isPlainFunction(initializer)) return [];
  const isOwnName =
    initializer.name === undefined || initializer.name.text === name.text;
  if (!isOwnName) return [];
  const edits = classFrom(initializer, name.text, following, statement);
  return edits.length === 0
    ? []
    : [...edits, { start: initializer.end, end: statement.end, text: "" }];
}

/** `class Vec { ... }`, and then `Vec.unit = 1;`: what compilers make of static fields. */
function withStatics(
  decl: ts.ClassDeclaration,
  following: readonly ts.Statement[],
): Edit[] {
  const name = decl.name?.text;
  if (name === undefined) return [];
  const edits: Edit[] = [];
  let end = decl.end;
  for (const statement of following) {
    const one = staticEdits(statement, name);
    if (one === undefined) break;
    edits.push(...one);
    end = statement.end;
  }
  if (edits.length === 0) return [];
  return [
    { start: decl.end - 1, end: decl.end, text: "" },
    ...edits,
    { start: end, end, text: " }" },
  ];
}

function staticEdits(
  statement: ts.Statement,
  name: string,
): Edit[] | undefined {
  if (ts.isEmptyStatement(statement)) return [];
  if (!ts.isExpressionStatement(statement)) return undefined;
  const { expression } = statement;
  if (
    !ts.isBinaryExpression(expression) ||
    expression.operatorToken.kind !== ts.SyntaxKind.EqualsToken ||
    !ts.isPropertyAccessExpression(expression.left)
  )
    return undefined;
  const { expression: owner, name: own } = expression.left;
  if (!ts.isIdentifier(owner) || owner.text !== name) return undefined;
  if (own.text === "prototype" || ts.isPrivateIdentifier(own)) return undefined;
  return [
    { start: statement.getStart(), end: own.getStart(), text: "static " },
  ];
}

function classFrom(
  decl: ts.FunctionDeclaration | ts.FunctionExpression,
  name: string,
  following: readonly ts.Statement[],
  whole: ts.Statement = decl as ts.FunctionDeclaration,
  /** What it extends, "" for nothing, where it is a class in any case. */
  base?: string,
): Edit[] {
  const edits: Edit[] = [];
  let end = whole.end;
  for (const statement of following) {
    const method =
      methodEdits(statement, name) ?? aliasEdits(statement, name, following);
    if (method === undefined) break;
    edits.push(...method);
    end = statement.end;
  }
  const { body, parameters } = decl;
  if (body === undefined) return [];
  const isClass =
    edits.length > 0 || base !== undefined || hasMethodsLater(name, following);
  if (!isClass) return [];
  const open = decl.getText().indexOf("(") + decl.getStart();
  const isEmpty = parameters.length > 0 && open > (parameters[0]?.pos ?? 0);
  if (isEmpty) return [];
  return [
    {
      start: whole.getStart(),
      end: open,
      text: `${isExported(whole)}class ${name} ${base ? `extends ${base} ` : ""}{ ${base ? "" : `${fieldsSetIn(body)} `}constructor`,
    },
    ...body.statements.flatMap((one) => withoutGuard(one, name)),
    ...edits,
    { start: end, end, text: " }" },
  ];
}

/** Methods that follow behind other statements stay there; one that inherits is not carried. */
function hasMethodsLater(
  name: string,
  following: readonly ts.Statement[],
): boolean {
  const assigned = following.map((one) => methodAssigned(one, name));
  const inherits = following.some((one) => {
    const text = one.getText().slice(0, 200).replace(/\s/g, "");
    return (
      text.startsWith(`${name}.prototype=`) ||
      /^(\w+\.)?inherits\(/.test(text) ||
      text.includes(`Object.create(${name}.prototype`)
    );
  });
  return !inherits && assigned.some((one) => one !== undefined);
}

/** `if (!(this instanceof Vec)) return new Vec(x, y);`: a class is made with `new` alone; other calls are refused. */
function withoutGuard(one: ts.Statement, name: string): Edit[] {
  if (!ts.isIfStatement(one) || one.elseStatement !== undefined) return [];
  const test = one.expression.getText().replace(/\s/g, "");
  const makes = one.thenStatement.getText().replace(/[\s{}]/g, "");
  return test === `!(thisinstanceof${name})` &&
    makes.startsWith(`returnnew${name}(`)
    ? [{ start: one.getStart(), end: one.end, text: "" }]
    : [];
}

/** A class whose constructor adds fields that it does not declare, with their declarations. */
function withFields(node: ts.ClassLikeDeclaration): Edit[] {
  // what a base class has set would be lost
  if ((node.heritageClauses ?? []).length > 0) return [];
  const made = node.members.find(ts.isConstructorDeclaration);
  if (made?.body === undefined) return [];
  const declared = node.members.map((one) => one.name?.getText());
  const at = node.members.pos;
  const text = fieldsSetIn(made.body, declared);
  return text === "" ? [] : [{ start: at, end: at, text: ` ${text} ` }];
}

/** `x; y;` for the fields that are set on `this`. */
function fieldsSetIn(
  body: ts.Node,
  declared: readonly (string | undefined)[] = [],
): string {
  const names = new Set<string>();
  const visit = (node: ts.Node): void => {
    if (ts.isFunctionLike(node) && !ts.isArrowFunction(node)) return;
    if (
      ts.isBinaryExpression(node) &&
      node.operatorToken.kind === ts.SyntaxKind.EqualsToken &&
      ts.isPropertyAccessExpression(node.left) &&
      node.left.expression.kind === ts.SyntaxKind.ThisKeyword &&
      ts.isIdentifier(node.left.name) &&
      !declared.includes(node.left.name.text)
    )
      names.add(node.left.name.text);
    ts.forEachChild(node, visit);
  };
  visit(body);
  return [...names].map((one) => `${one};`).join(" ");
}

const isExported = (statement: ts.Statement): string =>
  (ts.canHaveModifiers(statement) ? (statement.modifiers ?? []) : [])
    .map((one) => `${one.getText()} `)
    .join("");

/** The edits that make a method of a statement; undefined where it is not one. */
function methodEdits(
  statement: ts.Statement,
  name: string,
): Edit[] | undefined {
  if (ts.isEmptyStatement(statement)) return [];
  if (!ts.isExpressionStatement(statement)) return undefined;
  const { expression } = statement;
  if (ts.isCallExpression(expression))
    return accessorEdits(statement, expression, name);
  if (
    !ts.isBinaryExpression(expression) ||
    expression.operatorToken.kind !== ts.SyntaxKind.EqualsToken
  )
    return undefined;
  const { left, right } = expression;
  const target = left.getText().replace(/\s/g, "");
  if (target === `${name}.prototype.constructor`)
    return [{ start: statement.getStart(), end: statement.end, text: "" }];
  if (target === `${name}.prototype` && ts.isObjectLiteralExpression(right))
    return literalEdits(statement, right);
  if (!ts.isPropertyAccessExpression(left) || !isPlainFunction(right))
    return undefined;
  const own = left.name.text;
  const isStatic = target === `${name}.${own}` && own !== "prototype";
  if (!isStatic && target !== `${name}.prototype.${own}`) return undefined;
  return [
    opened(statement.getStart(), right, isStatic ? `static ${own}` : own),
    { start: right.end, end: statement.end, text: "" },
  ];
}

/** `Object.defineProperty(Vec.prototype, "length", { get: function () { ... }, enumerable: false })` */
function accessorEdits(
  statement: ts.Statement,
  call: ts.CallExpression,
  name: string,
): Edit[] | undefined {
  const [target, own, property] = call.arguments;
  if (
    call.expression.getText() !== "Object.defineProperty" ||
    target?.getText() !== `${name}.prototype` ||
    own === undefined ||
    !ts.isStringLiteral(own) ||
    property === undefined ||
    !ts.isObjectLiteralExpression(property)
  )
    return undefined;
  const edits: Edit[] = [];
  let from = statement.getStart();
  for (const one of property.properties) {
    if (!ts.isPropertyAssignment(one)) return undefined;
    const kind = one.name.getText();
    if (kind !== "get" && kind !== "set") continue;
    if (!isPlainFunction(one.initializer)) return undefined;
    edits.push(opened(from, one.initializer, `${kind} ${own.text}`));
    from = one.initializer.end;
  }
  return [...edits, { start: from, end: statement.end, text: "" }];
}

/** `Vec.prototype.norm = Vec.prototype.normalize`: a method that calls the other one. */
function aliasEdits(
  statement: ts.Statement,
  name: string,
  all: readonly ts.Statement[],
): Edit[] | undefined {
  const alias = methodAssigned(statement, name);
  if (alias === undefined || !ts.isPropertyAccessExpression(alias.value))
    return undefined;
  const other = alias.value.name.text;
  if (alias.value.getText() !== `${name}.prototype.${other}`) return undefined;
  const target = all
    .map((one) => methodAssigned(one, name))
    .find((one) => one?.own === other)?.value;
  if (target === undefined || !isPlainFunction(target)) return undefined;
  const names = target.parameters.map((one) => one.name);
  if (!names.every(ts.isIdentifier)) return undefined;
  const list = names.map((one) => one.text).join(", ");
  const given = ["this", ...names.map((one) => one.text)].join(", ");
  // this very method, also where a class below has another one of that name
  const text = ` ${alias.own}(${list}) { return ${name}.prototype.${other}.call(${given}); }`;
  return [{ start: statement.getStart(), end: statement.end, text }];
}

/** `Vec.prototype.own = value` */
function methodAssigned(
  statement: ts.Statement,
  name: string,
): { own: string; value: ts.Expression } | undefined {
  if (!ts.isExpressionStatement(statement)) return undefined;
  const { expression } = statement;
  if (
    !ts.isBinaryExpression(expression) ||
    expression.operatorToken.kind !== ts.SyntaxKind.EqualsToken ||
    !ts.isPropertyAccessExpression(expression.left)
  )
    return undefined;
  const { left, right } = expression;
  const own = left.name.text;
  return left.getText() === `${name}.prototype.${own}`
    ? { own, value: right }
    : undefined;
}

function literalEdits(
  statement: ts.Statement,
  literal: ts.ObjectLiteralExpression,
): Edit[] | undefined {
  const edits: Edit[] = [];
  let from = statement.getStart();
  for (const property of literal.properties) {
    if (!ts.isPropertyAssignment(property) || !ts.isIdentifier(property.name))
      return undefined;
    const { name, initializer } = property;
    const isOwn = name.text === "constructor" && ts.isIdentifier(initializer);
    if (isOwn) continue;
    if (!isPlainFunction(initializer)) return undefined;
    edits.push(opened(from, initializer, name.text));
    from = initializer.end;
  }
  edits.push({ start: from, end: statement.end, text: "" });
  return edits;
}

/** From a place up to the parameters: the head of a method. */
function opened(start: number, fn: ts.FunctionExpression, name: string): Edit {
  const open = fn.getText().indexOf("(") + fn.getStart();
  return { start, end: open, text: ` ${name}` };
}

const isPlainFunction = (node: ts.Expression): node is ts.FunctionExpression =>
  ts.isFunctionExpression(node) &&
  node.asteriskToken === undefined &&
  node.modifiers === undefined;
