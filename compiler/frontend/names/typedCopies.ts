import { ts } from "ts-morph";
import { placeIn } from "../javascript/functionCopies.js";
import type { JsCode } from "../javascript/jsCode.js";
import { isEmptyArray, newGuesses } from "../javascript/jsGuess.js";
import { isJavaScript } from "../syntax/jsFunctions.js";
import { eachNode } from "../syntax/scan.js";
import { textOfType } from "../types/typeText.js";

/**
 * JavaScript that is copied into a module of TypeScript says there what it is given. The types are those that the calls
 * have shown, as everywhere: they stand in comments by now.
 */
export interface TypedCopy {
  readonly edits: readonly { start: number; end: number; text: string }[];
  /** What no call says the type of. */
  readonly open: ts.Node | undefined;
}

export function typedCopy(
  node: ts.Node,
  checker: ts.TypeChecker,
  code: JsCode,
  uncheckedIndexed: boolean,
): TypedCopy {
  const edits: { start: number; end: number; text: string }[] = [];
  let open: ts.Node | undefined;
  if (!isJavaScript(node)) return { edits, open };
  const insert = (at: number, text: string): void => {
    edits.push({ start: at, end: at, text });
  };
  eachNode(node, (one) => {
    if (ts.isParameter(one)) {
      const type = typeOfParameter(one, checker, code);
      if (type === undefined) open ??= one;
      else if (type !== "") writeParameter(one, type, edits);
    } else if (ts.isVariableDeclaration(one)) {
      const type = writtenType(one, checker);
      if (type !== undefined) insert(one.name.end, `: ${type}`);
      dropComment(one, edits);
    } else if (ts.isParenthesizedExpression(one)) {
      const type = writtenType(one, checker);
      if (type === undefined) return;
      insert(one.expression.end, ` as ${type}`);
      dropComment(one, edits);
    } else if (ts.isFunctionLike(one)) {
      const type = typeOfResult(one, checker, code);
      const close = one.getChildren().find(isClose);
      if (type !== undefined && close) insert(close.end, `: ${type}`);
      if (one !== node) dropComment(one, edits);
    } else if (uncheckedIndexed && isElementRead(one)) insert(one.end, "!");
  });
  return { edits, open };
}

/** The type of a variable of a module, where its own value does not say it. */
export function typeOfTable(
  decl: ts.VariableDeclaration,
  checker: ts.TypeChecker,
): string | undefined {
  const written = writtenType(decl, checker);
  if (written !== undefined || decl.initializer === undefined) return written;
  const symbol = checker.getSymbolAtLocation(decl.name);
  if (!isEmptyArray(decl.initializer) || symbol === undefined) return undefined;
  const guess = newGuesses(checker, decl.getSourceFile())(symbol);
  return guess && plainText(guess);
}

const isClose = (one: ts.Node): boolean =>
  one.kind === ts.SyntaxKind.CloseParenToken;

/** Empty where TypeScript finds it by itself; undefined where nothing says it. */
function typeOfParameter(
  node: ts.ParameterDeclaration,
  checker: ts.TypeChecker,
  code: JsCode,
): string | undefined {
  const texts = textsOfCopies(node, code);
  const isTold = ts.getJSDocType(node) !== undefined;
  const type = checker.getTypeAtLocation(node);
  const own = textOfType(checker, type);
  if (own !== undefined && isTold) texts.add(own);
  if (texts.size > 0) return plainText([...texts].sort().join(" | "));
  // words.filter((w) => ...), k = 3
  return own === undefined || isTold ? undefined : "";
}

/** What a function gets that stands there once for each kind of arguments. */
function textsOfCopies(
  { parent, ...rest }: ts.ParameterDeclaration,
  code: JsCode,
): Set<string> {
  const file = parent.getSourceFile();
  const path = file.fileName;
  const of = code.placeOf(file, parent.getStart());
  const parameter = parent.parameters.find(({ pos }) => pos === rest.pos);
  const at = code.placeOf(file, parameter?.getStart() ?? rest.pos);
  const found = new Set<string>();
  for (const [k, copy] of (code.views.copies.get(path) ?? []).entries()) {
    if (copy.of !== of || copy.isVacant) continue;
    const texts = code.views.types.get(path)?.get(placeIn(k + 1, at));
    for (const text of texts ?? []) found.add(text);
  }
  return found;
}

function writeParameter(
  node: ts.ParameterDeclaration,
  type: string,
  edits: { start: number; end: number; text: string }[],
): void {
  const { name, initializer, dotDotDotToken, parent } = node;
  const others = type
    .split(" | ")
    .filter((one) => one !== "undefined")
    .join(" | ");
  const mayBeLeftOut =
    others !== type &&
    others !== "" &&
    !ts.isSetAccessor(parent) &&
    dotDotDotToken === undefined &&
    ts.isIdentifier(name) &&
    parent.parameters
      .slice(parent.parameters.indexOf(node))
      .every((later) => later.initializer ?? isLeftOut(later));
  const text =
    initializer !== undefined
      ? `: ${others === "" ? type : others}`
      : mayBeLeftOut
        ? `?: ${others}`
        : `: ${type}`;
  // x => x * 2
  const isBare =
    ts.isArrowFunction(parent) &&
    !parent
      .getText()
      .slice(0, node.end - parent.getStart())
      .includes("(");
  dropComment(node, edits);
  const put = (at: number, part: string): void =>
    void edits.push({ start: at, end: at, text: part });
  if (isBare) put(node.getStart(), "(");
  put(name.end, isBare ? `${text})` : text);
}

const isLeftOut = (node: ts.ParameterDeclaration): boolean =>
  /\bundefined\b/.test(ts.getJSDocType(node)?.getText() ?? "");

/** The type of a comment before the node. */
function writtenType(
  node: ts.Node,
  checker: ts.TypeChecker,
): string | undefined {
  if (ts.getJSDocType(node) === undefined) return undefined;
  const text = textOfType(checker, checker.getTypeAtLocation(node));
  return text && plainText(text);
}

/** Types that calls have shown stand there in comments, for the checker of JavaScript. */
function dropComment(
  node: ts.Node,
  edits: { start: number; end: number; text: string }[],
): void {
  const start = node.getStart(undefined, true);
  const end = node.getStart();
  const text = node.getSourceFile().text.slice(start, end);
  if (/^\/\*\* @(type|returns) \{.*\} \*\/ $/.test(text))
    edits.push({ start, end, text: "" });
}

/** What a function says that it gives, as one that calls itself has to. */
function typeOfResult(
  node: ts.SignatureDeclaration,
  checker: ts.TypeChecker,
  code: JsCode,
): string | undefined {
  const hasPlace =
    ts.isFunctionDeclaration(node) ||
    ts.isFunctionExpression(node) ||
    ts.isMethodDeclaration(node);
  if (!hasPlace) return undefined;
  const file = node.getSourceFile();
  const { fileName: path } = file;
  const of = code.placeOf(file, node.getStart());
  const texts = new Set<string>();
  for (const [k, copy] of (code.views.copies.get(path) ?? []).entries()) {
    if (copy.of !== of || copy.isVacant) continue;
    const made = code.copyAt(file, k + 1);
    const signature = made && checker.getSignatureFromDeclaration(made);
    const text =
      signature &&
      textOfType(checker, checker.getReturnTypeOfSignature(signature));
    if (text === undefined) return undefined;
    texts.add(text);
  }
  if (texts.size > 0) return plainText([...texts].sort().join(" | "));
  const signature = checker.getSignatureFromDeclaration(node);
  if (signature === undefined || !ts.getJSDocReturnType(node)) return undefined;
  const text = textOfType(checker, checker.getReturnTypeOfSignature(signature));
  return text && plainText(text);
}

/** `list[k]` as a value. */
function isElementRead(node: ts.Node): boolean {
  if (!ts.isElementAccessExpression(node)) return false;
  if (!ts.isNumericLiteral(node.argumentExpression)) {
    const word = ts.isStringLiteralLike(node.argumentExpression);
    if (word) return false;
  }
  const { parent } = node;
  const isGiven =
    ts.isBinaryExpression(parent) &&
    parent.left === node &&
    parent.operatorToken.kind === ts.SyntaxKind.EqualsToken;
  return !isGiven && !ts.isDeleteExpression(parent);
}

/** `(number)[]` and `{ "re": number }` as a person writes them. */
const plainText = (text: string): string =>
  text
    .replace(/\((\w+)\)\[\]/g, "$1[]")
    .replace(/"([A-Za-z_$][\w$]*)"(\??):/g, "$1$2:");
