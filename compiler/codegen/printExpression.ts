import {
  conditionalGroup,
  type Doc,
  fill,
  group,
  ifBreak,
  indent,
  join,
  line,
  softline,
  willBreak,
} from "./doc.js";
import { isIdentifier } from "./names.js";
import type { BinaryOp, Expr } from "./tree.js";
import type { Ty } from "../ir/types.js";
import { isTuple, typeDoc } from "./types.js";

/** Where an expression stands; binary chains break differently in each. */
export type Context =
  "assignment" | "return" | "condition" | "operand" | "other";

export interface PrintOptions {
  /** Write `a[i]!`: the user's noUncheckedIndexedAccess. */
  readonly uncheckedIndexed: boolean;
}

/** Prints an expression as prettier does, as far as codegen makes use of it. */
export function exprDoc(
  expr: Expr,
  options: PrintOptions,
  context: Context = "other",
): Doc {
  const inner = (e: Expr): Doc => exprDoc(e, options);
  switch (expr.kind) {
    case "name":
      return expr.name;
    case "literal":
      return expr.text;
    case "raw":
      return expr.parts.map((part) =>
        typeof part === "string" ? part : inner(part),
      );
    case "unary":
      return unaryDoc(expr, options);
    case "binary":
      return binaryDoc(expr, options, context);
    case "cond":
      return condDoc(expr, options, context);
    case "call":
      return [
        expr.isNew ? "new " : "",
        operand(expr.callee, options, !isPrimary(expr.callee)),
        expr.typeArgs === undefined ? "" : typeArgumentDoc(expr.typeArgs),
        argumentsDoc(expr.args, options),
      ];
    case "member":
      return [
        operand(expr.object, options, !isPrimary(expr.object)),
        memberText(expr.name),
      ];
    case "index":
      return [
        indexDoc(expr, options),
        assertsElement(expr, options) ? "!" : "",
      ];
    case "array":
      return arrayDoc(expr.elements, options);
    case "object":
      return objectDoc(expr.entries, options);
    case "spread":
      return ["...", inner(expr.arg)];
    case "maker":
      return expr.arg.kind === "object"
        ? ["() => (", inner(expr.arg), ")"]
        : ["() => ", inner(expr.arg)];
    case "nonNull":
      return nonNullDoc(expr.arg, options);
    case "cast":
      return [
        operand(expr.arg, options, needsParensInCast(expr.arg)),
        " as ",
        typeDoc(expr.ty),
      ];
  }
}

function typeArgumentDoc(ty: Ty): Doc {
  const doc = typeDoc(ty);
  const isObject = ty.kind === "record" && !isTuple(ty);
  if (isObject || ty.kind === "num" || ty.kind === "bool")
    return ["<", doc, ">"];
  return group(["<", indent([softline, doc]), softline, ">"]);
}

function condDoc(
  expr: Expr & { kind: "cond" },
  options: PrintOptions,
  context: Context,
): Doc {
  return group(condParts(expr, options, context));
}

/** A ternary within a ternary breaks where the outer one does. */
function condParts(
  expr: Expr & { kind: "cond" },
  options: PrintOptions,
  context: Context,
): Doc {
  // a chain in an arm is indented only where the whole is an argument or is returned
  const inner =
    context === "return" || context === "other" ? "other" : "assignment";
  const arm = (e: Expr): Doc => ({
    kind: "indent",
    by: 2,
    contents:
      e.kind === "cast"
        ? ["(", exprDoc(e, options, inner), ")"]
        : exprDoc(e, options, inner),
  });
  const { test, yes, no } = expr;
  return [
    operand(test, options, test.kind === "cond"),
    indent([
      line,
      "? ",
      yes.kind === "cond"
        ? [
            ifBreak("", "("),
            condParts(yes, options, "operand"),
            ifBreak("", ")"),
          ]
        : arm(yes),
      line,
      ": ",
      no.kind === "cond" ? condParts(no, options, "operand") : arm(no),
    ]),
  ];
}

export const memberText = (field: string): string => {
  if (/^\d+$/.test(field)) return `[${field}]`;
  return isIdentifier(field) ? `.${field}` : `[${JSON.stringify(field)}]`;
};

/** The element without the mark that it is there: for the target of an assignment. */
export function indexDoc(
  expr: Expr & { kind: "index" },
  options: PrintOptions,
): Doc {
  return [
    operand(expr.object, options, !isPrimary(expr.object)),
    "[",
    exprDoc(expr.index, options),
    "]",
  ];
}

const assertsElement = (expr: Expr, options: PrintOptions): boolean =>
  options.uncheckedIndexed && expr.carried !== true;

function nonNullDoc(arg: Expr, options: PrintOptions): Doc {
  const doc = operand(arg, options, !isPrimary(arg));
  return arg.kind === "index" && assertsElement(arg, options)
    ? doc
    : [doc, "!"];
}

const operand = (expr: Expr, options: PrintOptions, parens: boolean): Doc =>
  parens
    ? ["(", exprDoc(expr, options, "operand"), ")"]
    : exprDoc(expr, options, "operand");

/** May `.x`, `[i]`, `(...)` or `!` follow as it stands? */
export function isPrimary(expr: Expr): boolean {
  switch (expr.kind) {
    case "name":
    case "call":
    case "member":
    case "index":
    case "nonNull":
    case "array":
      return true;
    case "literal":
      return !/^\d/.test(expr.text);
    case "raw":
      return expr.atomic;
    default:
      return false;
  }
}

const needsParensInCast = (expr: Expr): boolean =>
  expr.kind === "cond" ||
  expr.kind === "binary" ||
  (expr.kind === "raw" && !expr.atomic);

function unaryDoc(expr: Expr & { kind: "unary" }, options: PrintOptions): Doc {
  const { arg, op } = expr;
  const sameSign =
    arg.kind === "unary" && arg.op === op && (op === "-" || op === "+");
  const parens =
    arg.kind === "binary" ||
    arg.kind === "cond" ||
    arg.kind === "cast" ||
    sameSign ||
    (arg.kind === "raw" && !arg.atomic);
  if (!parens) return [op, exprDoc(arg, options)];
  if (arg.kind === "binary")
    return [
      op,
      "(",
      group([indent([softline, binaryParts(arg, options, false)]), softline]),
      ")",
    ];
  return [op, "(", exprDoc(arg, options), ")"];
}

// ---- binary operators ----

const precedences: Readonly<Record<BinaryOp, number>> = {
  "??": 1,
  "||": 2,
  "&&": 3,
  "|": 4,
  "^": 5,
  "&": 6,
  "===": 7,
  "!==": 7,
  "==": 7,
  "!=": 7,
  instanceof: 8,
  in: 8,
  "<": 8,
  "<=": 8,
  ">": 8,
  ">=": 8,
  "<<": 9,
  ">>": 9,
  ">>>": 9,
  "+": 10,
  "-": 10,
  "*": 11,
  "/": 11,
  "%": 11,
  "**": 12,
};
const precedence = (op: BinaryOp): number => precedences[op];
const isBitwise = (op: BinaryOp): boolean =>
  ["|", "^", "&", "<<", ">>", ">>>"].includes(op);
const isShift = (op: BinaryOp): boolean =>
  op === "<<" || op === ">>" || op === ">>>";
const isLogical = (op: BinaryOp): boolean =>
  op === "||" || op === "&&" || op === "??";

/** Do `a outer (b inner c)` read as one chain, without parentheses on the left side? */
export function shouldFlatten(outer: BinaryOp, inner: BinaryOp): boolean {
  if (precedence(outer) !== precedence(inner)) return false;
  if (outer === "**" || precedence(outer) === 7) return false;
  if (
    precedence(outer) === 11 &&
    (outer === "%" || inner === "%" || outer !== inner)
  )
    return false;
  return !(isShift(outer) && isShift(inner));
}

function binaryNeedsParens(
  parent: BinaryOp,
  child: Expr,
  isRight: boolean,
): boolean {
  switch (child.kind) {
    case "cond":
    case "cast":
      return true;
    case "raw":
      return !child.atomic;
    case "unary":
      return parent === "**" && !isRight;
    case "binary": {
      const outer = precedence(parent);
      const inner = precedence(child.op);
      if (isLogical(parent) && isLogical(child.op)) return parent !== child.op;
      if (outer > inner || (outer === inner && isRight)) return true;
      if (outer === inner) return !shouldFlatten(parent, child.op);
      if (child.op === "%" && (parent === "+" || parent === "-")) return true;
      return isBitwise(parent);
    }
    default:
      return false;
  }
}

function binaryDoc(
  expr: Expr & { kind: "binary" },
  options: PrintOptions,
  context: Context,
): Doc {
  const parts = binaryParts(expr, options, context === "condition");
  if (context === "condition") return parts;
  if (context === "assignment" || context === "return") return group(parts);
  const [first, ...rest] = parts;
  return group([first as Doc, indent(rest)]);
}

function binaryParts(
  expr: Expr & { kind: "binary" },
  options: PrintOptions,
  isInsideParens: boolean,
): Doc[] {
  const { op, left, right } = expr;
  const side = (child: Expr, isRight: boolean): Doc => {
    const parens = binaryNeedsParens(op, child, isRight);
    return operand(child, options, parens);
  };
  const parts: Doc[] = [];
  if (left.kind === "binary" && flattens(op, left.op))
    parts.push(...binaryParts(left, options, isInsideParens));
  else parts.push(group(side(left, false)));
  const rightDoc: Doc = [op, line, side(right, true)];
  const isSame = (child: Expr): boolean =>
    child.kind === "binary" && isLogical(child.op) === isLogical(op);
  const shouldGroup =
    !(isInsideParens && isLogical(op)) && !isSame(left) && !isSame(right);
  parts.push(" ", shouldGroup ? group(rightDoc) : rightDoc);
  return parts;
}

const flattens = (op: BinaryOp, inner: BinaryOp): boolean =>
  isLogical(op) ? op === inner : shouldFlatten(op, inner);

// ---- calls, arrays, objects ----

function argumentsDoc(args: readonly Expr[], options: PrintOptions): Doc {
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

const isHuggable = (expr: Expr): boolean =>
  (expr.kind === "object" && expr.entries.length > 0) ||
  (expr.kind === "array" && expr.elements.length > 0) ||
  ((expr.kind === "cast" || expr.kind === "maker") && isHuggable(expr.arg));

/** A list of numbers is set like a text: as the last of several arguments it does not stand on lines of its own. */
const isNumberList = (expr: Expr): boolean =>
  expr.kind === "array" && expr.elements.every(isNumber);

function arrayDoc(elements: readonly Expr[], options: PrintOptions): Doc {
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

function objectDoc(
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

/** Is the right side of an assignment moved to a line of its own where it does not fit? */
export function breaksAfterOperator(expr: Expr): boolean {
  if (expr.kind === "binary") return true;
  if (expr.kind === "cond") return expr.test.kind === "binary";
  let inner: Expr = expr;
  while (inner.kind === "unary" || inner.kind === "nonNull") inner = inner.arg;
  if (inner.kind === "literal")
    return inner.text.startsWith('"') || inner.text.startsWith("'");
  return isMemberChain(inner);
}

const isMemberChain = (expr: Expr): boolean =>
  (expr.kind === "member" &&
    (expr.object.kind === "name" || isMemberChain(expr.object))) ||
  (expr.kind === "index" &&
    (expr.object.kind === "name" || isMemberChain(expr.object)));
