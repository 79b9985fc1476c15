import { ts } from "ts-morph";
import { definedSymbol, eachNode } from "../syntax/scan.js";

/**
 * `var isFeature = thing.type === "Feature"`: the question behind a name that is asked for later, where the name has no
 * other value and the question was asked on every way that leads there.
 */
export function questionNamed(
  checker: ts.TypeChecker,
  name: ts.Identifier,
): ts.Expression | undefined {
  const symbol = definedSymbol(checker, name);
  const decl = symbol?.valueDeclaration;
  if (!symbol || !decl || !ts.isVariableDeclaration(decl)) return undefined;
  if (!(checker.getTypeOfSymbol(symbol).flags & mayBeAnswer)) return undefined;
  const owner = functionAround(decl);
  if (owner === undefined || functionAround(name) !== owner) return undefined;
  const given = valuesOf(checker, owner, symbol);
  const [only, ...others] = given;
  if (only === undefined || others.length > 0) return undefined;
  const { statement, value } = only;
  const home = statement.parent;
  const isBehind =
    ts.isBlock(home) && name.pos >= statement.end && name.end <= home.end;
  return isBehind ? value : undefined;
}

const mayBeAnswer = ts.TypeFlags.BooleanLike | ts.TypeFlags.Any;

interface Asked {
  readonly statement: ts.Node;
  readonly value: ts.Expression | undefined;
}

/** All places at which a variable gets a value; `value` is undefined where that is not simply assigned. */
function valuesOf(
  checker: ts.TypeChecker,
  owner: ts.Node,
  symbol: ts.Symbol,
): Asked[] {
  const found: Asked[] = [];
  eachNode(owner, (node) => {
    if (!ts.isIdentifier(node) || node.text !== symbol.name) return;
    if (definedSymbol(checker, node) !== symbol) return;
    const { parent } = node;
    if (ts.isVariableDeclaration(parent) && parent.name === node) {
      const statement = parent.parent.parent;
      if (parent.initializer)
        found.push({ statement, value: parent.initializer });
      else if (!ts.isVariableStatement(statement))
        found.push({ statement, value: undefined });
    } else if (isGiven(node)) {
      const isPlain =
        ts.isBinaryExpression(parent) &&
        parent.operatorToken.kind === ts.SyntaxKind.EqualsToken &&
        ts.isExpressionStatement(parent.parent);
      found.push({
        statement: parent.parent,
        value: isPlain ? parent.right : undefined,
      });
    }
  });
  return found;
}

/** Is something written there, in whatever way? */
function isGiven(node: ts.Identifier): boolean {
  const { parent } = node;
  if (ts.isBinaryExpression(parent) && parent.left === node) {
    const { kind } = parent.operatorToken;
    return (
      kind >= ts.SyntaxKind.FirstAssignment &&
      kind <= ts.SyntaxKind.LastAssignment
    );
  }
  if (ts.isPrefixUnaryExpression(parent) || ts.isPostfixUnaryExpression(parent))
    return (
      parent.operator === ts.SyntaxKind.PlusPlusToken ||
      parent.operator === ts.SyntaxKind.MinusMinusToken
    );
  // `[isOne] = pair`, `({ isOne } = p)`, `for (isOne of xs)`
  return (
    ts.isArrayLiteralExpression(parent) ||
    ts.isShorthandPropertyAssignment(parent) ||
    ts.isPropertyAssignment(parent) ||
    ts.isForOfStatement(parent) ||
    ts.isForInStatement(parent) ||
    ts.isSpreadElement(parent)
  );
}

const functionAround = (node: ts.Node): ts.Node | undefined =>
  ts.findAncestor(node.parent, ts.isFunctionLike);
