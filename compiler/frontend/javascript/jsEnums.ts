import { ts } from "ts-morph";
import { bareExpression } from "../syntax/scan.js";
import type { Edit, Parsed } from "./textEdits.js";

/**
 * Enums, as compilers write them: objects that a function fills. They become what they are, constants.
 *
 *     var Mode;
 *     (function (Mode) { Mode[Mode["Fast"] = 0] = "Fast"; })(Mode || (Mode = {}));
 */
export function withEnums({ text, parsed }: Parsed): Edit[] {
  if (!telling.test(text)) return [];
  const { statements } = parsed();
  return statements.flatMap((statement, k): Edit[] => {
    const found = inStatement(statement, statements[k - 1]);
    if (found === undefined) return [];
    const { name, members, isExported, field } = found;
    if (isWrittenElsewhere(text, name, found.own)) return [];
    const edits: Edit[] = [
      {
        start: statement.getStart(),
        end: statement.end,
        text: textOf(name, members, isExported, field),
      },
    ];
    const declaration = found.declaredBefore;
    return declaration === undefined
      ? edits
      : [
          { start: declaration.getStart(), end: declaration.end, text: ";" },
          ...edits,
        ];
  });
}

const telling = /\)\((\w+) (\|\||= exports\.\1 \|\|) ?[({]|=> \{\s*\w+\[/;

interface Member {
  readonly name: string;
  readonly value: string | number;
}

interface Found {
  readonly name: string;
  readonly members: readonly Member[];
  readonly isExported: boolean;
  /** `exports.Mode` */
  readonly field?: string;
  readonly declaredBefore?: ts.Statement;
  /** How often the statement assigns the name itself. */
  readonly own: number;
}

function inStatement(
  statement: ts.Statement,
  before: ts.Statement | undefined,
): Found | undefined {
  return ts.isExpressionStatement(statement)
    ? afterDeclaration(statement.expression, before)
    : ts.isVariableStatement(statement)
      ? inDeclaration(statement)
      : undefined;
}

/** `var Mode; (function (Mode) { ... })(Mode || (Mode = {}));` */
function afterDeclaration(
  given: ts.Expression,
  before: ts.Statement | undefined,
): Found | undefined {
  const call = bareExpression(given);
  if (!ts.isCallExpression(call) || before === undefined) return undefined;
  if (!ts.isVariableStatement(before)) return undefined;
  const [declared, ...others] = before.declarationList.declarations;
  const name = declared && ts.isIdentifier(declared.name) && declared.name.text;
  if (!name || others.length > 0 || declared.initializer) return undefined;
  const members = membersOf(call.expression);
  const filled = call.arguments[0]?.getText().replace(/\s/g, "");
  const form = argumentForms(name).get(filled ?? "");
  if (members === undefined || form === undefined) return undefined;
  return {
    name,
    members,
    isExported: isExport(before),
    declaredBefore: before,
    own: 1,
    ...form,
  };
}

const argumentForms = (
  name: string,
): ReadonlyMap<string, { readonly field?: string }> =>
  new Map([
    [`${name}||(${name}={})`, {}],
    [`${name}=exports.${name}||(exports.${name}={})`, { field: name }],
    [`${name}||(exports.${name}=${name}={})`, { field: name }],
  ]);

/** `var Mode = ((Mode2) => { ...; return Mode2; })(Mode || {});` */
function inDeclaration(statement: ts.VariableStatement): Found | undefined {
  const [declared, ...others] = statement.declarationList.declarations;
  if (!declared || others.length > 0 || !ts.isIdentifier(declared.name))
    return undefined;
  const call = declared.initializer && bareExpression(declared.initializer);
  const name = declared.name.text;
  if (!call || !ts.isCallExpression(call)) return undefined;
  if (call.arguments[0]?.getText().replace(/\s/g, "") !== `${name}||{}`)
    return undefined;
  const members = membersOf(call.expression);
  return members && { name, members, isExported: isExport(statement), own: 1 };
}

const isExport = ({ modifiers }: ts.VariableStatement): boolean =>
  modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) ?? false;

/** What the function puts into its parameter, where it does nothing else. */
function membersOf(callee: ts.Expression): readonly Member[] | undefined {
  const fn = bareExpression(callee);
  if (!ts.isFunctionExpression(fn) && !ts.isArrowFunction(fn)) return undefined;
  const [parameter] = fn.parameters;
  if (!parameter || fn.parameters.length > 1 || !ts.isBlock(fn.body))
    return undefined;
  const own = parameter.name.getText();
  const members: Member[] = [];
  for (const one of fn.body.statements) {
    if (ts.isReturnStatement(one) && one.expression?.getText() === own)
      continue;
    const member = ts.isExpressionStatement(one)
      ? memberOf(one.expression, own)
      : undefined;
    if (member === undefined) return undefined;
    members.push(member);
  }
  const isOneEach =
    new Set(members.map(({ value }) => value)).size === members.length;
  return members.length > 0 && isOneEach ? members : undefined;
}

/** `Mode["Fast"] = "fast"`, `Mode[Mode["Fast"] = 0] = "Fast"` */
function memberOf(node: ts.Expression, own: string): Member | undefined {
  if (!isAssignment(node) || !ts.isElementAccessExpression(node.left))
    return undefined;
  const { expression, argumentExpression: key } = node.left;
  if (expression.getText() !== own) return undefined;
  if (ts.isStringLiteral(key)) {
    const value = constantOf(node.right);
    return typeof value === "string" ? { name: key.text, value } : undefined;
  }
  if (!isAssignment(key) || !ts.isElementAccessExpression(key.left))
    return undefined;
  const name = key.left.argumentExpression;
  const value = constantOf(key.right);
  return key.left.expression.getText() === own &&
    ts.isStringLiteral(name) &&
    ts.isStringLiteral(node.right) &&
    node.right.text === name.text &&
    typeof value === "number"
    ? { name: name.text, value }
    : undefined;
}

const isAssignment = (node: ts.Expression): node is ts.BinaryExpression =>
  ts.isBinaryExpression(node) &&
  node.operatorToken.kind === ts.SyntaxKind.EqualsToken;

function constantOf(node: ts.Expression): string | number | undefined {
  if (ts.isStringLiteral(node)) return node.text;
  if (ts.isNumericLiteral(node)) return Number(node.text);
  if (!ts.isPrefixUnaryExpression(node)) return undefined;
  const { operand, operator } = node;
  return operator === ts.SyntaxKind.MinusToken && ts.isNumericLiteral(operand)
    ? -Number(operand.text)
    : undefined;
}

/** Does anything else give the name a value, or add to it? */
function isWrittenElsewhere(text: string, name: string, own: number): boolean {
  const written = new RegExp(
    `(?<![\\w$.])${name.replace(/\$/g, "\\$")}\\s*([+|&?-]*=(?![=>])|\\[[^\\]]*\\]\\s*=(?![=>])|\\.\\w+\\s*=(?![=>]))`,
    "g",
  );
  const inside = new RegExp(`\\(function \\(${name}\\) \\{[^]*?\\}\\)`, "g");
  return (text.replace(inside, "").match(written)?.length ?? 0) > own;
}

/** Numbers lead back to names, as in the enum. */
function textOf(
  name: string,
  members: readonly Member[],
  isExported: boolean,
  field: string | undefined,
): string {
  const types = [...new Set(members.map(({ value }) => JSON.stringify(value)))];
  const entries = members.flatMap(({ name: key, value }) => {
    const text = JSON.stringify(value);
    const own = `${JSON.stringify(key)}: /** @type {${text}} */ (${text})`;
    return typeof value === "number"
      ? [own, `${JSON.stringify(text)}: ${JSON.stringify(key)}`]
      : [own];
  });
  const object = `{ ${entries.join(", ")} };`;
  const made = `/** @enum {${types.join(" | ")}} */ ${isExported ? "export " : ""}const ${name} = ${object}`;
  // by its name the checker would look for the constant in the module
  return field === undefined ? made : `${made} exports.${field} = ${object}`;
}

/** The value of a member of what has become a constant here. */
export function constantOfJsEnum(
  decl: ts.Declaration | undefined,
): string | number | undefined {
  if (!decl || !ts.isPropertyAssignment(decl)) return undefined;
  const holder = holderOfMember(decl);
  if (!holder || !ts.getJSDocEnumTag(holder)) return undefined;
  // as it is written above
  const { initializer } = decl;
  return ts.isParenthesizedExpression(initializer) &&
    ts.getJSDocType(initializer) !== undefined
    ? constantOf(initializer.expression)
    : undefined;
}

/** The constant that a member is written in. */
export function holderOfMember(
  decl: ts.PropertyAssignment,
): ts.VariableDeclaration | undefined {
  const holder = decl.parent.parent;
  return ts.isVariableDeclaration(holder) ? holder : undefined;
}
