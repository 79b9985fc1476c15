import type { Expr } from "./tree.js";
import {
  type PrintOptions,
  exprDoc,
  breaksAfterOperator,
} from "./printExpression.js";
import {
  type Doc,
  group,
  indent,
  softline,
  join,
  line,
  ifBreak,
  willBreak,
  conditionalGroup,
  fill,
} from "./doc.js";
import { isIdentifier } from "./names.js";

export function argumentsDoc(
  args: readonly Expr[],
  options: PrintOptions,
): Doc {
  if (args.length === 0) return "()";
  const docs = args.map((arg) => exprDoc(arg, options));
  const allBroken = (): Doc =>
    group(
      [
        "(",
        indent([softline, join([",", line], docs)]),
        ifBreak(",", ""),
        softline,
        ")",
      ],
      { broken: true },
    );
  if (args.length > 1 && args.some(takesFunction)) return allBroken();
  const last = args.at(-1) as Expr;
  const before = args.at(-2);
  const hugsLast =
    isHuggable(last) &&
    before?.kind !== last.kind &&
    !(before !== undefined && isNumberList(last));
  if (!hugsLast)
    return group([
      "(",
      indent([softline, join([",", line], docs)]),
      ifBreak(",", ""),
      softline,
      ")",
    ]);
  const front = docs.slice(0, -1);
  if (front.some(willBreak)) return allBroken();
  const lastDoc = docs.at(-1) as Doc;
  const withLast = (doc: Doc): Doc => [
    "(",
    ...front.flatMap((d) => [d, ", "]),
    doc,
    ")",
  ];
  return conditionalGroup([
    withLast(lastDoc),
    withLast(group(lastDoc, { broken: true })),
    allBroken(),
  ]);
}

/** Is it a call that is given a function? Beside other arguments it stands on a line of its own. */
const takesFunction = (expr: Expr): boolean =>
  expr.kind === "call" && expr.args.some(({ kind }) => kind === "maker");

const isHuggable = (expr: Expr): boolean =>
  (expr.kind === "object" && expr.entries.length > 0) ||
  (expr.kind === "array" && expr.elements.length > 0) ||
  ((expr.kind === "cast" || expr.kind === "maker") && isHuggable(expr.arg));

/** A list of numbers is set like a text: as the last of several arguments it does not stand on lines of its own. */
const isNumberList = (expr: Expr): boolean =>
  expr.kind === "array" && expr.elements.every(isNumber);

export function arrayDoc(
  elements: readonly Expr[],
  options: PrintOptions,
): Doc {
  if (elements.length === 0) return "[]";
  const docs = elements.map((element) => exprDoc(element, options));
  if (elements.length > 1 && elements.every(isNumber))
    return group([
      "[",
      indent([
        softline,
        fill(
          docs.flatMap((doc, i) =>
            i < docs.length - 1 ? [[doc, ","], line] : [doc],
          ),
        ),
      ]),
      ifBreak(",", ""),
      softline,
      "]",
    ]);
  return group(
    [
      "[",
      indent([softline, join([",", line], docs)]),
      ifBreak(",", ""),
      softline,
      "]",
    ],
    { broken: isMatrix(elements) },
  );
}

const isNumber = (expr: Expr): boolean =>
  (expr.kind === "literal" && /^\d/.test(expr.text)) ||
  (expr.kind === "unary" && expr.op === "-" && expr.arg.kind === "literal");

/** Several rows or several records, each with more than one part, are broken always. */
function isMatrix(elements: readonly Expr[]): boolean {
  if (elements.length < 2) return false;
  return (
    elements.every((e) => e.kind === "array" && e.elements.length > 1) ||
    elements.every((e) => e.kind === "object" && e.entries.length > 1)
  );
}

export function objectDoc(
  entries: readonly { key?: string; value: Expr }[],
  options: PrintOptions,
): Doc {
  if (entries.length === 0) return "{}";
  const docs = entries.map((entry): Doc => {
    const value = exprDoc(entry.value, options);
    if (entry.key === undefined) return value;
    if (entry.value.kind === "name" && entry.value.name === entry.key)
      return value;
    return propertyDoc(keyText(entry.key), entry.value, options);
  });
  return group([
    "{",
    indent([line, join([",", line], docs)]),
    ifBreak(",", ""),
    line,
    "}",
  ]);
}

const keyText = (key: string): string =>
  /^\d+$/.test(key) || isIdentifier(key) ? key : JSON.stringify(key);

function propertyDoc(key: string, value: Expr, options: PrintOptions): Doc {
  const doc = exprDoc(value, options, "assignment");
  if (breaksAfterOperator(value))
    return group([key, ":", group(indent([line, doc]))]);
  return group([key, ": ", doc]);
}
