import { ts } from "ts-morph";
import type { Edit, Parsed } from "./textEdits.js";

/**
 * `module.exports = new Metrics();`: what a module exports as a whole has no name there. It becomes a variable that is
 * exported.
 */
export function withExportedInstances({ text, parsed }: Parsed): Edit[] {
  if (!asks.test(text)) return [];
  return parsed().statements.flatMap((one): Edit[] => {
    const made = exportedIn(one);
    if (made === undefined || !ts.isNewExpression(made)) return [];
    const name = freeName(text);
    return [
      { start: one.getStart(), end: made.getStart(), text: `const ${name} = ` },
      { start: made.end, end: one.end, text: `;\nmodule.exports = ${name};` },
    ];
  });
}

const asks = /\bexports\s*=\s*new\b/;

function exportedIn(one: ts.Statement): ts.Expression | undefined {
  if (!ts.isExpressionStatement(one)) return undefined;
  const { expression } = one;
  return ts.isBinaryExpression(expression) &&
    expression.operatorToken.kind === ts.SyntaxKind.EqualsToken &&
    expression.left.getText() === "module.exports"
    ? expression.right
    : undefined;
}

function freeName(text: string): string {
  let name = "exported";
  while (text.includes(name)) name += "_";
  return name;
}
