import { ts } from "ts-morph";
import { printType } from "../types/typePrinter.js";

/**
 * Lays out the copy of a constant as prettier would: `const table = [...];`. Text with something in it that is no
 * plain data (functions, comments, templates) stays as its author wrote it.
 */
export function layoutConst(text: string): string {
  const file = ts.createSourceFile(
    "copy.ts",
    text,
    ts.ScriptTarget.ESNext,
    true,
  );
  const [statement] = file.statements;
  if (statement === undefined || !ts.isVariableStatement(statement))
    return text;
  const declaration = statement.declarationList.declarations[0];
  const initializer = declaration?.initializer;
  if (declaration === undefined || initializer === undefined) return text;
  if (!isData(initializer)) return text;
  if (/\/[/*]/.test(initializer.getText())) return text;
  const type =
    declaration.type === undefined
      ? ""
      : `: ${printType(declaration.type, (name) => name.getText())}`;
  const head = `const ${declaration.name.getText()}${type} = `;
  return `${head}${print(initializer, "", head.length + 1)};`;
}

const pageWidth = 80;

function isData(node: ts.Node): boolean {
  const known =
    ts.isArrayLiteralExpression(node) ||
    ts.isObjectLiteralExpression(node) ||
    (ts.isPropertyAssignment(node) && !ts.isComputedPropertyName(node.name)) ||
    ts.isShorthandPropertyAssignment(node) ||
    isLeaf(node) ||
    isWrapped(node) ||
    ts.isPrefixUnaryExpression(node) ||
    ts.isBinaryExpression(node) ||
    ts.isCallExpression(node) ||
    ts.isNewExpression(node);
  if (!known) return false;
  if (isLeaf(node)) return true;
  const parts = isWrapped(node) ? [node.expression] : childrenOf(node);
  return parts.every(isData);
}

function childrenOf(node: ts.Node): ts.Node[] {
  const children: ts.Node[] = [];
  ts.forEachChild(node, (child) => {
    const isToken = child.kind < ts.SyntaxKind.Identifier && !isLeaf(child);
    const isName = ts.isPropertyAssignment(node) && child === node.name;
    if (!isToken && !isName && !ts.isTypeNode(child)) children.push(child);
  });
  return children;
}

const isLeaf = (node: ts.Node): boolean =>
  ts.isNumericLiteral(node) ||
  ts.isStringLiteral(node) ||
  ts.isIdentifier(node) ||
  ts.isPropertyAccessExpression(node) ||
  node.kind === ts.SyntaxKind.TrueKeyword ||
  node.kind === ts.SyntaxKind.FalseKeyword ||
  node.kind === ts.SyntaxKind.NullKeyword;

const isWrapped = (
  node: ts.Node,
): node is ts.ParenthesizedExpression | ts.AsExpression =>
  ts.isParenthesizedExpression(node) ||
  ts.isAsExpression(node) ||
  ts.isSatisfiesExpression(node);

/** On one line where it fits behind `used` columns, else broken as prettier breaks it. */
function print(node: ts.Node, indent: string, used: number): string {
  const flat = flatText(node);
  if (flat !== undefined && indent.length + used + flat.length <= pageWidth)
    return flat;
  if (ts.isArrayLiteralExpression(node)) return brokenArray(node, indent);
  if (ts.isObjectLiteralExpression(node)) return brokenObject(node, indent);
  if (isWrapped(node) && !ts.isParenthesizedExpression(node)) {
    const suffix = node.getText().slice(node.expression.getText().length);
    return print(node.expression, indent, used) + suffix.replace(/\s+/g, " ");
  }
  if (ts.isCallExpression(node) || ts.isNewExpression(node)) {
    const [only, second] = node.arguments ?? [];
    if (only !== undefined && second === undefined) {
      const head = calleeText(node);
      return `${head}(${print(only, indent, used + head.length + 2)})`;
    }
  }
  return flat ?? node.getText();
}

/** Everything on one line; undefined where prettier always breaks. */
function flatText(node: ts.Node): string | undefined {
  if (ts.isArrayLiteralExpression(node)) {
    if (alwaysBreaks(node)) return undefined;
    return joined(node.elements, "[", "]");
  }
  if (ts.isObjectLiteralExpression(node))
    return node.properties.length === 0
      ? "{}"
      : joined(node.properties, "{ ", " }");
  if (ts.isPropertyAssignment(node))
    return withPrefix(`${keyText(node)}: `, node.initializer);
  if (ts.isNumericLiteral(node)) return numberText(node.getText());
  if (ts.isStringLiteral(node)) return stringText(node);
  if (ts.isPrefixUnaryExpression(node))
    return withPrefix(ts.tokenToString(node.operator) ?? "", node.operand);
  if (ts.isBinaryExpression(node)) {
    const left = flatText(node.left);
    const right = flatText(node.right);
    return left === undefined || right === undefined
      ? undefined
      : `${left} ${node.operatorToken.getText()} ${right}`;
  }
  if (ts.isCallExpression(node))
    return withPrefix(calleeText(node), node.arguments);
  if (ts.isNewExpression(node))
    return withPrefix(calleeText(node), node.arguments ?? []);
  if (ts.isParenthesizedExpression(node)) {
    const inner = flatText(node.expression);
    return inner === undefined ? undefined : `(${inner})`;
  }
  if (isWrapped(node)) {
    const inner = flatText(node.expression);
    const suffix = node.getText().slice(node.expression.getText().length);
    return inner === undefined ? undefined : inner + suffix;
  }
  return node.getText();
}

/** `new Map<string, number>` */
function calleeText(node: ts.CallExpression | ts.NewExpression): string {
  const types = node.typeArguments?.map((one) =>
    printType(one, (name) => name.getText()),
  );
  const list = types === undefined ? "" : `<${types.join(", ")}>`;
  const callee = node.expression.getText() + list;
  return ts.isNewExpression(node) ? `new ${callee}` : callee;
}

function withPrefix(
  prefix: string,
  rest: ts.Node | readonly ts.Node[],
): string | undefined {
  const text = Array.isArray(rest)
    ? joined(rest as readonly ts.Node[], "(", ")")
    : flatText(rest as ts.Node);
  return text === undefined ? undefined : prefix + text;
}

function joined(
  nodes: readonly ts.Node[],
  open: string,
  close: string,
): string | undefined {
  const texts: string[] = [];
  for (const node of nodes) {
    const text = flatText(node);
    if (text === undefined) return undefined;
    texts.push(text);
  }
  return open + texts.join(", ") + close;
}

/** A matrix, or a list of objects, has a line for each of its parts. */
function alwaysBreaks(node: ts.ArrayLiteralExpression): boolean {
  const { elements } = node;
  return (
    elements.length > 1 &&
    (elements.every(
      (one) => ts.isArrayLiteralExpression(one) && one.elements.length > 1,
    ) ||
      elements.every(
        (one) => ts.isObjectLiteralExpression(one) && one.properties.length > 1,
      ))
  );
}

function brokenArray(node: ts.ArrayLiteralExpression, indent: string): string {
  const inner = `${indent}  `;
  if (node.elements.length > 1 && node.elements.every(isSignedNumber))
    return `[\n${filled(node.elements, inner)}\n${indent}]`;
  const lines = node.elements.map((one) => `${inner}${print(one, inner, 1)},`);
  return `[\n${lines.join("\n")}\n${indent}]`;
}

function brokenObject(
  node: ts.ObjectLiteralExpression,
  indent: string,
): string {
  const inner = `${indent}  `;
  const lines = node.properties.map((one) => {
    if (!ts.isPropertyAssignment(one)) return `${inner}${one.getText()},`;
    const key = `${keyText(one)}: `;
    return `${inner}${key}${print(one.initializer, inner, key.length + 1)},`;
  });
  return `{\n${lines.join("\n")}\n${indent}}`;
}

/** Numbers fill their lines. */
function filled(nodes: readonly ts.Node[], indent: string): string {
  const lines: string[] = [];
  let line = indent;
  nodes.forEach((node) => {
    const text = `${flatText(node) ?? ""},`;
    const gap = line === indent ? "" : " ";
    if (line !== indent && line.length + gap.length + text.length > pageWidth) {
      lines.push(line);
      line = indent + text;
    } else line += gap + text;
  });
  return [...lines, line].join("\n");
}

const isSignedNumber = (node: ts.Node): boolean =>
  ts.isNumericLiteral(node) ||
  (ts.isPrefixUnaryExpression(node) && ts.isNumericLiteral(node.operand));

/** `.5`, `1.50`, `1E+3` and `2.` as prettier writes them. */
function numberText(text: string): string {
  return text
    .toLowerCase()
    .replace(/^\./, "0.")
    .replace(/e\+/, "e")
    .replace(/(\.\d+?)0+(?=e|$)/, "$1")
    .replace(/\.(?=e|$)/, "");
}

function stringText(node: ts.StringLiteral): string {
  const raw = node.getText();
  const { text } = node;
  if (raw.includes("\\") || text.includes('"')) return raw;
  return `"${text}"`;
}

/** A key loses its quotes where no key of the object needs them. */
function keyText(node: ts.PropertyAssignment): string {
  const quoted = node.parent.properties.flatMap((one) =>
    one.name !== undefined && ts.isStringLiteral(one.name) ? one.name : [],
  );
  const isPlain = quoted.every((key) => /^[A-Za-z_$][\w$]*$/.test(key.text));
  const { name } = node;
  if (ts.isStringLiteral(name)) return isPlain ? name.text : stringText(name);
  return name.getText();
}
