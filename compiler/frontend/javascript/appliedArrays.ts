import { ts } from "ts-morph";
import type { Edit, Parsed } from "./textEdits.js";

/**
 * `Array.apply(null, Array(n))`, an array of n times undefined as it was made before there was `Array.from`:
 *
 *     Array.apply(null, Array(n)).map(f)                          Array.from({ length: n }, f)
 *     Array.apply(null, { length: n }).map(Number.prototype.valueOf, 0)      Array(n).fill(0)
 */
export function withoutAppliedArrays({ text, parsed }: Parsed): Edit[] {
  if (!/\bArray\.apply\(/.test(text)) return [];
  const edits: Edit[] = [];
  const visit = (node: ts.Node): void => {
    const count = countOf(node);
    if (count !== undefined) edits.push(...editsFor(node, count));
    ts.forEachChild(node, visit);
  };
  visit(parsed());
  return edits;
}

function editsFor(made: ts.Node, count: ts.Expression): Edit[] {
  const start = made.getStart();
  const before = { start, end: count.getStart() };
  const map = made.parent;
  const call = map.parent;
  const isMapped =
    ts.isPropertyAccessExpression(map) &&
    map.name.text === "map" &&
    ts.isCallExpression(call) &&
    call.expression === map;
  const [callback, own] = isMapped ? call.arguments : [];
  if (!isMapped || callback === undefined)
    return [
      { ...before, text: "Array.from({ length: " },
      { start: count.end, end: made.end, text: " })" },
    ];
  if (own !== undefined)
    return callback.getText() === "Number.prototype.valueOf"
      ? [
          { ...before, text: "Array(" },
          { start: count.end, end: own.getStart(), text: ").fill(" },
        ]
      : [];
  // a third parameter would be the array
  const isPlain =
    (ts.isFunctionExpression(callback) || ts.isArrowFunction(callback)) &&
    callback.parameters.length <= 2;
  return isPlain
    ? [
        { ...before, text: "Array.from({ length: " },
        { start: count.end, end: callback.getStart(), text: " }, " },
      ]
    : [];
}

/** The n of `Array.apply(null, Array(n))`, `Array.apply(null, { length: n })`. */
function countOf(node: ts.Node): ts.Expression | undefined {
  if (!ts.isCallExpression(node)) return undefined;
  if (node.expression.getText() !== "Array.apply") return undefined;
  const [, list] = node.arguments;
  if (list === undefined || node.arguments.length !== 2) return undefined;
  if (ts.isCallExpression(list) || ts.isNewExpression(list)) {
    const [count, ...more] = list.arguments ?? [];
    const isArray = list.expression.getText() === "Array";
    return isArray && more.length === 0 ? count : undefined;
  }
  if (!ts.isObjectLiteralExpression(list)) return undefined;
  const [length, ...more] = list.properties;
  return length !== undefined &&
    more.length === 0 &&
    ts.isPropertyAssignment(length) &&
    length.name.getText() === "length"
    ? length.initializer
    : undefined;
}
