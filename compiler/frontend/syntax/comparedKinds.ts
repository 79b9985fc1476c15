import { ts } from "ts-morph";
import { readonlyInstance } from "../types/readonlyOf.js";
import { bareExpression, eachNode } from "./scan.js";

/** The classes and interfaces of the objects that are asked to be the same: `from === ORIGIN`, `o !== this`. */
export function comparedKinds(
  checker: ts.TypeChecker,
  files: readonly ts.SourceFile[],
): ReadonlySet<ts.Symbol> {
  const found = new Set<ts.Symbol>();
  for (const file of files)
    eachNode(file, (node) => {
      if (!ts.isBinaryExpression(node) || !isIdentity(node)) return;
      const sides = [node.left, node.right].map(bareExpression);
      if (sides.some(isPlain)) return;
      for (const side of sides) {
        const type = checker.getNonNullableType(
          checker.getTypeAtLocation(side),
        );
        for (const part of type.isUnion() ? type.types : [type]) {
          const own = readonlyInstance(checker, part) ?? part;
          const symbol = own.symbol as ts.Symbol | undefined;
          if (symbol !== undefined) found.add(symbol);
        }
      }
    });
  return found;
}

const isIdentity = ({
  operatorToken: { kind },
}: ts.BinaryExpression): boolean =>
  kind >= ts.SyntaxKind.EqualsEqualsToken &&
  kind <= ts.SyntaxKind.ExclamationEqualsEqualsToken;

/** A literal, or nothing: no object is the same as that. */
const isPlain = (node: ts.Expression): boolean =>
  ts.isLiteralExpression(node) ||
  ts.isTypeOfExpression(node) ||
  node.kind === ts.SyntaxKind.NullKeyword ||
  (ts.isIdentifier(node) && node.text === "undefined");
