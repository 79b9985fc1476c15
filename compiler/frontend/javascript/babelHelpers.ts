import { ts } from "ts-morph";
import type { Edit, Parsed } from "./textEdits.js";

/**
 * What compilers make of imports and exports: `_interopRequireDefault(require("./x"))` is the module itself where its
 * exports have a `default`, `(0, x.default)(a)` calls `x.default`, and a getter on `exports` hands a name on.
 */
export function withoutBabelHelpers({ text, parsed }: Parsed): Edit[] {
  if (
    !/\(0,|[iI]nteropRequire(Default|Wildcard)\(|defineProperty\(exports/.test(
      text,
    )
  )
    return [];
  const file = parsed();
  const edits: Edit[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node))
      edits.push(
        ...importEdits(node),
        ...calleeEdits(node),
        ...exportEdits(node),
      );
    ts.forEachChild(node, visit);
  };
  visit(file);
  return edits;
}

/** Only of the package's own modules, which the same compiler has made. */
function importEdits(node: ts.CallExpression): Edit[] {
  const { expression, arguments: given } = node;
  const isHelper =
    ts.isIdentifier(expression) &&
    /^_?_?interopRequire(Default|Wildcard)$/.test(expression.text);
  const [required] = given;
  if (!isHelper || required === undefined) return [];
  const specifier = /^require\("(\.[^"]*)"\)$/.exec(required.getText())?.[1];
  return specifier === undefined
    ? []
    : [
        { start: expression.getStart(), end: required.getStart(), text: "" },
        { start: required.end, end: node.end, text: "" },
      ];
}

/** `(0, _x.f)(a)` */
function calleeEdits({ expression }: ts.CallExpression): Edit[] {
  if (!ts.isParenthesizedExpression(expression)) return [];
  const inner = expression.expression;
  if (!ts.isBinaryExpression(inner)) return [];
  const { left, operatorToken, right } = inner;
  const isComma = operatorToken.kind === ts.SyntaxKind.CommaToken;
  if (!isComma || !ts.isNumericLiteral(left)) return [];
  return [
    { start: expression.getStart(), end: right.getStart(), text: "" },
    { start: right.end, end: expression.end, text: "" },
  ];
}

/** `Object.defineProperty(exports, "f", { enumerable: true, get: function () { return x.f; } })` */
function exportEdits(node: ts.CallExpression): Edit[] {
  const [target, name, property] = node.arguments;
  const isExport =
    node.expression.getText() === "Object.defineProperty" &&
    target?.getText() === "exports" &&
    name !== undefined &&
    ts.isStringLiteral(name) &&
    /^[A-Za-z_$][\w$]*$/.test(name.text);
  const given = isExport && property && valueOfGetter(property);
  if (!isExport || !given) return [];
  return [
    {
      start: node.getStart(),
      end: given.getStart(),
      text: `exports.${name.text} = `,
    },
    { start: given.end, end: node.end, text: "" },
  ];
}

function valueOfGetter(property: ts.Expression): ts.Expression | undefined {
  if (!ts.isObjectLiteralExpression(property)) return undefined;
  for (const one of property.properties) {
    if (one.name?.getText() !== "get") continue;
    const fn = ts.isPropertyAssignment(one) ? one.initializer : one;
    const isFunction =
      ts.isFunctionExpression(fn) || ts.isMethodDeclaration(fn);
    const [only] = isFunction ? (fn.body?.statements ?? []) : [];
    if (only && ts.isReturnStatement(only)) return only.expression;
  }
  return undefined;
}
