import { ts } from "ts-morph";
import type { Edit, Parsed } from "./textEdits.js";

/**
 * What compilers made of newer JavaScript, written as it was: spreads and patterns behind helpers of theirs, and
 * objects that are put together.
 *
 *     __assign({}, a, b), _objectSpread({}, a), Object.assign({}, a)    ({ ...a, ...b })
 *     _slicedToArray(p, 2)                                              (p)
 *     this["x"]                                                         this.x
 */
export function withoutObjectHelpers({ text, parsed }: Parsed): Edit[] {
  if (!telling.test(text)) return [];
  const edits: Edit[] = [];
  const look = (node: ts.Node): void => {
    if (ts.isCallExpression(node)) edits.push(...withoutHelper(node));
    if (ts.isElementAccessExpression(node)) edits.push(...withName(node));
    ts.forEachChild(node, look);
  };
  look(parsed());
  return edits;
}

const telling =
  /\[["']\w+["']\]|\bObject\.(assign|create)\(|_extends|__assign|_objectSpread|_slicedToArray|_toConsumableArray|__spreadArray|__read\b|_typeof/;

/** `this["x"]` is `this.x`. */
function withName(node: ts.ElementAccessExpression): Edit[] {
  const { argumentExpression: key, expression } = node;
  if (!ts.isStringLiteral(key) || !/^[A-Za-z_$][\w$]*$/.test(key.text))
    return [];
  if (node.questionDotToken !== undefined) return [];
  return [
    { start: expression.end, end: key.getStart(), text: "." },
    { start: key.getStart(), end: node.end, text: key.text },
  ];
}

/** `_slicedToArray2["default"]`, `(0, _extends2.default)`, `tslib_1.__assign`: the helper's own name. */
function helperOf(callee: ts.Expression): string {
  const text = callee.getText().replace(/[\s()]|0,/g, "");
  if (text === "Object.assign") return text;
  return text
    .replace(/(\.default|\["default"\])$/, "")
    .replace(/^.*\./, "")
    .replace(/\d+$/, "");
}

function withoutHelper(node: ts.CallExpression): Edit[] {
  const [first, ...others] = node.arguments;
  if (first === undefined || node.arguments.some(ts.isSpreadElement)) return [];
  const made =
    node.expression.getText() === "Object.create" && others.length === 0
      ? /^([\w$]+)\.prototype$/.exec(first.getText())?.[1]
      : undefined;
  if (made !== undefined)
    return [
      {
        start: node.getStart(),
        end: node.getStart(),
        text: `/** @type {${made}} */ (`,
      },
      { start: node.end, end: node.end, text: ")" },
    ];
  switch (helperOf(node.expression)) {
    case "Object.assign":
    case "_extends":
    case "__assign":
    case "_objectSpread":
      return ts.isObjectLiteralExpression(first) ||
        (ts.isCallExpression(first) && withoutHelper(first).length > 0)
        ? around(node, "({ ...", ", ...", " })")
        : [];
    case "_slicedToArray":
    case "__read":
      return [
        { start: node.getStart(), end: first.getStart(), text: "(" },
        { start: first.end, end: node.end, text: ")" },
      ];
    case "_toConsumableArray":
      return around(node, "[...", "", "]");
    case "__spreadArray": {
      const [second, third] = others;
      if (second === undefined) return [];
      const tail = third
        ? [{ start: second.end, end: node.end, text: "]" }]
        : [];
      const all = around(node, "[...", ", ...", "]");
      return third ? [...all.slice(0, 2), ...tail] : all;
    }
    case "__spreadArrays":
      return around(node, "[...", ", ...", "]");
    case "_typeof":
      return others.length === 0 ? around(node, "(typeof ", "", ")") : [];
    default:
      return [];
  }
}

/** A call's arguments, with other text before, between and after them. */
function around(
  node: ts.CallExpression,
  before: string,
  between: string,
  after: string,
): Edit[] {
  // `{}` adds nothing
  const args = node.arguments.filter(
    (one) =>
      !(ts.isObjectLiteralExpression(one) && one.properties.length === 0) ||
      node.arguments.length === 1,
  );
  return args
    .map((one, k): Edit => ({
      start: args[k - 1]?.end ?? node.getStart(),
      end: one.getStart(),
      text: k === 0 ? before : between,
    }))
    .concat([
      { start: args.at(-1)?.end ?? node.end, end: node.end, text: after },
    ]);
}
