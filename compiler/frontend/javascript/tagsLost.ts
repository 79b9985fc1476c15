import { ts } from "ts-morph";
import { isJavaScript, jsFunctionOf } from "../syntax/jsFunctions.js";
import {
  bareExpression,
  definedSymbol,
  eachNode,
  isAssignment,
} from "../syntax/scan.js";
import type { JsCode } from "./jsCode.js";
import { copyFromCall } from "./jsCopies.js";
import { isDeadArm } from "./kindsInTurn.js";
import { isTag } from "./tagNames.js";

/**
 * Tags of which a word in a type may be wrong, for something else is put where the type says it: `c = other` of a variable
 * that has its type from the literal that it began with, `list.push(other)`. TypeScript holds such things against its own
 * files; of JavaScript nobody does. Asked when all types are known.
 */
export function tagsLostIn(
  checker: ts.TypeChecker,
  files: readonly ts.SourceFile[],
  code: JsCode,
): ReadonlySet<string> {
  const lost = new Set<string>();
  const hold: Hold = (value, target, isOpen = false) => {
    const words = tagsOfType(checker, target);
    if (words.size === 0) return;
    const isAny = value !== undefined && value.flags & ts.TypeFlags.Any;
    if (isAny && isOpen) return;
    if (value !== undefined && fits(checker, value, target)) return;
    for (const name of words) lost.add(name);
  };
  for (const file of files)
    eachNode(
      file,
      (node) => see(node, checker, hold, code),
      (node) => !isJavaScript(node) || !isDeadArm(checker, node),
    );
  return lost;
}

/**
 * `value` is undefined where it is not looked into. `isOpen`: where nobody knows what it is, the function that it is given
 * to is not read, or told by the value itself.
 */
type Hold = (
  value: ts.Type | undefined,
  target: ts.Type,
  isOpen?: boolean,
) => void;

function see(
  node: ts.Node,
  checker: ts.TypeChecker,
  hold: Hold,
  code: JsCode,
): void {
  const typeOf = (one: ts.Node): ts.Type => checker.getTypeAtLocation(one);
  if (isAssignment(node)) {
    const { left } = node;
    const isPattern =
      ts.isArrayLiteralExpression(left) || ts.isObjectLiteralExpression(left);
    if (isPattern) eachPlace(left, (one) => hold(undefined, placeType(one)));
    else holdValue(node.right, placeType(left));
  }
  if (ts.isForOfStatement(node) && ts.isExpression(node.initializer))
    eachPlace(node.initializer, (one) => hold(undefined, placeType(one)));
  if (ts.isVariableDeclaration(node) && node.initializer)
    holdValue(node.initializer, typeOf(node.name));
  if (ts.isReturnStatement(node) && node.expression) {
    const owner = ts.findAncestor(node, ts.isFunctionLike);
    const signature =
      owner && checker.getSignatureFromDeclaration(owner as ts.FunctionLike);
    if (signature) holdValue(node.expression, signature.getReturnType());
  }
  // `colour = { mode: "rgb" }` of which calls may give another
  if (ts.isParameter(node) && node.initializer && !ts.getJSDocType(node))
    if (isJavaScript(node)) hold(undefined, typeOf(node));
  if (ts.isCallExpression(node) && storesArguments(node))
    seeCall(node, checker, hold);

  /** Of the arms only that may run. */
  function holdValue(given: ts.Expression, target: ts.Type): void {
    const value = bareExpression(given);
    if (!ts.isConditionalExpression(value))
      return hold(typeOfCopied(checker, value, code) ?? typeOf(value), target);
    for (const arm of [value.whenTrue, value.whenFalse])
      if (!isDeadArm(checker, arm)) holdValue(arm, target);
  }

  function placeType(given: ts.Expression): ts.Type {
    const place = bareExpression(given);
    const symbol = ts.isIdentifier(place)
      ? checker.getSymbolAtLocation(place)
      : undefined;
    return symbol ? checker.getTypeOfSymbol(symbol) : typeOf(place);
  }
}

/** What a call gives that means a copy. */
function typeOfCopied(
  checker: ts.TypeChecker,
  node: ts.Expression,
  code: JsCode,
): ts.Type | undefined {
  if (!ts.isCallExpression(node)) return undefined;
  const callee = bareExpression(node.expression);
  const name = ts.isPropertyAccessExpression(callee) ? callee.name : callee;
  const symbol = definedSymbol(checker, name);
  const decl = symbol && jsFunctionOf(checker, symbol);
  const copy = decl && copyFromCall(checker, node, decl, code)?.decl;
  return copy && checker.getSignatureFromDeclaration(copy)?.getReturnType();
}

function seeCall(
  node: ts.CallExpression,
  checker: ts.TypeChecker,
  hold: Hold,
): void {
  const signature = checker.getResolvedSignature(node);
  if (signature === undefined) return;
  for (const [k, argument] of node.arguments.entries()) {
    const last = signature.parameters.length - 1;
    const parameter = signature.parameters[Math.min(k, last)];
    if (parameter === undefined) return;
    const decl = parameter.valueDeclaration;
    const isRest =
      decl !== undefined && ts.isParameter(decl) && !!decl.dotDotDotToken;
    const whole = checker.getTypeOfSymbolAtLocation(parameter, node);
    const own = isRest ? elementOf(checker, whole) : whole;
    if (own === undefined || (k > last && !isRest)) continue;
    const isSpread = ts.isSpreadElement(argument);
    const given = checker.getTypeAtLocation(
      isSpread ? argument.expression : argument,
    );
    const value = isSpread ? elementOf(checker, given) : given;
    if (value !== undefined) hold(value, own, true);
  }
}

/** `list.push(x)`; a function of JavaScript has the types of all its calls. */
const storesArguments = ({ expression }: ts.CallExpression): boolean =>
  ts.isPropertyAccessExpression(expression) &&
  /^(push|unshift|splice|fill|concat|with|toSpliced|set|add|reduce|reduceRight|call|apply)$/.test(
    expression.name.text,
  );

/** The places that a pattern gives values to. */
function eachPlace(
  pattern: ts.Expression,
  take: (place: ts.Expression) => void,
): void {
  const node = bareExpression(pattern);
  if (isAssignment(node)) eachPlace(node.left, take);
  else if (ts.isSpreadElement(node)) eachPlace(node.expression, take);
  else if (ts.isArrayLiteralExpression(node))
    for (const one of node.elements) eachPlace(one, take);
  else if (ts.isObjectLiteralExpression(node))
    for (const one of node.properties) {
      if (ts.isShorthandPropertyAssignment(one)) take(one.name);
      if (ts.isPropertyAssignment(one)) eachPlace(one.initializer, take);
      if (ts.isSpreadAssignment(one)) eachPlace(one.expression, take);
    }
  else if (!ts.isOmittedExpression(node)) take(node);
}

const deepest = 7;

/** The tags that have words somewhere in a type. */
function tagsOfType(
  checker: ts.TypeChecker,
  start: ts.Type,
): ReadonlySet<string> {
  const found = new Set<string>();
  const seen = new Set([start]);
  for (const type of seen) {
    if (type.isUnionOrIntersection())
      type.types.forEach((one) => seen.add(one));
    if (!(type.flags & ts.TypeFlags.Object)) continue;
    const elem = elementOf(checker, type);
    if (elem) seen.add(elem);
    else
      for (const [name, own] of fieldsOf(checker, type)) {
        if (isTag(checker, name) && wordsOf(own)) found.add(name);
        else seen.add(own);
      }
    const [signature] = type.getCallSignatures();
    if (signature) seen.add(signature.getReturnType());
    // of types that make types there is no end
    if (seen.size > most) break;
  }
  return found;
}

const most = 500;

/** Has a value the words that a type says, wherever it says some? */
function fits(
  checker: ts.TypeChecker,
  value: ts.Type,
  target: ts.Type,
  depth = 0,
): boolean {
  if (depth > deepest || value === target) return true;
  if (value.flags & ts.TypeFlags.Any)
    return tagsOfType(checker, target).size === 0;
  const inner = (a: ts.Type, b: ts.Type): boolean =>
    fits(checker, a, b, depth + 1);
  if (value.isUnion()) return value.types.every((one) => inner(one, target));
  if (!(value.flags & ts.TypeFlags.Object)) return true;
  if (target.isUnion()) return target.types.some((one) => inner(value, one));
  if (!(target.flags & ts.TypeFlags.Object)) return true;
  const [own, wanted] = [elementOf(checker, value), elementOf(checker, target)];
  if (wanted) return own === undefined || inner(own, wanted);
  const [gives] = value.getCallSignatures();
  const [takes] = target.getCallSignatures();
  if (gives && takes)
    return inner(gives.getReturnType(), takes.getReturnType());
  return fieldsOf(checker, target).every(([name, type]) => {
    const property = checker.getPropertyOfType(value, name);
    const given = property && checker.getTypeOfSymbol(property);
    const words = isTag(checker, name) ? wordsOf(type) : undefined;
    if (words === undefined) return given === undefined || inner(given, type);
    const found = given && wordsOf(given);
    return found !== undefined && found.every((one) => words.includes(one));
  });
}

/** The words of which a type is one; undefined where it may be any other. */
function wordsOf(type: ts.Type): readonly string[] | undefined {
  const parts = type.isUnion() ? type.types : [type];
  const words = parts.flatMap((one) =>
    one.isStringLiteral() ? one.value : [],
  );
  return words.length === parts.length ? words : undefined;
}

function fieldsOf(checker: ts.TypeChecker, type: ts.Type): [string, ts.Type][] {
  const isClass = (type.symbol?.flags ?? 0) & ts.SymbolFlags.Class;
  if (isClass) return [];
  return checker
    .getPropertiesOfType(type)
    .filter(({ flags }) => flags & ts.SymbolFlags.Property)
    .map((one) => [one.name, checker.getTypeOfSymbol(one)]);
}

const elementOf = (
  checker: ts.TypeChecker,
  type: ts.Type,
): ts.Type | undefined =>
  checker.isArrayLikeType(type)
    ? checker.getIndexTypeOfType(type, ts.IndexKind.Number)
    : undefined;
