import { ts } from "ts-morph";

/** The lines of a generated module that have the type `any` in them. */
export function saysAny(text: string): string[] {
  const file = ts.createSourceFile("g.ts", text, ts.ScriptTarget.Latest, true);
  const lines: string[] = [];
  const visit = (node: ts.Node): void => {
    if (node.kind === ts.SyntaxKind.AnyKeyword) {
      const { line } = file.getLineAndCharacterOfPosition(node.getStart());
      lines.push((text.split("\n")[line] ?? "").trim());
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return lines;
}
