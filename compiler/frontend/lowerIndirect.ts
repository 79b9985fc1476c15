import { ts } from "ts-morph";
import { functionOf, mathMember } from "./lowerCallee.js";
import { bareExpression, definedSymbol, eachNode } from "./lowerScan.js";
import { methodOfPrototype } from "./lowerMembers.js";
import type { Site } from "./lowerSite.js";

/**
 * `f.call(null, x, y)` and `f.apply(null, [x, y])` of a function that does not look at `this`: the call `f(x, y)`, or
 * `f(...list)`. `Array.prototype.slice.call(xs)` is `xs.slice()`. Undefined for all other calls.
 */
export function directCall(
  site: Site,
  node: ts.CallExpression,
): ts.CallExpression | undefined {
  const access = bareExpression(node.expression);
  if (!ts.isPropertyAccessExpression(access)) return undefined;
  const how = access.name.text;
  if (how !== "call" && how !== "apply" && how !== "bind") return undefined;
  const { checker } = site.ctx;
  const fn = bareExpression(access.expression);
  const isMath = mathMember(checker, fn) !== undefined;
  const isCallable =
    checker.getTypeAtLocation(fn).getCallSignatures().length > 0;
  if (!isMath && !isCallable) return undefined;
  if (how === "bind") return refuseBind(site, node);
  const [self, ...rest] = node.arguments;
  const args = how === "call" ? rest : spreadOf(rest);
  // a method of a class is no function by itself: see lowerMembers.ts
  if (methodOfPrototype(node, access) !== undefined) return undefined;
  if (isArrayMethod(fn) && self !== undefined)
    return withParts(node, withOwner(fn, self), args);
  if (!isMath) refuseThis(site, node, fn, self);
  return withParts(node, fn, args);
}

/** What is called, as the function itself is written: nodes of the source, put together anew. */
export function withParts(
  node: ts.CallExpression,
  callee: ts.Expression,
  args: readonly ts.Expression[],
): ts.CallExpression {
  return Object.create(node, {
    expression: { value: callee },
    arguments: { value: ts.factory.createNodeArray(args) },
  }) as ts.CallExpression;
}

const withOwner = (
  access: ts.PropertyAccessExpression,
  owner: ts.Expression,
): ts.PropertyAccessExpression =>
  Object.create(access, {
    expression: { value: owner },
  }) as ts.PropertyAccessExpression;

function spreadOf(args: readonly ts.Expression[]): readonly ts.Expression[] {
  const [list] = args;
  if (list === undefined) return [];
  const bare = bareExpression(list);
  if (ts.isArrayLiteralExpression(bare)) return [...bare.elements];
  return [
    Object.create(list, {
      kind: { value: ts.SyntaxKind.SpreadElement },
      expression: { value: list },
    }) as ts.Expression,
  ];
}

/** `Array.prototype.slice`, `[].slice` */
const isArrayMethod = (
  node: ts.Expression,
): node is ts.PropertyAccessExpression =>
  ts.isPropertyAccessExpression(node) &&
  /^(Array\.prototype|\[\])$/.test(node.expression.getText());

function refuseThis(
  site: Site,
  node: ts.CallExpression,
  fn: ts.Expression,
  self: ts.Expression | undefined,
): void {
  const isNothing =
    self === undefined || /^(null|undefined|void 0)$/.test(self.getText());
  const symbol = definedSymbol(
    site.ctx.checker,
    ts.isPropertyAccessExpression(fn) ? fn.name : fn,
  );
  const decl = symbol && functionOf(site.ctx.checker, symbol);
  if (decl !== undefined ? !usesThis(decl) : isNothing) return;
  site.ctx.refuse(
    node,
    "DC2105",
    "a function that looks at `this` is given one here",
    "pass the object as an ordinary parameter, or make it a method of a class",
  );
}

export function usesThis(decl: ts.FunctionLikeDeclaration): boolean {
  let found = false;
  eachNode(
    decl,
    (one) => (found ||= one.kind === ts.SyntaxKind.ThisKeyword),
    (one) => one === decl || !ts.isFunctionLike(one) || ts.isArrowFunction(one),
  );
  return found;
}

function refuseBind(site: Site, node: ts.CallExpression): never {
  return site.ctx.refuse(
    node,
    "DC2104",
    "a function is made with bind, and what it then is called with is not seen",
    "write the function out: (y) => f(x, y)",
  );
}
