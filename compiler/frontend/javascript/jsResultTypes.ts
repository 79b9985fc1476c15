import { ts } from "ts-morph";
import { decidedByType } from "./decidedByType.js";
import { returnsOf } from "./waysOut.js";
import { isChoice, textOfExpression } from "./jsExpressionType.js";
import { isJavaScript, jsFunctionOf } from "../syntax/jsFunctions.js";
import { isDeadArm, kindsInTurn } from "./kindsInTurn.js";
import { methodsBelow } from "./methodsFurtherDown.js";
import { typesOfFields } from "./jsFields.js";
import { typesOfLocals } from "./jsLocals.js";
import { copyFromCall, isSplit } from "./jsCopies.js";
import type { JsCode } from "./jsCode.js";
import { typesFromCall, typesOfGivenLater } from "./jsTypes.js";
import { bareExpression, definedSymbol, eachNode } from "../syntax/scan.js";
import type { Wanted } from "./growingViews.js";
import { textOfType } from "../types/typeText.js";

/** Follows the calls in functions whose parameters have their types, to the functions that these call. */
export function typesInside(
  checker: ts.TypeChecker,
  starts: Iterable<ts.FunctionLikeDeclaration>,
  code: JsCode,
): Wanted[] {
  return typesBelow(checker, [...starts], code);
}

/** The same for all calls below any nodes: `f(x) + g(x)`, of which no type is known yet. */
export function typesBelow(
  checker: ts.TypeChecker,
  starts: readonly ts.Node[],
  code: JsCode,
): Wanted[] {
  const wanted: Wanted[] = [];
  const seen = new Set<ts.Node>(starts);
  for (const decl of seen) {
    if (ts.isFunctionLike(decl)) {
      const own = decl as ts.FunctionLikeDeclaration;
      wanted.push(...typeOfResult(checker, own, code));
      wanted.push(...typesOfLocals(checker, own, code));
      wanted.push(...typesOfGivenLater(checker, own, code));
      wanted.push(...kindsInTurn(checker, own, code));
      if (isJavaScript(own)) wanted.push(...typesOfFields(checker, own, code));
    }
    // what its calls pass on, its copies say
    if (ts.isConstructorDeclaration(decl) && isSplit(decl, code)) continue;
    const see = (node: ts.Node): void => {
      if (ts.isBinaryExpression(node))
        wanted.push(...castOfChoice(checker, node, code));
      if (!ts.isCallExpression(node) && !ts.isNewExpression(node)) return;
      const callee = bareExpression(node.expression);
      const name = ts.isPropertyAccessExpression(callee) ? callee.name : callee;
      const symbol = definedSymbol(checker, name);
      const inner = symbol && jsFunctionOf(checker, symbol);
      if (inner === undefined) return;
      wanted.push(...typesFromCall(checker, node, inner, code));
      for (const one of methodsBelow(checker, inner)) {
        wanted.push(...typesFromCall(checker, node, one, code));
        seen.add(one);
      }
      const copied = copyFromCall(checker, node, inner, code);
      if (copied?.decl !== undefined) seen.add(copied.decl);
      if (copied === undefined || ts.isConstructorDeclaration(inner))
        seen.add(inner);
    };
    eachNode(
      decl,
      see,
      (node) => !isJavaScript(node) || !isDeadArm(checker, node),
    );
  }
  return wanted;
}

/** `v.elements || v` of a list, which has none: what the checker does not say of it. */
function castOfChoice(
  checker: ts.TypeChecker,
  node: ts.BinaryExpression,
  code: JsCode,
): Wanted[] {
  if (!isChoice(node) || !isJavaScript(node)) return [];
  if (ts.isExpressionStatement(node.parent)) return [];
  if (!(checker.getTypeAtLocation(node).flags & ts.TypeFlags.Any)) return [];
  const text = textOfExpression(checker, node, node);
  if (text === undefined || text === "undefined" || text === "Function")
    return [];
  const source = node.getSourceFile();
  const start = code.placeOf(source, node.getStart());
  const end = code.placeOf(source, node.end - 1) + 1;
  return [{ cast: { file: source.fileName, start, end, text } }];
}

/** Where a function calls itself the checker gives up on its result: it is what its returns give. */
export function typeOfResult(
  checker: ts.TypeChecker,
  decl: ts.FunctionLikeDeclaration,
  code: JsCode,
): Wanted[] {
  const { body } = decl;
  const signature = checker.getSignatureFromDeclaration(decl);
  if (!isJavaScript(decl) || body === undefined || signature === undefined)
    return [];
  const source = decl.getSourceFile();
  const docs = (decl as { jsDoc?: readonly ts.JSDoc[] }).jsDoc;
  const doc = docs?.at(-1);
  // into the comment that is there, for only the last one counts
  const start =
    doc?.getText().startsWith("/**") === true ? doc.pos + 3 : decl.getStart();
  const at = code.placeOf(source, start);
  const written = ts.getJSDocReturnType(decl);
  const isOurs = written && code.placeOf(source, written.pos) === at;
  const known = checker.getReturnTypeOfSignature(signature);
  const found = ts.isBlock(body) ? returnsOf(checker, body) : undefined;
  const given = ts.isBlock(body)
    ? (found?.returns ?? []).flatMap((one) => one.expression ?? [])
    : [body];
  const isChoice =
    known.isUnion() &&
    (found?.decides === true ||
      given.some((one) => choosesByType(checker, one)));
  const isKnown =
    textOfType(checker, known, decl) !== undefined &&
    !isChoice &&
    !isVague(known);
  const below = methodsBelow(checker, decl).length > 0;
  if (!isOurs && isKnown && !below) return [];
  // what the binder leaves where control reaches the end
  const { endFlowNode } = decl as { endFlowNode?: unknown };
  const isEmpty =
    found !== undefined &&
    ((endFlowNode !== undefined && found.reachesEnd) ||
      found.returns.some((one) => one.expression === undefined));
  const file = source.fileName;
  const wanted = (text: string): Wanted => ({
    type: { file, at, text, tag: "returns" },
  });
  if (given.length === 0)
    return [...resultsBelow(checker, decl)].map((text) => wanted(text));
  const texts = given
    .flatMap((one) => armsOf(checker, one))
    .flatMap((one) => textOfExpression(checker, one, decl) ?? []);
  if (isEmpty) texts.push("undefined");
  if (new Set(texts).size > 1 && asksUnknown(checker, decl)) return [];
  return [...new Set(texts)].map((text) => wanted(text));
}

/** What a method gives that only classes below have. */
function resultsBelow(
  checker: ts.TypeChecker,
  decl: ts.FunctionLikeDeclaration,
): ReadonlySet<string> {
  const texts = methodsBelow(checker, decl).flatMap((one) => {
    const signature = checker.getSignatureFromDeclaration(one);
    const type = signature && checker.getReturnTypeOfSignature(signature);
    const nothing = ts.TypeFlags.Any | ts.TypeFlags.Void | ts.TypeFlags.Never;
    if (type === undefined || type.flags & nothing) return [];
    return textOfType(checker, type, decl) ?? [];
  });
  return new Set(texts);
}

/** Is one of its parameters asked what it is, of which no call has said it yet? Then which returns it comes to is still open. */
function asksUnknown(
  checker: ts.TypeChecker,
  decl: ts.FunctionLikeDeclaration,
): boolean {
  const unknown = new Set(
    decl.parameters.flatMap(({ name }) => {
      const { flags } = checker.getTypeAtLocation(name);
      const symbol = checker.getSymbolAtLocation(name);
      return flags & ts.TypeFlags.Any && symbol ? [symbol] : [];
    }),
  );
  if (unknown.size === 0) return false;
  let found = false;
  const isUnknown = (node: ts.Node): boolean => {
    const symbol = ts.isIdentifier(node) && definedSymbol(checker, node);
    return symbol !== false && symbol !== undefined && unknown.has(symbol);
  };
  eachNode(decl, (node) => {
    const asked = ts.isConditionalExpression(node)
      ? node.condition
      : ts.isIfStatement(node) || ts.isSwitchStatement(node)
        ? node.expression
        : undefined;
    if (asked !== undefined)
      eachNode(asked, (one) => {
        found ||= isUnknown(one);
      });
  });
  return found;
}

/** The values of which `n > 0 ? f(n - 1) : 1` is one, by themselves: of some of them more is known than of others. */
function armsOf(
  checker: ts.TypeChecker,
  given: ts.Expression,
): readonly ts.Expression[] {
  const node = bareExpression(given);
  if (!ts.isConditionalExpression(node)) return [given];
  const answer = decidedByType(checker, node.condition);
  return [
    ...(answer === false ? [] : armsOf(checker, node.whenTrue)),
    ...(answer === true ? [] : armsOf(checker, node.whenFalse)),
  ];
}

/** `(v) => typeof v === "number" ? v : v[0]` */
function choosesByType(checker: ts.TypeChecker, given: ts.Expression): boolean {
  const node = bareExpression(given);
  return (
    ts.isConditionalExpression(node) &&
    decidedByType(checker, node.condition) !== undefined
  );
}

/** `@returns {Object}` */
const isVague = ({ symbol }: ts.Type): boolean =>
  (symbol as ts.Symbol | undefined)?.name === "Object";
