import { ts } from "ts-morph";
import { asksForArguments } from "./jsArguments.js";
import { textOfExpression } from "./jsExpressionType.js";
import { isJavaScript } from "./jsFunctions.js";
import { eachNode, isAssignment } from "./lowerScan.js";
import type { Wanted } from "./sourceViews.js";
import { textOfType } from "./typeText.js";

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
    if (texts.length === 0 && !isRest)
      texts.push(...textsWithout(checker, parameter));
    else if (texts.includes("undefined"))
      texts.push(...textsOfDefault(checker, parameter));
    if (texts.includes(undefined)) return [];
    const text = [...new Set(texts)].join(" | ");
    if (text === "") return [];
    // `options = {}` has to be one of them, too
    const isPart =
      parameter.initializer && isEmptyObject(parameter.initializer);
    const at = originalOf(parameter.getSourceFile(), parameter.getStart());
    const whole = isRest ? `(${text})[]` : isPart ? `Partial<${text}>` : text;
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
  if (parameter.initializer && isEmptyObject(parameter.initializer))
    return true;
  // what was written in has the place where it was
  const place = originalOf(file, parameter.getStart());
  if (own !== undefined && originalOf(file, own.pos) === place) return true;
  const type = checker.getTypeAtLocation(parameter);
  return textOfType(checker, type) === undefined;
}

/** What a parameter is where a call leaves it out. */
function textsWithout(
  checker: ts.TypeChecker,
  parameter: ts.ParameterDeclaration,
): (string | undefined)[] {
  const { initializer } = parameter;
  if (initializer === undefined)
    return ["undefined", ...assignedTexts(checker, parameter)];
  return isEmptyObject(initializer) ? textsOfDefault(checker, parameter) : [];
}

/** `options = {}` is an object with what the function asks of it, and nothing in there. */
function textsOfDefault(
  checker: ts.TypeChecker,
  parameter: ts.ParameterDeclaration,
): string[] {
  const { initializer } = parameter;
  if (initializer === undefined) return [];
  if (!isEmptyObject(initializer))
    return [textOfExpression(checker, initializer) ?? []].flat();
  const fields = missingFields(checker, parameter, initializer);
  return fields === "" ? [] : [`{ ${fields} }`];
}

const isEmptyObject = (node: ts.Expression): boolean =>
  ts.isObjectLiteralExpression(node) && node.properties.length === 0;

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
    const text = textOfExpression(checker, value, parent);
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
