import { ts } from "ts-morph";
import { asksForArguments } from "./jsArguments.js";
import { textOfExpression } from "./jsExpressionType.js";
import { asksOnlyForCount } from "../lower/functions/lowerArguments.js";
import { isAtModuleLevel } from "../syntax/callee.js";
import { isJavaScript } from "../syntax/jsFunctions.js";
import { copyAround } from "./functionCopies.js";
import { copyFromCall, isCopy, placeToCopy } from "./jsCopies.js";
import { newGuesses } from "./jsGuess.js";
import { definedSymbol, eachNode, isAssignment } from "../syntax/scan.js";
import type { Wanted } from "./growingViews.js";
import type { JsCode } from "./jsCode.js";
import { aliasesIn } from "./optionDefaults.js";
import { textOfType } from "../types/typeText.js";

/**
 * In JavaScript a parameter has the type of the argument at the call. Nothing here guesses: where an argument's type is
 * not known either, the parameter keeps what it has, and lowering refuses it.
 */

/** What the types of a call's arguments say about the parameters of the JavaScript function that it calls. */
export function typesFromCall(
  checker: ts.TypeChecker,
  call: ts.CallExpression | ts.NewExpression,
  decl: ts.FunctionLikeDeclaration,
  code: JsCode,
): Wanted[] {
  // a copy has the types that it was made for
  if (!isJavaScript(decl) || isCopy(decl, code)) return [];
  const copied = copyFromCall(checker, call, decl, code);
  return copied === undefined
    ? typesOfOne(checker, call, decl, code)
    : [...copied.wanted];
}

function typesOfOne(
  checker: ts.TypeChecker,
  call: ts.CallExpression | ts.NewExpression,
  decl: ts.FunctionLikeDeclaration,
  code: JsCode,
): Wanted[] {
  const given = call.arguments ?? [];
  const firstSpread = given.findIndex(ts.isSpreadElement);
  const isSpread = (k: number): boolean => firstSpread >= 0 && firstSpread <= k;
  const file = decl.getSourceFile().fileName;
  // of functions inside of others lowering sees each call by itself
  const isSeen = !isAtModuleLevel(decl) && asksOnlyForCount(decl);
  const own = placeToCopy(decl, code);
  const of = own === undefined ? {} : { of: own };
  const asked: Wanted[] =
    asksForArguments(decl) && !isSeen && firstSpread < 0
      ? [
          {
            type: {
              file,
              at: code.placeOf(decl.getSourceFile(), decl.getStart()),
              text: String(given.length),
              tag: "count",
              ...of,
            },
          },
        ]
      : [];
  const types = decl.parameters.flatMap((parameter, k): Wanted[] => {
    const isRest = parameter.dotDotDotToken !== undefined;
    if (!isRest && isSpread(k)) return [];
    if (!needsType(checker, parameter, code)) return [];
    const at = code.placeOf(parameter.getSourceFile(), parameter.getStart());
    if (isOptions(parameter))
      return fieldsOfOptions(checker, parameter, given[k]).map((text) => ({
        type: { file, at, text, tag: "field" },
      }));
    const argument = given[k];
    const options = argument && optionsHandedOn(checker, argument);
    if (options === "open") return [];
    if (options === "known")
      return fieldsOfOptions(checker, parameter, argument).map((text) => ({
        type: { file, at, text, tag: "field" },
      }));
    const text = textForParameter(checker, decl, given, k);
    if (text === undefined || text === "") return [];
    return [{ type: { file, at, text, tag: "type", ...of } }];
  });
  return [...asked, ...types];
}

/** The type of a parameter from the arguments of one call; empty where they have nothing to say. */
export function textForParameter(
  checker: ts.TypeChecker,
  decl: ts.FunctionLikeDeclaration,
  given: readonly ts.Expression[],
  k: number,
): string | undefined {
  const parameter = decl.parameters[k];
  if (parameter === undefined) return undefined;
  const isRest = parameter.dotDotDotToken !== undefined;
  const argument = given[k];
  const texts = (isRest ? given.slice(k) : given.slice(k, k + 1)).map((one) =>
    textOfArgument(checker, one, decl),
  );
  const missing = texts.some((one) => one?.startsWith("{ "))
    ? missingFields(checker, parameter, argument)
    : "";
  if (missing !== "") texts.splice(0, 1, withFields(texts[0] ?? "", missing));
  if (texts.length === 0 && !isRest)
    texts.push(...textsWithout(checker, parameter));
  else if (texts.includes("undefined") && parameter.initializer)
    texts.push(textOfExpression(checker, parameter.initializer, decl));
  if (texts.includes(undefined)) return undefined;
  const text = [...new Set(texts)].join(" | ");
  return text !== "" && isRest ? `(${text})[]` : text;
}

/** The type of an argument, or of what is in a list that is spread over arguments. */
function textOfArgument(
  checker: ts.TypeChecker,
  node: ts.Expression,
  at: ts.Node,
): string | undefined {
  if (!ts.isSpreadElement(node)) return textOfExpression(checker, node, at);
  const type = checker.getTypeAtLocation(node.expression);
  const elem = checker.getIndexTypeOfType(type, ts.IndexKind.Number);
  return elem && textOfType(checker, elem, at);
}

/** `{ a: number }` with more in it. */
const withFields = (text: string, more: string): string =>
  text.replace(/^\{(.*?);?\s*\}$/s, (_, own: string) =>
    own.trim() === "" ? `{ ${more} }` : `{${own}; ${more} }`,
  );

/**
 * `options = {}` that is handed on: its fields come to light one by one, there as here. As long as none is known, it says
 * nothing.
 */
function optionsHandedOn(
  checker: ts.TypeChecker,
  argument: ts.Expression,
): "open" | "known" | undefined {
  const decl = definedSymbol(checker, argument)?.valueDeclaration;
  if (decl === undefined || !ts.isParameter(decl) || !isOptions(decl))
    return undefined;
  const type = checker.getTypeAtLocation(decl);
  return type.getProperties().length === 0 ? "open" : "known";
}

/** The same for a call of a function that is a value, of which the types of the arguments are known as text. */
export function typesOfArguments(
  checker: ts.TypeChecker,
  decl: ts.FunctionLikeDeclaration,
  given: readonly (string | undefined)[],
  code: JsCode,
): Wanted[] {
  if (isCopy(decl, code)) return [];
  const source = decl.getSourceFile();
  return decl.parameters.flatMap((parameter, k): Wanted[] => {
    const text = k < given.length ? given[k] : "undefined";
    if (text === "undefined" && isOptions(parameter)) {
      const at = code.placeOf(source, parameter.getStart());
      return fieldsOfOptions(checker, parameter, undefined).map((field) => ({
        type: { file: source.fileName, at, text: field, tag: "field" },
      }));
    }
    const isOpen =
      parameter.dotDotDotToken === undefined &&
      needsType(checker, parameter, code);
    if (!isOpen) return [];
    const texts = k < given.length ? [text] : textsWithout(checker, parameter);
    const whole = [...new Set(texts)].join(" | ");
    if (texts.includes(undefined) || whole === "") return [];
    const at = code.placeOf(source, parameter.getStart());
    return [{ type: { file: source.fileName, at, text: whole, tag: "type" } }];
  });
}

/** Has the parameter a type from calls, or none that says where its numbers are? */
function needsType(
  checker: ts.TypeChecker,
  parameter: ts.ParameterDeclaration,
  code: JsCode,
): boolean {
  const file = parameter.getSourceFile();
  const own = ts.getJSDocType(parameter);
  if (isOptions(parameter)) return true;
  // what was written in has the place where it was
  const place = code.placeOf(file, parameter.getStart());
  if (own !== undefined && code.placeOf(file, own.pos) === place) return true;
  const type = checker.getTypeAtLocation(parameter);
  return (
    textOfType(checker, type, parameter) === undefined ||
    isEither(checker, type)
  );
}

/** `@param {number | number[]} p`: which of them it is, the call says. */
export const isEither = (checker: ts.TypeChecker, type: ts.Type): boolean =>
  type.isUnion() &&
  type.types.some((one) => checker.isArrayLikeType(one)) &&
  type.types.some((one) => (one.flags & ts.TypeFlags.NumberLike) !== 0);

/** What a parameter is where a call leaves it out. */
const textsWithout = (
  checker: ts.TypeChecker,
  parameter: ts.ParameterDeclaration,
): (string | undefined)[] =>
  parameter.initializer === undefined
    ? ["undefined", ...assignedTexts(checker, parameter)]
    : [];

/**
 * `options = {}`: an object with what the function asks of it, of which each call gives some. The fields of all calls
 * are put together.
 */
function fieldsOfOptions(
  checker: ts.TypeChecker,
  parameter: ts.ParameterDeclaration,
  argument: ts.Expression | undefined,
): string[] {
  const type = argument && checker.getTypeAtLocation(argument);
  const given = (type?.getProperties() ?? []).flatMap((property) => {
    const text = textOfType(
      checker,
      checker.getTypeOfSymbol(property),
      parameter,
    );
    return text === undefined
      ? []
      : `${JSON.stringify(property.name)}: ${text}`;
  });
  const asked = [...fieldsAsked(checker, parameter)].flatMap(([name, texts]) =>
    ["undefined", ...texts].map((text) => `${JSON.stringify(name)}: ${text}`),
  );
  return [...given, ...asked];
}

/** `options = {}` */
export const isOptions = ({ initializer }: ts.ParameterDeclaration): boolean =>
  initializer !== undefined &&
  ts.isObjectLiteralExpression(initializer) &&
  initializer.properties.length === 0;

/** `if (p === undefined) p = 1`, `p = p || 1`: what a parameter that was left out becomes. */
export function assignedTexts(
  checker: ts.TypeChecker,
  { name, parent }: ts.ParameterDeclaration,
): string[] {
  const symbol = checker.getSymbolAtLocation(name);
  const isIt = (node: ts.Node): boolean =>
    ts.isIdentifier(node) && checker.getSymbolAtLocation(node) === symbol;
  const given = symbol && newGuesses(checker, parent)(symbol);
  if (given !== undefined) return [given];
  const texts: string[] = [];
  eachNode(parent, (node) => {
    if (!isAssignment(node) || !isIt(node.left)) return;
    const { right } = node;
    const value =
      ts.isBinaryExpression(right) && isIt(right.left) ? right.right : right;
    const text = textOfExpression(checker, value, parent);
    if (text !== undefined) texts.push(text);
  });
  return texts;
}

/** What the parameters of a copy become that its calls leave out. */
export function typesOfGivenLater(
  checker: ts.TypeChecker,
  decl: ts.FunctionLikeDeclaration,
  code: JsCode,
): Wanted[] {
  const file = decl.getSourceFile();
  if (!isJavaScript(file)) return [];
  return decl.parameters.flatMap((parameter): Wanted[] => {
    const at = code.placeOf(file, parameter.getStart());
    const texts = code.views.types.get(file.fileName)?.get(at);
    if (copyAround(at) === 0 || !texts?.has("undefined")) return [];
    return assignedTexts(checker, parameter).map((text) => ({
      type: { file: file.fileName, at, text, tag: "type" },
    }));
  });
}

/** `p.latitude` where what is passed for `p` has no such field: it is undefined there. */
function missingFields(
  checker: ts.TypeChecker,
  parameter: ts.ParameterDeclaration,
  argument: ts.Expression | undefined,
): string {
  if (argument === undefined) return "";
  const type = checker.getTypeAtLocation(argument);
  return namesAsked(checker, parameter)
    .filter((field) => checker.getPropertyOfType(type, field) === undefined)
    .map((field) => `${field}?: undefined`)
    .join("; ");
}

/** The fields that a function asks of its parameter by their names. */
export const namesAsked = (
  checker: ts.TypeChecker,
  parameter: ts.ParameterDeclaration,
): string[] => [...fieldsAsked(checker, parameter).keys()];

/** The same, also those that it hands it on for, with the types that they are known to have there. */
function fieldsAsked(
  checker: ts.TypeChecker,
  parameter: ts.ParameterDeclaration,
  seen: ReadonlySet<ts.Node> = new Set(),
): Map<string, ReadonlySet<string>> {
  const { name, parent } = parameter;
  const found = new Map<string, ReadonlySet<string>>();
  const note = (field: string, types: readonly string[] = []): void => {
    found.set(field, new Set([...(found.get(field) ?? []), ...types]));
  };
  if (ts.isObjectBindingPattern(name)) {
    for (const { name: own, propertyName = own } of name.elements)
      if (ts.isIdentifier(propertyName)) note(propertyName.text);
    return found;
  }
  const aliases = ts.isIdentifier(name) ? aliasesIn(parent, name.text) : [];
  const symbols = new Set(
    [name, ...aliases].flatMap((one) => checker.getSymbolAtLocation(one) ?? []),
  );
  const isIt = (node: ts.Node): boolean => {
    const symbol = checker.getSymbolAtLocation(node);
    return symbol !== undefined && symbols.has(symbol);
  };
  const root = aliases.some(ts.isPropertyAccessExpression)
    ? parent.parent
    : parent;
  eachNode(root, (node) => {
    if (ts.isPropertyAccessExpression(node) && isIt(node.expression)) {
      const given = isAssignment(node.parent) && node.parent.left === node;
      const text = given
        ? textOfExpression(checker, node.parent.right, parent)
        : undefined;
      note(node.name.text, text === undefined ? [] : [text]);
    }
    if (!ts.isCallExpression(node) && !ts.isNewExpression(node)) return;
    const k = node.arguments?.findIndex(isIt) ?? -1;
    const callee = k < 0 ? undefined : checker.getResolvedSignature(node);
    const next = callee?.declaration?.parameters[k];
    if (!next || !ts.isParameter(next) || !isJavaScript(next)) return;
    if (seen.has(next)) return;
    const inner = fieldsAsked(checker, next, new Set([...seen, next]));
    const type = checker.getTypeAtLocation(next);
    for (const [field, types] of inner) {
      const own = checker.getPropertyOfType(type, field);
      const text =
        own && textOfType(checker, checker.getTypeOfSymbol(own), next);
      note(field, [...types, ...(text === undefined ? [] : [text])]);
    }
  });
  return found;
}
