import { ts } from "ts-morph";
import { isJavaScript, valueBehind } from "../../syntax/jsFunctions.js";
import { libraryName } from "../../syntax/libraryNames.js";
import { functionOf, mathMember } from "../../syntax/callee.js";
import {
  bareExpression,
  definedSymbol,
  eachNode,
  symbolOf,
} from "../../syntax/scan.js";
import { methodOfPrototype } from "../classes/lowerMembers.js";
import type { Site } from "../lowerSite.js";

/**
 * `f.call(null, x, y)` and `f.apply(null, [x, y])` of a function that does not look at `this`: the call `f(x, y)`, or
 * `f(...list)`. `Array.prototype.slice.call(xs)` is `xs.slice()`. And `isArray(xs)` is `Array.isArray(xs)` where a module
 * hands that on: `var isArray = require("is-array")`. Undefined for all other calls.
 */
export function directCall(
  site: Site,
  node: ts.CallExpression,
): ts.CallExpression | undefined {
  const access = bareExpression(node.expression);
  const handedOn = ts.isIdentifier(access) && libraryBehind(site, access);
  if (handedOn) return withParts(node, handedOn, [...node.arguments]);
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
  if (isLentMethod(fn) && self !== undefined)
    return withParts(node, withOwner(fn, self), args);
  if (!isMath) refuseThis(site, node, fn, self);
  return withParts(node, fn, args);
}

/** `Array.isArray`, where it is written, of a name of JavaScript that stands for it. */
function libraryBehind(
  { ctx: { checker } }: Site,
  name: ts.Identifier,
): ts.Expression | undefined {
  // the checker takes the name for the library's own
  const symbol = symbolOf(checker, name);
  if (symbol === undefined || !symbol.declarations?.some(isJavaScript))
    return undefined;
  const value = valueBehind(checker, symbol);
  const isMember =
    value !== undefined &&
    typeof value !== "string" &&
    ts.isPropertyAccessExpression(value) &&
    libraryName(checker, value) === value.getText();
  return isMember ? value : undefined;
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

/** `Array.prototype.slice`, `[].slice`, `Object.prototype.hasOwnProperty` */
const isLentMethod = (
  node: ts.Expression,
): node is ts.PropertyAccessExpression =>
  ts.isPropertyAccessExpression(node) &&
  (/^(Array\.prototype|\[\])$/.test(node.expression.getText()) ||
    (node.name.text === "hasOwnProperty" &&
      /^(Object\.prototype|\(?\{\}\)?)$/.test(node.expression.getText())));

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
