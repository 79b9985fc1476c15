import {
  type Doc,
  flatText,
  group,
  hardline,
  ifBreak,
  indent,
  indentIfBreak,
  join,
  line,
  newGroupId,
  softline,
} from "./doc.js";
import {
  breaksAfterOperator,
  typeArgumentOf,
  exprDoc,
  indexDoc,
  type PrintOptions,
} from "./printExpression.js";
import type { Expr, Stmt } from "./tree.js";
import { typeDoc } from "./types.js";

export function blockDoc(body: readonly Stmt[], options: PrintOptions): Doc {
  if (body.length === 0) return "{}";
  return ["{", indent([hardline, statementsDoc(body, options)]), hardline, "}"];
}

export const statementsDoc = (
  body: readonly Stmt[],
  options: PrintOptions,
): Doc =>
  join(
    hardline,
    body.map((stmt) => stmtDoc(stmt, options)),
  );

export function stmtDoc(stmt: Stmt, options: PrintOptions): Doc {
  const doc = (expr: Expr): Doc => exprDoc(expr, options);
  switch (stmt.kind) {
    case "declare": {
      const left: Doc = [
        stmt.how,
        " ",
        stmt.name,
        stmt.definite === true ? "!" : "",
        stmt.ty === undefined ? "" : [": ", typeDoc(stmt.ty, options)],
      ];
      return stmt.init === undefined
        ? [left, ";"]
        : [assignmentDoc(left, " =", stmt.init, options), ";"];
    }
    case "destructure":
      return [destructureDoc(stmt, options), ";"];
    case "assign":
      return [
        assignmentDoc(
          targetDoc(stmt, options),
          ` ${stmt.op}`,
          stmt.value,
          options,
        ),
        ";",
      ];
    case "step":
      return [doc(stmt.target), stmt.op, ";"];
    case "expr":
      return [doc(stmt.expr), ";"];
    case "raw":
      return rawDoc(stmt.parts, options);
    case "if":
      return ifDoc(stmt, options);
    case "for":
      return group([
        "for (",
        forHeader(stmt, options),
        ") ",
        blockDoc(stmt.body, options),
      ]);
    case "while":
      return group([
        "while (",
        group([indent([softline, conditionDoc(stmt.test, options)]), softline]),
        ") ",
        blockDoc(stmt.body, options),
      ]);
    case "doWhile":
      return [
        "do ",
        blockDoc(stmt.body, options),
        " while (",
        group([indent([softline, conditionDoc(stmt.test, options)]), softline]),
        ");",
      ];
    case "break":
      return "break;";
    case "return":
      return returnDoc("return", stmt.value, options);
    case "throw":
      return returnDoc("throw", stmt.value, options);
    case "comment":
      return ["// ", stmt.text];
  }
}

const conditionDoc = (test: Expr, options: PrintOptions): Doc =>
  exprDoc(test, options, "condition");

function targetDoc(
  stmt: Stmt & { kind: "assign" },
  options: PrintOptions,
): Doc {
  // `a[i]! += x` reads the element, `a[i] = x` does not
  if (stmt.target.kind === "index" && stmt.op === "=")
    return indexDoc(stmt.target, options);
  return exprDoc(stmt.target, options);
}

/** What fits a line of its own in a few blocks. */
const widest = 69;

function assignmentDoc(
  left: Doc,
  op: string,
  right: Expr,
  options: PrintOptions,
): Doc {
  const doc = exprDoc(right, options, "assignment");
  // a type that has to be broken itself stays where it is
  const type = typeArgumentOf(right);
  const length =
    type === undefined ? widest : flatText(typeDoc(type, options))?.length;
  const isMoved = (length ?? widest) < widest;
  if (isMoved || breaksAfterOperator(right))
    return group([group(left), op, group(indent([line, doc]))]);
  if (right.kind === "literal") return group([group(left), op, " ", doc]);
  const id = newGroupId();
  return group([
    group(left),
    op,
    group(indent(line), { id }),
    indentIfBreak(doc, id),
  ]);
}

function destructureDoc(
  { entries, init }: Stmt & { kind: "destructure" },
  options: PrintOptions,
): Doc {
  const left = ["const ", patternDoc(entries)];
  // of more than two entries with other names, the pattern is broken first
  const isComplex =
    entries.length > 2 && entries.some(({ key, name }) => key !== name);
  return isComplex
    ? group([left, " = ", group(exprDoc(init, options, "assignment"))])
    : assignmentDoc(group(left), " =", init, options);
}

function patternDoc(entries: readonly { key: string; name: string }[]): Doc {
  const docs = entries.map(({ key, name }) =>
    key === name ? key : `${key}: ${name}`,
  );
  return [
    "{",
    indent([line, join([",", line], docs)]),
    ifBreak(",", ""),
    line,
    "}",
  ];
}

function ifDoc(stmt: Stmt & { kind: "if" }, options: PrintOptions): Doc {
  const head: Doc = [
    "if (",
    group([indent([softline, conditionDoc(stmt.test, options)]), softline]),
    ")",
  ];
  const only = stmt.yes[0];
  if (only !== undefined && (stmt.short === true || isShortBreak(stmt)))
    return group([head, indent([line, stmtDoc(only, options)])]);
  const yes = group([head, " ", blockDoc(stmt.yes, options)]);
  if (stmt.no.length === 0) return yes;
  const [first] = stmt.no;
  if (stmt.no.length === 1 && first?.kind === "if" && !isShortBreak(first))
    return [yes, " else ", ifDoc(first, options)];
  return [yes, " else ", blockDoc(stmt.no, options)];
}

const isShortBreak = (stmt: Stmt & { kind: "if" }): boolean =>
  stmt.no.length === 0 &&
  stmt.yes.length === 1 &&
  stmt.yes[0]?.kind === "break";

function forHeader(stmt: Stmt & { kind: "for" }, options: PrintOptions): Doc {
  const { name, step } = stmt;
  const update =
    step === 1
      ? `${name}++`
      : step === -1
        ? `${name}--`
        : step > 0
          ? `${name} += ${step}`
          : `${name} -= ${-step}`;
  const start = assignmentDoc(["let ", name], " =", stmt.lo, options);
  const test = exprDoc(stmt.test, options, "return");
  return group([
    indent([softline, start, ";", line, test, ";", line, update]),
    softline,
  ]);
}

function returnDoc(
  keyword: "return" | "throw",
  value: Expr | undefined,
  options: PrintOptions,
): Doc {
  if (value === undefined) return [keyword, ";"];
  const doc = exprDoc(value, options, "return");
  if (value.kind === "binary")
    return [
      keyword,
      " ",
      group([
        ifBreak("(", ""),
        indent([softline, doc]),
        softline,
        ifBreak(")", ""),
      ]),
      ";",
    ];
  return [keyword, " ", doc, ";"];
}

function rawDoc(parts: readonly (string | Expr)[], options: PrintOptions): Doc {
  return parts.map((part): Doc =>
    typeof part === "string" ? rawText(part) : exprDoc(part, options),
  );
}

/** Source text with its own line breaks; the first line's place decides the indentation. */
export function rawText(text: string): Doc {
  const lines = text.split("\n");
  if (lines.length === 1) return text;
  const later = lines.slice(1).filter((l) => l.trim() !== "");
  const margin = Math.min(...later.map((l) => l.length - l.trimStart().length));
  return join(
    hardline,
    lines.map((l, i) =>
      i === 0 ? l : l.slice(Math.min(margin, l.length - l.trimStart().length)),
    ),
  );
}
