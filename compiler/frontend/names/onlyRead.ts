import { ts } from "ts-morph";
import { eachNode, eachWritten, bareExpression } from "../syntax/scan.js";
import type { CalledFunctions } from "./calledFunctions.js";
import { isReadonlyList } from "./neverWritten.js";
import { mutating } from "./tableUses.js";
import {
  isDeclaring,
  isTransparent,
  isWritten,
} from "../syntax/usesOfNames.js";

/** Whether memory is only looked at; each variable is asked about once. */
export interface OnlyRead {
  /** Is it sure that nobody changes the array or object behind a variable through it, or lets it out? */
  isOnlyRead(symbol: ts.Symbol): boolean;
  /** Is an expression that gives (a part of) the memory used without a change to it? */
  readsOnly(node: ts.Expression): boolean;
  /** The same of all variables that a pattern names. */
  isNameOnlyRead(name: ts.BindingName): boolean;
  /** Does a method leave its object as it is, and hand out nothing in which it could be changed? */
  leavesObject(method: ts.FunctionLikeDeclaration): boolean;
}

export function newOnlyRead(
  checker: ts.TypeChecker,
  referencesTo: (symbol: ts.Symbol) => readonly ts.Identifier[],
  { calledBy, gettersOf }: CalledFunctions,
  /** Is a value of the type one that nobody changes, wherever it goes? */
  isHarmless: (type: ts.Type) => boolean = isPrimitive,
): OnlyRead {
  const readOnly = new Map<ts.Symbol, boolean>();
  /** Those that are being looked at, and the first of them that was taken as read meanwhile. */
  const open: ts.Symbol[] = [];
  let restsOn = Infinity;
  return { isOnlyRead, readsOnly, isNameOnlyRead: nameReadOnly, leavesObject };

  function isOnlyRead(symbol: ts.Symbol): boolean {
    const before = readOnly.get(symbol);
    if (before !== undefined) return before;
    const place = open.indexOf(symbol);
    // a recursive function that hands its parameter to itself: taken as read until something else says no
    if (place >= 0) {
      restsOn = Math.min(restsOn, place);
      return true;
    }
    const outside = restsOn;
    restsOn = Infinity;
    const own = open.push(symbol) - 1;
    const result = referencesTo(symbol).every(
      (id) => isDeclaring(id) || readsOnly(id),
    );
    open.pop();
    // a yes that rests on another's is none yet
    const isSettled = !result || restsOn >= own;
    if (isSettled) readOnly.set(symbol, result);
    restsOn = isSettled ? outside : Math.min(outside, restsOn);
    return result;
  }

  function readsOnly(node: ts.Expression): boolean {
    const type = checker.getTypeAtLocation(node);
    if (isHarmless(type) && !isWritten(node)) return true;
    if (goesAsReadonly(node)) return true;
    const { parent } = node;
    if (isTransparent(parent)) return readsOnly(parent);
    if (
      (ts.isElementAccessExpression(parent) ||
        ts.isPropertyAccessExpression(parent)) &&
      parent.expression === node
    )
      return !isWritten(parent) && readsMember(parent);
    if (ts.isElementAccessExpression(parent)) return true;
    // the keys
    if (ts.isForInStatement(parent) && parent.expression === node) return true;
    if (ts.isForOfStatement(parent) && parent.expression === node)
      return declaresReadOnly(parent.initializer);
    const isNamed =
      ts.isVariableDeclaration(parent) ||
      ts.isParameter(parent) ||
      ts.isBindingElement(parent);
    // by another name others have it, and may compare it with what they are given
    if (isNamed && ts.isVariableDeclaration(parent) && isExported(parent))
      return false;
    if (isNamed && parent.initializer === node)
      return nameReadOnly(parent.name);
    if (ts.isSpreadElement(parent)) return holdsPrimitives(type);
    // { ...defaults, ...options }: what hangs in the defaults hangs in the new object, too
    if (ts.isSpreadAssignment(parent))
      return hasPrimitiveFields(type) || readsOnly(parent.parent);
    if (ts.isConditionalExpression(parent))
      return parent.condition === node || readsOnly(parent);
    if (ts.isNewExpression(parent))
      return typedArrayName.test(parent.expression.getText());
    if (ts.isCallExpression(parent)) return argumentReadOnly(parent, node);
    if (ts.isBinaryExpression(parent))
      return (
        isComputedWith(parent) ||
        isComparedToNil(parent) ||
        isAskedForKey(parent, node) ||
        (isChoice(parent) && readsOnly(parent))
      );
    return (
      (ts.isPrefixUnaryExpression(parent) && !isWritten(node)) ||
      ts.isTypeQueryNode(parent) ||
      ts.isTypeOfExpression(parent) ||
      ts.isExpressionStatement(parent)
    );
  }

  /** A list of what nobody changes, where its place has a readonly one. */
  function goesAsReadonly(node: ts.Expression): boolean {
    const { parent } = node;
    const isPlace =
      ((ts.isCallExpression(parent) || ts.isNewExpression(parent)) &&
        parent.expression !== node) ||
      (ts.isVariableDeclaration(parent) && parent.initializer === node) ||
      ts.isReturnStatement(parent);
    const type = isPlace ? checker.getContextualType(node) : undefined;
    return (
      isHarmless !== isPrimitive &&
      type !== undefined &&
      isReadonlyList(checker, type) &&
      holdsPrimitives(checker.getTypeAtLocation(node))
    );
  }

  function readsMember(
    access: ts.ElementAccessExpression | ts.PropertyAccessExpression,
  ): boolean {
    const call = access.parent;
    if (!ts.isCallExpression(call) || call.expression !== access)
      return asksHarmlessly(access) && readsOnly(access);
    if (!ts.isPropertyAccessExpression(access)) return false;
    const method = access.name.text;
    if (isStateless(access.expression)) return /^(exec|test)$/.test(method);
    if (isDate(access.expression)) return /^(get|to|valueOf)/.test(method);
    if (!readingMethods.has(method)) return false;
    if (call.arguments.some((one) => getsTheWhole(one, method))) return false;
    if (holdsPrimitives(checker.getTypeAtLocation(access.expression)))
      return true;
    return readsElements(call, method);
  }

  /** A getter may change what it belongs to. */
  function asksHarmlessly(
    access: ts.ElementAccessExpression | ts.PropertyAccessExpression,
  ): boolean {
    return (
      !ts.isPropertyAccessExpression(access) ||
      gettersOf(access).every(leavesObject)
    );
  }

  function leavesObject(method: ts.FunctionLikeDeclaration): boolean {
    let leaves = true;
    eachWritten(method, (target) => (leaves &&= ts.isIdentifier(target)));
    eachNode(method, (node) => {
      if (node.kind === ts.SyntaxKind.ThisKeyword)
        leaves &&=
          ts.isPropertyAccessExpression(node.parent) && readsOnly(node.parent);
      if (!ts.isCallExpression(node)) return;
      const callee = bareExpression(node.expression);
      if (!ts.isPropertyAccessExpression(callee)) return;
      leaves &&=
        !mutating.has(callee.name.text) &&
        callee.expression.kind !== ts.SyntaxKind.ThisKeyword;
    });
    return leaves;
  }

  function isDate(node: ts.Expression): boolean {
    const { symbol } = checker.getTypeAtLocation(node);
    return (symbol as ts.Symbol | undefined)?.name === "Date";
  }

  /** `const amount = /^[0-9]+$/`: without g and y it keeps nothing from one call to the next. */
  function isStateless(node: ts.Expression): boolean {
    const decl = checker.getSymbolAtLocation(node)?.valueDeclaration;
    return (
      decl !== undefined &&
      ts.isVariableDeclaration(decl) &&
      isPlainPattern(decl.initializer)
    );
  }

  /** Elements that are memory of their own are seen by the callback, and some methods hand them on. */
  function readsElements(call: ts.CallExpression, method: string): boolean {
    const givesElements =
      /^(at|find|findLast|slice|filter|entries|values|get|has)$/;
    const asks = /^(every|find|findIndex|findLast|filter|forEach|map|some)$/;
    if (!givesElements.test(method) && !asks.test(method)) return false;
    const [callback] = call.arguments;
    if (asks.test(method)) {
      if (callback === undefined) return false;
      if (!ts.isArrowFunction(callback) && !ts.isFunctionExpression(callback))
        return false;
      const [element] = callback.parameters;
      if (element !== undefined && !nameReadOnly(element.name)) return false;
    }
    return !givesElements.test(method) || readsOnly(call);
  }

  /** `xs.map((x, i, all) => ...)` hands out the array itself. */
  function getsTheWhole(callback: ts.Expression, method: string): boolean {
    const place = method.startsWith("reduce") ? 3 : 2;
    return checker
      .getTypeAtLocation(callback)
      .getCallSignatures()
      .some((one) => one.parameters.length > place);
  }

  function argumentReadOnly(
    call: ts.CallExpression,
    node: ts.Expression,
  ): boolean {
    const index = call.arguments.indexOf(node);
    const declaration = checker.getResolvedSignature(call)?.declaration;
    if (index < 0 || declaration === undefined) return false;
    if (declaration.getSourceFile().isDeclarationFile)
      return (
        isMathCall(call) ||
        readingStatics.test(call.expression.getText()) ||
        (copyingStatics.test(call.expression.getText()) &&
          (holdsPrimitives(checker.getTypeAtLocation(node)) ||
            isFlat(checker.getTypeAtLocation(node))))
      );
    if (ts.isJSDocSignature(declaration)) return false;
    // put(...others, table)
    if (call.arguments.slice(0, index).some(ts.isSpreadElement)) return false;
    return calledBy(call)?.every((fn) => parameterReadOnly(fn, index)) ?? false;
  }

  function parameterReadOnly(
    { parameters, body }: ts.FunctionLikeDeclaration,
    index: number,
  ): boolean {
    let isOtherwise = false;
    if (body !== undefined)
      eachNode(body, (node) => {
        isOtherwise ||= ts.isIdentifier(node) && node.text === "arguments";
      });
    if (isOtherwise) return false;
    const named = parameters.filter(({ name }) => name.getText() !== "this");
    const last = named.at(-1);
    const rest = last?.dotDotDotToken === undefined ? undefined : last;
    const parameter = named[index] ?? rest;
    return parameter === undefined || nameReadOnly(parameter.name);
  }

  function declaresReadOnly(list: ts.ForInitializer): boolean {
    return (
      ts.isVariableDeclarationList(list) &&
      list.declarations.every((one) => nameReadOnly(one.name))
    );
  }

  function nameReadOnly(name: ts.BindingName): boolean {
    if (ts.isIdentifier(name)) {
      const symbol = checker.getSymbolAtLocation(name);
      return symbol !== undefined && isOnlyRead(symbol);
    }
    return name.elements.every(
      (one) => ts.isOmittedExpression(one) || nameReadOnly(one.name),
    );
  }

  /** An array, Map or Set whose elements are no memory of their own, so that a copy of it shares nothing. */
  function holdsPrimitives(type: ts.Type): boolean {
    const elem = checker.getIndexTypeOfType(type, ts.IndexKind.Number);
    if (elem !== undefined) return isHarmless(elem);
    const symbol = type.symbol as ts.Symbol | undefined;
    return (
      symbol !== undefined &&
      /^(Readonly)?(Map|Set)$/.test(symbol.name) &&
      checker.getTypeArguments(type as ts.TypeReference).every(isHarmless)
    );
  }

  /** An object with named fields, or any, of which none is memory. */
  function isFlat(type: ts.Type): boolean {
    const named = checker.getIndexTypeOfType(type, ts.IndexKind.String);
    return (
      type.getCallSignatures().length === 0 &&
      (named === undefined
        ? checker.getPropertiesOfType(type).length > 0
        : isPrimitive(named)) &&
      hasPrimitiveFields(type)
    );
  }

  function hasPrimitiveFields(type: ts.Type): boolean {
    return checker
      .getPropertiesOfType(type)
      .every((one) => isPrimitive(checker.getTypeOfSymbol(one)));
  }
}

const readingMethods = new Set(
  "at concat every find findIndex findLast forEach includes indexOf join keys lastIndexOf map reduce slice some entries values toString has get toSorted toReversed flat flatMap findLastIndex with filter reduceRight toFixed".split(
    " ",
  ),
);

const isExported = (decl: ts.VariableDeclaration): boolean =>
  (ts.getCombinedModifierFlags(decl) & ts.ModifierFlags.Export) !== 0;

/** A regular expression that has no state. */
export const isPlainPattern = (node: ts.Node | undefined): boolean =>
  node !== undefined &&
  ts.isRegularExpressionLiteral(node) &&
  !/\/\w*[gy]\w*$/.test(node.text);

const isMathCall = (call: ts.CallExpression): boolean =>
  ts.isPropertyAccessExpression(call.expression) &&
  call.expression.expression.getText() === "Math";

/** Library functions that give nothing of their argument away. */
const readingStatics =
  /^(Array\.isArray|JSON\.stringify|Object\.keys|structuredClone|console\.\w+|\w+Array\.from)$/;
/** Those whose result holds the elements of their argument. */
const copyingStatics = /^(Array\.from|Object\.values|Object\.entries)$/;
const typedArrayName = /^(Float|Int|Uint)\d+(Clamped)?Array$/;

function isPrimitive(type: ts.Type): boolean {
  if (type.isUnion()) return type.types.every(isPrimitive);
  return (
    (type.flags &
      (ts.TypeFlags.NumberLike |
        ts.TypeFlags.StringLike |
        ts.TypeFlags.BooleanLike |
        ts.TypeFlags.BigIntLike |
        ts.TypeFlags.Undefined |
        ts.TypeFlags.Null)) !==
    0
  );
}

/** `a * b`, `a < b`: whatever comes out holds no memory. */
function isComputedWith({ operatorToken }: ts.BinaryExpression): boolean {
  const { kind } = operatorToken;
  return (
    kind >= ts.SyntaxKind.LessThanToken && kind <= ts.SyntaxKind.CaretToken
  );
}

function isComparedToNil({
  operatorToken,
  left,
  right,
}: ts.BinaryExpression): boolean {
  const isEquality =
    operatorToken.kind >= ts.SyntaxKind.EqualsEqualsToken &&
    operatorToken.kind <= ts.SyntaxKind.ExclamationEqualsEqualsToken;
  return (
    isEquality &&
    [left, right].some((one) => /^(undefined|null)$/.test(one.getText()))
  );
}

/** `key in table` */
const isAskedForKey = (
  { operatorToken, right }: ts.BinaryExpression,
  node: ts.Expression,
): boolean => operatorToken.kind === ts.SyntaxKind.InKeyword && right === node;

/** `table ?? other`, `table || other`: the whole may be the table. */
const isChoice = ({ operatorToken }: ts.BinaryExpression): boolean =>
  operatorToken.kind === ts.SyntaxKind.QuestionQuestionToken ||
  operatorToken.kind === ts.SyntaxKind.BarBarToken;
