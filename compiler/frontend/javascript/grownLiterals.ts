import { ts } from "ts-morph";
import { filledLater } from "../names/filledLater.js";
import { bareExpression, definedSymbol, eachNode } from "../syntax/scan.js";
import { textOfExpression } from "./jsExpressionType.js";
import type { Edit, Parsed } from "./textEdits.js";

/**
 * Objects of JavaScript that get more fields than their literals have:
 *
 *     const it = { kind: "point" }; if (options.id) it.id = options.id; it.place = place;
 *
 * As long as it is not known what all of them hold, the variable may be anything: a type without some of them would go on
 * to all that the object reaches.
 */
export function withOpenLiterals({ text, parsed }: Parsed): Edit[] {
  if (!/\.[\w$]+\s*=[^=]/.test(text)) return [];
  const literals: ts.VariableDeclaration[] = [];
  const given = new Map<ts.Node, Map<string, ts.BinaryExpression[]>>();
  eachNode(parsed(), (node) => {
    if (ts.isVariableDeclaration(node) && literalOf(node)) literals.push(node);
    const owner = isGiven(node) ? functionAround(node) : undefined;
    if (owner === undefined || !isGiven(node)) return;
    const name = node.left.expression.text;
    const own = given.get(owner) ?? new Map<string, ts.BinaryExpression[]>();
    given.set(owner, own.set(name, [...(own.get(name) ?? []), node]));
  });
  return literals.flatMap((node): Edit[] => {
    const literal = literalOf(node);
    const owner = functionAround(node);
    const more = owner && given.get(owner)?.get(node.name.getText());
    if (literal === undefined || more === undefined) return [];
    const own = literal.properties.map((one) => one.name?.getText());
    const grows = more.some(
      ({ left }) =>
        ts.isPropertyAccessExpression(left) && !own.includes(left.name.text),
    );
    const isPlain = more.every(({ right }) => !ts.isFunctionLike(right));
    if (!grows || !isPlain) return [];
    const [start, end] = [literal.getStart(), literal.end];
    return [
      { start, end: start, text: "/** @type {any} */ (" },
      { start: end, end, text: ")" },
    ];
  });
}

/** `const it = { kind: "point" }` in a function, of nothing but names and values. */
function literalOf({
  name,
  initializer,
}: ts.VariableDeclaration): ts.ObjectLiteralExpression | undefined {
  if (!ts.isIdentifier(name) || !initializer) return undefined;
  if (!ts.isObjectLiteralExpression(initializer)) return undefined;
  const { properties } = initializer;
  return properties.length > 0 && properties.every(isPlainProperty)
    ? initializer
    : undefined;
}

const isPlainProperty = (one: ts.ObjectLiteralElementLike): boolean =>
  ts.isShorthandPropertyAssignment(one) ||
  (ts.isPropertyAssignment(one) &&
    (ts.isIdentifier(one.name) || ts.isStringLiteralLike(one.name)) &&
    !ts.isFunctionLike(one.initializer));

const functionAround = (node: ts.Node): ts.Node | undefined =>
  ts.findAncestor(node.parent, ts.isFunctionLike);

/** `it.place = place` */
const isGiven = (
  node: ts.Node,
): node is ts.BinaryExpression & {
  left: { expression: ts.Identifier; name: ts.MemberName };
} =>
  ts.isBinaryExpression(node) &&
  node.operatorToken.kind === ts.SyntaxKind.EqualsToken &&
  ts.isPropertyAccessExpression(node.left) &&
  ts.isIdentifier(node.left.expression);

/**
 * The type of such an object, as text; undefined where its literal has all its fields, "open" where not all of them are
 * known yet. What may not be there is optional.
 */
export function grownLiteral(
  checker: ts.TypeChecker,
  decl: ts.Node,
  { name, initializer }: ts.VariableDeclaration,
  isSkipped: (node: ts.Node) => boolean,
): string | undefined {
  const literal = initializer && bareExpression(initializer);
  const symbol = checker.getSymbolAtLocation(name);
  if (!symbol || !literal || !ts.isObjectLiteralExpression(literal))
    return undefined;
  const own = fieldsOf(checker, literal, decl);
  if (own === undefined || own.size === 0) return undefined;
  const given = fieldsGiven(checker, decl, symbol, isSkipped);
  if ([...given.keys()].every((one) => own.has(one))) return undefined;
  const sure = new Set(filledLater(checker, literal).found);
  const fields = [...own].map(([field, text]) =>
    text === undefined ? undefined : `${JSON.stringify(field)}: ${text}`,
  );
  for (const [field, values] of given) {
    if (own.has(field)) continue;
    const texts = values.map((one) => textOfValue(one, []));
    if (texts.includes(undefined) || texts.includes("Function")) return "open";
    const mark = sure.has(field) ? "" : "?";
    fields.push(
      `${JSON.stringify(field)}${mark}: ${[...new Set(texts)].sort().join(" | ")}`,
    );
  }
  return fields.includes(undefined) ? "open" : `{ ${fields.join("; ")} }`;

  /** `it.half = it.whole / 2`, `it.second = it.first` */
  function textOfValue(
    value: ts.Expression,
    above: readonly string[],
  ): string | undefined {
    const node = bareExpression(value);
    if (ts.isPropertyAccessExpression(node) && isIt(node.expression)) {
      const field = node.name.text;
      const values = given?.get(field) ?? [];
      if (own?.has(field)) return own.get(field);
      const [first] = values;
      return first === undefined || above.includes(field)
        ? undefined
        : textOfValue(first, [...above, field]);
    }
    return textOfExpression(checker, node, decl);
  }

  function isIt(node: ts.Expression): boolean {
    return ts.isIdentifier(node) && definedSymbol(checker, node) === symbol;
  }
}

/** What a literal has by itself; undefined where that is more than names and values. */
function fieldsOf(
  checker: ts.TypeChecker,
  literal: ts.ObjectLiteralExpression,
  decl: ts.Node,
): Map<string, string | undefined> | undefined {
  const found = new Map<string, string | undefined>();
  for (const one of literal.properties) {
    const value = ts.isPropertyAssignment(one)
      ? one.initializer
      : ts.isShorthandPropertyAssignment(one)
        ? one.name
        : undefined;
    const isPlain =
      value !== undefined &&
      one.name !== undefined &&
      (ts.isIdentifier(one.name) || ts.isStringLiteralLike(one.name));
    if (!isPlain) return undefined;
    const text = textOfExpression(checker, value, decl);
    if (text === "Function") return undefined;
    found.set(one.name.text, text);
  }
  return found;
}

/** `it.place = place`, in what runs. */
function fieldsGiven(
  checker: ts.TypeChecker,
  decl: ts.Node,
  symbol: ts.Symbol,
  isSkipped: (node: ts.Node) => boolean,
): Map<string, ts.Expression[]> {
  const found = new Map<string, ts.Expression[]>();
  eachNode(
    decl,
    (node) => {
      if (!isGiven(node)) return;
      const { left, right } = node;
      if (definedSymbol(checker, left.expression) !== symbol) return;
      found.set(left.name.text, [...(found.get(left.name.text) ?? []), right]);
    },
    (node) => !isSkipped(node),
  );
  return found;
}
