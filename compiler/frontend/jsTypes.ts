import { ts } from "ts-morph";
import { asksForArguments } from "./jsArguments.js";
import { isJavaScript, jsFunctionOf } from "./jsFunctions.js";
import {
  bareExpression,
  definedSymbol,
  eachNode,
  isAssignment,
} from "./lowerScan.js";
import type { Wanted } from "./sourceViews.js";

/**
 * In JavaScript a parameter has the type of the argument at the call. Nothing here guesses: where an argument's type is
 * not known either, the parameter keeps what it has, and lowering refuses it.
 */

/** From a place in the text that the program has to that on disk. */
export type OriginalOf = (file: ts.SourceFile, place: number) => number;

/** What the types of a call's arguments say about the parameters of the JavaScript function that it calls. */
export function typesFromCall(
  checker: ts.TypeChecker,
  call: ts.CallExpression | ts.NewExpression,
  decl: ts.FunctionLikeDeclaration,
  originalOf: OriginalOf,
): Wanted[] {
  if (!isJavaScript(decl)) return [];
  const given = call.arguments ?? [];
  if (given.some(ts.isSpreadElement)) return [];
  const file = decl.getSourceFile().fileName;
  const asked: Wanted[] = asksForArguments(decl)
    ? [
        {
          type: {
            file,
            at: originalOf(decl.getSourceFile(), decl.getStart()),
            text: String(given.length),
            tag: "count",
          },
        },
      ]
    : [];
  const types = decl.parameters.flatMap((parameter, k): Wanted[] => {
    if (!needsType(checker, parameter, originalOf)) return [];
    const isRest = parameter.dotDotDotToken !== undefined;
    const texts = (isRest ? given.slice(k) : given.slice(k, k + 1)).map((one) =>
      textOfExpression(checker, one, decl),
    );
    const missing = texts.some((one) => one?.startsWith("{ "))
      ? missingFields(checker, parameter, given[k])
      : "";
    if (missing !== "")
      texts.splice(0, 1, texts[0]?.replace(/ \}$/, `; ${missing} }`));
    if (texts.length === 0 && !isRest && parameter.initializer === undefined)
      texts.push("undefined", ...assignedTexts(checker, parameter));
    if (texts.includes(undefined)) return [];
    const text = [...new Set(texts)].join(" | ");
    if (text === "") return [];
    const at = originalOf(parameter.getSourceFile(), parameter.getStart());
    const whole = isRest ? `(${text})[]` : text;
    return [{ type: { file, at, text: whole, tag: "type" } }];
  });
  return [...asked, ...types];
}

/** The same for a call of a function that is a value, of which the types of the arguments are known as text. */
export function typesOfArguments(
  checker: ts.TypeChecker,
  decl: ts.FunctionLikeDeclaration,
  given: readonly (string | undefined)[],
  originalOf: OriginalOf,
): Wanted[] {
  const source = decl.getSourceFile();
  return decl.parameters.flatMap((parameter, k): Wanted[] => {
    const text = k < given.length ? given[k] : "undefined";
    const isOpen =
      parameter.dotDotDotToken === undefined &&
      needsType(checker, parameter, originalOf);
    if (text === undefined || !isOpen) return [];
    const at = originalOf(source, parameter.getStart());
    return [{ type: { file: source.fileName, at, text, tag: "type" } }];
  });
}

/** Has the parameter a type from calls, or none that says where its numbers are? */
function needsType(
  checker: ts.TypeChecker,
  parameter: ts.ParameterDeclaration,
  originalOf: OriginalOf,
): boolean {
  const file = parameter.getSourceFile();
  const own = ts.getJSDocType(parameter);
  // what was written in has the place where it was
  const place = originalOf(file, parameter.getStart());
  if (own !== undefined && originalOf(file, own.pos) === place) return true;
  const type = checker.getTypeAtLocation(parameter);
  return textOfType(checker, type) === undefined;
}

/** Follows the calls in functions whose parameters have their types, to the functions that these call. */
export function typesInside(
  checker: ts.TypeChecker,
  starts: Iterable<ts.FunctionLikeDeclaration>,
  originalOf: OriginalOf,
): Wanted[] {
  const wanted: Wanted[] = [];
  const seen = new Set<ts.Node>(starts);
  for (const decl of seen) {
    const own = decl as ts.FunctionLikeDeclaration;
    wanted.push(...typeOfResult(checker, own, originalOf));
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
  }
  return wanted;
}

/** Where a function calls itself the checker gives up on its result: it is what its returns give. */
function typeOfResult(
  checker: ts.TypeChecker,
  decl: ts.FunctionLikeDeclaration,
  originalOf: OriginalOf,
): Wanted[] {
  const { body } = decl;
  const signature = checker.getSignatureFromDeclaration(decl);
  if (!isJavaScript(decl) || body === undefined || signature === undefined)
    return [];
  const source = decl.getSourceFile();
  const docs = (decl as { jsDoc?: readonly ts.JSDoc[] }).jsDoc;
  const doc = docs?.at(-1);
  // into the comment that is there, for only the last one counts
  const start =
    doc?.getText().startsWith("/**") === true ? doc.pos + 3 : decl.getStart();
  const at = originalOf(source, start);
  const written = ts.getJSDocReturnType(decl);
  const isOurs = written && originalOf(source, written.pos) === at;
  const known = checker.getReturnTypeOfSignature(signature);
  if (!isOurs && textOfType(checker, known) !== undefined) return [];
  const given: ts.Expression[] = ts.isBlock(body) ? [] : [body];
  // what the binder leaves where control reaches the end
  const { endFlowNode } = decl as { endFlowNode?: unknown };
  let isEmpty = ts.isBlock(body) && endFlowNode !== undefined;
  eachNode(
    body,
    (node) => {
      if (!ts.isReturnStatement(node)) return;
      if (node.expression === undefined) isEmpty = true;
      else given.push(node.expression);
    },
    (node) => node === body || !ts.isFunctionLike(node),
  );
  if (given.length === 0) return [];
  const texts = given.flatMap((one) => textOfExpression(checker, one) ?? []);
  if (isEmpty) texts.push("undefined");
  const file = source.fileName;
  return [...new Set(texts)].map((text) => ({
    type: { file, at, text, tag: "returns" },
  }));
}

/** `if (p === undefined) p = 1`, `p = p || 1`: what a parameter that was left out becomes. */
function assignedTexts(
  checker: ts.TypeChecker,
  { name, parent }: ts.ParameterDeclaration,
): string[] {
  const symbol = checker.getSymbolAtLocation(name);
  const isIt = (node: ts.Node): boolean =>
    ts.isIdentifier(node) && checker.getSymbolAtLocation(node) === symbol;
  const texts: string[] = [];
  eachNode(parent, (node) => {
    if (!isAssignment(node) || !isIt(node.left)) return;
    const { right } = node;
    const value =
      ts.isBinaryExpression(right) && isIt(right.left) ? right.right : right;
    const text = textOfExpression(checker, value);
    if (text !== undefined) texts.push(text);
  });
  return texts;
}

/** `p.latitude` where what is passed for `p` has no such field: it is undefined there. */
function missingFields(
  checker: ts.TypeChecker,
  { name, parent }: ts.ParameterDeclaration,
  argument: ts.Expression | undefined,
): string {
  const symbol = checker.getSymbolAtLocation(name);
  if (argument === undefined || symbol === undefined) return "";
  const type = checker.getTypeAtLocation(argument);
  const missing = new Set<string>();
  eachNode(parent, (node) => {
    if (!ts.isPropertyAccessExpression(node)) return;
    if (checker.getSymbolAtLocation(node.expression) !== symbol) return;
    const field = node.name.text;
    if (checker.getPropertyOfType(type, field) === undefined)
      missing.add(field);
  });
  return [...missing].map((one) => `${one}?: undefined`).join("; ");
}

/** The type of an expression, of the arm only that is taken where the types say which that is. */
function textOfExpression(
  checker: ts.TypeChecker,
  given: ts.Expression,
  into?: ts.Node,
): string | undefined {
  const node = bareExpression(given);
  const inner = (one: ts.Expression): string | undefined =>
    textOfExpression(checker, one, into);
  if (ts.isConditionalExpression(node)) {
    const isArray = arrayTest(checker, node.condition);
    if (isArray !== undefined)
      return inner(isArray ? node.whenTrue : node.whenFalse);
    return either(inner(node.whenTrue), inner(node.whenFalse));
  }
  const type = checker.getTypeAtLocation(node);
  return nameOfClass(type, into) ?? textOfType(checker, type);
}

/** A class at the top level of the file that a type is written into goes by its name there. */
function nameOfClass(type: ts.Type, into?: ts.Node): string | undefined {
  const symbol = type.symbol as ts.Symbol | undefined;
  const decl = symbol?.valueDeclaration;
  return symbol !== undefined &&
    decl !== undefined &&
    ts.isClassDeclaration(decl) &&
    ts.isSourceFile(decl.parent) &&
    decl.parent === into?.getSourceFile() &&
    type.isClassOrInterface()
    ? symbol.name
    : undefined;
}

function either(
  a: string | undefined,
  b: string | undefined,
): string | undefined {
  if (a === undefined || b === undefined) return undefined;
  return a === b ? a : `${a} | ${b}`;
}

/** `Array.isArray(x)` of which the type of x tells the answer. */
export function arrayTest(
  checker: ts.TypeChecker,
  given: ts.Expression,
): boolean | undefined {
  const node = bareExpression(given);
  if (
    !ts.isCallExpression(node) ||
    node.expression.getText() !== "Array.isArray"
  )
    return undefined;
  const [one] = node.arguments;
  const type = one && checker.getTypeAtLocation(one);
  if (
    type === undefined ||
    type.isUnion() ||
    textOfType(checker, type) === undefined
  )
    return undefined;
  return checker.isArrayType(type) || checker.isTupleType(type);
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
  if (type.isUnion())
    return together([...new Set(type.types.map(inner))], " | ");
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
  if (signature !== undefined) return signatureText(checker, signature, inner);
  return fieldsText(checker, type, inner);
}

function signatureText(
  checker: ts.TypeChecker,
  signature: ts.Signature,
  inner: (type: ts.Type) => string | undefined,
): string | undefined {
  if (signature.typeParameters !== undefined) return undefined;
  const result = inner(checker.getReturnTypeOfSignature(signature));
  const parts = signature.parameters.map((one, k) => {
    const text = inner(checker.getTypeOfSymbol(one));
    return text === undefined ? undefined : `a${k}: ${text}`;
  });
  const list = together(parts, ", ");
  return list === undefined || result === undefined
    ? undefined
    : `((${list}) => ${result})`;
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
