import { ts } from "ts-morph";
import { eachNode, symbolOf } from "../syntax/scan.js";
import { functionAround, settledWhen } from "../syntax/settledWhen.js";

/** What a function of an object literal sees of the function around it. */
export interface SeenName {
  readonly node: ts.Identifier;
  readonly symbol: ts.Symbol;
  /** `{ k }` */
  readonly isShort: boolean;
}

/** Undefined where a class apart from it could not see the same. */
export function seenAround(
  checker: ts.TypeChecker,
  member: ts.Node,
): readonly SeenName[] | undefined {
  const seen: SeenName[] = [];
  let isPlain = true;
  eachNode(member, (node) => {
    if (unfit.has(node.kind) || ts.isMetaProperty(node)) isPlain = false;
    if (!ts.isIdentifier(node)) return;
    const { parent } = node;
    const isShort =
      ts.isShorthandPropertyAssignment(parent) && parent.name === node;
    const symbol = isShort
      ? checker.getShorthandAssignmentValueSymbol(parent)
      : symbolOf(checker, node);
    if (symbol === undefined || !isOfFunctionAround(symbol, member)) return;
    const isValue =
      (symbol.flags & values) !== 0 && !ts.isTypeQueryNode(parent);
    const isInner = thisIsAnother(node, member);
    const isTarget = isShort && parent.objectAssignmentInitializer;
    if (!isValue || isInner || isTarget) isPlain = false;
    seen.push({ node, symbol, isShort });
  });
  return isPlain ? seen : undefined;
}

const unfit = new Set([ts.SyntaxKind.SuperKeyword, ts.SyntaxKind.YieldKeyword]);

const values = ts.SymbolFlags.Variable | ts.SymbolFlags.Function;

const named =
  values |
  ts.SymbolFlags.Class |
  ts.SymbolFlags.Enum |
  ts.SymbolFlags.TypeAlias |
  ts.SymbolFlags.Interface |
  ts.SymbolFlags.TypeParameter;

/** Declared outside of the member, and not for all of the file. */
function isOfFunctionAround(symbol: ts.Symbol, member: ts.Node): boolean {
  const decl = symbol.valueDeclaration ?? symbol.declarations?.[0];
  if (decl === undefined || (symbol.flags & named) === 0) return false;
  if (decl.getSourceFile() !== member.getSourceFile()) return false;
  if (member.pos <= decl.pos && decl.end <= member.end) return false;
  for (let up = decl.parent; !ts.isSourceFile(up); up = up.parent)
    if (
      ts.isFunctionLike(up) ||
      ts.isBlock(up) ||
      ts.isIterationStatement(up, false) ||
      ts.isModuleBlock(up) ||
      ts.isClassLike(up)
    )
      return true;
  return false;
}

/** Is there a function between both that has a `this` of its own? */
function thisIsAnother(node: ts.Node, member: ts.Node): boolean {
  for (let up = node.parent; up !== member; up = up.parent)
    if (
      ts.isClassLike(up) ||
      (ts.isFunctionLike(up) && !ts.isArrowFunction(up))
    )
      return true;
  return false;
}

/** `const self = { ..., next() { return self.n + 1; } }`: the object itself, by its name. */
export function isItself(
  symbol: ts.Symbol,
  literal: ts.ObjectLiteralExpression,
): boolean {
  const { valueDeclaration: decl } = symbol;
  if (decl === undefined || !ts.isVariableDeclaration(decl)) return false;
  const isConst = (decl.parent.flags & ts.NodeFlags.Const) !== 0;
  let value = decl.initializer;
  while (
    value !== undefined &&
    (ts.isParenthesizedExpression(value) || ts.isSatisfiesExpression(value))
  )
    value = value.expression;
  return isConst && value === literal;
}

/** Has the variable its value for good where the literal is made? */
export function isSettledAt(
  checker: ts.TypeChecker,
  symbol: ts.Symbol,
  literal: ts.ObjectLiteralExpression,
): boolean {
  const { valueDeclaration: decl } = symbol;
  if (decl === undefined) return false;
  if (ts.isFunctionDeclaration(decl)) return true;
  // a value that is still being computed
  const isInside =
    decl.pos <= literal.pos &&
    literal.end <= decl.end &&
    functionAround(decl) === functionAround(literal);
  return !isInside && settledWhen(checker, symbol, literal);
}
