import { ts } from "ts-morph";

const { SyntaxKind } = ts;

const words: ReadonlyMap<ts.SyntaxKind, string> = new Map([
  [SyntaxKind.MetaProperty, "new.target or import.meta"],
  [SyntaxKind.TaggedTemplateExpression, "a template with a tag"],
  [SyntaxKind.ClassExpression, "a class in the middle of an expression"],
  [SyntaxKind.JsxElement, "JSX"],
  [SyntaxKind.JsxSelfClosingElement, "JSX"],
  [SyntaxKind.SuperKeyword, "super outside of a method"],
  [SyntaxKind.ObjectLiteralExpression, "an object of this kind"],
  [SyntaxKind.ArrayLiteralExpression, "an array of this kind"],
  [SyntaxKind.ArrowFunction, "a function as a value of this kind"],
  [SyntaxKind.FunctionExpression, "a function as a value of this kind"],
  [SyntaxKind.ConditionalExpression, "a choice between values of these kinds"],
  [SyntaxKind.BinaryExpression, "an operator on values of these kinds"],
  [SyntaxKind.WithStatement, "a with statement"],
  [SyntaxKind.ModuleDeclaration, "a namespace inside of a function"],
  [SyntaxKind.EnumDeclaration, "an enum inside of a function"],
  [SyntaxKind.ForInStatement, "for-in"],
]);

/** What a piece of source is, for a message: in the words of the language, or as it stands. */
export function kindInWords(node: ts.Node): string {
  const known = words.get(node.kind);
  const text = node.getText();
  const isShort = text.length <= 30 && !text.includes("\n");
  if (ts.isObjectLiteralExpression(node))
    return node.properties.some(
      (one) => one.name !== undefined && ts.isComputedPropertyName(one.name),
    )
      ? "an object with names that are computed at run time"
      : node.properties.length === 0
        ? "an object without fields"
        : "an object of this kind";
  return known ?? (isShort ? text : "this expression");
}
