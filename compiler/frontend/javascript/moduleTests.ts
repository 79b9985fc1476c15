import { ts } from "ts-morph";
import type { Edit, Parsed } from "./textEdits.js";

/**
 * `if (typeof module === "undefined") window.lib = lib; else module.exports = lib;` at the top of a CommonJS module: there
 * is a module, and what is done without one goes.
 */
export function withoutModuleTests({ text, parsed }: Parsed): Edit[] {
  if (!/\bif\s*\(.*\btypeof (module|exports)\b/.test(text)) return [];
  const file = parsed();
  const isOther = file.statements.some(
    (one) =>
      ts.isImportDeclaration(one) ||
      ts.isExportDeclaration(one) ||
      ts.isExportAssignment(one) ||
      (ts.canHaveModifiers(one) &&
        one.modifiers?.some(
          ({ kind }) => kind === ts.SyntaxKind.ExportKeyword,
        )),
  );
  return isOther ? [] : file.statements.flatMap(chosen);
}

function chosen(one: ts.Statement): Edit[] {
  if (!ts.isIfStatement(one)) return [];
  const answer = isModuleThere(one.expression.getText().replace(/\s/g, ""));
  if (answer === undefined) return [];
  const arm = answer ? one.thenStatement : one.elseStatement;
  if (arm === undefined)
    return [{ start: one.getStart(), end: one.end, text: "" }];
  if (!ts.isBlock(arm) || arm.statements.some(isOfBlock))
    return ts.isExpressionStatement(arm)
      ? around(one, arm.getStart(), arm.end)
      : [];
  return around(one, arm.getStart() + 1, arm.end - 1);
}

const around = (one: ts.Statement, start: number, end: number): Edit[] => [
  { start: one.getStart(), end: start, text: "" },
  { start: end, end: one.end, text: "" },
];

/** Names that end with the block. */
const isOfBlock = (one: ts.Statement): boolean =>
  ts.isClassDeclaration(one) ||
  ts.isFunctionDeclaration(one) ||
  (ts.isVariableStatement(one) &&
    (one.declarationList.flags & ts.NodeFlags.BlockScoped) !== 0);

const nothing = /^(['"])undefined\1$/;

function isModuleThere(text: string): boolean | undefined {
  const asked = (part: string): boolean | undefined => {
    if (/^(module|exports|module\.exports)$/.test(part)) return true;
    const [, operator, word = ""] =
      /^typeof(?:module\.exports|module|exports)([!=]==?)(.*)$/.exec(part) ??
      [];
    if (operator === undefined) return undefined;
    const isNothing = nothing.test(word);
    if (!isNothing && !/^(['"])object\1$/.test(word)) return undefined;
    return operator.startsWith("!") === isNothing;
  };
  const every = (parts: readonly string[], answer: boolean): boolean =>
    parts.every((one) => asked(one) === answer);
  if (every(text.split("&&"), true)) return true;
  return every(text.split("||"), false) ? false : undefined;
}
