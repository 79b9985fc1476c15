import { ts } from "ts-morph";
import { assignedConstant } from "../lower/lowerAccess.js";
import { libraryName } from "../syntax/libraryNames.js";
import { bareExpression, definedSymbol } from "../syntax/scan.js";

/** What types say of a value: which type it has, which text it is, or that there is none. */
export type KnownValue =
  | { readonly kind: "type"; readonly type: ts.Type }
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "undefined" };

/** The parameters and constants of a function for the call that is looked at. */
export interface Given extends ReadonlyMap<ts.Symbol, KnownValue | undefined> {
  /** What a list has not may stand where a type says that something is there. */
  readonly mayLack?: boolean;
}

/** Answers on which code may be left out. */
export const forCode: Given = Object.assign(
  new Map<ts.Symbol, KnownValue | undefined>(),
  { mayLack: true },
);

/** The same with more in it. */
export const withMore = (
  given: Given,
  symbol: ts.Symbol,
  value: KnownValue | undefined,
): Given =>
  Object.assign(new Map([...given, [symbol, value] as const]), {
    mayLack: given.mayLack === true,
  });

export function valueByType(
  checker: ts.TypeChecker,
  asked: ts.Expression,
  given: Given,
): KnownValue | undefined {
  const node = bareExpression(asked);
  if (ts.isStringLiteralLike(node)) return { kind: "text", text: node.text };
  if (ts.isVoidExpression(node)) return { kind: "undefined" };
  if (ts.isTypeOfExpression(node)) {
    const value = valueByType(checker, node.expression, given);
    const text = value && typeofKnown(value);
    return text === undefined ? undefined : { kind: "text", text };
  }
  if (ts.isCallExpression(node)) return tagByType(checker, node, given);
  if (ts.isPropertyAccessExpression(node)) {
    const owner = valueByType(checker, node.expression, given);
    if (owner?.kind !== "type") return undefined;
    // of nothing there is no property: it throws
    const type = checker.getNonNullableType(owner.type);
    if (node.questionDotToken && type !== owner.type) return undefined;
    return propertyOf(checker, type, node);
  }
  if (ts.isIdentifier(node)) {
    const symbol = definedSymbol(checker, node);
    if (symbol !== undefined && given.has(symbol)) return given.get(symbol);
  } else if (node.kind !== ts.SyntaxKind.ThisKeyword) return undefined;
  return ofType(checker.getTypeAtLocation(node));
}

function ofType(type: ts.Type): KnownValue | undefined {
  const { flags } = type;
  if (flags & (ts.TypeFlags.Undefined | ts.TypeFlags.Void))
    return { kind: "undefined" };
  const nothing = ts.TypeFlags.Any | ts.TypeFlags.Unknown | ts.TypeFlags.Never;
  return flags & nothing ? undefined : { kind: "type", type };
}

/** A property of a value of a type. */
function propertyOf(
  checker: ts.TypeChecker,
  type: ts.Type,
  node: ts.PropertyAccessExpression,
): KnownValue | undefined {
  const name = node.name.text;
  if (lacks(checker, type, name)) return { kind: "undefined" };
  const property = checker.getPropertyOfType(type, name);
  if (property === undefined) return undefined;
  const [decl, ...others] = property.declarations ?? [];
  const text = decl && others.length === 0 ? assignedConstant(decl) : undefined;
  if (typeof text === "string") return { kind: "text", text };
  // what it holds may be set later than it is asked for
  const own = ofType(checker.getTypeOfSymbol(property));
  const isWord = own?.kind === "type" && own.type.isStringLiteral();
  return own?.kind === "undefined" || isWord ? own : undefined;
}

/**
 * `list.elements`: what is asked of arrays and plain values that they do not have is undefined. Objects may be of a class
 * below theirs, and have it.
 */
export function lacks(
  checker: ts.TypeChecker,
  type: ts.Type,
  name: string,
): boolean {
  const plain =
    ts.TypeFlags.NumberLike |
    ts.TypeFlags.StringLike |
    ts.TypeFlags.BooleanLike;
  const isIt =
    (type.flags & plain) !== 0 ||
    checker.isArrayType(type) ||
    checker.isTupleType(type) ||
    isTypedArray(type);
  const whole = checker.getApparentType(type);
  return isIt && checker.getPropertyOfType(whole, name) === undefined;
}

const isTypedArray = ({ symbol }: ts.Type): boolean =>
  /^(Float|Int|Uint)\d+(Clamped)?Array$/.test(
    (symbol as ts.Symbol | undefined)?.name ?? "",
  );

export function typeofKnown(value: KnownValue): string | undefined {
  if (value.kind === "text") return "string";
  if (value.kind === "undefined") return "undefined";
  const { type } = value;
  const parts = type.isUnion() ? type.types : [type];
  const names = new Set(parts.map(typeofPart));
  const [name] = names;
  return names.size === 1 ? name : undefined;
}

function typeofPart(type: ts.Type): string | undefined {
  const { flags } = type;
  if (flags & ts.TypeFlags.NumberLike) return "number";
  if (flags & ts.TypeFlags.StringLike) return "string";
  if (flags & ts.TypeFlags.BooleanLike) return "boolean";
  if (flags & ts.TypeFlags.Undefined) return "undefined";
  if (flags & ts.TypeFlags.Null) return "object";
  if (!(flags & ts.TypeFlags.Object)) return undefined;
  if (type.getCallSignatures().length > 0) return "function";
  return (type.symbol as ts.Symbol | undefined)?.name === "Function"
    ? "function"
    : "object";
}

/** `Object.prototype.toString.call(x)` */
function tagByType(
  checker: ts.TypeChecker,
  { expression, arguments: args }: ts.CallExpression,
  given: Given,
): KnownValue | undefined {
  const callee = bareExpression(expression);
  const [only, ...others] = args;
  const isIt =
    ts.isPropertyAccessExpression(callee) &&
    callee.name.text === "call" &&
    only !== undefined &&
    others.length === 0 &&
    libraryName(checker, callee) === "Object.prototype.toString";
  const value = isIt ? valueByType(checker, only, given) : undefined;
  const tag = value && tagOf(checker, value);
  return tag === undefined
    ? undefined
    : { kind: "text", text: `[object ${tag}]` };
}

function tagOf(checker: ts.TypeChecker, value: KnownValue): string | undefined {
  if (value.kind === "text") return "String";
  if (value.kind === "undefined") return "Undefined";
  const { type } = value;
  const { flags } = type;
  if (flags & ts.TypeFlags.NumberLike) return "Number";
  if (flags & ts.TypeFlags.StringLike) return "String";
  if (flags & ts.TypeFlags.BooleanLike) return "Boolean";
  if (checker.isArrayType(type) || checker.isTupleType(type)) return "Array";
  if (isTypedArray(type)) return type.symbol.name;
  const isPlain =
    (flags & ts.TypeFlags.Object) !== 0 &&
    type.symbol !== undefined &&
    (type.symbol.flags &
      (ts.SymbolFlags.ObjectLiteral | ts.SymbolFlags.TypeLiteral)) !==
      0;
  return isPlain && type.getCallSignatures().length === 0
    ? "Object"
    : undefined;
}
