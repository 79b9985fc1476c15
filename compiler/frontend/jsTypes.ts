import { ts } from "ts-morph";
import { isJavaScript, jsFunctionOf } from "./jsFunctions.js";
import { definedSymbol, bareExpression, eachNode } from "./lowerScan.js";
import type { Wanted } from "./sourceViews.js";

/**
 * In JavaScript a parameter has the type of the argument at the call. Nothing here guesses: where an argument's type is
 * not known either, the parameter keeps what it has, and lowering refuses it.
 */

/** What the types of a call's arguments say about the parameters of the JavaScript function that it calls. */
export function typesFromCall(
  checker: ts.TypeChecker,
  call: ts.CallExpression | ts.NewExpression,
  decl: ts.FunctionLikeDeclaration,
  originalOf: (node: ts.Node) => number,
): Wanted[] {
  if (!isJavaScript(decl)) return [];
  const given = call.arguments ?? [];
  if (given.some(ts.isSpreadElement)) return [];
  const file = decl.getSourceFile().fileName;
  return decl.parameters.flatMap((parameter, k) => {
    if (!needsType(checker, parameter)) return [];
    const isRest = parameter.dotDotDotToken !== undefined;
    const texts = (isRest ? given.slice(k) : given.slice(k, k + 1)).map((one) =>
      textOfType(checker, checker.getTypeAtLocation(one)),
    );
    if (texts.length === 0 && !isRest && parameter.initializer === undefined)
      texts.push("undefined");
    if (texts.includes(undefined)) return [];
    const text = [...new Set(texts)].join(" | ");
    if (text === "") return [];
    const at = originalOf(parameter);
    return [{ type: { file, at, text: isRest ? `(${text})[]` : text } }];
  });
}

/** Has the parameter a type from calls, or none that says where its numbers are? */
function needsType(
  checker: ts.TypeChecker,
  parameter: ts.ParameterDeclaration,
): boolean {
  const own = ts.getJSDocType(parameter);
  const isOurs =
    own !== undefined && own.pos > parameter.pos && own.end <= parameter.end;
  if (isOurs) return true;
  const type = checker.getTypeAtLocation(parameter);
  return textOfType(checker, type) === undefined;
}

/** Follows the calls in functions whose parameters have their types, to the functions that these call. */
export function typesInside(
  checker: ts.TypeChecker,
  starts: Iterable<ts.FunctionLikeDeclaration>,
  originalOf: (node: ts.Node) => number,
): Wanted[] {
  const wanted: Wanted[] = [];
  const seen = new Set<ts.Node>(starts);
  for (const decl of seen)
    eachNode(decl, (node) => {
      if (!ts.isCallExpression(node) && !ts.isNewExpression(node)) return;
      const callee = bareExpression(node.expression);
      const name = ts.isPropertyAccessExpression(callee) ? callee.name : callee;
      const symbol = definedSymbol(checker, name);
      const inner = symbol && jsFunctionOf(checker, symbol);
      if (inner === undefined || !isJavaScript(inner)) return;
      wanted.push(...typesFromCall(checker, node, inner, originalOf));
      seen.add(inner);
    });
  return wanted;
}

// ---- types as text ----

const deepest = 5;

/** The type written out, without names that may not be in scope; undefined where it is any or cannot be written. */
export function textOfType(
  checker: ts.TypeChecker,
  given: ts.Type,
  depth = 0,
): string | undefined {
  const type = checker.getBaseTypeOfLiteralType(given);
  const { flags } = type;
  if (depth > deepest || flags & (ts.TypeFlags.Any | ts.TypeFlags.Unknown))
    return undefined;
  if (flags & ts.TypeFlags.NumberLike) return "number";
  if (flags & ts.TypeFlags.BooleanLike) return "boolean";
  if (flags & ts.TypeFlags.StringLike) return "string";
  if (flags & (ts.TypeFlags.Undefined | ts.TypeFlags.Void)) return "undefined";
  if (flags & ts.TypeFlags.Null) return "null";
  const inner = (one: ts.Type): string | undefined =>
    textOfType(checker, one, depth + 1);
  if (type.isUnion()) return together([...new Set(type.types.map(inner))], " | ");
  if (!(flags & ts.TypeFlags.Object)) return undefined;
  const args = (): readonly ts.Type[] =>
    checker.getTypeArguments(type as ts.TypeReference);
  if (checker.isTupleType(type)) {
    const parts = together(args().map(inner), ", ");
    return parts === undefined ? undefined : `[${parts}]`;
  }
  if (checker.isArrayType(type)) {
    const [elem] = args();
    const text = elem && inner(elem);
    return text === undefined ? undefined : `(${text})[]`;
  }
  const symbol = type.symbol as ts.Symbol | undefined;
  if (symbol !== undefined && /^\w+\d+(Clamped)?Array$/.test(symbol.name))
    return symbol.name;
  const [signature] = type.getCallSignatures();
  if (signature !== undefined) return undefined;
  return fieldsText(checker, type, inner);
}

function fieldsText(
  checker: ts.TypeChecker,
  type: ts.Type,
  inner: (type: ts.Type) => string | undefined,
): string | undefined {
  const isClass = (type.symbol?.flags ?? 0) & ts.SymbolFlags.Class;
  const properties = checker.getPropertiesOfType(type);
  if (isClass || checker.getIndexInfosOfType(type).length > 0) return undefined;
  const parts = properties.map((property) => {
    const text = inner(checker.getTypeOfSymbol(property));
    const optional = property.flags & ts.SymbolFlags.Optional ? "?" : "";
    return text === undefined
      ? undefined
      : `${JSON.stringify(property.name)}${optional}: ${text}`;
  });
  const fields = together(parts, "; ");
  return fields === undefined ? undefined : `{ ${fields} }`;
}

const together = (
  parts: readonly (string | undefined)[],
  by: string,
): string | undefined =>
  parts.includes(undefined) ? undefined : parts.join(by);
