import { ts } from "ts-morph";
import { eachNode } from "../syntax/scan.js";
import type { Edit, Parsed } from "./textEdits.js";

/**
 * `var lib = module.exports; lib.f = function () { ... };`: another name for what a module exports is written as
 * `exports`, so that it is seen what those are. So is one that is chosen at run time, for where there is no module:
 * `var lib = typeof exports === "undefined" ? {} : exports`.
 */
export function withOwnExports({ text, parsed }: Parsed): Edit[] {
  if (!asks.test(text) || /\bmodule\.exports\s*=[^=]/.test(text)) return [];
  const file = parsed();
  return file.statements.flatMap((one): Edit[] => {
    if (!ts.isVariableStatement(one)) return [];
    const [only, ...more] = one.declarationList.declarations;
    if (only === undefined || more.length > 0) return [];
    const { name, initializer } = only;
    if (!ts.isIdentifier(name) || !initializer || !isExports(initializer))
      return [];
    const uses = asExports(file, name.text, name);
    return uses === undefined
      ? []
      : [{ start: one.getStart(), end: one.end, text: "" }, ...uses];
  });
}

const asks = /=[^;]*\bexports\b\s*\)*\s*[;\n]/;

/** `exports`, `module.exports`, or a choice of which one arm is that. */
export function isExports(given: ts.Expression): boolean {
  const node = ts.isParenthesizedExpression(given) ? given.expression : given;
  if (node !== given) return isExports(node);
  return ts.isConditionalExpression(node)
    ? /\btypeof (exports|module)\b/.test(node.condition.getText()) &&
        (isExports(node.whenTrue) || isExports(node.whenFalse))
    : /^(module\.)?exports$/.test(node.getText());
}

/** The name written as `exports` wherever it is read; undefined where it stands for something else, too. */
export function asExports(
  root: ts.Node,
  name: string,
  declared: ts.Node,
): Edit[] | undefined {
  if (name === "exports") return [];
  const edits: Edit[] = [];
  let isClear = true;
  eachNode(root, (node) => {
    if (!ts.isIdentifier(node) || node.text !== name || node === declared)
      return;
    const { parent } = node;
    // the choice that the name is declared with goes
    if (isKey(node) || isInside(node, declared.parent)) return;
    const isRead =
      ts.isExpression(node) &&
      !(ts.isBinaryExpression(parent) && isAssigned(parent, node)) &&
      !ts.isShorthandPropertyAssignment(parent) &&
      !isDeclared(node);
    isClear &&= isRead;
    edits.push({ start: node.getStart(), end: node.end, text: "exports" });
  });
  return isClear ? edits : undefined;
}

const isInside = (node: ts.Node, whole: ts.Node): boolean =>
  whole.pos <= node.pos && node.end <= whole.end;

const isAssigned = (
  { left, operatorToken: { kind } }: ts.BinaryExpression,
  node: ts.Node,
): boolean =>
  left === node &&
  kind >= ts.SyntaxKind.FirstAssignment &&
  kind <= ts.SyntaxKind.LastAssignment;

const isKey = (node: ts.Identifier): boolean =>
  (ts.isPropertyAccessExpression(node.parent) && node.parent.name === node) ||
  (ts.isPropertyAssignment(node.parent) && node.parent.name === node);

const isDeclared = ({ parent, text }: ts.Identifier): boolean => {
  const { name } = parent as { name?: ts.Node };
  return name !== undefined && ts.isIdentifier(name) && name.text === text;
};
