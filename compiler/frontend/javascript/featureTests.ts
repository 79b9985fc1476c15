import { ts } from "ts-morph";
import type { Edit, Parsed } from "./textEdits.js";

/**
 * `typeof Float32Array !== "undefined" ? Float32Array : Array`, `Array.isArray || function (x) { ... }` in the code of a
 * package: what every engine has that runs generated code is there, so that only the arm for it counts. The old words
 * stay in a comment.
 */
export function withoutFeatureTests({ text, parsed }: Parsed): Edit[] {
  if (!asks.test(text)) return [];
  const file = parsed();
  const edits: Edit[] = [];
  const visit = (node: ts.Node): void => {
    const arm = ts.isConditionalExpression(node)
      ? takenArm(node)
      : memberTaken(node);
    if (arm === undefined) return ts.forEachChild(node, visit);
    const before = text.slice(node.getStart(), arm.getStart());
    const behind = text.slice(arm.end, node.end);
    const isKept = !/\*\/|\n/.test(before + behind);
    // what has lines of its own goes, with a word in its place
    const noted = (words: string): string =>
      words && (isKept ? `/* ${words} */ ` : "/* there */ ");
    edits.push(
      { start: node.getStart(), end: arm.getStart(), text: noted(before) },
      { start: arm.end, end: node.end, text: behind && ` ${noted(behind)}` },
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

const members = new Set(
  ["Array isArray of from", "Object keys assign values entries"]
    .concat("Number isFinite isInteger isNaN isSafeInteger parseFloat")
    .concat("Math sign trunc hypot log2 log10 log1p expm1 cbrt fround clz32")
    .concat("Math sinh cosh tanh asinh acosh atanh imul")
    .flatMap((line) => {
      const [owner, ...own] = line.split(" ");
      return own.map((name) => `${owner}.${name}`);
    }),
);

const asks = new RegExp(
  `typeof\\s+(${names.join("|")})\\b[^?;]*\\?|` +
    "\\b(Array|Object|Number|Math)\\.\\w+\\s*\\)?\\s*(\\|\\||\\?)",
);

function takenArm({
  condition,
  whenTrue,
  whenFalse,
}: ts.ConditionalExpression): ts.Expression | undefined {
  const isThere = presence(condition);
  return isThere === undefined ? undefined : isThere ? whenTrue : whenFalse;
}

/** `Array.isArray || isArray`, `Math.sign ? Math.sign : ...` */
function memberTaken(node: ts.Node): ts.Expression | undefined {
  const isChoice =
    ts.isBinaryExpression(node) &&
    (node.operatorToken.kind === ts.SyntaxKind.BarBarToken ||
      node.operatorToken.kind === ts.SyntaxKind.QuestionQuestionToken);
  return isChoice && isMember(node.left) ? node.left : undefined;
}

/** Functions of the language's library; what is no number that may be 0. */
function isMember(given: ts.Expression): boolean {
  if (ts.isParenthesizedExpression(given)) return isMember(given.expression);
  return (
    ts.isPropertyAccessExpression(given) &&
    ts.isIdentifier(given.expression) &&
    members.has(`${given.expression.text}.${given.name.text}`)
  );
}

/** What a test says that asks whether something is there which always is. */
function presence(given: ts.Expression): boolean | undefined {
  if (ts.isParenthesizedExpression(given)) return presence(given.expression);
  if (isMember(given)) return true;
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
