import { ts } from "ts-morph";
import { textOfExpression } from "./jsExpressionType.js";
import { textOfType } from "../types/typeText.js";
import { bareExpression, definedSymbol, eachNode } from "../syntax/scan.js";

const { SyntaxKind } = ts;

/**
 * What local variables of a function hold, as the text of a type, from all that they are given; undefined where something
 * of that is not known. A variable that is given itself learns nothing from that.
 */
export function newGuesses(
  checker: ts.TypeChecker,
  decl: ts.Node,
  /** What stands for nothing that runs. */
  isSkipped: (node: ts.Node) => boolean = () => false,
): (symbol: ts.Symbol) => string | undefined {
  const given = valuesGiven(checker, decl, isSkipped);
  return (symbol) => {
    const found = ofSymbol(symbol, []);
    return found === "circle" ? undefined : found;
  };

  function ofSymbol(symbol: ts.Symbol, above: readonly ts.Symbol[]): Guess {
    if (above.includes(symbol)) return "circle";
    const values = given.get(symbol) ?? [];
    return together(ofValues(values, 0, [...above, symbol]));
  }

  /** What is at some depth of arrays, of which values at this depth or deeper are known. */
  function ofValues(
    values: readonly Given[],
    depth: number,
    above: readonly ts.Symbol[],
  ): Guess[] {
    return values
      .filter((one) => one.depth === depth)
      .map(({ value }) => {
        if (typeof value === "string") return value;
        if (!isEmptyArray(value)) return ofExpression(value, above);
        const inner = together(ofValues(values, depth + 1, above));
        return inner === undefined || inner === "circle"
          ? undefined
          : `(${inner})[]`;
      });
  }

  /** `z.re`, where z is one of several objects, and what is asked for may be a field of theirs. */
  function ofProperty(
    { expression, name }: ts.PropertyAccessExpression,
    above: readonly ts.Symbol[],
  ): Guess {
    const type = checker.getTypeAtLocation(expression);
    const parts = type.isUnion() ? type.types : [type];
    const found = together(
      parts.map((part) => {
        const own = checker.getPropertyOfType(part, name.text);
        if (own === undefined) return undefined;
        if (given.has(own)) return ofSymbol(own, above);
        return textOfType(checker, checker.getTypeOfSymbol(own), decl);
      }),
    );
    return found ?? (name.text === "length" ? "number" : undefined);
  }

  function ofExpression(
    node: ts.Expression,
    above: readonly ts.Symbol[],
  ): Guess {
    const one = bareExpression(node);
    const told = textOfExpression(checker, one, decl);
    // a parameter that the calls so far have left out says nothing of what it becomes
    if (told !== undefined && told !== "undefined") return told;
    const inner = (part: ts.Expression): Guess => ofExpression(part, above);
    if (ts.isIdentifier(one)) {
      const symbol = definedSymbol(checker, one);
      // what the calls pass for it is not known yet
      if (told === undefined && isParameter(symbol)) return undefined;
      if (symbol && given.has(symbol)) return ofSymbol(symbol, above);
      return told === undefined ? undefined : "circle";
    }
    if (ts.isPrefixUnaryExpression(one) || ts.isPostfixUnaryExpression(one))
      return one.operator === SyntaxKind.ExclamationToken
        ? "boolean"
        : "number";
    if (ts.isConditionalExpression(one))
      return together(armsOf(one, isSkipped).map(inner));
    if (ts.isBinaryExpression(one))
      return ofBinary(isOfOwner(checker, one) ? one.left : one, inner);
    if (ts.isElementAccessExpression(one))
      return elementOf(inner(one.expression));
    if (ts.isPropertyAccessExpression(one)) return ofProperty(one, above);
    if (!ts.isCallExpression(one)) return undefined;
    return ofFilled(one, inner) ?? ofCall(one, inner);
  }
}

const isParameter = (symbol: ts.Symbol | undefined): boolean =>
  symbol?.valueDeclaration !== undefined &&
  ts.isParameter(symbol.valueDeclaration);

/** The text of a type; "circle" says nothing, undefined that nothing is known. */
type Guess = string | undefined;

function together(parts: readonly Guess[]): Guess {
  if (parts.includes(undefined)) return undefined;
  const texts = new Set(parts.filter((part) => part !== "circle"));
  if (texts.size > 0) return [...texts].sort().join(" | ");
  return parts.length > 0 ? "circle" : undefined;
}

/** `v.elements || v` of something that has elements: it is these. */
function isOfOwner(
  checker: ts.TypeChecker,
  node: ts.BinaryExpression,
): boolean {
  const field = bareExpression(node.left);
  if (!isOwnerElse(node) || !ts.isPropertyAccessExpression(field)) return false;
  const type = checker.getTypeAtLocation(field.expression);
  const own = checker.getPropertyOfType(type, field.name.text);
  return own !== undefined && (own.flags & ts.SymbolFlags.Optional) === 0;
}

/** `v.elements || v` */
function isOwnerElse({
  left,
  operatorToken,
  right,
}: ts.BinaryExpression): boolean {
  const [field, owner] = [bareExpression(left), bareExpression(right)];
  return (
    operatorToken.kind === SyntaxKind.BarBarToken &&
    ts.isPropertyAccessExpression(field) &&
    ts.isIdentifier(owner) &&
    field.expression.getText() === owner.text
  );
}

function ofBinary(
  node: ts.Expression,
  inner: (part: ts.Expression) => Guess,
): Guess {
  if (!ts.isBinaryExpression(node)) return inner(node);
  const { left, operatorToken, right } = node;
  switch (operatorToken.kind) {
    case SyntaxKind.PlusToken: {
      const parts = [inner(left), inner(right)];
      if (parts.includes("string")) return "string";
      return parts.every((part) => part === "number" || part === "circle")
        ? "number"
        : undefined;
    }
    case SyntaxKind.AmpersandAmpersandToken:
    case SyntaxKind.BarBarToken:
    case SyntaxKind.QuestionQuestionToken:
      return together([inner(left), inner(right)]);
    case SyntaxKind.CommaToken:
    case SyntaxKind.EqualsToken:
      return inner(right);
    case SyntaxKind.MinusToken:
    case SyntaxKind.AsteriskToken:
    case SyntaxKind.SlashToken:
    case SyntaxKind.PercentToken:
    case SyntaxKind.AsteriskAsteriskToken:
    case SyntaxKind.AmpersandToken:
    case SyntaxKind.BarToken:
    case SyntaxKind.CaretToken:
    case SyntaxKind.LessThanLessThanToken:
    case SyntaxKind.GreaterThanGreaterThanToken:
    case SyntaxKind.GreaterThanGreaterThanGreaterThanToken:
      return "number";
    default:
      return comparisons.has(operatorToken.kind) ? "boolean" : undefined;
  }
}

const comparisons: ReadonlySet<ts.SyntaxKind> = new Set([
  SyntaxKind.LessThanToken,
  SyntaxKind.LessThanEqualsToken,
  SyntaxKind.GreaterThanToken,
  SyntaxKind.GreaterThanEqualsToken,
  SyntaxKind.EqualsEqualsToken,
  SyntaxKind.EqualsEqualsEqualsToken,
  SyntaxKind.ExclamationEqualsToken,
  SyntaxKind.ExclamationEqualsEqualsToken,
]);

function elementOf(owner: Guess): Guess {
  if (owner === undefined || owner === "circle") return owner;
  if (/^(Float|Uint|Int)\d+(Clamped)?Array$/.test(owner)) return "number";
  if (/^\[number(, number)*\]$/.test(owner)) return "number";
  const inner = /^\((.*)\)\[\]$/.exec(owner)?.[1];
  return inner !== undefined && isBalanced(inner) ? inner : undefined;
}

/** `(number)[] | (string` is no type. */
function isBalanced(text: string): boolean {
  let depth = 0;
  for (const one of text) {
    if (one === "(") depth++;
    if (one === ")" && --depth < 0) return false;
  }
  return depth === 0;
}

function ofCall(
  { expression }: ts.CallExpression,
  inner: (part: ts.Expression) => Guess,
): Guess {
  if (!ts.isPropertyAccessExpression(expression)) return undefined;
  const { name, expression: owner } = expression;
  if (/^Math$/.test(owner.getText())) return "number";
  return ["slice", "reverse", "sort", "subarray"].includes(name.text)
    ? inner(owner)
    : undefined;
}

/** `new Array(n).fill(0)` */
function ofFilled(
  { expression, arguments: given }: ts.CallExpression,
  inner: (part: ts.Expression) => Guess,
): Guess {
  if (!ts.isPropertyAccessExpression(expression)) return undefined;
  const [value] = given;
  if (expression.name.text !== "fill" || value === undefined) return undefined;
  const elem = isEmptyArray(expression.expression) ? inner(value) : undefined;
  return elem === undefined ? undefined : `(${elem})[]`;
}

/** `[]`, `new Array(n)`, `Array(n)` */
export function isEmptyArray(given: ts.Expression): boolean {
  const node = bareExpression(given);
  if (ts.isArrayLiteralExpression(node)) return node.elements.length === 0;
  return (
    (ts.isNewExpression(node) || ts.isCallExpression(node)) &&
    node.expression.getText() === "Array" &&
    (node.arguments ?? []).length < 2
  );
}

/** A value, or the text of its type, that is put into a variable, or as deep into the arrays that it holds. */
interface Given {
  readonly value: ts.Expression | string;
  readonly depth: number;
}

function valuesGiven(
  checker: ts.TypeChecker,
  decl: ts.Node,
  isSkipped: (node: ts.Node) => boolean,
): Map<ts.Symbol, Given[]> {
  const found = new Map<ts.Symbol, Given[]>();
  const aliases = new Map<ts.Symbol, ts.Symbol>();
  const note = (
    target: ts.Expression | ts.BindingName,
    value: ts.Expression | string,
    deeper = 0,
  ): void => {
    let at: ts.Node = target;
    let depth = deeper;
    for (; ts.isElementAccessExpression(at); at = at.expression) depth++;
    const own = variableOrField(checker, at) ?? fieldOf(checker, at, decl);
    if (!own) return;
    const field = depth > 0 ? aliases.get(own) : undefined;
    for (const symbol of field === undefined ? [own] : [own, field]) {
      const all = found.get(symbol) ?? [];
      found.set(symbol, all);
      for (const one of alternatives(value, isSkipped))
        all.push({ value: one, depth });
    }
  };
  const see = (node: ts.Node): void => {
    if (ts.isVariableDeclaration(node) && node.initializer !== undefined) {
      const own = variableOrField(checker, node.name);
      const field = fieldNamed(checker, node.initializer);
      if (own && field) aliases.set(own, field);
      note(node.name, node.initializer);
    }
    if (ts.isBinaryExpression(node)) noteAssigned(node, note);
    if (ts.isPrefixUnaryExpression(node) || ts.isPostfixUnaryExpression(node)) {
      const isStep =
        node.operator === SyntaxKind.PlusPlusToken ||
        node.operator === SyntaxKind.MinusMinusToken;
      if (isStep) note(node.operand, "number");
    }
    const callee = ts.isCallExpression(node) && node.expression;
    if (callee && ts.isPropertyAccessExpression(callee))
      if (callee.name.text === "push" || callee.name.text === "unshift")
        for (const one of node.arguments) note(callee.expression, one, 1);
  };
  eachNode(decl, see, (node) => !isSkipped(node));
  return found;
}

/** `x`, `this.x` */
function variableOrField(
  checker: ts.TypeChecker,
  node: ts.Node,
): ts.Symbol | undefined {
  if (ts.isIdentifier(node)) return definedSymbol(checker, node);
  return ts.isPropertyAccessExpression(node) &&
    node.expression.kind === SyntaxKind.ThisKeyword
    ? checker.getSymbolAtLocation(node.name)
    : undefined;
}

/** `v.x` of another instance of the class that is looked at, such as `const v = Object.create(Vec.prototype)`. */
function fieldOf(
  checker: ts.TypeChecker,
  node: ts.Node,
  owner: ts.Node,
): ts.Symbol | undefined {
  if (!ts.isClassLike(owner) || !ts.isPropertyAccessExpression(node))
    return undefined;
  const field = checker.getSymbolAtLocation(node.name);
  return field?.declarations?.some((one) => one.parent === owner)
    ? field
    : undefined;
}

/** The field for which `var list = this.list` and `var list = this.list = []` are another name. */
function fieldNamed(
  checker: ts.TypeChecker,
  given: ts.Expression,
): ts.Symbol | undefined {
  const node = bareExpression(given);
  const isAssigned =
    ts.isBinaryExpression(node) &&
    node.operatorToken.kind === SyntaxKind.EqualsToken;
  const field = isAssigned ? bareExpression(node.left) : node;
  return ts.isPropertyAccessExpression(field)
    ? variableOrField(checker, field)
    : undefined;
}

/** The arms of `c ? a : b` that may run. */
const armsOf = (
  { whenTrue, whenFalse }: ts.ConditionalExpression,
  isSkipped: (node: ts.Node) => boolean,
): ts.Expression[] => [whenTrue, whenFalse].filter((one) => !isSkipped(one));

/** The values of which `p || []` and `c ? a : b` are one. */
function alternatives(
  value: ts.Expression | string,
  isSkipped: (node: ts.Node) => boolean,
): readonly (ts.Expression | string)[] {
  if (typeof value === "string") return [value];
  const inner = (one: ts.Expression): readonly (ts.Expression | string)[] =>
    alternatives(one, isSkipped);
  const node = bareExpression(value);
  if (ts.isConditionalExpression(node))
    return armsOf(node, isSkipped).flatMap(inner);
  const isChoice =
    ts.isBinaryExpression(node) &&
    (node.operatorToken.kind === SyntaxKind.BarBarToken ||
      node.operatorToken.kind === SyntaxKind.QuestionQuestionToken);
  return isChoice && !isOwnerElse(node)
    ? [node.left, node.right].flatMap(inner)
    : [value];
}

function noteAssigned(
  node: ts.BinaryExpression,
  note: (target: ts.Expression, value: ts.Expression | string) => void,
): void {
  const { left, operatorToken, right } = node;
  const { kind } = operatorToken;
  if (kind === SyntaxKind.EqualsToken) return note(left, right);
  // `s += part` of a text
  if (kind === SyntaxKind.PlusEqualsToken) return note(left, right);
  const isAssignment =
    kind > SyntaxKind.EqualsToken && kind <= SyntaxKind.LastAssignment;
  if (isAssignment) note(left, "number");
}
