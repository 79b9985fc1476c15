import { ts } from "ts-morph";
import { eachNode, isFunctionNode } from "../syntax/scan.js";
import type { Edit, Parsed } from "./textEdits.js";

/**
 * `var lib = { version: 1 }; lib.square = function (x) { ... };`: a library that gets functions later is empty at first, and
 * then gets what its literal holds, `var lib = {}; lib.version = 1;`: only of such a one the checker sees the functions.
 */
export function withEmptyLibraries({ text, parsed }: Parsed): Edit[] {
  if (!/=\s*\{\s*[\w$]+\s*:/.test(text)) return [];
  const file = parsed();
  const functions = functionsAtTop(file);
  const grown = new Set(
    file.statements.flatMap((one) => libraryGiven(one, functions) ?? []),
  );
  return file.statements.flatMap((one) => {
    if (!ts.isVariableStatement(one)) return [];
    const [only, ...others] = one.declarationList.declarations;
    const { name, initializer: literal } = only ?? {};
    if (others.length > 0 || !name || !ts.isIdentifier(name)) return [];
    if (!literal || !ts.isObjectLiteralExpression(literal)) return [];
    if (!grown.has(name.text) || !isPlain(literal)) return [];
    const lines = literal.properties.flatMap((property) =>
      ts.isPropertyAssignment(property)
        ? [
            ` ${name.text}.${property.name.getText()} = `,
            {
              start: property.initializer.getStart(),
              end: property.initializer.end,
            },
            ";",
          ]
        : [],
    );
    return [
      {
        start: literal.getStart(),
        end: one.end,
        text: ["{};", ...lines],
      },
    ];
  });
}

function functionsAtTop(file: ts.SourceFile): ReadonlySet<string> {
  return new Set(
    file.statements.flatMap((one) => {
      if (ts.isFunctionDeclaration(one) || ts.isClassDeclaration(one))
        return one.name ? [one.name.text] : [];
      if (!ts.isVariableStatement(one)) return [];
      return one.declarationList.declarations.flatMap(
        ({ name, initializer }) =>
          initializer && ts.isFunctionExpression(initializer)
            ? [name.getText()]
            : [],
      );
    }),
  );
}

/** The `lib` of `lib.square = function ...`, `lib.Vec.prototype.dot = function ...`. */
function libraryGiven(
  one: ts.Statement,
  functions: ReadonlySet<string>,
): string | undefined {
  if (!ts.isExpressionStatement(one)) return undefined;
  const { expression } = one;
  if (
    !ts.isBinaryExpression(expression) ||
    expression.operatorToken.kind !== ts.SyntaxKind.EqualsToken
  )
    return undefined;
  const { left, right } = expression;
  let root: ts.Expression = left;
  while (ts.isPropertyAccessExpression(root)) root = root.expression;
  if (root === left || !ts.isIdentifier(root)) return undefined;
  const isFunction =
    ts.isFunctionExpression(right) ||
    ts.isArrowFunction(right) ||
    (ts.isIdentifier(right) && functions.has(right.text));
  return isFunction ? root.text : undefined;
}

/** Of names and values alone, that do not ask for the object. */
const isPlain = (literal: ts.ObjectLiteralExpression): boolean =>
  literal.properties.length > 0 &&
  literal.properties.every(
    (one) =>
      ts.isPropertyAssignment(one) &&
      ts.isIdentifier(one.name) &&
      one.name.text !== "__proto__",
  ) &&
  !asksForThis(literal);

function asksForThis(literal: ts.Node): boolean {
  let found = false;
  eachNode(
    literal,
    (node) => (found ||= node.kind === ts.SyntaxKind.ThisKeyword),
    (node) => !isFunctionNode(node) || ts.isArrowFunction(node),
  );
  return found;
}
