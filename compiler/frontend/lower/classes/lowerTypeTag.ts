import { ts } from "ts-morph";
import type { Value } from "../../../ir/ir.js";
import { bare, type Ty } from "../../../ir/types.js";
import { libraryName } from "../../syntax/libraryNames.js";
import { typedNames } from "../../types/describeTy.js";
import { lowerExpression } from "../lowerExpressions.js";
import { isFunctionTag } from "../functions/lowerKnown.js";
import { bareExpression } from "../../syntax/scan.js";
import { constant, decidedConstant, type Site } from "../lowerSite.js";

/**
 * `Object.prototype.toString.call(x)`, which is `"[object Array]"` for a list: what older code asks for the kind of a
 * value. It is known where the type is. Undefined for other calls.
 */
export function lowerTypeTag(
  site: Site,
  node: ts.CallExpression,
): Value | undefined {
  const callee = bareExpression(node.expression);
  const [given, ...others] = node.arguments;
  const isIt =
    ts.isPropertyAccessExpression(callee) &&
    callee.name.text === "call" &&
    given !== undefined &&
    others.length === 0 &&
    libraryName(site.ctx.checker, callee) === "Object.prototype.toString";
  if (!isIt) return undefined;
  const value = lowerExpression(site, given);
  const tag = isFunctionTag(site, value)
    ? "Function"
    : tagOfTy(site, value.ty, site.ctx.checker.getTypeAtLocation(given));
  if (tag === undefined)
    return site.ctx.refuse(
      node,
      "DC2103",
      "which kind of value this is, is known only at run time",
      "pass values of one kind only",
    );
  return constant(site, node, `[object ${tag}]`);
}

function tagOfTy(site: Site, ty: Ty, type: ts.Type): string | undefined {
  if (ty.kind === "maybe") return undefined;
  const one = bare(ty);
  if (one.kind === "num") return "Number";
  if (one.kind === "bool") return "Boolean";
  if (one.kind === "array") {
    return one.store === "js" ? "Array" : typedNames[one.store];
  }
  if (one.kind === "record") {
    if (one.tuple) return "Array";
    // [Symbol.toStringTag]
    const isPlain = site.ctx.classes.instanceOf(one)?.symbol === undefined;
    return isPlain ? "Object" : undefined;
  }
  return type.flags & ts.TypeFlags.StringLike ? "String" : undefined;
}

/** `tag === "[object Array]"`, `tag.endsWith("Array]")` of text that is known: the answer is. */
export function lowerTextTest(
  site: Site,
  node: ts.CallExpression,
): Value | undefined {
  const callee = bareExpression(node.expression);
  const [given, ...others] = node.arguments;
  if (!ts.isPropertyAccessExpression(callee) || others.length > 0)
    return undefined;
  const test = tests.get(callee.name.text);
  if (test === undefined || given === undefined) return undefined;
  const word = bareExpression(given);
  if (!ts.isStringLiteralLike(word) || !isName(callee.expression))
    return undefined;
  const owner = lowerExpression(site, callee.expression);
  const text = site.facts.strings.get(owner);
  return text === undefined
    ? undefined
    : decidedConstant(site, node, test(text, word.text));
}

/** A variable, which may be looked at more than once. */
const isName = (node: ts.Expression): boolean =>
  ts.isIdentifier(bareExpression(node));

const tests: ReadonlyMap<string, (text: string, word: string) => boolean> =
  new Map([
    ["endsWith", (text, word) => text.endsWith(word)],
    ["startsWith", (text, word) => text.startsWith(word)],
    ["includes", (text, word) => text.includes(word)],
  ]);
