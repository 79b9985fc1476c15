import { ts } from "ts-morph";
import { isEmptyArray, newGuesses } from "./jsGuess.js";
import type { JsCode } from "./jsCode.js";
import { eachNode } from "../syntax/scan.js";
import type { Wanted } from "./growingViews.js";

/**
 * Fields of JavaScript that are arrays of `any` to the checker, for they are made before they are filled:
 *
 *     this.edges = []; ... this.edges.push(new Vector())
 *
 * They hold what is put there. The type goes where the array is made, as a cast.
 */
export function typesOfFields(
  checker: ts.TypeChecker,
  decl: ts.FunctionLikeDeclaration,
  code: JsCode,
): Wanted[] {
  const owner = decl.parent;
  if (!ts.isClassLike(owner)) return [];
  const source = decl.getSourceFile();
  const file = source.fileName;
  let guess: ReturnType<typeof newGuesses> | undefined;
  const found: Wanted[] = [];
  eachNode(owner, (node) => {
    const made = madeInField(node);
    if (made === undefined || ts.isParenthesizedExpression(made.value)) return;
    const symbol = checker.getSymbolAtLocation(made.field.name);
    if (symbol === undefined) return;
    if (!holdsAny(checker, checker.getTypeAtLocation(made.value))) return;
    guess ??= newGuesses(checker, owner);
    const text = guess(symbol);
    if (text === undefined) return;
    const at = code.placeOf(source, made.value.getStart());
    // the last letter is a part of it for sure
    const end = code.placeOf(source, made.value.end - 1) + 1;
    found.push(
      { type: { file, at, text, tag: "element" } },
      { type: { file, at: end, text: ")", tag: "element" } },
    );
  });
  return found;
}

/** `this.edges = []` */
function madeInField(
  node: ts.Node,
): { field: ts.PropertyAccessExpression; value: ts.Expression } | undefined {
  if (!ts.isBinaryExpression(node)) return undefined;
  const { left, operatorToken, right } = node;
  return operatorToken.kind === ts.SyntaxKind.EqualsToken &&
    ts.isPropertyAccessExpression(left) &&
    left.expression.kind === ts.SyntaxKind.ThisKeyword &&
    isEmptyArray(right)
    ? { field: left, value: right }
    : undefined;
}

function holdsAny(checker: ts.TypeChecker, type: ts.Type): boolean {
  if (type.flags & (ts.TypeFlags.Any | ts.TypeFlags.Never)) return true;
  if (!checker.isArrayType(type)) return false;
  const [elem] = checker.getTypeArguments(type as ts.TypeReference);
  return elem !== undefined && holdsAny(checker, elem);
}
