import { ts } from "ts-morph";
import { isJavaScript } from "../syntax/jsFunctions.js";
import { textOfExpression } from "./jsExpressionType.js";
import type { JsCode } from "./jsCode.js";
import { eachNode, isAssignment } from "../syntax/scan.js";
import { holderOf, outermost, rootOf } from "./holders.js";
import type { Wanted } from "./growingViews.js";

/**
 * `Array(n).fill(0)`, `[...Array(n).keys()]`, `const grid = new Array(n)`: arrays of `any` to TypeScript, though what they
 * are filled with says what they hold. Where the type of such an array is asked for, the file is read anew with
 * `Array<number>(n)` in it.
 */
export function elementsOfBareArrays(
  checker: ts.TypeChecker,
  file: ts.SourceFile,
  code: JsCode,
): Wanted[] {
  const wanted: Wanted[] = [];
  if (isJavaScript(file)) return wanted;
  eachNode(file, (node) => {
    if (!isBareArray(checker, node)) return;
    const elem = elementText(checker, node);
    if (elem === undefined) return;
    const text = `<${elem}>`;
    const at = code.placeOf(file, node.expression.end);
    const type = { file: file.fileName, at, text, tag: "element" as const };
    wanted.push({ type });
  });
  return wanted;
}

/** What stands at a place where nothing is. */
const nothing = "number | undefined";

function isBareArray(
  checker: ts.TypeChecker,
  node: ts.Node,
): node is ts.CallExpression | ts.NewExpression {
  if (!ts.isCallExpression(node) && !ts.isNewExpression(node)) return false;
  if (node.typeArguments !== undefined || node.expression.getText() !== "Array")
    return false;
  if ((node.arguments?.length ?? 0) > 1) return false;
  const type = checker.getTypeAtLocation(node);
  if (!checker.isArrayType(type)) return false;
  const [elem] = checker.getTypeArguments(type as ts.TypeReference);
  return elem !== undefined && (elem.flags & ts.TypeFlags.Any) !== 0;
}

/** What the array holds, by what is done with it where it is made. */
function elementText(
  checker: ts.TypeChecker,
  made: ts.Expression,
): string | undefined {
  const node = outermost(made);
  const { parent } = node;
  // [...Array(n)], Array.from(Array(n), f): a place for each index, with nothing in it
  if (ts.isSpreadElement(parent)) return nothing;
  if (ts.isCallExpression(parent) && parent.arguments[0] === node)
    return parent.expression.getText() === "Array.from" ? nothing : undefined;
  const call = methodCall(node);
  if (call?.name === "keys") return nothing;
  if (call?.name !== "fill") return together(storedIn(checker, node));
  const [value] = call.node.arguments;
  const first = value && textOfValue(checker, value);
  if (first === undefined) return undefined;
  return together([first, ...storedIn(checker, outermost(call.node))]);
}

/** The texts of what is put into the variable or field that starts with this value. */
function storedIn(
  checker: ts.TypeChecker,
  value: ts.Expression,
): (string | undefined)[] {
  const holder = holderOf(checker, value);
  if (holder === undefined) return [];
  const isWithin = (node: ts.Expression, indices: number): boolean => {
    const { root, depth } = rootOf(node);
    return (
      depth === holder.depth + indices &&
      checker.getSymbolAtLocation(root) === holder.symbol
    );
  };
  const texts: (string | undefined)[] = [];
  const note = (one: ts.Expression): void => {
    const { flags } = checker.getTypeAtLocation(one);
    // what follows from the array itself says nothing of it
    if (!(flags & ts.TypeFlags.Any)) texts.push(textOfValue(checker, one));
  };
  eachNode(value.getSourceFile(), (node) => {
    if (isAssignment(node)) {
      if (isWithin(node.left, 1)) note(node.right);
    } else if (
      ts.isCallExpression(node) &&
      ts.isPropertyAccessExpression(node.expression) &&
      /^(push|unshift)$/.test(node.expression.name.text) &&
      isWithin(node.expression.expression, 0)
    )
      node.arguments.forEach(note);
  });
  return texts;
}

function textOfValue(
  checker: ts.TypeChecker,
  value: ts.Expression,
): string | undefined {
  return textOfExpression(checker, value, value);
}

const together = (
  texts: readonly (string | undefined)[],
): string | undefined =>
  texts.length === 0 || texts.includes(undefined)
    ? undefined
    : [...new Set(texts)].sort().join(" | ");

function methodCall(
  node: ts.Expression,
): { name: string; node: ts.CallExpression } | undefined {
  const { parent } = node;
  if (!ts.isPropertyAccessExpression(parent) || parent.expression !== node)
    return undefined;
  const call = parent.parent;
  return ts.isCallExpression(call) && call.expression === parent
    ? { name: parent.name.text, node: call }
    : undefined;
}
