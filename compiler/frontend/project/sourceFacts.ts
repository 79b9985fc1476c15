import { ts } from "ts-morph";

/** How the source itself writes relative imports, where it has any and all are alike. */
export function styleOf(file: ts.SourceFile): ".js" | ".ts" | "" | undefined {
  const styles = new Set<".js" | ".ts" | "">();
  for (const statement of file.statements) {
    if (!ts.isImportDeclaration(statement)) continue;
    const { moduleSpecifier } = statement;
    if (!ts.isStringLiteral(moduleSpecifier)) continue;
    const { text } = moduleSpecifier;
    if (!text.startsWith(".") || text.endsWith(".json")) continue;
    styles.add(
      /\.[cm]?ts$/.test(text) ? ".ts" : /\.[cm]?js$/.test(text) ? ".js" : "",
    );
  }
  const [only, second] = [...styles];
  return second === undefined ? only : undefined;
}

export function hashInputs(
  file: ts.SourceFile,
  touched: ReadonlySet<ts.SourceFile>,
): string[] {
  const others = [...touched]
    .filter((other) => other !== file)
    .sort((a, b) => (a.fileName < b.fileName ? -1 : 1));
  // the same on every machine, whatever the checkout does with line ends
  return [file, ...others].map(({ text }) => text.replaceAll("\r\n", "\n"));
}

export function topLevelNames(file: ts.SourceFile): Set<string> {
  const names = new Set<string>();
  const add = (name: ts.BindingName): void => {
    if (ts.isIdentifier(name)) names.add(name.text);
    else
      for (const one of name.elements)
        if (ts.isBindingElement(one)) add(one.name);
  };
  for (const statement of file.statements) {
    if (ts.isVariableStatement(statement))
      for (const one of statement.declarationList.declarations) add(one.name);
    else if (
      (ts.isFunctionDeclaration(statement) ||
        ts.isClassDeclaration(statement) ||
        ts.isInterfaceDeclaration(statement) ||
        ts.isTypeAliasDeclaration(statement) ||
        ts.isEnumDeclaration(statement)) &&
      statement.name !== undefined
    )
      names.add(statement.name.text);
  }
  return names;
}
