import { ts } from "ts-morph";
import { isJavaScript } from "../syntax/jsFunctions.js";
import { definedSymbol, eachNode } from "../syntax/scan.js";
import { decidedByType, sameByType } from "./decidedByType.js";
import { kindsOf, type Wanted } from "./growingViews.js";
import type { JsCode } from "./jsCode.js";
import { textOfExpression } from "./jsExpressionType.js";
import { textOfType } from "../types/typeText.js";
import { isFreshStart, mayStartAnew } from "./variablesApart.js";

/** The assignments of a function by which variables become of another kind than they were. */
export function kindsInTurn(
  checker: ts.TypeChecker,
  decl: ts.FunctionLikeDeclaration,
  code: JsCode,
): Wanted[] {
  if (!isJavaScript(decl) || decl.body === undefined) return [];
  const source = decl.getSourceFile();
  const kinds = new Map<ts.Symbol, Set<string>>();
  const wanted: Wanted[] = [];
  for (const target of givenIn(checker, decl)) {
    const symbol = definedSymbol(checker, target);
    const value = valueOf(target);
    if (symbol === undefined || value === undefined) continue;
    const text = textOfExpression(checker, value, decl);
    const own = kindsOf(text ?? "");
    if (own.length === 0) continue;
    const before = kinds.get(symbol) ?? startOf(checker, symbol, decl);
    if (before.size > 0 && own.some((one) => !before.has(one))) {
      if (isFreshStart(target) && mayStartAnew(target)) {
        const at = code.placeOf(source, target.getStart());
        const file = source.fileName;
        wanted.push({ type: { file, at, text: "apart", tag: "apart" } });
        before.clear();
      }
    }
    for (const one of own) before.add(one);
    kinds.set(symbol, before);
  }
  return wanted;
}

/** What a variable is that nothing was assigned to: a parameter. */
function startOf(
  checker: ts.TypeChecker,
  { valueDeclaration }: ts.Symbol,
  at: ts.Node,
): Set<string> {
  if (valueDeclaration === undefined || !ts.isParameter(valueDeclaration))
    return new Set();
  const type = checker.getTypeAtLocation(valueDeclaration.name);
  return new Set(kindsOf(textOfType(checker, type, at) ?? ""));
}

/** The names to which values are given in what runs, in their order. */
function givenIn(checker: ts.TypeChecker, decl: ts.Node): ts.Identifier[] {
  const found: ts.Identifier[] = [];
  eachNode(
    decl,
    (node) => {
      if (ts.isIdentifier(node) && valueOf(node) !== undefined)
        found.push(node);
    },
    (node) => !isDeadArm(checker, node),
  );
  return found;
}

function valueOf(target: ts.Identifier): ts.Expression | undefined {
  const { parent } = target;
  if (ts.isVariableDeclaration(parent))
    return parent.name === target ? parent.initializer : undefined;
  return ts.isBinaryExpression(parent) &&
    parent.left === target &&
    parent.operatorToken.kind === ts.SyntaxKind.EqualsToken
    ? parent.right
    : undefined;
}

/** An arm that types say is never taken. */
export function isDeadArm(checker: ts.TypeChecker, node: ts.Node): boolean {
  const { parent } = node;
  if (parent === undefined) return false;
  if (ts.isConditionalExpression(parent)) {
    const isArm = parent.condition !== node;
    const answer = isArm ? decidedByType(checker, parent.condition) : undefined;
    return answer === (parent.whenFalse === node) && isArm;
  }
  if (ts.isCaseClause(node)) return isDeadCase(checker, node);
  if (!ts.isIfStatement(parent)) return false;
  if (parent.thenStatement === node)
    return decidedByType(checker, parent.expression) === false;
  return (
    parent.elseStatement === node &&
    decidedByType(checker, parent.expression) === true
  );
}

/** `case "Point":` of another word, into which nobody falls. */
function isDeadCase(checker: ts.TypeChecker, node: ts.CaseClause): boolean {
  const { clauses } = node.parent;
  const asked = node.parent.parent.expression;
  if (sameByType(checker, asked, node.expression) !== false) return false;
  const before = clauses[clauses.indexOf(node) - 1];
  if (before === undefined) return true;
  if (ts.isCaseClause(before) && isDeadCase(checker, before)) return true;
  const last = before.statements.at(-1);
  return (
    last !== undefined &&
    (ts.isBreakStatement(last) ||
      ts.isReturnStatement(last) ||
      ts.isThrowStatement(last))
  );
}
