import { ts } from "ts-morph";
import type { Value } from "../../../ir/ir.js";
import { classOf } from "../../classes.js";
import { emptyObject } from "./lowerEmpty.js";
import { isGlobalName } from "../../syntax/callee.js";
import { declaredTy, instanceOf } from "../classes/lowerHeritage.js";
import { bareExpression, definedSymbol } from "../../syntax/scan.js";
import { prototypeValue } from "../../javascript/prototypeFields.js";
import { lowerExpression } from "../lowerExpressions.js";
import { perform, type Site } from "../lowerSite.js";

/**
 * `const v = Object.create(Vec.prototype); v.x = x; v.y = y;`: an instance that no constructor has made. Only where the
 * statements that follow give it all its fields, or its prototype does; undefined for other calls.
 */
export function lowerCreate(
  site: Site,
  node: ts.CallExpression,
): Value | undefined {
  const { checker } = site.ctx;
  const callee = bareExpression(node.expression);
  if (
    !ts.isPropertyAccessExpression(callee) ||
    callee.name.text !== "create" ||
    !isGlobalName(checker, callee.expression, "Object")
  )
    return undefined;
  const [given, ...others] = node.arguments;
  const owner = given && bareExpression(given);
  const named =
    owner && ts.isPropertyAccessExpression(owner) && others.length === 0
      ? owner
      : undefined;
  if (named?.name.text !== "prototype") return undefined;
  const symbol = definedSymbol(checker, bareExpression(named.expression));
  const decl = symbol && classOf(symbol);
  if (symbol === undefined || decl === undefined) return undefined;
  const type = checker.getDeclaredTypeOfSymbol(symbol);
  const ty = declaredTy(site.ctx, instanceOf(site.ctx, type, symbol));
  if (ty.kind !== "record") return undefined;
  const filled = fieldsGivenAfter(node);
  const missing = ty.fields.filter(({ name }) => !filled.has(name));
  const values = missing.map(({ name, ty: own }) => {
    const value = prototypeValue(checker, type, name);
    if (value !== undefined) return lowerExpression(site, value, own);
    return site.ctx.refuse(
      node,
      "DC2105",
      `an instance is made without its constructor, and its field ${name} is not given a value right after`,
      "give it all its fields in the statements that follow, or make it with new",
    );
  });
  const made = emptyObject(site, node, ty);
  for (const [k, { name }] of missing.entries()) {
    const value = values[k];
    if (value === undefined) continue;
    perform(site, node, "setField", [made, value], { field: name });
  }
  return made;
}

/** The fields that the statements right after a declaration give to what it declares. */
function fieldsGivenAfter(node: ts.Expression): ReadonlySet<string> {
  const names = new Set<string>();
  let up: ts.Node = node.parent;
  while (ts.isParenthesizedExpression(up) || ts.isAsExpression(up))
    up = up.parent;
  if (!ts.isVariableDeclaration(up) || !ts.isIdentifier(up.name)) return names;
  const own = up.name.text;
  const list = up.parent;
  const statement = list.parent;
  const isLast =
    ts.isVariableDeclarationList(list) && list.declarations.at(-1) === up;
  const block = statement.parent as ts.Node | undefined;
  if (!ts.isVariableStatement(statement) || !isLast || !block) return names;
  const { statements } = block as Partial<ts.Block>;
  const first = (statements?.indexOf(statement) ?? -1) + 1;
  for (const one of first > 0 ? (statements ?? []).slice(first) : []) {
    const expression = ts.isExpressionStatement(one) ? one.expression : one;
    if (
      !ts.isBinaryExpression(expression) ||
      expression.operatorToken.kind !== ts.SyntaxKind.EqualsToken ||
      !ts.isPropertyAccessExpression(expression.left) ||
      expression.left.expression.getText() !== own ||
      mentions(expression.right, own)
    )
      return names;
    names.add(expression.left.name.text);
  }
  return names;
}

function mentions(node: ts.Node, name: string): boolean {
  if (ts.isIdentifier(node) && node.text === name) return true;
  return ts.forEachChild(node, (one) => mentions(one, name)) ?? false;
}
