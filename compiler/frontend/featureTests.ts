import { ts } from "ts-morph";
import type { Edit, Parsed } from "./textEdits.js";

/**
 * `typeof Float32Array !== "undefined" ? Float32Array : Array` in the code of a package: what every engine has that runs
 * generated code is there, so that only the arm for it counts. The old words stay in a comment.
 */
export function withoutFeatureTests({ text, parsed }: Parsed): Edit[] {
  if (!asks.test(text)) return [];
  const file = parsed();
  const edits: Edit[] = [];
  const visit = (node: ts.Node): void => {
    const arm = ts.isConditionalExpression(node) ? takenArm(node) : undefined;
    if (arm === undefined) return ts.forEachChild(node, visit);
    const before = text.slice(node.getStart(), arm.getStart());
    const behind = text.slice(arm.end, node.end);
    if (/\*\/|\n/.test(before + behind)) return;
    edits.push(
      { start: node.getStart(), end: arm.getStart(), text: `/* ${before}*/ ` },
      { start: arm.end, end: node.end, text: behind && ` /*${behind} */` },
    );
    visit(arm);
  };
  visit(file);
  return edits;
}

const names = [
  ..."Array Math Number Object Symbol Map Set ArrayBuffer DataView".split(" "),
  ..."Float64Array Float32Array Int8Array Uint8Array Uint8ClampedArray".split(
    " ",
  ),
  ..."Int16Array Uint16Array Int32Array Uint32Array".split(" "),
];

const asks = new RegExp(`typeof\\s+(${names.join("|")})\\b[^?;]*\\?`);

function takenArm({
  condition,
  whenTrue,
  whenFalse,
}: ts.ConditionalExpression): ts.Expression | undefined {
  const isThere = presence(condition);
  return isThere === undefined ? undefined : isThere ? whenTrue : whenFalse;
}

/** What a test says that asks whether something is there which always is. */
function presence(given: ts.Expression): boolean | undefined {
  if (ts.isParenthesizedExpression(given)) return presence(given.expression);
  if (!ts.isBinaryExpression(given)) return undefined;
  const { left, operatorToken, right } = given;
  const [test, word] = ts.isTypeOfExpression(left)
    ? [left, right]
    : [right, left];
  if (!ts.isTypeOfExpression(test) || !ts.isStringLiteralLike(word))
    return undefined;
  const { expression } = test;
  if (!ts.isIdentifier(expression) || !names.includes(expression.text))
    return undefined;
  const kind = expression.text === "Math" ? "object" : "function";
  if (word.text !== "undefined" && word.text !== kind) return undefined;
  const isIt = word.text === kind;
  const { kind: operator } = operatorToken;
  if (
    operator === ts.SyntaxKind.EqualsEqualsEqualsToken ||
    operator === ts.SyntaxKind.EqualsEqualsToken
  )
    return isIt;
  if (
    operator === ts.SyntaxKind.ExclamationEqualsEqualsToken ||
    operator === ts.SyntaxKind.ExclamationEqualsToken
  )
    return !isIt;
  return undefined;
}
