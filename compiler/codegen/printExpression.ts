import { type Doc, group, ifBreak, indent, line, softline } from "./doc.js";
import { isIdentifier } from "./names.js";
import type { Expr } from "./tree.js";
import type { Ty } from "../ir/types.js";
import { isTuple, type NamedTypes, typeDoc } from "./types.js";
import { binaryDoc, binaryParts } from "./printBinary.js";
import { argumentsDoc, arrayDoc, objectDoc } from "./printLists.js";

/** Where an expression stands; binary chains break differently in each. */
export type Context =
  "assignment" | "return" | "condition" | "operand" | "other";

export interface PrintOptions extends NamedTypes {
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
    case "raw": {
      // `...(cond ? {} : { y })`, of which the choice has got a name
      const [open, only, close] = expr.parts;
      const isName = typeof only === "object" && only.kind === "name";
      if (open === "(" && close === ")" && isName) return inner(only);
      return expr.parts.map((part) =>
        typeof part === "string" ? part : inner(part),
      );
    }
    case "unary":
      return unaryDoc(expr, options);
    case "binary":
      return binaryDoc(expr, options, context);
    case "cond":
      return condDoc(expr, options, context);
    case "call":
      // new Map<string, number>()
      if (expr.isNew && expr.typeArgs?.kind === "table")
        return [
          "new ",
          typeDoc(expr.typeArgs, options),
          argumentsDoc(expr.args, options),
        ];
      return [
        expr.isNew ? "new " : "",
        operand(expr.callee, options, !isPrimary(expr.callee)),
        expr.typeArgs === undefined
          ? ""
          : typeArgumentDoc(expr.typeArgs, options),
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
        ? [`(${expr.param ?? ""}) => (`, inner(expr.arg), ")"]
        : [`(${expr.param ?? ""}) => `, inner(expr.arg)];
    case "nonNull":
      return nonNullDoc(expr.arg, options);
    case "cast":
      return [
        operand(expr.arg, options, needsParensInCast(expr.arg)),
        " as ",
        typeDoc(expr.ty, options),
      ];
  }
}

function typeArgumentDoc(ty: Ty, options: PrintOptions): Doc {
  const doc = typeDoc(ty, options);
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
    test.kind === "binary" && context === "assignment"
      ? exprDoc(test, options, "assignment")
      : operand(test, options, test.kind === "cond"),
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

export const operand = (
  expr: Expr,
  options: PrintOptions,
  parens: boolean,
): Doc =>
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

/** Is the right side of an assignment moved to a line of its own where it does not fit? */
export function breaksAfterOperator(expr: Expr): boolean {
  if (expr.kind === "binary") return true;
  if (expr.kind === "cond") return expr.test.kind === "binary";
  let inner: Expr = expr;
  while (inner.kind === "unary" || inner.kind === "nonNull") inner = inner.arg;
  if (inner.kind === "literal")
    return inner.text.startsWith('"') || inner.text.startsWith("'");
  return isMemberChain(inner) || isPlainCall(inner);
}

const literalText = (expr: Expr | undefined): string | undefined =>
  expr?.kind === "literal" ? expr.text : undefined;

/** `f(x)`, `a.f()`: within its parentheses there is nothing to break. */
function isPlainCall(expr: Expr): boolean {
  if (expr.kind !== "call" || expr.isNew === true) return false;
  if (expr.typeArgs !== undefined || expr.args.length > 1) return false;
  const [only] = expr.args;
  const text = only?.kind === "name" ? only.name : literalText(only);
  if (only !== undefined && (text?.length ?? 21) > 20) return false;
  let callee = expr.callee;
  while (callee.kind === "member") callee = callee.object;
  return callee.kind === "name" || isPlainCall(callee);
}

/** Of `tape.popRef<{ a: number }[]>()`: there is nothing to break but its type, which is no object's and no union. */
export const typeArgumentOf = (expr: Expr): Ty | undefined =>
  expr.kind === "call" &&
  expr.isNew !== true &&
  expr.args.length === 0 &&
  expr.typeArgs?.kind === "array" &&
  isMemberChain(expr.callee)
    ? expr.typeArgs
    : undefined;

const isMemberChain = (expr: Expr): boolean =>
  (expr.kind === "member" &&
    (expr.object.kind === "name" || isMemberChain(expr.object))) ||
  (expr.kind === "index" &&
    (expr.object.kind === "name" || isMemberChain(expr.object)));
