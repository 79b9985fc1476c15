import { ts } from "ts-morph";
import { isDeclaring } from "../syntax/usesOfNames.js";
import { bareExpression } from "../syntax/scan.js";

/**
 * `const notThere = new Error("...")` at module level, of which all that is done is `throw notThere`: nobody outside can
 * tell another one with the same message from it. What a package hands out, too, counts.
 */
export function isThrownOnly(
  checker: ts.TypeChecker,
  symbol: ts.Symbol,
  references: readonly ts.Identifier[],
): boolean {
  const decl = symbol.valueDeclaration;
  if (!decl || !ts.isVariableDeclaration(decl) || !decl.initializer)
    return false;
  const made = bareExpression(decl.initializer);
  if (!ts.isNewExpression(made) && !ts.isCallExpression(made)) return false;
  const name = made.expression;
  const isError =
    /^(|Type|Range|Syntax|Eval|Reference|URI)Error$/.test(name.getText()) &&
    isOfLibrary(checker, name) &&
    (made.arguments ?? []).every((one) =>
      ts.isStringLiteralLike(bareExpression(one)),
    );
  const isOfPackage = decl.getSourceFile().fileName.includes("/node_modules/");
  return (
    isError &&
    references.every(
      (id) =>
        isDeclaring(id) ||
        ts.isThrowStatement(id.parent) ||
        (isOfPackage && ts.isShorthandPropertyAssignment(id.parent)),
    )
  );
}

function isOfLibrary(checker: ts.TypeChecker, node: ts.Expression): boolean {
  const decl = checker.getSymbolAtLocation(node)?.declarations?.[0];
  return decl?.getSourceFile().isDeclarationFile === true;
}
