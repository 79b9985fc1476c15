import { ts } from "ts-morph";

/**
 * A smaller program that still fails: statements are dropped, blocks put in place of the control flow around them,
 * expressions replaced by their operands, until nothing more can go. `firstFailing` is asked about several candidates at
 * once, also about some that are no longer valid, and gives the index of the first that fails, or -1.
 */
export function shrink(
  source: string,
  firstFailing: (candidates: readonly string[]) => number,
  limit = 600,
): string {
  const size = 20;
  let best = source;
  let asked = 0;
  let start = 0;
  let shrunkInPass = false;
  while (asked < limit) {
    const all = candidates(best).filter((one) => one.length < best.length);
    if (start >= all.length) {
      // one pass over everything without success: done
      if (!shrunkInPass) break;
      shrunkInPass = false;
      start = 0;
    }
    const some = all.slice(start, start + size);
    const found = firstFailing(some);
    asked += some.length;
    const smaller = found < 0 ? undefined : some[found];
    if (smaller !== undefined) {
      best = smaller;
      shrunkInPass = true;
    } else start += size;
  }
  return best;
}

interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** Programs with one thing less, the largest cuts first. */
function candidates(source: string): string[] {
  const file = ts.createSourceFile(
    "program.ts",
    source,
    ts.ScriptTarget.ES2022,
    true,
  );
  const edits: Edit[] = [];
  const textOf = (node: ts.Node): string => node.getText(file);
  const replace = (node: ts.Node, text: string): void => {
    edits.push({ start: node.getFullStart(), end: node.getEnd(), text });
  };
  const visit = (node: ts.Node): void => {
    if (ts.isStatement(node) && !ts.isBlock(node) && removable(node))
      replace(
        node,
        ts.isSourceFile(node.parent) || ts.isBlock(node.parent) ? "" : "{}",
      );
    if (ts.isIfStatement(node)) {
      replace(node, ` ${textOf(node.thenStatement)}`);
      if (node.elseStatement !== undefined) {
        replace(node, ` ${textOf(node.elseStatement)}`);
        edits.push({
          start: node.thenStatement.getEnd(),
          end: node.getEnd(),
          text: "",
        });
      }
    }
    if (ts.isIterationStatement(node, false))
      replace(node, ` ${textOf(node.statement)}`);
    if (ts.isCaseOrDefaultClause(node)) replace(node, "");
    if (ts.isExpression(node)) simplerExpressions(node);
    ts.forEachChild(node, visit);
  };
  const simplerExpressions = (node: ts.Expression): void => {
    if (ts.isBinaryExpression(node)) {
      const assigns =
        node.operatorToken.kind >= ts.SyntaxKind.FirstAssignment &&
        node.operatorToken.kind <= ts.SyntaxKind.LastAssignment;
      if (!assigns) replace(node, ` ${textOf(node.left)}`);
      replace(node, ` ${textOf(node.right)}`);
    } else if (ts.isCallExpression(node))
      for (const argument of node.arguments)
        replace(node, ` ${textOf(argument)}`);
    else if (ts.isParenthesizedExpression(node))
      replace(node, ` ${textOf(node.expression)}`);
    else if (ts.isConditionalExpression(node)) {
      replace(node, ` ${textOf(node.whenTrue)}`);
      replace(node, ` ${textOf(node.whenFalse)}`);
    }
  };
  visit(file);
  edits.sort(
    (a, b) =>
      b.end - b.start - b.text.length - (a.end - a.start - a.text.length),
  );
  return edits.map(
    ({ start, end, text }) => source.slice(0, start) + text + source.slice(end),
  );
}

const removable = (node: ts.Statement): boolean =>
  !(
    ts.isFunctionDeclaration(node) &&
    node.getFullText().includes("@differentiable")
  );
