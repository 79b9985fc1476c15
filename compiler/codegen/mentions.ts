import { identifiersIn } from "./names.js";
import { children, type Expr, type Stmt } from "./tree.js";

/** How often each name is mentioned in the statements, declarations aside. */
export function mentionsIn(body: readonly Stmt[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  const add = (text: string): void => {
    counts.set(text, (counts.get(text) ?? 0) + 1);
  };
  const see = (expr: Expr): void => {
    if (expr.kind === "name") add(expr.name);
    if (expr.kind === "raw") expr.parts.forEach(seePart);
    children(expr).forEach(see);
  };
  const seePart = (part: string | Expr): void => {
    if (typeof part === "string") identifiersIn(part).forEach(add);
  };
  const visit = (stmt: Stmt): void => {
    expressionsOf(stmt).forEach(see);
    if (stmt.kind === "raw") stmt.parts.forEach(seePart);
    blocksOf(stmt).forEach((block) => block.forEach(visit));
  };
  body.forEach(visit);
  return counts;
}

/** The statements without `const`s that nobody mentions: what they were for needed only their type. */
export function withoutUnused(body: readonly Stmt[]): readonly Stmt[] {
  const counts = mentionsIn(body);
  let dropped = false;
  const clean = (block: readonly Stmt[]): Stmt[] =>
    block.flatMap((stmt): Stmt[] => {
      if (isUnused(stmt, counts)) {
        dropped = true;
        return [];
      }
      return [withBlocks(stmt, clean)];
    });
  const cleaned = clean(body);
  return dropped ? withoutUnused(cleaned) : body;
}

function isUnused(stmt: Stmt, counts: ReadonlyMap<string, number>): boolean {
  return (
    stmt.kind === "declare" &&
    stmt.how === "const" &&
    !counts.has(stmt.name) &&
    (stmt.init === undefined || !hasCall(stmt.init))
  );
}

const hasCall = (expr: Expr): boolean =>
  expr.kind === "call" || expr.kind === "raw" || children(expr).some(hasCall);

function expressionsOf(stmt: Stmt): readonly Expr[] {
  switch (stmt.kind) {
    case "declare":
      return stmt.init === undefined ? [] : [stmt.init];
    case "destructure":
      return [stmt.init];
    case "assign":
      return [stmt.target, stmt.value];
    case "step":
      return [stmt.target];
    case "expr":
      return [stmt.expr];
    case "raw":
      return stmt.parts.filter((part) => typeof part !== "string");
    case "if":
    case "while":
    case "doWhile":
      return [stmt.test];
    case "for":
      return [stmt.lo, stmt.test];
    case "return":
      return stmt.value === undefined ? [] : [stmt.value];
    case "throw":
      return [stmt.value];
    case "break":
    case "comment":
      return [];
  }
}

function blocksOf(stmt: Stmt): readonly (readonly Stmt[])[] {
  if (stmt.kind === "if") return [stmt.yes, stmt.no];
  const isLoop =
    stmt.kind === "for" || stmt.kind === "while" || stmt.kind === "doWhile";
  return isLoop ? [stmt.body] : [];
}

function withBlocks(
  stmt: Stmt,
  map: (block: readonly Stmt[]) => readonly Stmt[],
): Stmt {
  if (stmt.kind === "if")
    return { ...stmt, yes: map(stmt.yes), no: map(stmt.no) };
  if (stmt.kind === "for" || stmt.kind === "while" || stmt.kind === "doWhile")
    return { ...stmt, body: map(stmt.body) };
  return stmt;
}
