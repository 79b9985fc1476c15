import { ts } from "ts-morph";
import { isJavaScript } from "../syntax/jsFunctions.js";
import { bareExpression, eachNode } from "../syntax/scan.js";
import { scanWrittenFields } from "../writtenFields.js";
import type { Edit, Parsed } from "./textEdits.js";

/**
 * Fields that JavaScript compares with words, and that nothing in the program writes: `geometry.type === "Polygon"`,
 * `switch (color.mode)`. Which word is in such a field belongs to the type of its object, so that the arms for other
 * words are not looked at.
 */
export function tagNamesIn(files: readonly ts.SourceFile[]): Set<string> {
  const own = files.filter(isJavaScript);
  return new Set(own.flatMap((file) => [...comparedIn(file)]));
}

/** Those among names that the program writes. */
export function tagsWritten(
  checker: ts.TypeChecker,
  files: readonly ts.SourceFile[],
  names: ReadonlySet<string>,
): readonly string[] {
  if (names.size === 0) return [];
  const { writers } = scanWrittenFields(checker, files);
  return [...names].filter((name) => writers.has(name));
}

const known = new WeakMap<ts.SourceFile, ReadonlySet<string>>();

/** The fields that a file compares with words, by their names or by those of variables that hold them. */
function comparedIn(file: ts.SourceFile): ReadonlySet<string> {
  const before = known.get(file);
  if (before !== undefined) return before;
  const found = new Set<string>();
  known.set(file, found);
  if (!/[=!]==?\s*["'`]|["'`]\s*[=!]==?|\bcase\s*["'`]/.test(file.text))
    return found;
  const variables = new Set<string>();
  const note = (asked: ts.Expression): void => {
    const node = bareExpression(asked);
    if (ts.isPropertyAccessExpression(node)) found.add(node.name.text);
    if (ts.isIdentifier(node)) variables.add(node.text);
  };
  eachNode(file, (node) => {
    if (ts.isBinaryExpression(node)) {
      if (isWord(node.right)) note(node.left);
      if (isWord(node.left)) note(node.right);
    }
    if (ts.isSwitchStatement(node))
      if (node.caseBlock.clauses.some(isCaseOfWord)) note(node.expression);
  });
  if (variables.size > 0)
    eachNode(file, (node) => {
      const name = fieldGivenTo(node, variables);
      if (name !== undefined) found.add(name);
    });
  return found;
}

const isWord = (node: ts.Expression): boolean =>
  ts.isStringLiteralLike(bareExpression(node));

const isCaseOfWord = (one: ts.CaseOrDefaultClause): boolean =>
  ts.isCaseClause(one) && isWord(one.expression);

/** `var kind = thing.type`, `kind = thing.type`, `{ type: kind } = thing` */
function fieldGivenTo(
  node: ts.Node,
  variables: ReadonlySet<string>,
): string | undefined {
  const isOne = (name: ts.Node): boolean =>
    ts.isIdentifier(name) && variables.has(name.text);
  if (ts.isBindingElement(node) && isOne(node.name)) {
    const field = node.propertyName ?? node.name;
    return ts.isObjectBindingPattern(node.parent) && ts.isIdentifier(field)
      ? field.text
      : undefined;
  }
  const [name, value] = ts.isVariableDeclaration(node)
    ? [node.name, node.initializer]
    : ts.isBinaryExpression(node) &&
        node.operatorToken.kind === ts.SyntaxKind.EqualsToken
      ? [node.left, node.right]
      : [];
  if (name === undefined || value === undefined || !isOne(name))
    return undefined;
  const field = bareExpression(value);
  return ts.isPropertyAccessExpression(field) ? field.name.text : undefined;
}

/** `{ type: "Feature" }` says that it is no other word, and stays that. */
export function withTagWords(
  { text, parsed }: Parsed,
  tags: ReadonlySet<string>,
): Edit[] {
  if (![...tags].some((name) => text.includes(name))) return [];
  const edits: Edit[] = [];
  eachNode(parsed(), (node) => {
    if (!ts.isPropertyAssignment(node) || !tags.has(nameOf(node))) return;
    const { initializer } = node;
    if (!ts.isStringLiteralLike(initializer)) return;
    const [start, end] = [initializer.getStart(), initializer.end];
    edits.push(
      { start, end: start, text: "/** @type {const} */ (" },
      { start: end, end, text: ")" },
    );
  });
  return edits;
}

const nameOf = ({ name }: ts.PropertyAssignment): string =>
  ts.isIdentifier(name) || ts.isStringLiteralLike(name) ? name.text : "";

/** The tags of the program that a checker belongs to. */
const ofCheckers = new WeakMap<ts.TypeChecker, ReadonlySet<string>>();

export const noteTags = (
  checker: ts.TypeChecker,
  tags: ReadonlySet<string>,
): void => void ofCheckers.set(checker, tags);

export const isTag = (checker: ts.TypeChecker, name: string): boolean =>
  ofCheckers.get(checker)?.has(name) === true;

/** The type of a field that is a tag and has one word, as text. */
export const wordOfTag = (
  checker: ts.TypeChecker,
  name: string,
  type: ts.Type,
): string | undefined =>
  type.isStringLiteral() && isTag(checker, name)
    ? JSON.stringify(type.value)
    : undefined;

/** `{ type: "Path", place }` itself, where it stands for no type that says so; undefined where it has no tag. */
export function fieldsWithTag(
  checker: ts.TypeChecker,
  literal: ts.ObjectLiteralExpression,
): ReadonlyMap<string, ts.Expression> | undefined {
  const fields = new Map<string, ts.Expression>();
  let hasTag = false;
  for (const one of literal.properties) {
    const value = ts.isPropertyAssignment(one)
      ? one.initializer
      : ts.isShorthandPropertyAssignment(one)
        ? one.name
        : undefined;
    if (value === undefined || !one.name) return undefined;
    if (!ts.isIdentifier(one.name) && !ts.isStringLiteralLike(one.name))
      return undefined;
    const name = one.name.text;
    const inner = bareExpression(value);
    hasTag ||= ts.isObjectLiteralExpression(inner)
      ? fieldsWithTag(checker, inner) !== undefined
      : isWord(inner) && isTag(checker, name);
    fields.set(name, value);
  }
  return hasTag ? fields : undefined;
}
