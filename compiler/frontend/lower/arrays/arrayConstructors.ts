import { ts } from "ts-morph";
import { isAtModuleLevel, isGlobalName } from "../../syntax/callee.js";
import { bareExpression, definedSymbol } from "../../syntax/scan.js";
import type { Site } from "../lowerSite.js";

/** Who makes arrays: `Array`, `Float64Array` and their kin, also under another name. */

export const typedArrayNames: ReadonlySet<string> = new Set([
  "Float64Array",
  "Float32Array",
  "Int8Array",
  "Uint8Array",
  "Uint8ClampedArray",
  "Int16Array",
  "Uint16Array",
  "Int32Array",
  "Uint32Array",
]);

/** The name of the library's array constructor that an expression is, or that a module variable keeps. */
export function arrayConstructor(
  site: Site,
  given: ts.Expression,
): string | undefined {
  const node = bareExpression(given);
  const { ctx } = site;
  const name = ts.isPropertyAccessExpression(node) ? node.name : node;
  if (!ts.isIdentifier(name)) return undefined;
  const isArray = name.text === "Array" || typedArrayNames.has(name.text);
  if (isArray && name === node && isGlobalName(ctx.checker, name, name.text))
    return name.text;
  const decl = definedSymbol(ctx.checker, name)?.valueDeclaration;
  const made =
    decl !== undefined &&
    ts.isVariableDeclaration(decl) &&
    isAtModuleLevel(decl) &&
    ts.isIdentifier(decl.name)
      ? decl.initializer
      : undefined;
  const symbol = definedSymbol(ctx.checker, name);
  return made && symbol && ctx.keepsValue(symbol)
    ? arrayConstructor(site, made)
    : undefined;
}

/** `Array.from`, `Float64Array.of` */
export function isStatic(
  site: Site,
  node: ts.CallExpression,
  name: string,
): boolean {
  const callee = node.expression;
  return (
    ts.isPropertyAccessExpression(callee) &&
    callee.name.text === name &&
    arrayConstructor(site, callee.expression) !== undefined
  );
}
