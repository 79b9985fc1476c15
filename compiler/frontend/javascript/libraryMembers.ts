import { ts } from "ts-morph";
import { eachNode, eachWritten } from "../syntax/scan.js";
import type { Edit, Parsed } from "./textEdits.js";

/**
 * Constructors and objects that a file only knows as members of its library get names of their own, by which it is seen
 * what they are:
 *
 *     lib.Vec = function (x, y) { this.x = x; this.y = y; };
 *     lib.Vec.prototype.dot = function (o) { ... };
 *
 * becomes `var lib$Vec = function ...; lib.Vec = lib$Vec; lib$Vec.prototype.dot = ...`. Methods still say `lib.Vec`, for it may
 * be another one when they run. Only where a member is given once, at the top, and the library is one object under one
 * name.
 */
export function withMembersApart({ text, parsed }: Parsed): Edit[] {
  if (!/\.\s*[\w$]+\s*\.\s*[\w$]+(\s*\.\s*[\w$]+)?\s*=[^=]/.test(text))
    return [];
  const file = parsed();
  const libraries = [...objectsAtTop(file), "exports", "module.exports"];
  return libraries.flatMap((name) => membersOf(file, name));
}

/** `var lib = {};`, `const lib = { version: "1" };` that is never another one. */
function objectsAtTop(file: ts.SourceFile): string[] {
  return file.statements.flatMap((one) =>
    ts.isVariableStatement(one)
      ? one.declarationList.declarations.flatMap(({ name, initializer }) =>
          ts.isIdentifier(name) &&
          initializer &&
          ts.isObjectLiteralExpression(initializer)
            ? [name.text]
            : [],
        )
      : [],
  );
}

interface Given {
  readonly statement: ts.ExpressionStatement;
  readonly value: ts.Expression;
}

function membersOf(file: ts.SourceFile, library: string): Edit[] {
  const given = new Map<string, Given>();
  const filled = new Set<string>();
  for (const one of file.statements) {
    const assigned = assignedAt(one);
    if (assigned === undefined) continue;
    const path = pathOf(assigned.left, library);
    const [member, ...more] = path ?? [];
    if (member === undefined) continue;
    if (more.length > 0) filled.add(member);
    else
      given.set(member, {
        statement: one as ts.ExpressionStatement,
        value: assigned.right,
      });
  }
  if (filled.size === 0 || !isFixed(file, library)) return [];
  const writes = writesOf(file, library);
  return [...given].flatMap(([member, { statement, value }]) => {
    const name = `${library.replace(".", "$")}$${member}`;
    const isOwn =
      filled.has(member) &&
      (ts.isFunctionExpression(value) || ts.isObjectLiteralExpression(value));
    if (!isOwn || writes.get(member) !== 1 || file.text.includes(name))
      return [];
    return [
      {
        start: statement.getStart(),
        end: value.getStart(),
        text: `var ${name} = `,
      },
      {
        start: statement.end,
        end: statement.end,
        text: `${statement.getText().endsWith(";") ? "" : ";"} ${library}.${member} = ${name};`,
      },
      ...usesOf(file, library, member, statement).map((node) => ({
        start: node.getStart(),
        end: node.end,
        text: name,
      })),
    ];
  });
}

function assignedAt(
  one: ts.Statement,
): { left: ts.Expression; right: ts.Expression } | undefined {
  if (!ts.isExpressionStatement(one)) return undefined;
  const { expression } = one;
  return ts.isBinaryExpression(expression) &&
    expression.operatorToken.kind === ts.SyntaxKind.EqualsToken
    ? expression
    : undefined;
}

/** `["Vec", "prototype"]` of `lib.Vec.prototype`. */
function pathOf(node: ts.Node, library: string): string[] | undefined {
  if (node.getText() === library) return [];
  if (!ts.isPropertyAccessExpression(node)) return undefined;
  const owner = pathOf(node.expression, library);
  return owner && [...owner, node.name.text];
}

/** Is the name that of one object alone, which has no other, and none of whose members is written by a key? */
function isFixed(file: ts.SourceFile, library: string): boolean {
  const isExports = /^(module\.)?exports$/.test(library);
  let declared = 0;
  let isIt = true;
  eachNode(file, (node) => {
    const { name } = node as { name?: ts.Node };
    const isName = name && ts.isIdentifier(name) && name.text === library;
    if (isName && !isKeyed(node)) declared++;
    if (ts.isDeleteExpression(node)) isIt = false;
    const isMention =
      (ts.isIdentifier(node) || ts.isPropertyAccessExpression(node)) &&
      node.getText() === library &&
      !isPartOfName(node);
    if (isMention) isIt &&= isPlainUse(node, library);
  });
  return isIt && declared === (isExports ? 0 : 1);
}

/** `exports` of `module.exports`, `lib` of `other.lib` and of `{ lib: 1 }` */
const isPartOfName = (node: ts.Node): boolean => {
  const { name } = node.parent as { name?: ts.Node };
  return name === node && isKeyed(node.parent);
};

/** `lib.member`, `module.exports = lib`, `var lib = {}` */
function isPlainUse(node: ts.Node, library: string): boolean {
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent)) return parent.expression === node;
  if (ts.isVariableDeclaration(parent)) return parent.name === node;
  return (
    ts.isBinaryExpression(parent) &&
    parent.operatorToken.kind === ts.SyntaxKind.EqualsToken &&
    parent.right === node &&
    parent.left.getText() !== library &&
    /^(module\.)?exports\b/.test(parent.left.getText())
  );
}

const isKeyed = (node: ts.Node): boolean =>
  ts.isPropertyAccessExpression(node) ||
  ts.isPropertyAssignment(node) ||
  ts.isShorthandPropertyAssignment(node) ||
  ts.isMethodDeclaration(node) ||
  ts.isAccessor(node) ||
  ts.isFunctionExpression(node);

/** How often each member is written. */
function writesOf(
  file: ts.SourceFile,
  library: string,
): ReadonlyMap<string, number> {
  const writes = new Map<string, number>();
  eachWritten(file, (target) => {
    const [member, ...more] = pathOf(target, library) ?? [];
    if (member !== undefined && more.length === 0)
      writes.set(member, (writes.get(member) ?? 0) + 1);
  });
  return writes;
}

/** Where it is filled, and where its own constructor or one below asks for it. */
function usesOf(
  file: ts.SourceFile,
  library: string,
  member: string,
  statement: ts.ExpressionStatement,
): ts.Node[] {
  const found: ts.Node[] = [];
  const visit = (node: ts.Node, isInside: boolean): void => {
    const path = pathOf(node, library);
    if (path?.length === 1 && path[0] === member) {
      const isTarget = node.getStart() === statement.getStart();
      if (!isTarget && (!isInside || isOfConstructor(node))) found.push(node);
      return;
    }
    const inside = isInside || ts.isFunctionLike(node);
    ts.forEachChild(node, (one) => visit(one, inside));
  };
  visit(file, false);
  return found;
}

/** `lib.Base.call(this, x)`, `this instanceof lib.Vec`, `return new lib.Vec(x, y)` in a function that is a member itself. */
function isOfConstructor(node: ts.Node): boolean {
  const { parent } = node;
  const isCall =
    ts.isPropertyAccessExpression(parent) && parent.name.text === "call";
  const isAsked =
    ts.isBinaryExpression(parent) &&
    parent.operatorToken.kind === ts.SyntaxKind.InstanceOfKeyword &&
    parent.left.kind === ts.SyntaxKind.ThisKeyword;
  const isMade =
    ts.isNewExpression(parent) && ts.isReturnStatement(parent.parent);
  if (!isCall && !isAsked && !isMade) return false;
  const fn = ts.findAncestor(node, ts.isFunctionLike);
  const given = fn?.parent;
  return (
    given !== undefined &&
    ts.isBinaryExpression(given) &&
    ts.isPropertyAccessExpression(given.left) &&
    !ts.isPropertyAccessExpression(given.left.expression) &&
    ts.isExpressionStatement(given.parent) &&
    ts.isSourceFile(given.parent.parent)
  );
}
