import { ts } from "ts-morph";
import { asksForArguments } from "./jsArguments.js";
import { copyAround, maybeCopied } from "./functionCopies.js";
import type { Wanted, WantedCast, WantedCopy } from "./growingViews.js";
import { kindOf } from "./growingViews.js";
import type { JsCode } from "./jsCode.js";
import { typeOfResult } from "./jsResultTypes.js";
import { isOptions, namesAsked, textForParameter } from "./jsTypes.js";
import { isJavaScript } from "../syntax/jsFunctions.js";
import { textOfType } from "../types/typeText.js";

/** Which copy of a function a call means, that gets arguments of several kinds. */

/** The place by which a function is known of which there may be copies. */
export function placeToCopy(
  decl: ts.FunctionLikeDeclaration,
  code: JsCode,
): number | undefined {
  if (!isJavaScript(decl) || !maybeCopied(decl)) return undefined;
  const place = code.placeOf(decl.getSourceFile(), decl.getStart());
  return copyAround(place) === 0 ? place : undefined;
}

/** The same, where it has turned out that it gets arguments of several kinds. */
function placeOfSplit(
  decl: ts.FunctionLikeDeclaration,
  code: JsCode,
): number | undefined {
  const { fileName } = decl.getSourceFile();
  const split = code.views.split.get(fileName);
  if (split === undefined) return undefined;
  const place = code.placeOf(decl.getSourceFile(), decl.getStart());
  return split.has(place) ? place : undefined;
}

/** Is it read once for each kind of arguments? Then what it calls itself, without them, says nothing. */
export const isSplit = (
  decl: ts.FunctionLikeDeclaration,
  code: JsCode,
): boolean => isJavaScript(decl) && placeOfSplit(decl, code) !== undefined;

export function isCopy(
  decl: ts.FunctionLikeDeclaration,
  code: JsCode,
): boolean {
  const file = decl.getSourceFile();
  const copy = copyAround(code.placeOf(file, decl.getStart()));
  return copy > 0 && code.copyAt(file, copy) === decl;
}

interface Copied {
  /** As the program has it; it may not have it yet. */
  readonly decl: ts.FunctionLikeDeclaration | undefined;
  readonly wanted: readonly Wanted[];
}

/** Undefined for a function that gets one kind of arguments, and where nobody knows of which types they are. */
export function copyFromCall(
  checker: ts.TypeChecker,
  call: ts.CallExpression | ts.NewExpression,
  decl: ts.FunctionLikeDeclaration,
  code: JsCode,
): Copied | undefined {
  const of = isJavaScript(decl) ? placeOfSplit(decl, code) : undefined;
  if (of === undefined) return undefined;
  const copy = copyWanted(checker, call, decl, of, code);
  if (copy === undefined) return undefined;
  const own = code.views.copies.get(copy.file) ?? [];
  const k = own.findIndex((one) => one.of === of && one.key === copy.key);
  const found = k < 0 ? undefined : code.copyAt(decl.getSourceFile(), k + 1);
  const cast =
    found && ts.isCallExpression(call)
      ? castWanted(checker, call, found, code)
      : undefined;
  return { decl: found, wanted: [{ copy }, ...(cast ? [{ cast }] : [])] };
}

function copyWanted(
  checker: ts.TypeChecker,
  call: ts.CallExpression | ts.NewExpression,
  decl: ts.FunctionLikeDeclaration,
  of: number,
  code: JsCode,
): WantedCopy | undefined {
  const given = call.arguments ?? [];
  if (given.some(ts.isSpreadElement)) return undefined;
  const file = decl.getSourceFile();
  const types: { at: number; text: string }[] = [];
  const key: string[] = [];
  for (const [k, parameter] of decl.parameters.entries()) {
    const isAsDefault = given[k] === undefined && parameter.initializer;
    const text =
      isAsDefault && !isOptions(parameter)
        ? ""
        : isOptions(parameter) && given[k] === undefined
          ? textWithoutOptions(checker, parameter)
          : textForParameter(checker, decl, given, k);
    if (text === undefined) return undefined;
    key.push(kindOf(text) + (/\b(undefined|null)\b/.test(text) ? "?" : ""));
    if (text !== "")
      types.push({ at: code.placeOf(file, parameter.getStart()), text });
  }
  const count = asksForArguments(decl) ? given.length : undefined;
  if (count !== undefined) key.push(String(count));
  return { file: file.fileName, of, key: key.join(", "), types, count };
}

/** `options = {}` that is left out: all that is asked of it is undefined. */
const textWithoutOptions = (
  checker: ts.TypeChecker,
  parameter: ts.ParameterDeclaration,
): string => {
  const fields = namesAsked(checker, parameter);
  return `{ ${fields.map((name) => `${JSON.stringify(name)}?: undefined`).join("; ")} }`;
};

/** What the checker thinks that the call gives is what all calls of the function give: this one says what it gives itself. */
function castWanted(
  checker: ts.TypeChecker,
  call: ts.CallExpression,
  decl: ts.FunctionLikeDeclaration,
  code: JsCode,
): WantedCast | undefined {
  const file = call.getSourceFile();
  if (!isJavaScript(file)) return undefined;
  if (ts.isOptionalChain(call) || isAtHazard(call)) return undefined;
  if (call.expression.kind === ts.SyntaxKind.SuperKeyword) return undefined;
  // what it gives is not written into it yet
  if (!isSettled(typeOfResult(checker, decl, code), code)) return undefined;
  const signature = checker.getSignatureFromDeclaration(decl);
  if (signature === undefined) return undefined;
  const type = checker.getReturnTypeOfSignature(signature);
  const nothing =
    ts.TypeFlags.Void | ts.TypeFlags.Undefined | ts.TypeFlags.Never;
  if (type.flags & nothing) return undefined;
  const text = textOfType(checker, type, call);
  if (text === undefined) return undefined;
  if (textOfType(checker, checker.getTypeAtLocation(call), call) === text)
    return undefined;
  return {
    file: file.fileName,
    start: code.placeOf(file, call.getStart()),
    // the last letter is a part of it for sure
    end: code.placeOf(file, call.end - 1) + 1,
    text,
  };
}

const isSettled = (wanted: readonly Wanted[], { views }: JsCode): boolean =>
  wanted.every(
    ({ type }) =>
      type === undefined ||
      views.returns.get(type.file)?.get(type.at)?.has(type.text) === true,
  );

/** At the start of a statement a parenthesis may belong to what stands before it. */
function isAtHazard(call: ts.CallExpression): boolean {
  const statement = ts.findAncestor(call, ts.isExpressionStatement);
  if (statement === undefined || statement.getStart() !== call.getStart())
    return false;
  return true;
}
