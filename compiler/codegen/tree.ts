import type { Value } from "../ir/ir.js";
import type { Ty } from "../ir/types.js";

/** The expressions and statements that codegen builds before it lays them out: a small part of TypeScript. */
export type Expr = ExprKind & {
  /** The IR value that this expression computes, to name it where it must become a `const`. */
  readonly origin?: Value;
  /** From the user's source: never taken apart, and it says itself where elements are there. */
  readonly carried?: true;
};

type ExprKind =
  | { readonly kind: "name"; readonly name: string }
  /** A literal that is an atom: a number that is not negative, a string, `true`. */
  | { readonly kind: "literal"; readonly text: string }
  | {
      readonly kind: "raw";
      readonly parts: readonly (string | Expr)[];
      readonly atomic: boolean;
    }
  | {
      readonly kind: "unary";
      readonly op: UnaryOp;
      readonly arg: Expr;
    }
  | {
      readonly kind: "binary";
      readonly op: BinaryOp;
      readonly left: Expr;
      readonly right: Expr;
    }
  | {
      readonly kind: "cond";
      readonly test: Expr;
      readonly yes: Expr;
      readonly no: Expr;
    }
  | {
      readonly kind: "call";
      readonly callee: Expr;
      readonly typeArgs?: Ty;
      readonly args: readonly Expr[];
      readonly isNew: boolean;
    }
  | { readonly kind: "member"; readonly object: Expr; readonly name: string }
  | { readonly kind: "index"; readonly object: Expr; readonly index: Expr }
  | { readonly kind: "array"; readonly elements: readonly Expr[] }
  | { readonly kind: "object"; readonly entries: readonly Entry[] }
  | { readonly kind: "spread"; readonly arg: Expr }
  /** `() => arg`, `(param) => arg` */
  | { readonly kind: "maker"; readonly param?: string; readonly arg: Expr }
  | { readonly kind: "nonNull"; readonly arg: Expr }
  | { readonly kind: "cast"; readonly arg: Expr; readonly ty: Ty };

/** `key: value`, or a spread where there is no key. */
export interface Entry {
  readonly key?: string;
  readonly value: Expr;
}

export type BinaryOp =
  | "||"
  | "&&"
  | "??"
  | "|"
  | "^"
  | "&"
  | "==="
  | "!=="
  | "=="
  | "!="
  | "instanceof"
  | "in"
  | "<"
  | "<="
  | ">"
  | ">="
  | "<<"
  | ">>"
  | ">>>"
  | "+"
  | "-"
  | "*"
  | "/"
  | "%"
  | "**";

export type UnaryOp = "-" | "!" | "+" | "~" | "typeof ";

export type AssignOp = "=" | "+=" | "-=" | "*=" | "/=" | "%=";

export type Stmt =
  | {
      readonly kind: "declare";
      readonly how: "const" | "let";
      readonly name: string;
      readonly ty?: Ty;
      readonly init?: Expr;
      readonly definite?: boolean;
    }
  | {
      readonly kind: "destructure";
      readonly entries: readonly {
        readonly key: string;
        readonly name: string;
      }[];
      readonly init: Expr;
    }
  | {
      readonly kind: "assign";
      readonly op: AssignOp;
      readonly target: Expr;
      readonly value: Expr;
    }
  | { readonly kind: "step"; readonly op: "++" | "--"; readonly target: Expr }
  | { readonly kind: "expr"; readonly expr: Expr }
  /** Carried source; printed as it stands, lines indented to the place. */
  | { readonly kind: "raw"; readonly parts: readonly (string | Expr)[] }
  | {
      readonly kind: "if";
      readonly test: Expr;
      readonly yes: readonly Stmt[];
      readonly no: readonly Stmt[];
      /** A guard around one statement, written without braces where it fits on a line. */
      readonly short?: boolean;
    }
  | {
      readonly kind: "for";
      readonly name: string;
      readonly lo: Expr;
      readonly test: Expr;
      readonly step: number;
      readonly body: readonly Stmt[];
    }
  | {
      readonly kind: "while";
      readonly test: Expr;
      readonly body: readonly Stmt[];
    }
  | {
      readonly kind: "doWhile";
      readonly test: Expr;
      readonly body: readonly Stmt[];
    }
  | { readonly kind: "break" }
  | { readonly kind: "throw"; readonly value: Expr }
  | { readonly kind: "return"; readonly value?: Expr }
  | { readonly kind: "comment"; readonly text: string };

export const name = (text: string): Expr => ({ kind: "name", name: text });
export const literal = (text: string): Expr => ({ kind: "literal", text });
export const unary = (op: UnaryOp, arg: Expr): Expr => ({
  kind: "unary",
  op,
  arg,
});
export const binary = (op: BinaryOp, left: Expr, right: Expr): Expr => ({
  kind: "binary",
  op,
  left,
  right,
});
export const cond = (test: Expr, yes: Expr, no: Expr): Expr => ({
  kind: "cond",
  test,
  yes,
  no,
});
export const member = (object: Expr, field: string): Expr => ({
  kind: "member",
  object,
  name: field,
});
export const index = (object: Expr, at: Expr): Expr => ({
  kind: "index",
  object,
  index: at,
});
export const call = (
  callee: Expr | string,
  args: readonly Expr[],
  typeArgs?: Ty,
): Expr => ({
  kind: "call",
  callee: typeof callee === "string" ? name(callee) : callee,
  args,
  isNew: false,
  ...(typeArgs === undefined ? {} : { typeArgs }),
});
export const construct = (
  callee: string,
  args: readonly Expr[],
  typeArgs?: Ty,
): Expr => ({
  kind: "call",
  callee: name(callee),
  args,
  isNew: true,
  ...(typeArgs === undefined ? {} : { typeArgs }),
});
export const array = (elements: readonly Expr[]): Expr => ({
  kind: "array",
  elements,
});
export const object = (entries: readonly Entry[]): Expr => ({
  kind: "object",
  entries,
});
export const nonNull = (arg: Expr): Expr => ({ kind: "nonNull", arg });
export const cast = (arg: Expr, ty: Ty): Expr => ({ kind: "cast", arg, ty });
export const zero = literal("0");

/** `Math.name(args)` */
export const math = (fn: string, args: readonly Expr[]): Expr =>
  call(member(name("Math"), fn), args);

/** Nothing to compute: a name, or a literal (with its sign). */
export function isAtom(expr: Expr): boolean {
  if (expr.kind === "name" || expr.kind === "literal") return true;
  if (expr.kind === "member")
    return expr.object.kind === "name" && expr.object.name === "Math";
  return (
    expr.kind === "unary" &&
    expr.op === "-" &&
    (expr.arg.kind === "literal" || isInfinity(expr.arg))
  );
}
const isInfinity = (expr: Expr): boolean =>
  expr.kind === "name" && expr.name === "Infinity";

/** The constants of `Math`, by their value. */
const mathConstants: ReadonlyMap<number, string> = new Map(
  (
    ["PI", "E", "LN2", "LN10", "LOG2E", "LOG10E", "SQRT1_2", "SQRT2"] as const
  ).map((key) => [Math[key], key]),
);

/** A number as TypeScript source, in prettier's normal form. */
export function numberExpr(value: number): Expr {
  const constant = mathConstants.get(value);
  if (constant !== undefined) return member(name("Math"), constant);
  if (Number.isNaN(value)) return name("NaN");
  if (value < 0 || Object.is(value, -0)) return unary("-", numberExpr(-value));
  if (value === Number.POSITIVE_INFINITY) return name("Infinity");
  return literal(numberText(value));
}

/** JavaScript prints `1e+21` and `1e-7`; prettier drops the plus. */
const numberText = (value: number): string => String(value).replace("e+", "e");

/** A string literal with the quotes that prettier picks: double, unless single ones save escapes. */
export function stringText(value: string): string {
  const double = JSON.stringify(value).replace(
    /\u2028|\u2029/g,
    (c) => `\\u${c.charCodeAt(0).toString(16)}`,
  );
  const doubles = value.split('"').length;
  const singles = value.split("'").length;
  if (doubles <= singles) return double;
  return `'${double.slice(1, -1).replace(/\\"/g, '"').replace(/'/g, "\\'")}'`;
}

/** Are they the same text, and the same value if nothing happens between? Names, elements and fields only. */
export function isSamePlace(a: Expr, b: Expr): boolean {
  if (a.kind === "name") return b.kind === "name" && a.name === b.name;
  if (a.kind === "literal") return b.kind === "literal" && a.text === b.text;
  if (a.kind === "member")
    return (
      b.kind === "member" &&
      a.name === b.name &&
      isSamePlace(a.object, b.object)
    );
  if (a.kind === "index")
    return (
      b.kind === "index" &&
      isSamePlace(a.object, b.object) &&
      isSamePlace(a.index, b.index)
    );
  if (a.kind === "binary")
    return (
      b.kind === "binary" &&
      a.op === b.op &&
      isSamePlace(a.left, b.left) &&
      isSamePlace(a.right, b.right)
    );
  return false;
}

/** The expressions directly inside one. */
export function children(expr: Expr): readonly Expr[] {
  switch (expr.kind) {
    case "name":
    case "literal":
      return [];
    case "raw":
      return expr.parts.filter((part) => typeof part !== "string");
    case "unary":
    case "spread":
    case "maker":
    case "nonNull":
    case "cast":
      return [expr.arg];
    case "binary":
      return [expr.left, expr.right];
    case "cond":
      return [expr.test, expr.yes, expr.no];
    case "call":
      return [expr.callee, ...expr.args];
    case "member":
      return [expr.object];
    case "index":
      return [expr.object, expr.index];
    case "array":
      return expr.elements;
    case "object":
      return expr.entries.map((entry) => entry.value);
  }
}

/** The expression with one of its parts (found by identity) replaced. */
export function replacePart(expr: Expr, part: Expr, by: Expr): Expr {
  if (expr === part) return by;
  const go = (inner: Expr): Expr => replacePart(inner, part, by);
  switch (expr.kind) {
    case "name":
    case "literal":
      return expr;
    case "raw":
      return {
        ...expr,
        parts: expr.parts.map((p) => (typeof p === "string" ? p : go(p))),
      };
    case "unary":
    case "spread":
    case "maker":
    case "nonNull":
    case "cast":
      return { ...expr, arg: go(expr.arg) };
    case "binary":
      return { ...expr, left: go(expr.left), right: go(expr.right) };
    case "cond":
      return {
        ...expr,
        test: go(expr.test),
        yes: go(expr.yes),
        no: go(expr.no),
      };
    case "call":
      return { ...expr, callee: go(expr.callee), args: expr.args.map(go) };
    case "member":
      return { ...expr, object: go(expr.object) };
    case "index":
      return { ...expr, object: go(expr.object), index: go(expr.index) };
    case "array":
      return { ...expr, elements: expr.elements.map(go) };
    case "object":
      return {
        ...expr,
        entries: expr.entries.map((entry) => ({
          ...entry,
          value: go(entry.value),
        })),
      };
  }
}
